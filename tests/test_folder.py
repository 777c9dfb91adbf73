"""The folder of the files: what is found there, what is damaged or other data, what is written."""
import os
import pathlib
import re
import sys

import pytest
from idx_files import MNIST, NAMES, OTHER, contents, unpacked, write
from servers import whole

import input_data

NAME = NAMES[0]
BODY = MNIST[NAME]
UNPACKED = {name[:-len(".gz")]: unpacked(body) for name, body in MNIST.items()}
LOGIN_PAGE = b"<html>Sign in</html>"


def read(folder, **options):
    return input_data.read_data_sets(folder, validation_size=0, **options)


@pytest.mark.parametrize("body", [BODY, unpacked(BODY)], ids=["gzipped", "plain"])
@pytest.mark.parametrize("name", [
    "train-images-idx3-ubyte.gz", "train-images-idx3-ubyte",
    "train-images.idx3-ubyte.gz", "train-images.idx3-ubyte"])
@pytest.mark.parametrize("wanted", ["train-images-idx3-ubyte.gz", "train-images-idx3-ubyte"])
def test_a_file_is_found_under_the_names_that_unpackers_give(
        mirror, tmp_path, capsys, wanted, name, body):
    write(tmp_path, {name: body})

    path = input_data.maybe_download(wanted, tmp_path)

    assert path == str(tmp_path / name)
    assert contents(tmp_path) == {name: body}
    assert mirror.requests == []
    assert capsys.readouterr() == ("", "")


def test_a_damaged_file_does_not_hide_an_intact_one(mirror, tmp_path):
    there = {NAME: BODY[:-1], "train-images-idx3-ubyte": b"", "train-images.idx3-ubyte": BODY}
    write(tmp_path, there)

    path = input_data.maybe_download(NAME, tmp_path)

    assert path == str(tmp_path / "train-images.idx3-ubyte")
    assert contents(tmp_path) == there


def test_a_damaged_file_is_replaced_and_kept_beside_its_replacement(mirror, tmp_path, capsys):
    write(tmp_path, {**MNIST, NAME: LOGIN_PAGE})

    read(tmp_path)

    assert contents(tmp_path) == {**MNIST, NAME + ".damaged": LOGIN_PAGE}
    found, download = capsys.readouterr().err.splitlines()
    assert re.match(rf"{re.escape(str(tmp_path / NAME))} cannot be used: .*<html>", found)
    assert download == f"Downloading {mirror.url}{NAME}"


@pytest.mark.parametrize("missing", NAMES)
def test_only_what_is_missing_of_mnist_is_downloaded(mirror, tmp_path, missing):
    """The other files are plain, so MNIST is known by its content."""
    write(tmp_path, UNPACKED)
    (tmp_path / missing[:-len(".gz")]).unlink()

    read(tmp_path)

    assert mirror.requests == [missing]
    assert (tmp_path / missing).read_bytes() == MNIST[missing]


@pytest.mark.parametrize("other", NAMES[1:])
def test_mnist_is_not_added_to_other_data(mirror, tmp_path, other):
    there = {NAME: LOGIN_PAGE, other: OTHER[other]}
    write(tmp_path, there)

    with pytest.raises(OSError, match=NAME) as caught:
        read(tmp_path)

    assert str(tmp_path / other) in str(caught.value)
    assert contents(tmp_path) == there
    assert mirror.requests == []


def test_other_data_is_completed_from_its_own_source(mirror, server, tmp_path, capsys):
    for name in NAMES:
        server.answers[name] = [whole(OTHER[name])]
    write(tmp_path, {NAMES[3]: OTHER[NAMES[3]]})

    read(tmp_path, source_url=server.url)

    assert contents(tmp_path) == OTHER
    assert server.requests == NAMES[:3]
    assert "MNIST" not in capsys.readouterr().err
    assert read(tmp_path).train.num_examples == 20  # complete, it needs no source
    assert mirror.requests == []


def test_mnist_in_place_of_what_a_source_has_is_used_and_told(mirror, server, tmp_path, capsys):
    write(tmp_path, MNIST)

    read(tmp_path, source_url=server.url)

    assert re.match(rf".*MNIST's .*{NAME}.* {server.url}", capsys.readouterr().err)
    assert server.requests == []


def test_a_tilde_is_the_home_folder_and_missing_folders_are_made(mirror, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))

    read("~/a/mnist")
    input_data.maybe_download(NAME, "~/b")

    assert contents(tmp_path / "a" / "mnist") == MNIST
    assert contents(tmp_path / "b") == {NAME: BODY}


def test_a_file_in_the_current_folder_is_as_any_other_new_file(mirror, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write(tmp_path, {"usual": b""})

    assert input_data.maybe_download(NAME, "") == NAME
    assert contents(tmp_path) == {NAME: BODY, "usual": b""}
    assert os.stat(NAME).st_mode == os.stat("usual").st_mode


def test_a_folder_that_cannot_be_made_is_told_before_anything_is_downloaded(mirror, tmp_path):
    write(tmp_path, {"file": b"in the way"})

    with pytest.raises(OSError, match=re.escape(str(tmp_path / "file"))):
        read(tmp_path / "file" / "mnist")

    assert mirror.requests == []


@pytest.fixture
def locked(tmp_path, monkeypatch):
    """The current folder. It has all of MNIST but NAME, and we may not write there."""
    if os.name != "posix":
        pytest.skip("Windows has other permissions")
    write(tmp_path, {**MNIST, NAME: LOGIN_PAGE})
    monkeypatch.chdir(tmp_path)
    tmp_path.chmod(0o555)
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)  # "nobody", as root may write anywhere
    yield pathlib.Path()
    os.seteuid(user)
    tmp_path.chmod(0o755)


def test_a_folder_in_which_we_may_not_write_is_read_and_left_alone(mirror, locked):
    assert input_data.maybe_download(NAMES[1], locked)

    with pytest.raises(PermissionError):
        input_data.maybe_download(NAME, locked)

    assert contents(locked) == {**MNIST, NAME: LOGIN_PAGE}


def test_without_standard_error_files_come_all_the_same(mirror, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(sys, "stderr", None)

    input_data.maybe_download(NAME, tmp_path)

    assert contents(tmp_path) == {NAME: BODY}
    assert capsys.readouterr().out == ""
