"""read_data_sets, Datasets and DataSet: splits, shapes, dtypes, options and their refusals."""
import copy
import gzip
import pathlib
import pickle
import re
import sys

import numpy as np
import pytest
from conftest import run_python
from idx_files import (
    NAMES,
    contents,
    cycling_labels,
    idx,
    random_images,
    small_files,
    write,
)

import input_data


@pytest.fixture
def folder(tmp_path):
    write(tmp_path, small_files(train=60, test=20))
    return tmp_path


@pytest.fixture(scope="module")
def data_sets(data_dir):
    """MNIST, or where it is not to be had as many drawn digits, with one-hot labels."""
    return input_data.read_data_sets(data_dir, one_hot=True)


def test_mnist_is_split_into_55000_5000_and_10000(data_sets):
    assert [data_set.num_examples for data_set in data_sets] == [55000, 5000, 10000]
    assert data_sets.valid is data_sets.validation is data_sets[1]
    assert data_sets._fields == ("train", "validation", "test")


def test_mnist_has_the_documented_shapes_dtypes_and_values(data_sets):
    for data_set in data_sets:
        number = data_set.num_examples
        assert data_set.images.shape == (number, 784)
        assert data_set.images.dtype == np.float32
        assert (data_set.images.min(), data_set.images.max()) == (0, 1)
        assert data_set.labels.shape == (number, 10)
        assert data_set.labels.dtype == np.float64
        assert (data_set.labels.sum(axis=1) == 1).all()
        assert np.isin(data_set.labels, (0, 1)).all()


def test_mnist_begins_with_the_digits_that_everybody_knows(mnist):
    digits = [data_set.labels[:10].argmax(axis=1).tolist() for data_set in mnist]
    assert digits[1] == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]  # the beginning of the training file
    assert digits[0] == [7, 3, 4, 6, 1, 8, 1, 0, 9, 8]  # its 5001st example and those that follow
    assert digits[2] == [7, 2, 1, 0, 4, 1, 4, 9, 5, 9]


def test_images_and_labels_belong_together(folder):
    data_sets = input_data.read_data_sets(folder, validation_size=10, dtype=np.uint8)
    images, labels = random_images(60, seed=1).reshape(60, 784), cycling_labels(60)
    assert (data_sets.validation.images == images[:10]).all()
    assert (data_sets.train.images == images[10:]).all()
    assert (data_sets.train.labels == labels[10:]).all()
    assert (data_sets.test.images == random_images(20, seed=2).reshape(20, 784)).all()
    assert (data_sets.test.labels == cycling_labels(20)).all()


@pytest.mark.parametrize("kind", [str, pathlib.Path])
def test_the_folder_is_a_str_or_a_path(folder, kind):
    assert input_data.read_data_sets(kind(folder), validation_size=0).test.num_examples == 20


def test_every_argument_has_the_place_it_had_in_tensorflow(folder):
    data_sets = input_data.read_data_sets(
        str(folder), False, True, np.uint8, False, 10, 7, "http://127.0.0.1:9/", 12)
    assert data_sets.train.images.shape == (50, 28, 28, 1)
    assert data_sets.train.images.dtype == np.uint8
    assert data_sets.train.labels.shape == (50, 12)
    data_set = input_data.DataSet(random_images(9)[..., np.newaxis], cycling_labels(9),
                                  False, False, np.uint8, False, 7)
    assert data_set.next_batch(4, False, False)[0].shape == (4, 28, 28, 1)


def check_dtype(folder, dtype, expected):
    data_set = input_data.read_data_sets(folder, dtype=dtype, validation_size=0).test
    assert data_set.next_batch(5)[0].dtype == expected
    assert data_set.images.dtype == expected
    assert data_set.images.max() == (255 if expected == np.uint8 else 1)


@pytest.mark.parametrize(
    "dtype", [np.float32, np.dtype("float32"), "float32", "f4", np.uint8, "uint8"], ids=repr)
def test_a_dtype_is_numpys_or_its_name(folder, dtype):
    check_dtype(folder, dtype, np.dtype(dtype))


@pytest.mark.tensorflow
@pytest.mark.parametrize("name", ["float32", "uint8"])
def test_a_dtype_may_be_tensorflows(folder, name):
    tf = pytest.importorskip("tensorflow")
    check_dtype(folder, getattr(tf, name), np.dtype(name))


@pytest.mark.parametrize("dtype", [np.float64, float, int, "uint16", "no dtype", None, {}, ">f4"])
def test_another_dtype_is_refused_with_the_two_that_are_allowed(folder, dtype):
    with pytest.raises(TypeError, match="choose float32 or uint8"):
        input_data.read_data_sets(folder, dtype=dtype, validation_size=0)
    with pytest.raises(TypeError, match=re.escape(repr(dtype))):
        input_data.DataSet([], [], dtype=dtype)


def test_a_dtype_that_is_refused_costs_no_download(server, tmp_path):
    with pytest.raises(TypeError, match="choose float32 or uint8"):
        input_data.read_data_sets(tmp_path, dtype=int, source_url=server.url)
    assert server.requests == []


def test_float_images_are_the_pixels_times_one_255th(folder):
    pixels = input_data.read_data_sets(folder, dtype="uint8", validation_size=0).train.images
    data_set = input_data.read_data_sets(folder, validation_size=0).train
    expected = pixels.astype(np.float32) * np.float32(1 / 255)
    assert data_set.next_batch(60, shuffle=False)[0].tobytes() == expected.tobytes()
    assert data_set.images.tobytes() == expected.tobytes()


@pytest.mark.parametrize("dtype", [np.uint8, np.int64, np.float32, np.float64])
def test_pixels_of_any_dtype_are_scaled_once(dtype):
    pixels = random_images(20)[..., np.newaxis]
    data_set = input_data.DataSet(pixels.astype(dtype), cycling_labels(20))
    expected = pixels.reshape(20, 784) * np.float32(1 / 255)
    for found in (data_set.next_batch(20, shuffle=False)[0], data_set.images,
                  data_set.next_batch(20, shuffle=False)[0], data_set.images):
        assert found.dtype == np.float32
        np.testing.assert_array_almost_equal_nulp(found, expected)


@pytest.mark.parametrize("dtype", [np.uint8, np.float64])
def test_pixels_of_a_set_of_uint8_stay_what_they_are(dtype):
    pixels = random_images(20)[..., np.newaxis].astype(dtype)
    data_set = input_data.DataSet(pixels, cycling_labels(20), dtype=np.uint8, reshape=False)
    assert data_set.images is pixels
    assert (data_set.next_batch(20, shuffle=False)[0] == pixels).all()


@pytest.mark.parametrize(("size", "train"), [(0, 60), (1, 59), (60, 0)])
def test_any_part_of_the_training_set_may_be_for_validation(folder, size, train):
    data_sets = input_data.read_data_sets(folder, one_hot=True, validation_size=size)
    assert data_sets.validation.images.shape == (size, 784)
    assert data_sets.validation.labels.shape == (size, 10)
    assert data_sets.train.images.shape == (train, 784)


@pytest.mark.parametrize("size", [-1, 61, 5000])
def test_a_validation_size_out_of_range_is_refused_with_the_range(folder, size):
    with pytest.raises(ValueError, match=f"validation_size is {size}; it must be from 0 to 60"):
        input_data.read_data_sets(folder, validation_size=size)


@pytest.mark.parametrize("batch_size", [0, -1])
def test_a_batch_size_below_one_is_refused_and_changes_nothing(folder, batch_size):
    data_set = input_data.read_data_sets(folder, validation_size=0, seed=1).train
    with pytest.raises(ValueError, match=f"batch_size is {batch_size} and the set has 60 examples"):
        data_set.next_batch(batch_size)
    assert data_set.epochs_completed == 0
    untouched = input_data.read_data_sets(folder, validation_size=0, seed=1).train
    assert (data_set.next_batch(60)[1] == untouched.next_batch(60)[1]).all()


def test_an_empty_set_has_no_batches(folder):
    data_set = input_data.read_data_sets(folder, validation_size=0).validation
    with pytest.raises(ValueError, match="batch_size is 1 and the set has 0 examples: both must"):
        data_set.next_batch(1)
    assert data_set.num_examples == data_set.epochs_completed == 0


def test_images_and_labels_of_different_number_are_refused(folder):
    write(folder, {NAMES[3]: gzip.compress(idx(cycling_labels(19)))})
    with pytest.raises(ValueError, match="do not go with") as caught:
        input_data.read_data_sets(folder, validation_size=0)
    message = str(caught.value)
    assert f"20 images in {folder / NAMES[2]}" in message
    assert f"19 labels in {folder / NAMES[3]}: replace one of the two" in message
    assert len(contents(folder)) == 4  # nothing is wrong with the files themselves
    with pytest.raises(ValueError, match="20 images do not go with 19 labels"):
        input_data.DataSet(random_images(20), cycling_labels(19))


def test_a_label_that_does_not_fit_is_refused_and_its_file_kept(folder):
    files = small_files(num_classes=12)
    write(folder, files)
    with pytest.raises(ValueError, match="label 10 does not fit num_classes=10"):
        input_data.read_data_sets(folder, one_hot=True, validation_size=0)
    assert contents(folder) == files
    assert input_data.read_data_sets(folder, validation_size=0).train.labels.max() == 11


def test_own_images_of_another_size_and_number_of_classes_work(tmp_path):
    write(tmp_path / "letters", small_files(1000, 100, num_classes=46, rows=50, columns=50))
    letters = input_data.read_data_sets(
        tmp_path / "letters", one_hot=True, num_classes=46, validation_size=500)
    assert letters.train.images.shape == (500, 2500)
    assert letters.train.labels.shape == (500, 46)


def test_the_repr_is_short_and_converts_nothing(folder):
    data_sets = input_data.read_data_sets(folder, one_hot=True, validation_size=10)
    assert repr(data_sets.train) == (
        "<DataSet: images float32 [50, 784], labels float64 [50, 10]>")
    assert repr(data_sets).startswith("Datasets(train=<DataSet: images float32 [50, 784]")
    assert data_sets.train._images.dtype == np.uint8
    plain = input_data.read_data_sets(folder, dtype="uint8", reshape=False, validation_size=10)
    assert repr(plain.test) == "<DataSet: images uint8 [20, 28, 28, 1], labels uint8 [20]>"


def pickled(data_set):
    return pickle.loads(pickle.dumps(data_set))


@pytest.mark.parametrize("duplicate", [copy.deepcopy, pickled])
@pytest.mark.parametrize("seed", [None, 3])
def test_a_data_set_can_be_copied_and_pickled(folder, duplicate, seed):
    data_set = input_data.read_data_sets(folder, validation_size=0, seed=seed).train
    data_set.next_batch(7)
    twin = duplicate(data_set)
    if seed is None:
        np.random.seed(1)
    expected = data_set.next_batch(60)[1]
    if seed is None:
        np.random.seed(1)
    assert (twin.next_batch(60)[1] == expected).all()


@pytest.mark.parametrize("duplicate", [copy.deepcopy, pickled])
def test_the_three_sets_can_be_copied_and_pickled_together(folder, duplicate):
    """They go on drawing from one stream."""
    data_sets = input_data.read_data_sets(folder, validation_size=20, seed=3)
    data_sets.train.next_batch(7)
    twins = duplicate(data_sets)
    assert isinstance(twins, input_data.Datasets)
    ours, theirs = ([data_set.next_batch(20)[1].tolist() for data_set in (sets.test, sets.valid)]
                    for sets in (data_sets, twins))
    assert ours == theirs


USE_ALL_OF_IT = """
import os, pathlib, sys
before = set(sys.modules)
sys.modules["tensorflow"] = None  # cannot be imported
import input_data
source, folder = map(pathlib.Path, sys.argv[1:])
mnist = input_data.read_data_sets(
    folder, one_hot=True, validation_size=10, source_url=source.as_uri(), seed=1)
assert mnist.train.next_batch(20)[0].shape == (20, 784)
assert mnist.test.images.shape == (20, 784)
for name in set(sys.modules) - before:
    path = getattr(sys.modules[name], "__file__", None)
    if path and os.path.dirname(input_data.__file__) != os.path.dirname(path):
        print(name.partition(".")[0], "site-packages" in path)
"""


@pytest.mark.parametrize("without_certifi", [False, True])
def test_input_data_does_with_numpy_and_the_standard_library(folder, tmp_path, without_certifi):
    """And with certifi, if it is there."""
    before = "import sys; sys.modules['certifi'] = None" if without_certifi else ""
    arguments = [str(folder), str(tmp_path / "target")]
    ended = run_python("-c", before + USE_ALL_OF_IT, *arguments)
    assert ended.returncode == 0, ended.stderr
    loaded = dict(line.split() for line in ended.stdout.splitlines())
    installed = {name for name, is_installed in loaded.items() if is_installed == "True"}
    assert {"numpy"} <= installed <= ({"numpy"} if without_certifi else {"numpy", "certifi"})
    # Where Python tells what its library is, nothing else comes from anywhere.
    library = getattr(sys, "stdlib_module_names", loaded)
    assert set(loaded) - set(library) <= installed
