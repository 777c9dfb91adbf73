"""The folder of the files: what is found there, what is damaged or other data, what is written."""
import gzip
import re

import pytest
from idx_files import NAMES, OTHER, SMALL_MNIST, contents, small_files, write

import input_data

NAME = NAMES[0]
BODY = SMALL_MNIST[NAME]
LOGIN_PAGE = b"<html>Sign in</html>"
NOWHERE = "http://127.0.0.1:1/"  # where no server listens


def read(folder, **options):
    return input_data.read_data_sets(folder, validation_size=0, **options)


@pytest.mark.parametrize("body", [BODY, gzip.decompress(BODY)], ids=["gzipped", "plain"])
@pytest.mark.parametrize("name", [
    "train-images-idx3-ubyte.gz", "train-images-idx3-ubyte",
    "train-images.idx3-ubyte.gz", "train-images.idx3-ubyte"])
@pytest.mark.parametrize("wanted", ["train-images-idx3-ubyte.gz", "train-images-idx3-ubyte"])
def test_an_unpacked_file_is_found_under_its_usual_names(mirror, tmp_path, wanted, name, body):
    write(tmp_path, {name: body})

    path = input_data.maybe_download(wanted, tmp_path)

    assert path == str(tmp_path / name)
    assert contents(tmp_path) == {name: body}
    assert mirror.requests == []


@pytest.mark.parametrize("name", [NAME, "digits"])
def test_a_damaged_file_is_replaced_and_kept(
        server, tmp_path, capsys, name):
    write(tmp_path, {name: LOGIN_PAGE})
    server.serve({name: BODY})

    input_data.maybe_download(name, tmp_path, server.url + name)

    assert contents(tmp_path) == {name: BODY, name + ".damaged": LOGIN_PAGE}
    refusal, download = capsys.readouterr().err.splitlines()
    assert re.match(rf"{re.escape(str(tmp_path / name))} cannot be used: .*<html>", refusal)
    assert download == f"Downloading {server.url}{name}"


def test_an_intact_file_is_found_beside_a_damaged_one(mirror, tmp_path):
    intact = NAME[:-len(".gz")]
    write(tmp_path, {NAME: LOGIN_PAGE, intact: BODY})

    assert input_data.maybe_download(NAME, tmp_path) == str(tmp_path / intact)
    assert mirror.requests == []


@pytest.mark.parametrize("missing", NAMES)
def test_only_missing_files_are_downloaded(mirror, tmp_path, missing):
    write(tmp_path, SMALL_MNIST)
    (tmp_path / missing).unlink()

    read(tmp_path)

    assert mirror.requests == [missing]
    assert contents(tmp_path) == SMALL_MNIST


@pytest.mark.parametrize("other", NAMES[1:])
def test_mnist_is_not_added_to_other_data(mirror, tmp_path, other):
    there = {NAME: LOGIN_PAGE, other: OTHER[other]}
    write(tmp_path, there)

    with pytest.raises(OSError, match=NAME) as caught:
        read(tmp_path)

    assert str(tmp_path / other) in str(caught.value)
    assert contents(tmp_path) == there
    assert mirror.requests == []


@pytest.mark.parametrize("found", NAMES)
def test_other_data_is_not_added_to_mnist(server, mirror, tmp_path, found):
    server.serve(OTHER)
    write(tmp_path, {found: SMALL_MNIST[found]})

    with pytest.raises(OSError, match=r"could not be downloaded:\n.*SHA-256"):
        read(tmp_path, source_url=server.url)

    assert contents(tmp_path) == {found: SMALL_MNIST[found]}


def test_a_private_mirror_completes_mnist(server, mirror, tmp_path):
    server.serve(SMALL_MNIST)
    write(tmp_path, {NAME: BODY})

    read(tmp_path, source_url=server.url)

    assert contents(tmp_path) == SMALL_MNIST
    assert server.requests == NAMES[1:]


def test_other_data_is_completed_from_its_own_source(server, mirror, tmp_path, capsys):
    server.serve(OTHER)
    write(tmp_path, {NAME: OTHER[NAME]})

    read(tmp_path, source_url=server.url)

    assert contents(tmp_path) == OTHER
    assert mirror.requests == []
    assert capsys.readouterr().err.count("\n") == 3  # the downloads


@pytest.mark.parametrize(("files", "source_url", "warning"), [
    (SMALL_MNIST, NOWHERE,
     f"Using MNIST's {{}}. If {NOWHERE} has other data, use another folder.\n"),
    (OTHER, None, "{} is not MNIST's.\n")], ids=["MNIST", "other data"])
def test_four_files_win_over_source_url_with_a_warning(
        mirror, tmp_path, capsys, files, source_url, warning):
    write(tmp_path, files)

    read(tmp_path, source_url=source_url)

    assert capsys.readouterr().err == warning.format(tmp_path / NAME)


@pytest.mark.parametrize("source_url", [None, NOWHERE])
@pytest.mark.parametrize("wrong", NAMES)
def test_one_wrong_byte_in_an_unpacked_file_is_reported(
        mirror, tmp_path, capsys, wrong, source_url):
    plain = gzip.decompress(SMALL_MNIST[wrong])
    write(tmp_path, {**SMALL_MNIST, wrong: plain[:-1] + bytes([plain[-1] ^ 1])})

    read(tmp_path, source_url=source_url)

    (warning,) = capsys.readouterr().err.splitlines()
    first = NAMES[1] if wrong == NAME else NAME
    assert warning == f"{tmp_path / first} is MNIST's, but {tmp_path / wrong} is not."


@pytest.mark.parametrize(("name", "files"), [
    (NAMES[1], small_files(train=19)), (NAMES[3], small_files(test=9)),
    (NAMES[2], small_files(rows=3, columns=2))], ids=["training labels", "test labels", "shapes"])
def test_files_that_do_not_belong_together_are_rejected(tmp_path, name, files):
    write(tmp_path, {**SMALL_MNIST, name: files[name]})

    with pytest.raises(ValueError, match=rf"^these files do not belong together; .*{name} \("):
        read(tmp_path)


@pytest.mark.parametrize("download", [read, lambda folder: [
    input_data.maybe_download(name, folder) for name in NAMES]], ids=["all", "one by one"])
def test_a_folder_below_home_is_created_and_filled(mirror, tmp_path, monkeypatch, download):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))  # on Windows

    download("~/data/mnist")

    assert contents(tmp_path / "data" / "mnist") == SMALL_MNIST


def test_an_empty_folder_name_means_the_current_folder(mirror, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    input_data.maybe_download(NAME, "")

    assert contents(tmp_path) == {NAME: BODY}


def test_load_mnist_uses_the_folder_of_tf_contrib_learn(mirror, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "MNIST-data", small_files(train=5001))

    assert input_data.load_mnist().train.labels.tolist() == [0]


def test_a_downloaded_file_has_the_usual_permissions(mirror, tmp_path):
    write(tmp_path, {"other": b""})

    input_data.maybe_download(NAME, tmp_path)

    assert (tmp_path / NAME).stat().st_mode == (tmp_path / "other").stat().st_mode


def test_an_impossible_folder_fails_before_any_download(mirror, tmp_path):
    write(tmp_path, {"file": b"in the way"})

    with pytest.raises(OSError) as caught:
        read(tmp_path / "file" / "mnist")

    assert caught.value.filename == str(tmp_path / "file" / "mnist")
    assert mirror.requests == []


def test_a_write_that_fails_leaves_nothing_behind(mirror, tmp_path):
    write(tmp_path, {NAME: LOGIN_PAGE})
    (tmp_path / f"{NAME}.damaged").mkdir()  # where the login page cannot be put

    with pytest.raises(OSError, match=r"\.incomplete.*\.damaged"):
        input_data.maybe_download(NAME, tmp_path)

    assert sorted(path.name for path in tmp_path.iterdir()) == [NAME, f"{NAME}.damaged"]
