"""read_data_sets and DataSet: splits, shapes, dtypes, options and their refusals, drawn digits."""
import gzip
import hashlib
import re

import numpy as np
import pytest
from conftest import run_python
from idx_files import NAMES, contents, cycling_labels, idx, random_images, small_files, write

import input_data

PIXELS = random_images(20)[..., np.newaxis]
ROWS = PIXELS.reshape(20, 784)
LABELS = np.arange(20, dtype=np.uint8)


@pytest.fixture
def folder(tmp_path):
    write(tmp_path, small_files(train=60, test=20))
    return tmp_path


@pytest.mark.parametrize("fake_data", [False, True], ids=["files", "drawn"])
def test_sets_have_the_documented_sizes_shapes_and_dtypes(data_dir, fake_data):
    data_sets = input_data.read_data_sets(data_dir, fake_data, one_hot=True)
    assert [data_set.num_examples for data_set in data_sets] == [55000, 5000, 10000]
    for data_set in data_sets:
        number = data_set.num_examples
        assert (data_set.images.shape, data_set.images.dtype) == ((number, 784), np.float32)
        assert (data_set.images.min(), data_set.images.max()) == (0, 1)
        assert (data_set.labels.shape, data_set.labels.dtype) == ((number, 10), np.float64)
        assert (data_set.labels.sum(axis=1) == 1).all()
    assert data_sets == (data_sets.train, data_sets.valid, data_sets.test)


@pytest.mark.parametrize("size", [0, 10, 60])
def test_the_first_training_examples_are_for_validation(folder, size):
    data_sets = input_data.read_data_sets(folder, validation_size=size, dtype=np.uint8)
    train = random_images(60, seed=1).reshape(60, 784), cycling_labels(60)
    test = random_images(20, seed=2).reshape(20, 784), cycling_labels(20)
    for data_set, (images, labels), part in zip(
            data_sets, (train, train, test), (slice(size, 60), slice(size), slice(20))):
        assert data_set.images.tolist() == images[part].tolist()
        assert data_set.labels.tolist() == labels[part].tolist()
        assert data_set.images.shape == (data_set.num_examples, 784)


def test_every_argument_has_the_place_it_had_in_tensorflow(folder):
    train = input_data.read_data_sets(
        str(folder), False, True, np.uint8, False, 10, 7, "http://127.0.0.1:9/", 12).train
    assert (train.images.shape, train.images.dtype) == ((50, 28, 28, 1), np.uint8)
    assert (train.next_batch(50)[1] == train.labels[np.random.RandomState(7).permutation(50)]).all()
    data_set = input_data.DataSet(PIXELS, LABELS, False, False, np.uint8, False, 7)
    assert (data_set.next_batch(20, True, False)[0] == PIXELS).all()
    assert (data_set.next_batch(20)[0] == PIXELS[np.random.RandomState(7).permutation(20)]).all()


@pytest.mark.parametrize("dtype", [np.float32, np.dtype("f4"), float, "float", np.uint8, "u1"])
def test_a_dtype_is_numpys_or_a_name(dtype):
    data_set = input_data.DataSet(PIXELS, LABELS, dtype=dtype)
    expected = np.float32 if dtype in (float, "float") else np.dtype(dtype)
    assert data_set.next_batch(5)[0].dtype == data_set.images.dtype == expected


@pytest.mark.parametrize("dtype", [np.uint8, np.int64, np.float32, np.float64, object])
def test_float_images_are_the_pixels_times_one_255th(dtype):
    pixels = PIXELS.astype(dtype)
    data_set = input_data.DataSet(pixels, LABELS)
    pixels[:] = pixels if dtype == np.uint8 else 0  # which are kept, while others are copied
    for _ in range(2):
        for images in (data_set.next_batch(20, shuffle=False)[0], data_set.images):
            assert images.tobytes() == (ROWS * np.float32(1 / 255)).tobytes()


def test_a_set_keeps_arrays_and_takes_lists():
    vast = np.broadcast_to(np.uint8(255), (10**6, 10**6, 1, 1))  # terabytes, if all were scaled
    images, _ = input_data.DataSet(vast, np.arange(10**6), reshape=False).next_batch(2)
    assert (images.shape, images.min()) == ((2, 10**6, 1, 1), 1)
    data_set = input_data.DataSet(PIXELS, LABELS, dtype=np.uint8, reshape=False)
    assert data_set.images is PIXELS
    assert data_set.labels is LABELS
    assert repr(data_set) == "<DataSet: images uint8 [20, 28, 28, 1], labels uint8 [20]>"
    for labels in (LABELS.tolist(), LABELS.astype(object)):
        images, labels = input_data.DataSet(PIXELS.tolist(), labels, dtype="uint8").next_batch(20)
        assert (images == ROWS[labels.astype(int)]).all()


REFUSED = [
    (ValueError, {"validation_size": -1}, "validation_size is -1; it must be from 0 to 60, the"),
    (ValueError, {"validation_size": 61}, "validation_size is 61; it must be from 0 to 60, the"),
    (ValueError, {"num_classes": 9}, "label 9 does not fit num_classes=9"),
    *((TypeError, {"train_dir": "new", "dtype": dtype}, f"images cannot be of dtype {dtype!r}: cho")
      # Before anything is fetched.
      for dtype in (np.float64, np.dtype(float), int, "uint16", "no dtype", None, {}, ">f4")),
    *((TypeError, {name: value}, f"{name} is {value!r}, but it must be an integer")
      for name in ("seed", "validation_size", "num_classes") for value in (9.0, float("inf"), "9")),
]


@pytest.mark.parametrize(("error", "options", "problem"), REFUSED, ids=str)
def test_an_argument_that_does_not_fit_is_refused(folder, error, options, problem):
    files = contents(folder)
    with pytest.raises(error, match=f"^{re.escape(problem)}"):
        input_data.read_data_sets(**{"train_dir": folder, "one_hot": True, "validation_size": 9,
                                     "source_url": "none://", **options})
    assert contents(folder) == files


@pytest.mark.parametrize(("place", "images", "labels"), [(0, 60, 59), (2, 20, 19)])
def test_images_and_labels_of_different_number_are_refused(folder, place, images, labels):
    paths = [folder / name for name in NAMES[place:place + 2]]
    paths[1].write_bytes(gzip.compress(idx(LABELS[:1].repeat(labels))))
    problem = f"{images} images in {paths[0]} do not go with {labels} labels in {paths[1]}: replace"
    with pytest.raises(ValueError, match=re.escape(problem)):
        input_data.read_data_sets(folder)
    with pytest.raises(ValueError, match="20 images do not go with 19 labels"):
        input_data.DataSet(PIXELS, LABELS[1:])


def test_digits_are_drawn_alike_and_nothing_is_fetched(tmp_path, capsys):
    data_sets = input_data.read_data_sets(tmp_path / "new", True, dtype="uint8", source_url="no://")
    assert capsys.readouterr() == (
        "", "These are drawn digits: what is learned from them says nothing about MNIST.\n")
    assert not (tmp_path / "new").exists()
    drawn = data_sets.test.images.tobytes() + data_sets.test.labels.tobytes()
    assert hashlib.sha256(drawn).hexdigest() == (
        "23947a51574b534b761c8d30bb776d37d52b1c65579c772de4cf9352f2e6b550")
    data_set = input_data.DataSet([], [], True, one_hot=True)
    assert (data_set.images.shape, data_set.labels.shape) == ((10000, 784), (10000, 10))


ALONE = """
import sys
before = set(sys.modules)
sys.modules.update(dict.fromkeys(["tensorflow", "certifi", "_ssl"]))  # cannot be imported
import input_data
for place in sys.argv[1:3]:
    assert not {"http.client", "ssl", "urllib.request"} & (set(sys.modules) - before)
    mnist = input_data.read_data_sets(place, validation_size=10, source_url=sys.argv[3])
    assert mnist.train.next_batch(20)[0].shape == (20, 784)
paths = {name: getattr(sys.modules[name], "__file__", None) for name in set(sys.modules) - before}
assert {name.partition(".")[0] for name in paths if "-packages" in (paths[name] or "")} == {"numpy"}
"""


def test_numpy_is_all_that_is_needed(server, folder):
    """To read files no HTTP is loaded, and a plain HTTP download works without TLS."""
    server.serve(contents(folder))
    ended = run_python("-c", ALONE, folder, folder / "new", server.url)
    assert ended.returncode == 0, ended.stderr


WITH_TENSORFLOW = """
import sys
sys.path[:0] = ["tests"]
import numpy as np
import tensorflow.compat.v1 as tf
import input_data
from test_batches import numbered, order_of
def first(**options):
    return numbered(50, **options).next_batch(50)[1].tolist()
tf.enable_v2_behavior()
tf.set_random_seed(5)
drawn = tf.random.uniform([3]).numpy().tolist()
tf.set_random_seed(5)
assert first() and tf.random.uniform([3]).numpy().tolist() == drawn
for change_mode in (tf.enable_v2_behavior, tf.disable_v2_behavior):
    change_mode()
    for seed in (1234, 0):
        tf.set_random_seed(seed)
        assert (first(), first(seed=7)) == (order_of(seed), order_of(7))
    assert first(seed=0) == order_of(2**31 - 1)  # for both seeds are 0
    tf.set_random_seed(None)
    np.random.seed(1)
    assert first() == order_of(1)
assert [numbered(5, dtype=t).images.dtype for t in (tf.float32, tf.uint8)] == ["float32", "uint8"]
assert len(input_data.extract_labels(tf.io.gfile.GFile(sys.argv[1], "rb"))) == 60
"""


@pytest.mark.tensorflow
def test_tensorflows_seeds_dtypes_and_files_are_understood(folder):
    ended = run_python("-c", WITH_TENSORFLOW, folder / NAMES[1])
    assert ended.returncode == 0, ended.stderr
