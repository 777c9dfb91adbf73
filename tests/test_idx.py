"""Reading a single file: what is read, what is rejected, and how labels are converted."""
import gzip
import io
import os
import pathlib
import re

import numpy as np
import pytest
from idx_files import cycling_labels, idx, random_images

import input_data

IMAGES = random_images(3, rows=4, columns=2)
PLAIN = idx(IMAGES)
GZIPPED = gzip.compress(PLAIN)


@pytest.mark.parametrize("body", [PLAIN, GZIPPED], ids=["plain", "gzipped"])
@pytest.mark.parametrize("kind_of_path", [str, os.fsencode, pathlib.Path, io.FileIO])
def test_images_are_read_from_a_path_or_an_open_file(tmp_path, body, kind_of_path):
    (tmp_path / "images").write_bytes(body)

    images = input_data.extract_images(kind_of_path(tmp_path / "images"))

    assert (images.shape, images.dtype) == ((3, 4, 2, 1), np.uint8)
    assert images[..., 0].tolist() == IMAGES.tolist()


# The file ...; and what the error says.
UNUSABLE = {
    "is empty": (b"", "begins with b''"),
    "is a web page": (b"<!DOCTYPE html><html>", "begins with b'<!DOCTYPE html><'"),
    "holds labels": (idx(cycling_labels(9)), r"begins with b'\x00\x00\x08\x01"),
    "holds signed bytes": (idx(IMAGES, header=b"\0\0\x09\x03"), "IDX images"),
    "ends in its header": (PLAIN[:15], "requires a buffer of 12 bytes"),
    "lacks one byte": (PLAIN[:-1], "the 24 bytes that"),
    "has one byte more": (PLAIN + b"!", "the 24 bytes that"),
    "has a wrong checksum": (GZIPPED[:-8] + bytes(4) + GZIPPED[-4:], "CRC check failed"),
    "ends in its gzip header": (GZIPPED[:5], "end"),
    "cannot be unpacked": (GZIPPED[:10] + b"\xff" * 20, "Error -3"),
    "lacks a gibibyte": (idx(IMAGES, shape=(2**30, 1, 1)), "the 1073741824 bytes that"),
    "declares one byte too many": (idx(IMAGES, shape=(2**30 + 1, 1, 1)), "more than 1073741824"),
    "declares 2**64 bytes": (idx(IMAGES, shape=(2**31, 2**31, 4)), "more than 1073741824"),
}


@pytest.mark.parametrize(("body", "words"), UNUSABLE.values(), ids=UNUSABLE)
def test_an_unusable_file_is_rejected_by_name(tmp_path, body, words):
    path = tmp_path / "images"
    path.write_bytes(body)

    with pytest.raises(ValueError, match=re.escape(words)) as caught:
        input_data.extract_images(path)

    assert str(caught.value).startswith(f"{path} cannot be used: ")


def test_excess_data_is_not_unpacked(peak_memory):
    bomb = GZIPPED + 256 * gzip.compress(bytes(2**20))

    with pytest.raises(ValueError, match=r"^the file cannot be used: does not hold"):
        input_data.extract_images(io.BytesIO(bomb))

    assert peak_memory() < 2**22


def test_a_damaged_open_gzip_file_is_rejected_by_name(tmp_path):
    path = tmp_path / "images.gz"
    path.write_bytes(GZIPPED[:-8])

    with gzip.open(path) as f, pytest.raises(ValueError, match=r"images\.gz cannot be used: "):
        input_data.extract_images(f)


def test_labels_are_read_dense_or_one_hot():
    body = idx(np.array([2, 0], np.uint8))

    assert input_data.extract_labels(io.BytesIO(body)).tolist() == [2, 0]
    assert input_data.extract_labels(io.BytesIO(body), one_hot=True).shape == (2, 10)
    assert input_data.extract_labels(io.BytesIO(body), True, 3).tolist() == [[0, 0, 1], [1, 0, 0]]


@pytest.mark.parametrize(("labels", "first"), [
    ([3, 10], "10"), ([3, -1, 99], "-1"), ([2.5, 3, 10], "2.5")])
def test_the_first_label_that_does_not_fit_is_named(labels, first):
    with pytest.raises(ValueError, match=rf"^label {first} is not one of 0 to 9\b"):
        input_data.dense_to_one_hot(np.array(labels), 10)


def test_labels_that_are_one_hot_already_are_rejected():
    message = "labels must be one number each, not (7, 10) (one-hot?)"

    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        input_data.dense_to_one_hot(np.eye(10)[:7], 10)


def test_labels_in_a_column_become_one_hot():
    """As on TensorFlow 1.15.5."""
    assert input_data.dense_to_one_hot(np.array([[1], [0]]), 2).tolist() == [[0, 1], [1, 0]]


def test_few_labels_of_many_classes_take_little_memory(peak_memory):
    one_hot = input_data.dense_to_one_hot(np.arange(10), 5000)

    assert one_hot.shape == (10, 5000)
    assert peak_memory() < 10 * one_hot.nbytes


def test_labels_do_not_overflow():
    labels = input_data.extract_labels(io.BytesIO(idx(np.full(9, 7, np.uint8))))

    assert (labels * 100 == 700).all()  # 188 with uint8 labels
