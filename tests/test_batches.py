"""next_batch: the batches that TensorFlow 1.15.5 drew, seeds, epochs, and changes in place.

The digests were printed by TensorFlow 1.15.5's own module (CPython 3.7.17, NumPy 1.18) from the
four official files: SHA-256 over each batch's images and labels in turn, as bytes in C order.
"""
import copy
import hashlib
import sys
import threading
import types

import numpy as np
import pytest
from conftest import run_python
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

# Batches of three sets drawn in turn: the seed, the number of training batches, how many of these
# between one look at the other two sets and the next, and epochs_completed of the three.
THREE_SETS = {
    "three_sets_seed1": (
        1, 2000, 50, [2, 1, 1],
        "21076d58d16f46ec9bf8d941622d42a9bd4a6c2223925acd5d4e17937767c434"),
    "three_sets_seed7": (
        7, 3000, 25, [3, 4, 3],
        "f6e5894e29e0729e85557d2836f086a489cf8cd0f076e7b3042a3a1d69bdd15c"),
}
BATCH_BEYOND_THE_SET_SEED_2 = "daf2361fe3cfa39b2d497b40afadcbb3dbdbb4223f05b7f3e10989781973c012"

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


def digest_of(batches):
    digest = hashlib.sha256()
    for images, labels in batches:
        digest.update(images.tobytes())
        digest.update(labels.tobytes())
    return digest.hexdigest()


def digest_of_batches(data_set, batch_size, batches, shuffle=True):
    return digest_of(data_set.next_batch(batch_size, shuffle=shuffle) for _ in range(batches))


@pytest.mark.parametrize("case", REFERENCE)
def test_batches_of_a_seed_are_those_of_tensorflow_1_15(mnist_dir, case):
    options, batch_size, batches, shuffle, expected = REFERENCE[case]
    train = input_data.read_data_sets(mnist_dir, one_hot=True, **options).train
    asked_for_images = copy.deepcopy(train)
    assert asked_for_images.images.dtype == np.float32
    for data_set in (train, asked_for_images):
        assert digest_of_batches(data_set, batch_size, batches, shuffle) == expected
        assert data_set.epochs_completed == 1


@pytest.mark.parametrize("case", THREE_SETS)
def test_batches_of_three_sets_drawn_in_turn_are_those_of_tensorflow_1_15(mnist_dir, case):
    seed, steps, interval, epochs, expected = THREE_SETS[case]
    mnist = input_data.read_data_sets(mnist_dir, one_hot=True, seed=seed)

    def batches():
        for step in range(1, steps + 1):
            yield mnist.train.next_batch(64)
            if step % interval == 0:
                yield mnist.validation.next_batch(200)
                yield mnist.test.next_batch(300)
    assert digest_of(batches()) == expected
    assert [data_set.epochs_completed for data_set in mnist] == epochs


def test_a_batch_beyond_the_set_is_that_of_tensorflow_1_15(mnist_dir):
    mnist = input_data.read_data_sets(mnist_dir, one_hot=True, seed=2, validation_size=100)
    batch = mnist.validation.next_batch(170)
    assert len(batch[1]) == 170
    assert digest_of([batch]) == BATCH_BEYOND_THE_SET_SEED_2
    assert mnist.validation.epochs_completed == 1


def test_without_a_seed_batches_follow_numpys_as_in_tensorflow_1_15(mnist_dir):
    train = input_data.read_data_sets(mnist_dir, one_hot=True).train
    np.random.seed(42)
    assert digest_of_batches(train, 100, 1000) == NP_RANDOM_SEED_42


@pytest.mark.tensorflow
def test_without_a_seed_batches_follow_tensorflows_as_in_tensorflow_1_15(mnist_dir):
    """Before disable_v2_behavior(), TensorFlow 2 keeps its seed elsewhere than in the graph."""
    code = """
import sys
sys.path[:0] = ["tests"]
import tensorflow.compat.v1 as tf
import input_data
from test_batches import digest_of_batches
for prepare in (lambda: None, tf.disable_v2_behavior):
    prepare()
    tf.set_random_seed(1234)
    train = input_data.read_data_sets(sys.argv[1], one_hot=True).train
    tf.set_random_seed(None)
    print(digest_of_batches(train, 100, 1000))
"""
    ended = run_python("-c", code, mnist_dir)
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.split() == [TF_SET_RANDOM_SEED_1234] * 2


@pytest.mark.parametrize("case", ORDERS)
def test_the_order_of_a_seed_is_that_of_tensorflow_1_15(case):
    seed, number, batch_size, batches, first, epochs, expected = ORDERS[case]
    data_set = numbered(number, seed=seed)
    drawn = [data_set.next_batch(batch_size)[1] for _ in range(batches)]
    assert np.concatenate(drawn)[:10].tolist() == first
    digest = hashlib.sha256(np.concatenate(drawn).astype("<i8").tobytes()).hexdigest()
    assert digest == expected
    assert data_set.epochs_completed == epochs


@pytest.mark.parametrize("case", ORDERS)
def test_one_batch_of_many_epochs_has_the_same_order(case):
    seed, number, batch_size, batches, _, epochs, expected = ORDERS[case]
    data_set = numbered(number, seed=seed)
    images, labels = data_set.next_batch(batch_size * batches)
    assert hashlib.sha256(labels.astype("<i8").tobytes()).hexdigest() == expected
    assert (np.rint(images[:, 0] * 255) == labels % 256).all()
    assert data_set.epochs_completed == epochs


@pytest.mark.tensorflow
def test_tensorflows_seed_counts_only_if_it_has_one_and_no_other_is_given():
    code = """
import sys
sys.path[:0] = ["tests"]
import numpy as np
import tensorflow.compat.v1 as tf
from test_batches import numbered
np.random.seed(1)
print(numbered(50).next_batch(50)[1].tolist())
tf.set_random_seed(7)
print(numbered(50, seed=1).next_batch(50)[1].tolist())
"""
    ended = run_python("-c", code)
    assert ended.returncode == 0, ended.stderr
    order = np.arange(50)
    np.random.RandomState(1).shuffle(order)
    assert ended.stdout.splitlines() == [str(order.tolist())] * 2


def test_a_tensorflow_that_is_only_half_imported_has_no_seed(monkeypatch):
    """As when a module that TensorFlow imports makes a set, or another thread does."""
    monkeypatch.setitem(sys.modules, "tensorflow", types.ModuleType("tensorflow"))
    np.random.seed(1)
    batch = numbered(50).next_batch(50)[1].tolist()
    assert numbered(50, seed=1).next_batch(50)[1].tolist() == batch


def test_two_sets_with_one_seed_give_the_same_batches():
    one, two = numbered(100, seed=3), numbered(100, seed=3)
    other = numbered(100, seed=4)
    batches = [[data_set.next_batch(30)[1].tolist() for _ in range(9)]
               for data_set in (one, two, other)]
    assert batches[0] == batches[1] != batches[2]


def test_the_three_sets_of_a_call_share_one_stream_and_two_calls_do_not():
    one, two = (input_data.read_data_sets("", fake_data=True, seed=5) for _ in range(2))
    stream = np.random.RandomState(5)
    for data_set in (one.test, one.train, one.validation):
        order = np.arange(data_set.num_examples)
        stream.shuffle(order)
        assert (data_set.next_batch(100)[1] == data_set.labels[order[:100]]).all()
        if data_set is one.test:
            assert (two.test.next_batch(100)[1] == data_set.labels[order[:100]]).all()


@pytest.mark.parametrize(("seed", "same"), [
    (2**31 - 1, 0), (-1, 2**31 - 2), (2**40, 512), (np.int16(5), 5), (np.int64(-1), 2**31 - 2),
    (np.uint8(200), 200)], ids=repr)
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
        numbered(10, seed=1).next_batch(4)
    assert np.random.random_sample(5).tolist() == expected


@pytest.mark.parametrize("shuffle", [True, False])
@pytest.mark.parametrize("batch_size", [1, 7, 20, 60, 100, 170, 200, 350])
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


def test_a_set_of_one_example_has_batches():
    data_set = numbered(1)
    assert data_set.next_batch(3)[1].tolist() == [0, 0, 0]
    assert data_set.epochs_completed == 2


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


def test_batches_drawn_while_another_thread_reads_images_are_scaled_like_all():
    images = np.full((1000, 28, 28, 1), 255, np.uint8)
    for _ in range(100):
        data_set = input_data.DataSet(images, cycling_labels(1000))
        highest, drawing, done = [], threading.Event(), threading.Event()

        def draw(data_set=data_set, highest=highest, drawing=drawing, done=done):
            while not done.is_set():
                highest.append(data_set.next_batch(300)[0].max())
                drawing.set()
        thread = threading.Thread(target=draw)
        thread.start()
        assert drawing.wait(60)
        assert data_set.images.max() == 1
        done.set()
        thread.join()
        assert set(highest) == {1}
