"""next_batch: the batches that TensorFlow 1.15.5 drew, seeds, epochs, and changes in place.

The digests were printed by TensorFlow 1.15.5's own module (CPython 3.7.17, NumPy 1.18) from the
four official files: SHA-256 over each batch's images and labels in turn, as bytes in C order.
"""
import hashlib
import subprocess
import sys

import numpy as np
import pytest
from conftest import PROJECT
from idx_files import cycling_labels, random_images

import input_data

REFERENCE = {
    "tutorial_seed0": (
        {"seed": 0}, 100, 1000, True,
        "9b14eade0b2f4232704c25c17773ea46f93287708f0bcfa054970970c16aeeef"),
    "noshuffle": (
        {"seed": 0}, 100, 1000, False,
        "1b6c84cf0415ca8ea909d4f29cc56a869ec101ffd913176dc4b1523e0c777668"),
    "seed5_4d": (
        {"seed": 5, "reshape": False}, 50, 1200, True,
        "f3a931f52c5e01ea4b66eaadcf6440e3cd1c980115150c633d7317d469583d3e"),
}
NP_RANDOM_SEED_42 = "96678d56b40636fef1bb9d145af2f3fd99dfeef9003bf50f3c8e516406362065"
TF_SET_RANDOM_SEED_1234 = "b7f8efb25a65e13242e8b1afff36f5080a384a86ff7afa3416e6302c13da38db"

# Sets of examples labelled 0 … n - 1: SHA-256 of all labels drawn, as little-endian int64.
ORDERS = {
    "order_s0_n1000_b30": (
        0, 1000, 30, 200, [993, 859, 298, 553, 672, 971, 27, 231, 306, 706], 5,
        "09ad6ec80cf463131789110692d98a70c6786e3c57568e00714152eb37715fbc"),
    "order_s9_n100_b7": (
        9, 100, 7, 100, [75, 42, 46, 68, 3, 39, 23, 20, 70, 73], 6,
        "8fecedf555f261ced6118dc3335d071134ef6b7e3d26a345ea5939598a9acd65"),
}


def numbered(number, **options):
    """Return a set whose examples are labelled with their place in it."""
    images = (np.arange(number) % 256).astype(np.uint8).reshape(number, 1, 1, 1)
    return input_data.DataSet(images, np.arange(number), **options)


def digest_of_batches(data_set, batch_size, batches, shuffle=True):
    digest = hashlib.sha256()
    for _ in range(batches):
        images, labels = data_set.next_batch(batch_size, shuffle=shuffle)
        digest.update(images.tobytes())
        digest.update(labels.tobytes())
    return digest.hexdigest()


@pytest.mark.parametrize("asked_for_images", [False, True])
@pytest.mark.parametrize("case", REFERENCE)
def test_batches_of_a_seed_are_those_of_tensorflow_1_15(mnist_dir, case, asked_for_images):
    options, batch_size, batches, shuffle, expected = REFERENCE[case]
    train = input_data.read_data_sets(mnist_dir, one_hot=True, **options).train
    if asked_for_images:
        assert train.images.dtype == np.float32
    assert digest_of_batches(train, batch_size, batches, shuffle) == expected
    assert train.epochs_completed == 1


def test_without_a_seed_batches_follow_numpys_as_in_tensorflow_1_15(mnist_dir):
    train = input_data.read_data_sets(mnist_dir, one_hot=True).train
    np.random.seed(42)
    assert digest_of_batches(train, 100, 1000) == NP_RANDOM_SEED_42


@pytest.mark.parametrize("first", ["tf.disable_v2_behavior()", "pass"])
def test_without_a_seed_batches_follow_tensorflows_as_in_tensorflow_1_15(mnist_dir, first):
    """Before disable_v2_behavior(), TensorFlow 2 keeps its seed elsewhere than in the graph."""
    code = (f"import sys; sys.path[:0] = ['tests']; import tensorflow.compat.v1 as tf; {first};"
            "tf.set_random_seed(1234); import input_data; from test_batches import *;"
            "train = input_data.read_data_sets(sys.argv[1], one_hot=True).train;"
            "print(digest_of_batches(train, 100, 1000))")
    printed = subprocess.run([sys.executable, "-c", code, str(mnist_dir)], cwd=PROJECT, check=True,
                             text=True, capture_output=True).stdout
    assert printed.strip() == TF_SET_RANDOM_SEED_1234


@pytest.mark.parametrize("case", ORDERS)
def test_the_order_of_a_seed_is_that_of_tensorflow_1_15(case):
    seed, number, batch_size, batches, first, epochs, expected = ORDERS[case]
    data_set = numbered(number, seed=seed)
    drawn = [data_set.next_batch(batch_size)[1] for _ in range(batches)]
    assert np.concatenate(drawn)[:10].tolist() == first
    digest = hashlib.sha256(np.concatenate(drawn).astype("<i8").tobytes()).hexdigest()
    assert digest == expected
    assert data_set.epochs_completed == epochs


def test_tensorflow_without_a_seed_changes_nothing():
    code = ("import tensorflow.compat.v1 as tf, numpy as np, sys; sys.path[:0] = ['tests'];"
            "from test_batches import numbered; np.random.seed(1);"
            "print(numbered(50).next_batch(50)[1].tolist())")
    printed = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, check=True, text=True,
                             capture_output=True).stdout
    order = np.arange(50)
    np.random.RandomState(1).shuffle(order)
    assert printed.strip() == str(order.tolist())


def test_two_sets_with_one_seed_give_the_same_batches():
    one, two = numbered(100, seed=3), numbered(100, seed=3)
    other = numbered(100, seed=4)
    batches = [[data_set.next_batch(30)[1].tolist() for _ in range(9)]
               for data_set in (one, two, other)]
    assert batches[0] == batches[1] != batches[2]


@pytest.mark.parametrize(("seed", "same"), [(2**31 - 1, 0), (-1, 2**31 - 2), (2**40, 512)])
def test_every_integer_is_a_seed_and_means_what_it_meant_in_tensorflow_1_15(seed, same):
    batches = [numbered(100, seed=value).next_batch(100)[1].tolist() for value in (seed, same)]
    assert batches[0] == batches[1]


def test_a_seeded_set_leaves_numpys_own_random_numbers_alone():
    np.random.seed(7)
    expected = np.random.random_sample(5).tolist()
    np.random.seed(7)
    data_sets = input_data.read_data_sets("nowhere", fake_data=True, seed=0)
    for _ in range(3):
        data_sets.validation.next_batch(3000)
        numbered(10, seed=1).next_batch(4, fake_data=True)
    assert np.random.random_sample(5).tolist() == expected


@pytest.mark.parametrize("shuffle", [True, False])
@pytest.mark.parametrize("batch_size", [1, 7, 20, 60, 100])
def test_each_example_comes_once_an_epoch_with_its_label(batch_size, shuffle):
    number = 100
    data_set = numbered(number, dtype=np.uint8, seed=0)
    images, labels = [], []
    while len(labels) < 3 * number:
        batch = data_set.next_batch(batch_size, shuffle=shuffle)
        assert len(batch[0]) == len(batch[1]) == batch_size
        images += batch[0][:, 0].tolist()
        labels += batch[1].tolist()
        # An epoch is complete once a batch goes beyond its end.
        assert data_set.epochs_completed == (len(labels) - 1) // number
    assert images == labels
    epochs = [labels[start:start + number] for start in (0, number, 2 * number)]
    for epoch in epochs:
        assert sorted(epoch) == list(range(number))
        assert (epoch == list(range(number))) is not shuffle
    assert (epochs[0] == epochs[1]) is not shuffle


@pytest.mark.parametrize("dtype", [np.float32, np.uint8])
@pytest.mark.parametrize("reshape", [True, False])
def test_what_is_written_into_images_and_labels_reaches_the_next_batches(dtype, reshape):
    images = random_images(20)[..., np.newaxis]
    data_set = input_data.DataSet(images, cycling_labels(20), dtype=dtype, reshape=reshape)
    data_set.next_batch(5)
    data_set.images[:] = 1
    data_set.images[3] = 0
    data_set.labels[3] = 77
    batch = data_set.next_batch(20)
    assert batch[0].shape == ((20, 784) if reshape else (20, 28, 28, 1))
    assert batch[0].dtype == dtype
    zeros = ~batch[0].reshape(20, -1).any(axis=1)
    assert zeros.sum() == 1
    assert batch[1][zeros].tolist() == [77]


def test_images_and_labels_keep_the_files_order():
    data_set = numbered(100, dtype=np.uint8, seed=0)
    for _ in range(7):
        data_set.next_batch(40)
    assert data_set.labels.tolist() == data_set.images[:, 0].tolist() == list(range(100))


def test_a_batch_is_the_users_own():
    data_set = numbered(10, seed=0)
    images, labels = data_set.next_batch(10)
    images[:] = 9
    labels[:] = 9
    assert data_set.labels.tolist() == list(range(10))
    assert data_set.images.max() < 1
