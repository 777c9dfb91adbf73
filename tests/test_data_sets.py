"""read_data_sets and DataSet: the three sets, the options, seeds, copies, generated digits."""
import copy
import hashlib
import pickle

import numpy as np
import pytest
from idx_files import contents, cycling_labels, random_images, small_files, write

import input_data

PIXELS = np.arange(256, dtype=np.uint8).reshape(64, 2, 2, 1)
LABELS = np.arange(64)
SEED_0 = [2, 8, 4, 9, 1, 6, 7, 3, 0, 5]  # the order in which it gives ten examples


@pytest.fixture
def folder(tmp_path):
    """A folder of 20 training examples and 10 test examples, with images of 2 x 3 pixels."""
    return write(tmp_path / "data", small_files())


def described(data_set):
    images, labels = data_set.images, data_set.labels
    return images.shape, images.dtype, labels.shape, labels.dtype


@pytest.mark.parametrize("size", [0, 5, 20])
def test_the_first_training_examples_are_for_validation(folder, size):
    mnist = input_data.read_data_sets(folder, dtype=np.uint8, validation_size=size)

    rows = random_images(20).reshape(20, 6).tolist()
    assert mnist == (mnist.train, mnist.valid, mnist.test)
    assert mnist.validation.images.tolist() == rows[:size]
    assert mnist.validation.labels.tolist() == cycling_labels(20)[:size].tolist()
    assert mnist.train.images.tolist() == rows[size:]
    assert mnist.train.labels.tolist() == cycling_labels(20)[size:].tolist()
    assert mnist.test.images.tolist() == random_images(10, seed=1).reshape(10, 6).tolist()
    assert mnist.test.labels.tolist() == cycling_labels(10, first=1).tolist()


def test_every_argument_has_the_place_it_had_in_tensorflow(folder):
    train = input_data.read_data_sets(
        folder, False, True, np.uint8, False, 10, 0, "http://127.0.0.1:1/", 12).train
    data_set = input_data.DataSet(PIXELS[:10], LABELS[:10], True, True, np.uint8, False, 0)

    assert described(train) == ((10, 2, 3, 1), np.uint8, (10, 12), np.float64)
    assert train.next_batch(10, False, True)[1].argmax(axis=1).tolist() == SEED_0
    assert described(data_set) == ((10, 2, 2, 1), np.uint8, (10,), np.int64)
    assert data_set.next_batch(10, True, False)[0].tolist() == PIXELS[:10].tolist()


@pytest.mark.parametrize(("dtype", "expected"), [
    (np.float32, PIXELS * np.float32(1 / 255)), ("uint8", PIXELS)])
def test_images_are_floats_scaled_as_in_tensorflow_or_bytes(dtype, expected):
    data_set = input_data.DataSet(PIXELS, LABELS, dtype=dtype, reshape=False)

    batch, _ = data_set.next_batch(64, shuffle=False)

    assert batch.dtype == data_set.images.dtype == expected.dtype
    assert batch.tolist() == data_set.images.tolist() == expected.tolist()


def test_a_set_needs_as_many_labels_as_images():
    with pytest.raises(ValueError, match=r"64 images .* 63"):
        input_data.DataSet(PIXELS, LABELS[1:])


@pytest.mark.parametrize(("options", "error", "words"), [
    ({"dtype": "float64"}, TypeError, "'float64': choose float32 or uint8"),
    ({"seed": 1.5}, TypeError, "integer"),
    ({"validation_size": 5.0}, TypeError, "integer"),
    ({"validation_size": -1}, ValueError, r"validation_size is -1\b.* 20"),
    ({"validation_size": 21}, ValueError, r"validation_size is 21\b.* 20"),
], ids=str)
def test_an_argument_that_does_not_fit_is_refused(mirror, tmp_path, options, error, words):
    """With a TypeError before anything is downloaded."""
    options = {"one_hot": True, "validation_size": 0, **options}

    with pytest.raises(error, match=words):
        input_data.read_data_sets(tmp_path, **options)

    assert error is ValueError or mirror.requests == []


def test_the_images_of_a_copy_may_be_permuted(folder):
    """Scripts make permuted MNIST like this."""
    mnist = input_data.read_data_sets(folder, validation_size=0)
    unpickled = pickle.loads(pickle.dumps(mnist))
    permuted = copy.deepcopy(unpickled)

    permuted.train._images = permuted.train._images[:, ::-1]

    np.random.seed(0)
    images, _ = mnist.train.next_batch(20)
    np.random.seed(0)
    permuted_images, _ = permuted.train.next_batch(20)
    assert permuted_images[:, ::-1].tolist() == images.tolist()


def test_generated_digits_are_the_same_on_every_computer(tmp_path):
    mnist = input_data.read_data_sets(tmp_path / "new", True, True, source_url="http://127.0.0.1:1")

    digest = hashlib.sha256()
    for data_set, number in zip(mnist, (55000, 5000, 10000)):
        assert described(data_set) == ((number, 784), np.float32, (number, 10), np.float64)
        digest.update(data_set.images.tobytes() + data_set.labels.tobytes())
    assert digest.hexdigest() == "0800ae8004fd2ff42cf0d6fe0c22b420e8308b914cb270d62d44f157fff480a5"
    assert contents(tmp_path) == {}
