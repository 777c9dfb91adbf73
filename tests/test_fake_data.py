"""The digits that are drawn where there is no MNIST."""
import hashlib

import numpy as np
import pytest
from conftest import run_python
from idx_files import cycling_labels, random_images

import input_data


@pytest.fixture(scope="module")
def drawn():
    return input_data.read_data_sets("nowhere", fake_data=True, one_hot=True)


def test_drawn_sets_look_like_mnist(drawn):
    assert [data_set.num_examples for data_set in drawn] == [55000, 5000, 10000]
    for data_set in drawn:
        number = data_set.num_examples
        assert data_set.images.shape == (number, 784)
        assert data_set.images.dtype == np.float32
        assert data_set.images.min() == 0
        assert data_set.images.max() == 1
        assert data_set.labels.shape == (number, 10)
        assert data_set.labels.dtype == np.float64
        assert (data_set.labels.sum(axis=1) == 1).all()


def test_drawn_sets_are_said_to_be_drawn(capsys):
    input_data.read_data_sets("nowhere", fake_data=True)
    assert capsys.readouterr() == (
        "", "These are drawn digits: what is learned from them says nothing about MNIST.\n")


def test_all_ten_digits_are_about_equally_often(drawn):
    for data_set in drawn:
        share = data_set.labels.mean(axis=0)
        assert share.min() > 0.09
        assert share.max() < 0.11


def test_drawn_sets_take_the_usual_options():
    data_sets = input_data.read_data_sets(
        "nowhere", fake_data=True, dtype="uint8", reshape=False, validation_size=100, seed=3)
    assert [data_set.num_examples for data_set in data_sets] == [59900, 100, 10000]
    assert data_sets.train.images.shape == (59900, 28, 28, 1)
    assert data_sets.train.images.dtype == np.uint8
    assert data_sets.train.labels.shape == (59900,)
    wide = input_data.read_data_sets("nowhere", fake_data=True, one_hot=True, num_classes=12)
    assert wide.test.labels.shape == (10000, 12)
    with pytest.raises(ValueError, match="num_classes=9"):
        input_data.read_data_sets("nowhere", fake_data=True, one_hot=True, num_classes=9)
    with pytest.raises(ValueError, match="from 0 to 60000"):
        input_data.read_data_sets("nowhere", fake_data=True, validation_size=60001)


def test_the_seed_orders_the_batches():
    labels = [input_data.read_data_sets("nowhere", fake_data=True, seed=seed).test.next_batch(50)[1]
              for seed in (1, 1, 2)]
    assert labels[0].tolist() == labels[1].tolist() != labels[2].tolist()


def test_the_digits_are_the_same_every_time_and_everywhere(drawn):
    """Drawn first by CPython 3.11 with NumPy 2.4.6, and the same by 3.7 with NumPy 1.18."""
    code = ("import hashlib, input_data; data = input_data.read_data_sets('', fake_data=True,"
            "dtype='uint8').test; print(hashlib.sha256(data.images.tobytes()"
            "+ data.labels.tobytes()).hexdigest())")
    ended = run_python("-c", code)
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.strip() == (
        "23947a51574b534b761c8d30bb776d37d52b1c65579c772de4cf9352f2e6b550")
    pixels = np.rint(drawn.test.images * 255).astype(np.uint8)
    labels = drawn.test.labels.argmax(axis=1).astype(np.uint8)
    assert hashlib.sha256(pixels.tobytes() + labels.tobytes()).hexdigest() == ended.stdout.strip()


def test_no_two_examples_are_alike_but_each_is_like_its_digit(drawn):
    images = drawn.test.images
    assert len({image.tobytes() for image in images}) == len(images)
    labels = drawn.test.labels.argmax(axis=1)
    means = np.array([images[labels == digit].mean(axis=0) for digit in range(10)])
    likeness = np.corrcoef(means)
    assert likeness[~np.eye(10, dtype=bool)].max() < 0.97


def test_a_drawn_set_touches_neither_disk_nor_network(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(input_data, "MIRRORS", ["http://127.0.0.1:9/"])
    input_data.read_data_sets("folder", fake_data=True)
    assert list(tmp_path.iterdir()) == []


def test_a_data_set_with_fake_data_holds_10000_drawn_digits():
    data_set = input_data.DataSet([], [], fake_data=True, one_hot=True)
    assert data_set.num_examples == 10000
    images, labels = data_set.next_batch(100, fake_data=True)
    assert images.shape == (100, 784)
    assert labels.shape == (100, 10)
    assert input_data.DataSet([], [], True).labels.shape == (10000,)


@pytest.mark.parametrize("of", ["drawn digits", "own data"])
def test_a_batch_that_is_asked_for_as_fake_data_is_the_next_one_as_ever(of):
    def make():
        if of == "drawn digits":
            return input_data.DataSet([], [], fake_data=True, seed=1)
        images = random_images(3000)[..., np.newaxis]
        return input_data.DataSet(images, cycling_labels(3000), seed=1)
    data_set, twin = make(), make()
    for _ in range(3):
        ours, theirs = data_set.next_batch(2000, fake_data=True), twin.next_batch(2000)
        assert (ours[0] == theirs[0]).all()
        assert (ours[1] == theirs[1]).all()
    assert data_set.epochs_completed == twin.epochs_completed


CLOSED = "http://127.0.0.1:9/"


@pytest.mark.tensorflow
def test_the_script_trains_on_drawn_digits_without_files_or_network(run_script, tmp_path):
    proxies = dict.fromkeys(("http_proxy", "https_proxy", "all_proxy"), CLOSED)
    ended = run_script("--fake_data", cwd=tmp_path, **proxies)
    assert ended.returncode == 0, ended.stderr
    (line,) = ended.stdout.splitlines()
    assert 0.85 < float(line) < 0.97
    (notice,) = [line for line in ended.stderr.splitlines() if "drawn" in line]
    assert "says nothing about MNIST" in notice
    assert list(tmp_path.iterdir()) == []
