"""The folder of the files: what is found there, what is damaged or other data, what is written."""
import gzip
import os
import pathlib
import re

import pytest
from idx_files import MNIST, NAMES, OTHER, contents, small_files, write

import input_data

NAME = NAMES[0]
BODY = MNIST[NAME]
LOGIN_PAGE = b"<html>Sign in</html>"


def read(folder, **options):
    return input_data.read_data_sets(folder, validation_size=0, **options)


@pytest.mark.parametrize("body", [BODY, gzip.decompress(BODY)], ids=["gzipped", "plain"])
@pytest.mark.parametrize("name", [
    "train-images-idx3-ubyte.gz", "train-images-idx3-ubyte",
    "train-images.idx3-ubyte.gz", "train-images.idx3-ubyte"])
@pytest.mark.parametrize("wanted", ["train-images-idx3-ubyte.gz", "train-images-idx3-ubyte"])
def test_a_file_is_found_under_the_names_that_unpackers_give(mirror, tmp_path, wanted, name, body):
    write(tmp_path, {name: body})

    path = input_data.maybe_download(wanted, tmp_path)

    assert path == str(tmp_path / name)
    assert contents(tmp_path) == {name: body}
    assert mirror.requests == []


def test_a_damaged_file_is_replaced_and_kept_beside_its_replacement(mirror, tmp_path, capsys):
    write(tmp_path, {**MNIST, NAME: LOGIN_PAGE})

    read(tmp_path)

    assert contents(tmp_path) == {**MNIST, NAME + ".damaged": LOGIN_PAGE}
    found, download = capsys.readouterr().err.splitlines()
    assert re.match(rf"{re.escape(str(tmp_path / NAME))} cannot be used: .*<html>", found)
    assert download == f"Downloading {mirror.url}{NAME}"


@pytest.mark.parametrize("missing", NAMES)
def test_only_what_is_missing_of_mnist_is_downloaded(mirror, tmp_path, missing):
    write(tmp_path, MNIST)
    (tmp_path / missing).unlink()

    read(tmp_path)

    assert mirror.requests == [missing]
    assert contents(tmp_path) == MNIST


@pytest.mark.parametrize("other", NAMES[1:])
def test_mnist_is_not_added_to_other_data(mirror, tmp_path, other):
    there = {NAME: LOGIN_PAGE, other: OTHER[other]}
    write(tmp_path, there)

    with pytest.raises(OSError, match=NAME) as caught:
        read(tmp_path)

    assert str(tmp_path / other) in str(caught.value)
    assert contents(tmp_path) == there
    assert mirror.requests == []


def test_other_data_is_completed_from_its_own_source(mirror, tmp_path, capsys):
    source = write(tmp_path / "source", OTHER).as_uri()
    folder = write(tmp_path / "other", {NAME: OTHER[NAME]})

    read(folder, source_url=source)
    read(folder)  # complete, it needs no source

    assert contents(folder) == OTHER
    told = capsys.readouterr().err.splitlines()
    assert told == [f"Downloading {source}/{name}" for name in NAMES[1:]]
    assert mirror.requests == []


def test_mnist_in_place_of_what_a_source_has_is_used_and_told(mirror, tmp_path, capsys):
    write(tmp_path, MNIST)

    read(tmp_path, source_url="http://127.0.0.1:1/")

    assert re.match(rf".*MNIST's .*{NAME}.* http://127.0.0.1:1/", capsys.readouterr().err)


@pytest.mark.parametrize(("name", "files"), [
    (NAMES[1], small_files(train=19)), (NAMES[3], small_files(test=9)),
    (NAMES[2], small_files(rows=3, columns=2))], ids=["training labels", "test labels", "shapes"])
def test_files_that_do_not_belong_together_are_refused(tmp_path, name, files):
    write(tmp_path, {**MNIST, name: files[name]})

    with pytest.raises(ValueError, match=name):
        read(tmp_path)


def test_a_folder_may_be_the_current_one_or_a_new_one_at_home(mirror, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))  # on Windows
    monkeypatch.chdir(tmp_path)

    read("~/a/mnist")
    input_data.maybe_download(NAME, "~/b")
    input_data.maybe_download(NAME, "")

    assert contents(tmp_path / "a" / "mnist") == MNIST
    assert contents(tmp_path / "b") == {NAME: BODY}
    assert (tmp_path / NAME).read_bytes() == BODY


def test_a_folder_that_cannot_be_made_is_told_before_anything_is_downloaded(mirror, tmp_path):
    write(tmp_path, {"file": b"in the way"})

    with pytest.raises(OSError) as caught:
        read(tmp_path / "file" / "mnist")

    assert caught.value.filename == str(tmp_path / "file" / "mnist")
    assert mirror.requests == []


@pytest.fixture
def locked(tmp_path, monkeypatch):
    """The current folder. It has all of MNIST but NAME, and we may not write there."""
    write(tmp_path, {**MNIST, NAME: LOGIN_PAGE})
    monkeypatch.chdir(tmp_path)
    tmp_path.chmod(0o555)
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)  # "nobody", as root may write anywhere
    yield pathlib.Path()
    os.seteuid(user)


@pytest.mark.skipif(os.name != "posix", reason="Windows has other permissions")
def test_a_folder_in_which_we_may_not_write_is_read_and_left_alone(mirror, locked):
    assert input_data.maybe_download(NAMES[1], locked)

    with pytest.raises(PermissionError):
        input_data.maybe_download(NAME, locked)

    assert contents(locked) == {**MNIST, NAME: LOGIN_PAGE}


def test_a_write_that_fails_leaves_nothing_behind(mirror, tmp_path):
    write(tmp_path, {NAME: LOGIN_PAGE})
    (tmp_path / f"{NAME}.damaged").mkdir()  # where the login page cannot be put

    with pytest.raises(OSError, match=r"\.incomplete.*\.damaged"):
        input_data.maybe_download(NAME, tmp_path)

    assert sorted(path.name for path in tmp_path.iterdir()) == [NAME, f"{NAME}.damaged"]
