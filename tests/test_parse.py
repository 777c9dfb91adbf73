"""extract_images, extract_labels and dense_to_one_hot: what is read, and what is refused."""
import gzip
import io
import os
import random
import re
import struct
import tracemalloc
import zlib

import numpy as np
import pytest
from idx_files import cycling_labels, idx, random_images

import input_data


def gzipped(content, mebibytes=0):
    """Return content gzipped, without the time of day, and as many mebibytes of zeros after it."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    body = packer.compress(content)
    if mebibytes:
        body += packer.flush(zlib.Z_FULL_FLUSH)
        body += mebibytes * (packer.compress(bytes(2**20)) + packer.flush(zlib.Z_FULL_FLUSH))
    return body + packer.flush()


def pipe(body):
    """Return an open file in which nobody can seek, and from which something has been read."""
    f = io.BytesIO(b"before" + body)
    f.read(6)
    f.seek = f.tell = None
    return f


IMAGES = random_images(20)
SIZE = IMAGES.size
PLAIN = idx(IMAGES)
GOOD = gzipped(PLAIN)
LABELS = gzipped(idx(cycling_labels(25)))


@pytest.mark.parametrize("make", [
    str, os.fsencode, lambda path: path, lambda path: path.open("rb"),
    lambda path: path.open("rb", buffering=0), lambda path: io.BytesIO(path.read_bytes()),
    lambda path: pipe(path.read_bytes())])
@pytest.mark.parametrize("body", [GOOD, PLAIN], ids=["gzipped", "plain"])
def test_images_are_read_from_a_path_or_an_open_file(tmp_path, monkeypatch, make, body):
    monkeypatch.setattr(input_data, "MAX_BYTES", SIZE)  # which is enough
    (tmp_path / "file").write_bytes(body)
    f = make(tmp_path / "file")
    images = input_data.extract_images(f)
    assert not getattr(f, "closed", False)
    getattr(f, "close", list)()
    assert (images.dtype, images.shape) == (np.uint8, (20, 28, 28, 1))
    assert (images[..., 0] == IMAGES).all()
    images[0] = 0  # the array is the reader's own


def test_labels_are_read_dense_or_one_hot():
    dense = input_data.extract_labels(pipe(LABELS))
    assert dense.dtype == np.uint8
    assert dense.tolist() == cycling_labels(25).tolist()
    assert (input_data.extract_labels(pipe(LABELS), one_hot=True) == np.eye(10)[dense]).all()
    assert (input_data.extract_labels(pipe(LABELS), True, 12) == np.eye(12)[dense]).all()
    with pytest.raises(ValueError, match=r"of type 8 and shape \(20, 28, 28\); .* in 1 dimensions"):
        input_data.extract_labels(pipe(GOOD))


@pytest.mark.parametrize("body", [
    gzipped(PLAIN[:3]) + gzipped(PLAIN[3:10]) + gzipped(PLAIN[10:]), GOOD + bytes(1000),
    GOOD + gzipped(b"")], ids=["members", "zeros after it", "an empty member after it"])
def test_what_gzip_reads_is_read(body):
    assert (input_data.extract_images(pipe(body))[..., 0] == IMAGES).all()


SIZES = f"is damaged: it announces {SIZE} bytes, (20, 28, 28), and holds"
REFUSED = {
    **{str(body): (body, f"is not an IDX file: it begins with {body}")
       for body in (b"", b"\x1f", b"\0\0\x08", b"<!DOCTYPE html>")},
    "wrong beginning": (idx(IMAGES, magic=0x01000803), "is not an IDX file: "),
    "unknown type": (idx(IMAGES, magic=0x0A03), "is not an IDX file: "),
    "cut by one byte": (GOOD[:-1], "is damaged: "),
    "bad checksum": (GOOD[:-8] + bytes(4) + GOOD[-4:], "is damaged: CRC check failed"),
    "bad length": (GOOD[:-4] + bytes(4), "is damaged: Incorrect length"),
    "flipped bit": (GOOD[:5000] + bytes([GOOD[5000] ^ 1]) + GOOD[5001:], "is damaged: "),
    "more after gzip's end": (GOOD + b"abcd", "is damaged: Not a gzipped file (b'ab')"),
    "header cut": (PLAIN[:15], "is damaged: "),
    "one byte less": (PLAIN[:-1], f"{SIZES} {SIZE - 1}"),
    "one byte more": (gzipped(PLAIN + b"\0"), f"{SIZES} more"),
    "2**64 bytes": (idx(IMAGES, shape=(2**31, 2**31, 4)), f"announces {2**64} bytes, more than"),
    "labels": (LABELS, "is whole, but of type 8 and shape (25,); wanted are unsigned bytes"),
    "colours": (idx(np.zeros((2, 5, 4, 3), np.uint8)), "is whole, but of type 8 and shape (2, 5, "),
    "two dimensions": (idx(IMAGES[0]), "is whole, but of type 8 and shape (28, 28);"),
    "no images": (idx(IMAGES[:0]), "is whole, but of type 8 and shape (0, 28, 28);"),
    **{dtype: (idx(IMAGES.astype(dtype), magic=code * 256 + 3), f"is whole, but of type {code} and")
       for code, dtype in ((9, "i1"), (11, ">i2"), (12, ">i4"), (13, ">f4"), (14, ">f8"))},
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_not_a_file_of_images_is_refused_by_name(tmp_path, case):
    body, problem = REFUSED[case]
    path = tmp_path / "images"
    path.write_bytes(body)
    for f, name in ((path, path), (pipe(body), "the file")):
        with pytest.raises(ValueError, match="^" + re.escape(f"{name} {problem}")):
            input_data.extract_images(f)


def traced(extract, body):
    """Return what comes of a file, an array or a ValueError, and how many bytes it took."""
    tracemalloc.start()
    try:
        return extract(pipe(body)), tracemalloc.get_traced_memory()[1]
    except ValueError as error:
        return error, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(("body", "problem"), [
    (idx(IMAGES, shape=(10**5, 28, 28)), "is damaged: it announces 78400000 bytes"),
    (gzipped(idx(IMAGES, shape=(10**5, 28, 28))), "is damaged: it announces 78400000 bytes"),
    (gzipped(PLAIN, 512), "and holds more"),
    (gzipped(idx(IMAGES[:0], shape=(2**18, 32, 32)), 256), "more than input_data.MAX_BYTES")],
    ids=["announcing more", "the same gzipped", "holding more", "holding what it says"])
def test_a_refusal_takes_little_memory(monkeypatch, body, problem):
    monkeypatch.setattr(input_data, "MAX_BYTES", 2**28 - 1)
    error, memory = traced(input_data.extract_images, body)
    assert problem in str(error)
    assert memory < 2**21


@pytest.mark.parametrize("labels", [np.array([[1], [0], [1]], np.uint8), [1, 0, 1],
                                    np.array([1, 0, 1], object), np.array([3, 4, 3]) == 3])
def test_one_hot_rows_are_made_of_labels_of_any_kind(labels):
    one_hot = input_data.dense_to_one_hot(labels_dense=labels, num_classes=2)
    assert one_hot.dtype == np.float64
    assert one_hot.tolist() == [[0, 1], [1, 0], [0, 1]]
    assert input_data.dense_to_one_hot(labels[:0], 2).shape == (0, 2)
    wide = input_data.dense_to_one_hot(labels, 10**6)  # whose square no memory holds
    assert wide.nonzero()[1].tolist() == [1, 0, 1]


@pytest.mark.parametrize("label", [10, 255, -1, 2.5])
def test_a_label_that_does_not_fit_is_refused(label):
    with pytest.raises(ValueError, match=f"label {label} does not fit num_classes=10: .* larger"):
        input_data.dense_to_one_hot(np.array([3, label, 4]), 10)


def test_rows_of_labels_are_refused():
    with pytest.raises(ValueError, match=r"labels of shape \(3, 10\) are not one label a row"):
        input_data.dense_to_one_hot(np.eye(10)[:3], 10)


def damage(data, choose):
    """Return data as it is, or with other bytes, without some, or with more."""
    for _ in range(choose.choice([0, 0, 1, 1, 2])):
        place = choose.choice([0, 4, 8, 12, len(data), choose.randint(0, len(data))])
        number = choose.choice([0, 3, 76, 2049, 2051, 2**31, 2**32 - 1, choose.randrange(2**32)])
        what, instead_of = choose.choice([
            (bytes([choose.randrange(256)]), 1), (struct.pack(">I", number), 4), (bytes(600), 0),
            (b"noise", 0), (b"\x1f\x8b", 0), (b"", choose.randint(1, 20)), (b"", len(data))])
        data = data[:place] + what + data[place + instead_of:]
    return data


@pytest.mark.parametrize("seed", range(-(-int(os.environ.get("MNIST_FUZZ_CASES", "4000")) // 1000)))
def test_a_damaged_file_is_read_right_or_refused(seed):
    """MNIST_FUZZ_CASES sets how many files are damaged at random, a thousand with each seed."""
    choose, read, originals = random.Random(seed), 0, (
        (input_data.extract_images, random_images(3, 5, 4)),
        (input_data.extract_labels, cycling_labels(40)))
    for _ in range(1000):
        extract, array = choose.choice(originals)
        content = damage(idx(array), choose)
        place = choose.randint(0, len(content))  # where another member begins
        members = gzipped(content[:place]) + gzipped(content[place:])
        body = damage(choose.choice([content, gzipped(content), members]), choose)
        found, memory = traced(extract, body)
        assert memory < 3 * 2**18 + 2 * 1032 * len(body), body  # deflate packs at most 1032 to 1
        if isinstance(found, ValueError):
            assert str(found).startswith("the file "), body
        else:
            read += 1
            content = gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body
            shape = struct.unpack_from(f">{array.ndim}I", content, 4)
            assert found.reshape(shape).tobytes() == content[4 + 4 * array.ndim:], body
    assert 100 < read < 900
