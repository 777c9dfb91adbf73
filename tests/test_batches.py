"""next_batch: the batches of a live TensorFlow 1.15.5, and the attributes that old scripts set."""
import hashlib

import numpy as np
import pytest

import input_data

# Seed 0 shuffles ten things into FIRST_EPOCH, shuffles these into SECOND_EPOCH, and so on.
FIRST_EPOCH = [2, 8, 4, 9, 1, 6, 7, 3, 0, 5]
SECOND_EPOCH = [9, 6, 8, 4, 5, 0, 2, 7, 3, 1]
THIRD_EPOCH = [8, 4, 3, 5, 0, 6, 9, 2, 1, 7]


def set_of(number, dtype=np.uint8, seed=0):
    """Return a set of examples that are labelled 0, 1, ...; each has one pixel, its label."""
    images = np.arange(number, dtype=np.uint8).reshape(number, 1, 1, 1)
    return input_data.DataSet(images, np.arange(number), dtype=dtype, seed=seed)


@pytest.fixture
def digits():
    return set_of(10)


def labels_of(batch):
    images, labels = batch
    assert images.tolist() == labels[:, np.newaxis].tolist(), "an image lost its label"
    return labels.tolist()


def test_each_epoch_reorders_the_set_itself(digits):
    assert labels_of(digits.next_batch(4)) == FIRST_EPOCH[:4]
    assert labels_of((digits.images, digits.labels)) == FIRST_EPOCH
    assert labels_of(digits.next_batch(6)) == FIRST_EPOCH[4:]
    assert (digits.epochs_completed, digits._index_in_epoch) == (0, 10)


@pytest.mark.parametrize("taken", [4, 10, 18])
def test_a_batch_can_span_epochs(digits, taken):
    digits.next_batch(taken)

    rest = (FIRST_EPOCH + SECOND_EPOCH + THIRD_EPOCH)[taken:25]
    assert labels_of(digits.next_batch(25 - taken)) == rest
    assert (digits.epochs_completed, digits._index_in_epoch) == (2, 5)


def test_an_empty_set_gives_an_empty_batch():
    assert labels_of(set_of(0).next_batch(0)) == []


def test_an_epoch_is_shuffled_only_if_its_first_batch_is(digits):
    assert labels_of(digits.next_batch(10, shuffle=False)) == list(range(10))
    assert labels_of(digits.next_batch(4)) == FIRST_EPOCH[:4]
    assert labels_of(digits.next_batch(6, shuffle=False)) == FIRST_EPOCH[4:]
    assert labels_of(digits.next_batch(4, shuffle=False)) == FIRST_EPOCH[:4]


@pytest.mark.parametrize(("taken", "attribute", "order"), [
    (4, "_index_in_epoch", SECOND_EPOCH),  # the first epoch is reshuffled
    (14, "_index_in_epoch", SECOND_EPOCH),  # a later one is not
    (14, "_epochs_completed", SECOND_EPOCH[4:] + THIRD_EPOCH[:4])])
def test_a_script_may_rewind_a_set(digits, taken, attribute, order):
    digits.next_batch(taken)
    setattr(digits, attribute, 0)

    assert labels_of(digits.next_batch(10)) == order


def test_num_examples_may_be_lowered_below_the_index(digits):
    """TensorFlow 1.15.5 gave these two examples, and then two more than asked for."""
    digits.next_batch(8)
    digits._num_examples = 4

    assert labels_of(digits.next_batch(2)) == [8, 9]
    assert digits.epochs_completed == 1


def test_num_examples_may_be_lowered(digits):
    digits._num_examples = 4

    assert labels_of(digits.next_batch(3)) == [2, 3, 1]  # as on TensorFlow 1.15.5
    assert labels_of(digits.next_batch(3)) == [0, 2, 1]
    assert digits.num_examples == 4


def test_a_script_may_filter_a_set(digits):
    even = digits._labels % 2 == 0
    digits._images, digits._labels = digits._images[even], digits._labels[even]
    digits._num_examples = 5

    assert labels_of(digits.next_batch(3)) == [4, 0, 2]  # as on TensorFlow 1.15.5
    assert labels_of(digits.next_batch(3)) == [6, 8, 4]


def test_images_and_labels_may_be_edited():
    scaled = set_of(10, dtype=np.float32)
    scaled._images, scaled._labels = scaled._images * 255, scaled._labels + 100
    scaled._images[8] = 1000
    scaled.images[4] = 2000

    images, labels = scaled.next_batch(4)

    assert labels.tolist() == [102, 108, 104, 109]
    assert images[:, 0].tolist() == pytest.approx([2, 1000, 2000, 9])


def test_images_may_be_replaced_before_they_are_read():
    scaled = set_of(10, dtype=np.float32)
    scaled._images = np.full([10, 1], 5.0)

    assert scaled.next_batch(1)[0].tolist() == [[5.0]]


@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
def test_changing_a_batch_leaves_the_set_alone(dtype):
    digits = set_of(10, dtype=dtype)

    images, labels = digits.next_batch(10, shuffle=False)
    images[:] = labels[:] = 0

    assert digits.labels.tolist() == list(range(10))
    assert digits.images[1:].all()


@pytest.mark.parametrize(("examples", "size", "error", "words"), [
    (10, -1, ValueError, "^cannot take batch_size=-1 from 10 examples$"),
    (0, 1, ValueError, "^cannot take batch_size=1 from 0 examples$"),
    (10, 5.0, TypeError, "integer")])
def test_next_batch_rejects_a_bad_size(examples, size, error, words):
    with pytest.raises(error, match=words):
        set_of(examples).next_batch(size)


@pytest.mark.parametrize(("seed", "order"), [  # recorded on TensorFlow 1.15.5
    (0, FIRST_EPOCH), (2**31 - 1, FIRST_EPOCH), (-1, [4, 9, 1, 8, 6, 5, 2, 7, 0, 3]),
    (2**40, [4, 6, 7, 9, 5, 0, 8, 2, 1, 3])])
def test_a_seed_gives_tensorflow_1s_order(seed, order):
    assert labels_of(set_of(10, seed=seed).next_batch(10)) == order


def test_without_a_seed_numpys_global_generator_is_used():
    np.random.seed(2)
    set_of(10, seed=0).next_batch(10)  # which leaves it alone

    assert labels_of(set_of(10, seed=None).next_batch(10)) == [4, 1, 5, 0, 7, 2, 3, 6, 9, 8]


def draw_from_three_sets(mnist):
    for step in range(1, 3001):
        yield mnist.train.next_batch(64)
        if step % 25 == 0:
            yield mnist.validation.next_batch(200)
            yield mnist.test.next_batch(300)


def test_batches_of_mnist_match_tensorflow_1s(mnist_dir):
    """The seal. If only this test fails, look for what the small sets above do not have."""
    mnist = input_data.read_data_sets(mnist_dir, one_hot=True, seed=7)

    digest = hashlib.sha256()
    for images, labels in draw_from_three_sets(mnist):
        digest.update(images.tobytes() + labels.tobytes())
        images[:] = labels[:] = 0  # a script may change its batch

    assert digest.hexdigest() == "f6e5894e29e0729e85557d2836f086a489cf8cd0f076e7b3042a3a1d69bdd15c"
