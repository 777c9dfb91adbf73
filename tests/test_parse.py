"""extract_images, extract_labels and dense_to_one_hot: what is read, and what is refused."""
import gzip
import io
import struct
import tracemalloc
import zlib

import numpy as np
import pytest
from idx_files import cycling_labels, idx, random_images

import input_data

IMAGES = random_images(20)
GOOD = gzip.compress(idx(IMAGES))
PLAIN = idx(IMAGES)


def lying_about_its_length(content, length):
    """Return content gzipped, with `length` where the gzip stream says how long it is."""
    return gzip.compress(content)[:-4] + struct.pack("<I", length % 2**32)


def test_images_are_read_as_4d_uint8(tmp_path):
    path = tmp_path / "images.gz"
    path.write_bytes(GOOD)
    images = input_data.extract_images(path)
    assert images.dtype == np.uint8
    assert images.shape == (20, 28, 28, 1)
    assert (images[..., 0] == IMAGES).all()
    images[0] = 0  # the array is the reader's own


def test_labels_are_read_dense_or_one_hot():
    body = gzip.compress(idx(cycling_labels(25)))
    dense = input_data.extract_labels(io.BytesIO(body))
    one_hot = input_data.extract_labels(io.BytesIO(body), one_hot=True)
    assert dense.dtype == np.uint8
    assert dense.tolist() == cycling_labels(25).tolist()
    assert one_hot.dtype == np.float64
    assert (one_hot == np.eye(10)[dense]).all()
    assert input_data.extract_labels(io.BytesIO(body), True, 12).shape == (25, 12)


@pytest.mark.parametrize("kind", [str, bytes, "path", "open", "unbuffered", "memory", "at offset",
                                  "not seekable"])
def test_a_file_is_given_as_path_or_open_file(tmp_path, kind):
    path = tmp_path / "images.gz"
    path.write_bytes(GOOD)

    class Pipe(io.BytesIO):
        def seekable(self):
            return False

    offset = io.BytesIO(b"something before" + GOOD)
    offset.seek(len(b"something before"))
    f = {str: lambda: str(path), bytes: lambda: bytes(path), "path": lambda: path,
         "open": lambda: path.open("rb"), "unbuffered": lambda: path.open("rb", buffering=0),
         "memory": lambda: io.BytesIO(GOOD), "at offset": lambda: offset,
         "not seekable": lambda: Pipe(GOOD)}[kind]()
    assert (input_data.extract_images(f)[..., 0] == IMAGES).all()
    if hasattr(f, "close"):
        f.close()


def test_an_open_file_of_tensorflow_is_read(tmp_path):
    tf = pytest.importorskip("tensorflow")
    path = tmp_path / "images.gz"
    path.write_bytes(GOOD)
    with tf.io.gfile.GFile(str(path), "rb") as f:
        assert (input_data.extract_images(f)[..., 0] == IMAGES).all()


def test_an_uncompressed_file_is_read():
    assert (input_data.extract_images(io.BytesIO(PLAIN))[..., 0] == IMAGES).all()


SIZE = len(PLAIN)
DAMAGED = {
    "empty": (b"", "begins with b''"),
    "html": (b"<!DOCTYPE html><title>404</title>", "b'<!DO' instead of the magic number 2051"),
    "one byte": (b"\x1f", "instead of the magic number 2051"),
    "gzip magic only": (b"\x1f\x8b", "data is damaged"),
    "cut in the middle": (GOOD[:len(GOOD) // 2], "the length found is"),
    "cut by one byte": (GOOD[:-1], "the length found is"),
    "bad checksum": (GOOD[:-8] + bytes(4) + GOOD[-4:], "CRC check failed"),
    "flipped bit": (GOOD[:5000] + bytes([GOOD[5000] ^ 1]) + GOOD[5001:], "data is damaged"),
    "bytes after the stream": (GOOD + b"abcd", "the length found is 1684234849"),
    "zeros after the stream": (GOOD + bytes(1000), "the length found is 0"),
    "a second stream": (GOOD + gzip.compress(b""), "the length found is 0"),
    "labels for images": (gzip.compress(idx(cycling_labels(20))), "x08\\x01' instead of the magic"),
    "wrong magic number": (gzip.compress(idx(IMAGES, magic=0x0D03)), "the magic number 2051"),
    "header cut": (gzip.compress(PLAIN[:10]), "ends within its header, after 10 bytes"),
    "one image too many announced": (
        gzip.compress(idx(IMAGES, shape=(21, 28, 28))),
        f"announces {SIZE + 784} bytes for the shape (21, 28, 28), "
        f"but the length found is {SIZE}"),
    "one image too few announced": (
        gzip.compress(idx(IMAGES, shape=(19, 28, 28))),
        f"announces {SIZE - 784} bytes for the shape (19, 28, 28), "
        f"but the length found is {SIZE}"),
    "trailing byte": (gzip.compress(PLAIN + b"\0"), f"{SIZE} bytes"),
    "no images": (gzip.compress(idx(IMAGES[:0])), "empty shape (0, 28, 28)"),
    "no rows": (gzip.compress(idx(IMAGES[:, :0])), "empty shape (20, 0, 28)"),
    "uncompressed and cut": (PLAIN[:-1], f"announces {SIZE} bytes for the shape (20, 28, 28), but "
                                         f"the length found is {SIZE - 1}"),
    "uncompressed and too long": (PLAIN + b"\0", f"the length found is {SIZE + 1}"),
    "too little, and lying about it": (
        lying_about_its_length(PLAIN[:-784], SIZE), "data is damaged"),
    "too much, and lying about it": (
        lying_about_its_length(PLAIN + bytes(784), SIZE), f"more than the {SIZE} bytes"),
}


@pytest.mark.parametrize(("body", "problem"), DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_file_is_refused_by_name_and_with_the_reason(tmp_path, body, problem):
    path = tmp_path / "images-idx3-ubyte.gz"
    path.write_bytes(body)
    with pytest.raises(ValueError, match="image file and has to be fetched again: ") as caught:
        input_data.extract_images(path)
    assert str(path) in str(caught.value)
    assert problem in str(caught.value)
    assert caught.value.__suppress_context__


def memory_peak(f):
    """Return how much memory the refusal of a damaged file took at its peak, in bytes."""
    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match="not a valid MNIST"):
            input_data.extract_images(f)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("images", [2**32 - 1, 2**32 // 784])
def test_a_small_file_that_announces_a_large_array_takes_no_memory(images):
    content = idx(IMAGES[:1], shape=(images, 28, 28))
    body = lying_about_its_length(content, 16 + images * 784)
    assert memory_peak(io.BytesIO(body)) < 2**20
    assert memory_peak(io.BytesIO(content)) < 2**20


def test_a_gzip_bomb_is_not_unpacked_beyond_what_its_header_announces():
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    pieces = [packer.compress(PLAIN)] + [packer.compress(bytes(2**20)) for _ in range(512)]
    bomb = b"".join([*pieces, packer.flush()])[:-4] + struct.pack("<I", SIZE)
    assert len(bomb) < 2**20  # and half a GiB unpacked
    assert memory_peak(io.BytesIO(bomb)) < 2**21


def test_dense_to_one_hot_makes_float64_rows():
    one_hot = input_data.dense_to_one_hot(np.array([[1], [0], [3]], np.uint8), 4)
    assert one_hot.dtype == np.float64
    assert one_hot.tolist() == [[0, 1, 0, 0], [1, 0, 0, 0], [0, 0, 0, 1]]
    assert input_data.dense_to_one_hot(np.zeros(0, np.uint8), 4).shape == (0, 4)


@pytest.mark.parametrize("label", [10, 255, -1])
def test_a_label_that_does_not_fit_is_refused_with_the_argument_to_change(label):
    problem = f"label {label} does not fit num_classes=10: .* must be larger"
    with pytest.raises(ValueError, match=problem):
        input_data.dense_to_one_hot(np.array([3, label, 4]), 10)


def test_extract_labels_refuses_a_label_that_does_not_fit():
    body = gzip.compress(idx(cycling_labels(46, 46)))
    labels = input_data.extract_labels(io.BytesIO(body), one_hot=True, num_classes=46)
    assert (labels == np.eye(46)).all()
    with pytest.raises(ValueError, match="label 10 does not fit num_classes=10"):
        input_data.extract_labels(io.BytesIO(body), one_hot=True)
