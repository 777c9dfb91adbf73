"""Mirrors that misbehave: the next one is asked, nothing bad is kept, and what happened is told."""
import gzip
import re
import time

import pytest
from idx_files import MNIST, NAMES, OTHER, contents, idx, random_images, write
from servers import NEVER, cut_off, stalled, status, whole

import input_data

NAME = NAMES[0]
BODY = MNIST[NAME]
ONE_BIT_WRONG = BODY[:-8] + bytes([BODY[-8] ^ 1]) + BODY[-7:]

# A mirror that ..., and what is told of it.
MISBEHAVIOUR = {
    "has no such file": (status(404), "HTTP Error 404: Sorry"),
    "is out of order": (status(503), "HTTP Error 503: Sorry"),
    "says nothing": ([], "Remote end closed connection"),
    "speaks no HTTP": ([b"220 mail.example.org\r\n"], "220 mail.example.org"),
    "sends us astray": (status(302, "Found", "Location: gopher://127.0.0.1/"), "gopher"),
    "sends an empty file": (whole(b""), "begins with b"),
    "sends a login page": (whole(b"<html>Sign in</html>"), "<html>Sign in</h"),
    "hangs up half-way": (cut_off(BODY), "damaged"),
    "has one bit wrong": (whole(ONE_BIT_WRONG), "damaged: CRC check failed"),
    "sends labels for images": (whole(MNIST[NAMES[1]]), "IDX images"),
    "sends other images": (whole(OTHER[NAME]), "SHA-256 "),
}
each_misbehaviour = pytest.mark.parametrize(
    ("answer", "problem"), MISBEHAVIOUR.values(), ids=MISBEHAVIOUR)


@each_misbehaviour
def test_when_a_mirror_misbehaves_the_next_one_is_asked(
        mirror, second_mirror, tmp_path, capsys, answer, problem):
    mirror.answers[NAME] = [answer]

    input_data.maybe_download(NAME, tmp_path)

    assert contents(tmp_path) == {NAME: BODY}
    assert second_mirror.requests == [NAME]
    first, told, second = capsys.readouterr().err.splitlines()
    assert first == f"Downloading {mirror.url}{NAME}"
    assert problem in told
    assert second == f"Downloading {second_mirror.url}{NAME}"


@each_misbehaviour
def test_the_only_mirror_is_asked_three_times_and_nothing_bad_is_kept(
        mirror, tmp_path, pauses, answer, problem):
    mirror.answers[NAME] = [answer]
    write(tmp_path, {NAME: b"damaged"})

    with pytest.raises(OSError, match="could not be downloaded") as caught:
        input_data.maybe_download(NAME, tmp_path)

    assert problem in str(caught.value)
    assert mirror.requests == [NAME, NAME, NAME]
    assert pauses == [0, 1, 2]
    assert contents(tmp_path) == {NAME: b"damaged"}


def test_a_mirror_that_stalls_is_left_after_the_timeout(mirror, tmp_path, monkeypatch):
    monkeypatch.setattr(input_data, "TIMEOUT", 1)
    mirror.answers[NAME] = [[NEVER], stalled(BODY), whole(BODY)]

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
    assert str(tmp_path) in lines[3]
    assert NAMES[3] in lines[3]
    assert "source_url" in lines[4]


def test_a_server_cannot_steer_the_terminal(server, tmp_path, capsys):
    server.answers[NAME] = [status(404, "\x1b]0;owned\x07\x9b2J")]

    with pytest.raises(OSError, match="owned") as caught:
        input_data.maybe_download(NAME, tmp_path, server.url + NAME)

    assert re.findall(r"[^\n -~]", str(caught.value) + capsys.readouterr().err) == []


def test_a_computer_that_can_verify_no_certificate_uses_plain_http(
        tls_server, mirror, tmp_path, capsys):
    input_data.MIRRORS.insert(0, tls_server.url)

    input_data.maybe_download(NAME, tmp_path)

    assert "certificate verify failed" in capsys.readouterr().err
    assert tls_server.requests == []
    assert contents(tmp_path) == {NAME: BODY}
