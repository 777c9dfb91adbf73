"""extract_images, extract_labels and dense_to_one_hot: what is read, and what is refused."""
import gzip
import io
import re
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


@pytest.mark.tensorflow
def test_an_open_file_of_tensorflow_is_read(tmp_path):
    tf = pytest.importorskip("tensorflow")
    path = tmp_path / "images.gz"
    path.write_bytes(GOOD)
    with tf.io.gfile.GFile(str(path), "rb") as f:
        assert (input_data.extract_images(f)[..., 0] == IMAGES).all()


def test_an_uncompressed_file_is_read():
    images = input_data.extract_images(io.BytesIO(PLAIN))
    assert (images[..., 0] == IMAGES).all()
    images[0] = 0


@pytest.mark.parametrize("body", {
    "two members": gzip.compress(PLAIN[:5000]) + gzip.compress(PLAIN[5000:]),
    "two members, cut in the header": gzip.compress(PLAIN[:10]) + gzip.compress(PLAIN[10:]),
    "zeros after it": GOOD + bytes(1000),
    "an empty member after it": GOOD + gzip.compress(b""),
}.items(), ids=lambda item: item[0])
def test_what_gzip_reads_is_read(body):
    assert (input_data.extract_images(io.BytesIO(body[1]))[..., 0] == IMAGES).all()


def test_a_folder_in_place_of_a_file_is_the_systems_own_error(tmp_path):
    with pytest.raises(OSError, match=re.escape(str(tmp_path))):
        input_data.extract_images(tmp_path)


def test_a_file_without_a_name_is_refused_as_this():
    with pytest.raises(ValueError, match=r"^this is not a valid MNIST label file"):
        input_data.extract_labels(io.BytesIO(GOOD))


SIZE = IMAGES.size
DAMAGED = {
    "empty": (b"", "it begins with b'', not the magic number 2051"),
    "html": (b"<!DOCTYPE html><title>404</title>", "with b'<!DO', not the magic number 2051"),
    "one byte": (b"\x1f", "it begins with b'\\x1f', not the magic number 2051"),
    "gzip magic only": (b"\x1f\x8b", "data is damaged"),
    "cut in the middle": (GOOD[:len(GOOD) // 2], "data is damaged"),
    "cut by one byte": (GOOD[:-1], "data is damaged"),
    "bad checksum": (GOOD[:-8] + bytes(4) + GOOD[-4:], "data is damaged: CRC check failed"),
    "bad length": (lying_about_its_length(PLAIN, 7), "data is damaged: Incorrect length"),
    "flipped bit": (GOOD[:5000] + bytes([GOOD[5000] ^ 1]) + GOOD[5001:], "data is damaged"),
    "bytes after the stream": (GOOD + b"abcd", "data is damaged: Not a gzipped file (b'ab')"),
    "a second stream, cut short": (GOOD + gzip.compress(b"")[:-1], "data is damaged"),
    "a second file": (GOOD + GOOD, "but it holds more"),
    "labels for images": (
        gzip.compress(idx(cycling_labels(20))), "x08\\x01', not the magic number 2051"),
    "wrong magic number": (gzip.compress(idx(IMAGES, magic=0x0D03)), "not the magic number 2051"),
    "wrong beginning": (gzip.compress(idx(IMAGES, magic=0x01000803)), "not the magic number 2051"),
    "header cut": (gzip.compress(PLAIN[:10]), "data is damaged"),
    "uncompressed header cut": (PLAIN[:15], "data is damaged"),
    "header only": (gzip.compress(PLAIN[:16]), "(20, 28, 28), but it holds nothing"),
    "one image too many announced": (
        gzip.compress(idx(IMAGES, shape=(21, 28, 28))),
        f"its header announces {SIZE + 784} bytes for the shape (21, 28, 28), "
        f"but it holds {SIZE}"),
    "one image too few announced": (
        gzip.compress(idx(IMAGES, shape=(19, 28, 28))),
        f"its header announces {SIZE - 784} bytes for the shape (19, 28, 28), "
        "but it holds more"),
    "one byte missing": (gzip.compress(PLAIN[:-1]), f"but it holds {SIZE - 1}"),
    "trailing byte": (gzip.compress(PLAIN + b"\0"), f"{SIZE} bytes for the shape (20, 28, 28), but "
                                                    "it holds more"),
    "no images": (gzip.compress(idx(IMAGES[:0])), "announces 0 bytes for the shape (0, 28, 28)"),
    "no rows": (gzip.compress(idx(IMAGES[:, :0])), "announces 0 bytes for the shape (20, 0, 28)"),
    "uncompressed and cut": (PLAIN[:-1], f"announces {SIZE} bytes for the shape (20, 28, 28), but "
                                         f"it holds {SIZE - 1}"),
    "uncompressed and too long": (PLAIN + b"\0", "but it holds more"),
    "too little, and lying about it": (
        lying_about_its_length(PLAIN[:-784], len(PLAIN)), "data is damaged"),
    "too much, and lying about it": (
        lying_about_its_length(PLAIN + bytes(784), len(PLAIN)), "but it holds more"),
}


@pytest.mark.parametrize(("body", "problem"), DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_file_is_refused_by_name_and_with_the_reason(tmp_path, body, problem):
    path = tmp_path / "images-idx3-ubyte.gz"
    path.write_bytes(body)
    with pytest.raises(ValueError, match="image file and has to be fetched again: ") as caught:
        input_data.extract_images(path)
    assert str(caught.value).startswith(f"{path} is not a valid MNIST image file ")
    assert problem in str(caught.value)
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


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


def test_a_size_beyond_64_bits_is_no_small_one():
    content = idx(IMAGES[:1], shape=(2**32 - 1, 2**32 - 1, 2**32 - 1))
    with pytest.raises(ValueError, match=f"announces {(2**32 - 1)**3} bytes .* but it holds 784"):
        input_data.extract_images(io.BytesIO(content))
    content = idx(IMAGES[:1], shape=(2**31, 2**31, 4))  # 2**64, which 64 bits take for 0
    with pytest.raises(ValueError, match=f"announces {2**64} bytes .* but it holds 784"):
        input_data.extract_images(io.BytesIO(content))


def test_a_gzip_bomb_is_not_unpacked_beyond_what_its_header_announces():
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    beginning = packer.compress(PLAIN) + packer.flush(zlib.Z_FULL_FLUSH)
    zeros = packer.compress(bytes(2**20)) + packer.flush(zlib.Z_FULL_FLUSH)  # may be repeated
    bomb = beginning + 512 * zeros + packer.flush()[:-4] + struct.pack("<I", len(PLAIN))
    assert len(bomb) < 2**20  # and half a GiB unpacked
    assert memory_peak(io.BytesIO(bomb)) < 2**21


def test_dense_to_one_hot_makes_float64_rows():
    one_hot = input_data.dense_to_one_hot(np.array([[1], [0], [3]], np.uint8), 4)
    assert one_hot.dtype == np.float64
    assert one_hot.tolist() == [[0, 1, 0, 0], [1, 0, 0, 0], [0, 0, 0, 1]]
    assert input_data.dense_to_one_hot(np.zeros(0, np.uint8), 4).shape == (0, 4)
    assert input_data.dense_to_one_hot([2], 3).tolist() == [[0, 0, 1]]


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
