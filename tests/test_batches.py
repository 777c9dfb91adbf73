"""next_batch: the batches that TensorFlow 1.15.5 gave, and the attributes that old scripts set.

All orders and digests were recorded on a live TensorFlow 1.15.5. Where that is installed, the tests
that use `digits` ask it, too.
"""
import hashlib
import importlib

import numpy as np
import pytest
from project import TENSORFLOW_1

import input_data

MODULES = ["input_data"]
if TENSORFLOW_1:
    MODULES.append(pytest.param("tensorflow.contrib.learn.python.learn.datasets.mnist",
                                marks=pytest.mark.tensorflow))

# Seed 0 shuffles ten things into FIRST_EPOCH, shuffles these into SECOND_EPOCH, and so on.
FIRST_EPOCH = [2, 8, 4, 9, 1, 6, 7, 3, 0, 5]
SECOND_EPOCH = [9, 6, 8, 4, 5, 0, 2, 7, 3, 1]
THIRD_EPOCH = [8, 4, 3, 5, 0, 6, 9, 2, 1, 7]


def set_of(number, module=input_data, dtype=np.uint8):
    """Return a set of examples that are labelled 0, 1, ...; each has one pixel, its label."""
    images = np.arange(number, dtype=np.uint8).reshape(number, 1, 1, 1)
    return module.DataSet(images, np.arange(number), dtype=dtype, seed=0)


@pytest.fixture(params=MODULES)
def digits(request):
    return set_of(10, importlib.import_module(request.param))


def labels_of(batch):
    images, labels = batch
    assert images.tolist() == labels[:, np.newaxis].tolist(), "an image lost its label"
    return labels.tolist()


def test_a_batch_goes_on_from_one_epoch_into_the_next(digits):
    assert labels_of(digits.next_batch(4)) == FIRST_EPOCH[:4]
    assert labels_of(digits.next_batch(6)) == FIRST_EPOCH[4:]
    assert (digits.epochs_completed, digits._index_in_epoch) == (0, 10)
    assert labels_of((digits.images, digits.labels)) == FIRST_EPOCH

    assert labels_of(digits.next_batch(8)) == SECOND_EPOCH[:8]
    assert labels_of(digits.next_batch(4)) == SECOND_EPOCH[8:] + THIRD_EPOCH[:2]
    assert (digits.epochs_completed, digits._index_in_epoch) == (2, 2)


def test_only_the_epochs_that_begin_in_a_shuffled_batch_are_shuffled(digits):
    assert labels_of(digits.next_batch(10, shuffle=False)) == list(range(10))
    assert labels_of(digits.next_batch(4)) == FIRST_EPOCH[:4]
    assert labels_of(digits.next_batch(6, shuffle=False)) == FIRST_EPOCH[4:]
    assert labels_of(digits.next_batch(4, shuffle=False)) == FIRST_EPOCH[:4]


def test_index_in_epoch_may_be_set_back(digits):
    digits.next_batch(4)
    digits._index_in_epoch = 0
    assert labels_of(digits.next_batch(10)) == SECOND_EPOCH  # the first epoch is shuffled anew

    digits.next_batch(4)
    digits._index_in_epoch = 0
    assert labels_of(digits.next_batch(4)) == THIRD_EPOCH[:4]  # a later one is not


def test_epochs_completed_may_be_set_back(digits):
    digits.next_batch(14)
    digits._epochs_completed = 0

    assert labels_of(digits.next_batch(4)) == SECOND_EPOCH[4:8]
    assert digits.epochs_completed == 0


def test_num_examples_may_be_lowered(digits):
    digits._num_examples = 4

    assert labels_of(digits.next_batch(3)) == [2, 3, 1]
    assert labels_of(digits.next_batch(3)) == [0, 2, 1]
    assert digits.num_examples == 4


def test_some_examples_may_be_kept(digits):
    even = digits._labels % 2 == 0
    digits._images, digits._labels = digits._images[even], digits._labels[even]
    digits._num_examples = 5

    assert labels_of(digits.next_batch(3)) == [4, 0, 2]
    assert labels_of(digits.next_batch(3)) == [6, 8, 4]


def test_examples_may_be_added(digits):
    digits._images = np.append(digits._images, [[10], [11]], axis=0)
    digits._labels = np.append(digits._labels, [10, 11])
    digits._num_examples = 12

    assert labels_of(digits.next_batch(12)) == [6, 11, 4, 10, 2, 8, 1, 7, 9, 3, 0, 5]


def test_images_and_labels_may_be_replaced_in_the_middle_of_an_epoch(digits):
    digits.next_batch(4)
    digits._images = digits._images + 100.5
    digits._labels = np.eye(10)[digits._labels]

    images, labels = digits.next_batch(4)

    assert images[:, 0].tolist() == [101.5, 106.5, 107.5, 103.5]
    assert labels.argmax(axis=1).tolist() == [1, 6, 7, 3]


def test_scaled_images_may_be_replaced_and_changed_in_place():
    scaled = set_of(10, dtype=np.float32)
    scaled._images = scaled._images * 255
    scaled._images[8] = 1000
    scaled.images[4] = 2000

    images, labels = scaled.next_batch(4)

    assert labels.tolist() == [2, 8, 4, 9]
    assert images[:, 0].tolist() == pytest.approx([2, 1000, 2000, 9])


def test_a_script_may_change_its_batch():
    """In TensorFlow 1.15, that changed the set."""
    data_set = set_of(10)
    images, labels = data_set.next_batch(10)

    images[:] = 99
    labels[:] = 99

    assert labels_of((data_set.images, data_set.labels)) == FIRST_EPOCH


@pytest.mark.parametrize("shuffle", [True, False])
def test_a_batch_may_be_many_epochs_long(shuffle):
    """TensorFlow 1.15 gave fewer examples."""
    data_set = set_of(10)

    labels = labels_of(data_set.next_batch(25, shuffle=shuffle))

    assert sorted(labels[:10]) == sorted(labels[10:20]) == list(range(10))
    assert (len(labels), data_set.epochs_completed) == (25, 2)


def test_a_batch_is_complete_though_num_examples_was_lowered_below_the_index():
    data_set = set_of(10)
    data_set.next_batch(6)
    data_set._num_examples = 4

    assert len(labels_of(data_set.next_batch(3))) == 3
    assert data_set.epochs_completed == 1


@pytest.mark.parametrize(("examples", "size", "error"), [
    (10, -1, ValueError), (0, 1, ValueError), (10, 5.0, TypeError)])
def test_a_batch_that_cannot_be_is_refused(examples, size, error):
    with pytest.raises(error, match=rf"{size} .*{examples}|integer"):
        set_of(examples).next_batch(size)

    assert labels_of(set_of(examples).next_batch(0)) == []


def draw_from_three_sets(mnist, steps, interval):
    for step in range(1, steps + 1):
        yield mnist.train.next_batch(64)
        if step % interval == 0:
            yield mnist.validation.next_batch(200)
            yield mnist.test.next_batch(300)


@pytest.mark.parametrize(("seed", "steps", "interval", "expected"), [
    (1, 2000, 50, "21076d58d16f46ec9bf8d941622d42a9bd4a6c2223925acd5d4e17937767c434"),
    (7, 3000, 25, "f6e5894e29e0729e85557d2836f086a489cf8cd0f076e7b3042a3a1d69bdd15c")])
def test_all_batches_of_mnist_are_tensorflows(mnist_dir, seed, steps, interval, expected):
    """The seal. If only this test fails, look for what the small sets above do not have."""
    mnist = input_data.read_data_sets(mnist_dir, one_hot=True, seed=seed)

    digest = hashlib.sha256()
    for images, labels in draw_from_three_sets(mnist, steps, interval):
        digest.update(images.tobytes() + labels.tobytes())

    assert digest.hexdigest() == expected
