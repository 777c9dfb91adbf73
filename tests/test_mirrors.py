"""Mirrors: who is asked, in which order and how often, and what comes of those that misbehave."""
import gzip
import ssl
import time
import urllib.request

import pytest
from idx_files import MNIST, NAMES, OTHER, contents, idx, random_images, write
from servers import NEVER, cut_off, status, whole

import input_data

NAME = NAMES[0]
BODY = MNIST[NAME]
LABELS = MNIST[NAMES[1]]
ONE_BIT_WRONG = BODY[:-8] + bytes([BODY[-8] ^ 1]) + BODY[-7:]

# A mirror that ..., and what is told of it.
MISBEHAVIOUR = {
    "has no such file": (status(404), "HTTP Error 404: Sorry"),
    "steers the terminal": (status(503, "\x1b]0;" + 999 * "!"), r"HTTP Error 503: \x1b]0;!!!"),
    "says nothing": ([], "Remote end closed connection"),
    "speaks no HTTP": ([b"220 mail.example.org\r\n"], "220 mail.example.org"),
    "sends us astray": (status(302, "Found", "Location: gopher://127.0.0.1/"), "gopher"),
    "sends a login page": (whole(b"<html>Sign in</html>"), "<html>Sign in</h"),
    "hangs up half-way": (cut_off(BODY), "damaged"),
    "has one bit wrong": (whole(ONE_BIT_WRONG), "damaged: CRC check failed"),
    "sends labels for images": (whole(LABELS), "IDX images"),
    "sends other images": (whole(OTHER[NAME]), "SHA-256 "),
}


@pytest.mark.parametrize(("answer", "problem"), MISBEHAVIOUR.values(), ids=MISBEHAVIOUR)
def test_when_a_mirror_misbehaves_the_next_one_is_asked(
        mirror, second_mirror, tmp_path, capsys, answer, problem):
    mirror.answers[NAME] = [answer]

    input_data.maybe_download(NAME, tmp_path)

    assert contents(tmp_path) == {NAME: BODY}
    assert second_mirror.requests == [NAME]
    first, told, second = capsys.readouterr().err.splitlines()
    assert first == f"Downloading {mirror.url}{NAME}"
    assert problem in told
    assert len(told) < 250
    assert second == f"Downloading {second_mirror.url}{NAME}"


def test_the_only_mirror_is_asked_three_times_and_nothing_bad_is_kept(mirror, tmp_path, pauses):
    mirror.answers[NAME] = [cut_off(BODY), whole(ONE_BIT_WRONG), whole(OTHER[NAME])]
    write(tmp_path, {NAME: b"damaged"})

    with pytest.raises(OSError, match="could not be downloaded"):
        input_data.maybe_download(NAME, tmp_path)

    assert mirror.requests == [NAME, NAME, NAME]
    assert pauses == [0, 1, 2]
    assert contents(tmp_path) == {NAME: b"damaged"}


def test_a_mirror_that_stalls_is_left_after_the_timeout(mirror, tmp_path, monkeypatch):
    monkeypatch.setattr(input_data, "TIMEOUT", 1)
    mirror.answers[NAME] = [[NEVER], [*cut_off(BODY), NEVER], whole(BODY)]

    start = time.monotonic()
    input_data.maybe_download(NAME, tmp_path)

    assert time.monotonic() - start < 30
    assert contents(tmp_path) == {NAME: BODY}


def test_a_source_of_ones_own_must_send_a_whole_file_within_max_bytes(
        server, tmp_path, monkeypatch, capsys):
    body = gzip.compress(idx(random_images(100, 100, 100)))
    monkeypatch.setattr(input_data, "MAX_BYTES", len(body))
    server.answers[NAME] = [whole(body + b"!"), whole(ONE_BIT_WRONG), whole(body)]

    input_data.maybe_download(NAME, tmp_path, server.url + NAME)

    assert contents(tmp_path) == {NAME: body}
    assert "input_data.MAX_BYTES" in capsys.readouterr().err


def test_the_error_begins_with_what_most_people_need(server, tmp_path):
    with pytest.raises(OSError, match="could not be downloaded") as caught:
        input_data.maybe_download(NAME, tmp_path, server.url + NAME)

    lines = str(caught.value).splitlines()
    assert str(tmp_path / NAME) in lines[0]
    assert lines[1] == f"  {server.url[:-1]}: 'HTTP Error 404: Sorry'"
    assert "python mnist_softmax.py --fake_data" in lines[2]
    assert f"into {tmp_path} yourself: {', '.join(NAMES)}" in lines[3]
    assert "source_url" in lines[4]


def test_a_computer_that_can_verify_no_certificate_uses_plain_http(
        tls_server, mirror, tmp_path, capsys):
    input_data.MIRRORS.insert(0, tls_server.url)

    input_data.maybe_download(NAME, tmp_path)

    assert "certificate verify failed" in capsys.readouterr().err
    assert tls_server.requests == []
    assert contents(tmp_path) == {NAME: BODY}


def test_mirrors_must_send_real_mnist_and_the_last_needs_no_tls(mnist_dir, tmp_path, monkeypatch):
    assert input_data.MIRRORS[-1].startswith("http://")
    monkeypatch.setattr(input_data, "MIRRORS", [mnist_dir.as_uri()])

    mnist = input_data.read_data_sets(tmp_path)

    assert mnist.train.num_examples == 55000
    assert contents(tmp_path) == contents(mnist_dir)


def test_the_mirror_that_worked_is_asked_first_for_the_next_file(mirror, second_mirror, tmp_path):
    mirror.answers[NAMES[0]] = [status(503)]
    second_mirror.answers[NAMES[2]] = [status(503)]

    # A mirror's own address stands for all mirrors.
    input_data.read_data_sets(tmp_path, validation_size=0, source_url=mirror.url[:-1])

    assert mirror.requests == [NAMES[0], NAMES[2], NAMES[3]]
    assert second_mirror.requests == [NAMES[0], NAMES[1], NAMES[2]]
    assert list(input_data.MIRRORS) == [mirror.url, second_mirror.url]


@pytest.mark.parametrize("source_url", [
    None, "https://storage.googleapis.com/cvdf-datasets/mnist/",
    "http://yann.lecun.com/exdb/mnist/", "HTTPS://Yann.LeCun.com/exdb/mnist"])
def test_an_address_of_mnists_stands_for_all_mirrors(mirror, second_mirror, tmp_path, source_url):
    mirror.answers[NAME] = [whole(OTHER[NAME])]

    input_data.read_data_sets(tmp_path, validation_size=0, source_url=source_url)

    assert contents(tmp_path) == MNIST
    assert second_mirror.requests == NAMES


@pytest.mark.parametrize(("name", "remote_name", "body"), [
    ("digits", "file?id=17", BODY), ("my-labels", "17", LABELS), ("my", "labels", LABELS)],
    ids=["no labels", "labels here", "labels there"])
def test_a_file_may_have_a_name_of_its_own(server, tmp_path, name, remote_name, body):
    server.answers[remote_name] = [whole(body)]

    path = input_data.maybe_download(name, tmp_path / "labels", server.url + remote_name)

    assert path == str(tmp_path / "labels" / name)
    assert contents(tmp_path / "labels") == {name: body}


def test_an_opener_that_a_script_installs_is_used(server, tmp_path, monkeypatch):
    monkeypatch.setattr(urllib.request, "_opener", None)  # and none afterwards
    proxy = urllib.request.ProxyHandler({"http": server.url})
    urllib.request.install_opener(urllib.request.build_opener(proxy))
    server.answers["http://mnist.invalid/" + NAME] = [whole(BODY)]

    input_data.maybe_download(NAME, tmp_path, "http://mnist.invalid/" + NAME)

    assert contents(tmp_path) == {NAME: BODY}


def test_a_script_may_trust_any_certificate(tls_server, tmp_path, monkeypatch):
    monkeypatch.setattr(urllib.request, "_opener", None)  # which keeps what was trusted before
    monkeypatch.setattr(ssl, "_create_default_https_context", ssl._create_unverified_context)

    input_data.maybe_download(NAME, tmp_path, tls_server.url + NAME)

    assert contents(tmp_path) == {NAME: BODY}
