"""Who is asked for a file, in which order and how often, and what a script may change about it."""
import ssl
import urllib.request

import pytest
from idx_files import MNIST, NAMES, OTHER, contents, unpacked
from servers import status, whole

import input_data

NAME = NAMES[0]
BODY = MNIST[NAME]


def test_mnists_mirrors_are_two_hosts_and_the_first_one_without_tls():
    assert list(input_data.MIRRORS) == [
        "https://storage.googleapis.com/cvdf-datasets/mnist/",
        "https://ossci-datasets.s3.amazonaws.com/mnist/",
        "http://storage.googleapis.com/cvdf-datasets/mnist/"]


def test_real_mnist_is_what_mirrors_must_send(mnist_dir, tmp_path, monkeypatch):
    monkeypatch.setattr(input_data, "MIRRORS", [mnist_dir.as_uri()])

    mnist = input_data.read_data_sets(tmp_path)

    assert mnist.train.num_examples == 55000
    assert contents(tmp_path) == contents(mnist_dir)


def test_the_mirror_that_worked_is_asked_first_for_the_next_file(mirror, second_mirror, tmp_path):
    mirror.answers[NAMES[0]] = [status(503)]
    second_mirror.answers[NAMES[2]] = [status(503)]

    input_data.read_data_sets(tmp_path, validation_size=0)

    assert mirror.requests == [NAMES[0], NAMES[2], NAMES[3]]
    assert second_mirror.requests == [NAMES[0], NAMES[1], NAMES[2]]
    assert list(input_data.MIRRORS) == [mirror.url, second_mirror.url]


@pytest.mark.parametrize("source_url", [
    None, "", "https://storage.googleapis.com/cvdf-datasets/mnist/",
    "http://yann.lecun.com/exdb/mnist/", "HTTPS://Yann.LeCun.com/exdb/mnist"])
def test_an_address_of_mnists_stands_for_all_mirrors(mirror, second_mirror, tmp_path, source_url):
    mirror.answers[NAME] = [whole(OTHER[NAME])]

    input_data.read_data_sets(tmp_path, validation_size=0, source_url=source_url)

    assert contents(tmp_path) == MNIST
    assert second_mirror.requests == NAMES


def test_a_mirrors_own_address_stands_for_all_mirrors(mirror, second_mirror, tmp_path):
    input_data.read_data_sets(tmp_path, validation_size=0, source_url=second_mirror.url[:-1])

    assert mirror.requests == NAMES


@pytest.mark.parametrize("url", [[], [None], ["http://yann.lecun.com/exdb/mnist/" + NAME]])
def test_a_single_file_comes_from_the_mirrors_too(mirror, second_mirror, tmp_path, url):
    mirror.answers[NAME] = [whole(OTHER[NAME])]

    path = input_data.maybe_download(NAME, tmp_path, *url)

    assert path == str(tmp_path / NAME)
    assert contents(tmp_path) == {NAME: BODY}


@pytest.mark.parametrize("end", ["data", "data/"])
def test_a_files_name_is_appended_to_ones_own_source(server, tmp_path, end):
    for name, body in OTHER.items():
        server.answers[f"data/{name}"] = [whole(body)]

    input_data.read_data_sets(tmp_path, validation_size=0, source_url=server.url + end)

    assert contents(tmp_path) == OTHER


@pytest.mark.parametrize(("name", "remote_name", "original"), [
    ("digits", "file?id=17", NAMES[0]), ("my-labels", "17", NAMES[1]), ("my", "labels", NAMES[1])])
def test_a_file_may_have_a_name_of_its_own(server, tmp_path, name, remote_name, original):
    """If its name, or the one at its source, says that it holds labels, it must."""
    server.answers[remote_name] = [whole(unpacked(OTHER[original]))]
    folder = tmp_path / "labels and images"

    for _ in range(2):
        path = input_data.maybe_download(name, folder, server.url + remote_name)

    assert path == str(folder / name)
    assert contents(folder) == {name: unpacked(OTHER[original])}
    assert server.requests == [remote_name]


class Recorder(urllib.request.BaseHandler):
    """Notes which addresses are opened, and with which timeout."""

    def __init__(self):
        self.opened = []

    def default_open(self, request):
        self.opened.append((request.full_url, request.timeout))


def test_an_opener_that_a_script_installs_is_used(mirror, tmp_path, monkeypatch):
    recorder = Recorder()
    monkeypatch.setattr(urllib.request, "_opener", None)
    urllib.request.install_opener(urllib.request.build_opener(recorder))

    input_data.maybe_download(NAME, tmp_path)

    assert recorder.opened == [(mirror.url + NAME, 20)]


def test_a_script_may_trust_any_certificate(tls_server, tmp_path, monkeypatch):
    monkeypatch.setattr(urllib.request, "_opener", None)  # which keeps what was trusted before
    monkeypatch.setattr(ssl, "_create_default_https_context", ssl._create_unverified_context)

    input_data.maybe_download(NAME, tmp_path, tls_server.url + NAME)

    assert contents(tmp_path) == {NAME: BODY}
