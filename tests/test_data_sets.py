"""read_data_sets and DataSet: the three sets, the options, seeds, copies, generated digits."""
import copy
import hashlib
import inspect
import pickle

import numpy as np
import pytest
from idx_files import contents, cycling_labels, random_images, small_files, write

import input_data

PIXELS = np.arange(256, dtype=np.uint8).reshape(64, 2, 2, 1)
LABELS = np.arange(64)


@pytest.fixture
def folder(tmp_path):
    """A folder of 20 training examples and 10 test examples, with images of 2 x 3 pixels."""
    return write(tmp_path / "data", small_files())


def described(data_set):
    images, labels = data_set.images, data_set.labels
    return images.shape, images.dtype, labels.shape, labels.dtype


@pytest.mark.parametrize("size", [0, 5, 20])
def test_validation_gets_the_first_training_examples(folder, size):
    mnist = input_data.read_data_sets(folder, dtype=np.uint8, validation_size=size)

    rows = random_images(20).reshape(20, 6).tolist()
    assert mnist.validation.images.tolist() == rows[:size]
    assert mnist.validation.labels.tolist() == cycling_labels(20)[:size].tolist()
    assert mnist.train.images.tolist() == rows[size:]
    assert mnist.train.labels.tolist() == cycling_labels(20)[size:].tolist()
    assert mnist.test.images.tolist() == random_images(10, seed=1).reshape(10, 6).tolist()
    assert mnist.test.labels.tolist() == cycling_labels(10, first=1).tolist()


def test_valid_is_an_alias_for_validation(folder):
    mnist = input_data.read_data_sets(folder, validation_size=5)

    assert mnist == (mnist.train, mnist.valid, mnist.test)
    assert mnist.valid.num_examples == 5


# The parameters, in TensorFlow 1.15.5's order.
PARAMETERS = {
    input_data.read_data_sets: "train_dir fake_data one_hot dtype reshape validation_size seed "
                               "source_url num_classes",
    input_data.DataSet: "images labels fake_data one_hot dtype reshape seed",
    input_data.DataSet.next_batch: "self batch_size fake_data shuffle",
    input_data.extract_images: "f",
    input_data.extract_labels: "f one_hot num_classes",
    input_data.dense_to_one_hot: "labels_dense num_classes",
    input_data.maybe_download: "filename work_directory source_url",
    input_data.load_mnist: "train_dir",
}


@pytest.mark.parametrize(("function", "names"), PARAMETERS.items())
def test_parameters_have_tensorflows_names_and_order(function, names):
    assert list(inspect.signature(function).parameters) == names.split()


def test_one_hot_labels_have_num_classes_columns(folder):
    mnist = input_data.read_data_sets(folder, one_hot=True, num_classes=12, validation_size=10)

    assert list(map(described, mnist)) == [((10, 6), np.float32, (10, 12), np.float64)] * 3
    assert mnist.train.labels.argmax(axis=1).tolist() == cycling_labels(10).tolist()


def test_images_keep_their_rows_without_reshape(folder):
    mnist = input_data.read_data_sets(folder, reshape=False, validation_size=10)

    assert list(map(described, mnist)) == [((10, 2, 3, 1), np.float32, (10,), np.int64)] * 3


def test_a_set_ignores_fake_data_and_one_hot():
    """Old scripts pass them; in TensorFlow 1.15, they affected only a set without images."""
    data_set = input_data.DataSet(PIXELS, LABELS, True, True, np.uint8, False)

    images, labels = data_set.next_batch(64, True, False)

    assert images.tolist() == PIXELS.tolist()
    assert labels.tolist() == LABELS.tolist()


@pytest.mark.parametrize(("dtype", "expected"), [
    (np.float32, PIXELS * np.float32(1 / 255)), ("uint8", PIXELS)])
def test_images_are_scaled_like_tensorflow_1s_or_left_as_bytes(dtype, expected):
    data_set = input_data.DataSet(PIXELS, LABELS, dtype=dtype, reshape=False)

    batch, _ = data_set.next_batch(64, shuffle=False)

    assert batch.dtype == data_set.images.dtype == expected.dtype
    assert batch.tolist() == data_set.images.tolist() == expected.tolist()


def test_images_stay_bytes_while_batches_are_taken(peak_memory):
    images = np.zeros([1000, 28, 28, 1], np.uint8)
    data_set = input_data.DataSet(images, np.zeros(1000))

    data_set.next_batch(10)

    assert peak_memory() < 3 * images.nbytes  # images plus shuffled copy; as floats, 4x the size


def test_a_set_needs_as_many_labels_as_images():
    with pytest.raises(ValueError, match=r"^64 images but 63 labels"):
        input_data.DataSet(PIXELS, LABELS[1:])


@pytest.mark.parametrize(("options", "words"), [
    ({"dtype": "float64"}, "^images cannot have dtype 'float64': choose float32 or uint8"),
    ({"seed": 1.5}, "integer"), ({"validation_size": 5.0}, "integer")], ids=str)
def test_a_wrong_type_is_rejected_before_any_download(
        mirror, tmp_path, options, words):
    with pytest.raises(TypeError, match=words):
        input_data.read_data_sets(tmp_path, **options)

    assert mirror.requests == []


@pytest.mark.parametrize("size", [-1, 21])
def test_an_impossible_validation_size_is_rejected(folder, size):
    with pytest.raises(ValueError, match=rf"^validation_size is {size}, not from 0 to 20"):
        input_data.read_data_sets(folder, validation_size=size)


def through_pickle(mnist):
    return pickle.loads(pickle.dumps(mnist))


@pytest.mark.parametrize("copied", [copy.deepcopy, through_pickle])
def test_a_copy_can_be_permuted(folder, copied):
    """Scripts make permuted MNIST like this."""
    mnist = input_data.read_data_sets(folder, validation_size=0)
    permuted = copied(mnist)

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
