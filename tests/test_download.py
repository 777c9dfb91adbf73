"""What happens when a server refuses, stalls, lies or sends something else."""
import errno
import gzip
import hashlib
import os
import pty
import socket
import time

import numpy as np
import pytest
from conftest import fetching
from idx_files import NAMES, contents, cycling_labels, idx, random_images, small_files
from servers import (
    chunked,
    cut_short,
    endless,
    garbage,
    redirect,
    reset,
    silence,
    stall,
    status,
    whole,
)

import input_data

NAME = NAMES[0]
IMAGES = random_images(200)
BODY = gzip.compress(idx(IMAGES))
FLIPPED = BODY[:9000] + bytes([BODY[9000] ^ 4]) + BODY[9001:]


def make_official(monkeypatch, files):
    """Let the mirrors hold these files, {name: bytes}, so that a test needs no MNIST."""
    for name, body in files.items():
        monkeypatch.setitem(
            input_data.OFFICIAL_FILES, name, (len(body), hashlib.sha256(body).hexdigest()))


@pytest.fixture
def mirrors(monkeypatch, server, second_server, impatient):
    """Two mirrors of BODY, of which the second is a good one."""
    make_official(monkeypatch, {NAME: BODY})
    second_server.behave(NAME, whole(BODY))
    monkeypatch.setattr(input_data, "MIRRORS", [server.url, second_server.url])
    return server, second_server


def download(folder):
    """Download the file from the default mirrors, and check that it is all there is in the end."""
    path = input_data.maybe_download(NAME, folder, input_data.DEFAULT_SOURCE_URL + NAME)
    assert path == os.path.join(folder, NAME)
    assert contents(folder) == {NAME: BODY}


def closed_port():
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{unused.getsockname()[1]}/"


def test_no_default_is_plain_http():
    assert [url.partition(":")[0] for url in input_data.MIRRORS] == ["https", "https"]
    assert input_data.MIRRORS[0] == input_data.DEFAULT_SOURCE_URL


@pytest.fixture
def no_pause(monkeypatch):
    """Fail a test that pauses to try the same mirror again."""
    monkeypatch.setattr(time, "sleep", lambda _: pytest.fail("paused before the next mirror"))


@pytest.mark.parametrize("url", [closed_port(), "http://nowhere.invalid/", "no URL at all/"])
def test_a_mirror_that_is_not_there_is_left_for_the_next(
        mirrors, no_pause, tmp_path, monkeypatch, url):
    monkeypatch.setattr(input_data, "MIRRORS", [url, mirrors[1].url])
    download(tmp_path)


@pytest.mark.parametrize("behaviour", {
    "403": status(403),
    "404": status(404),
    "redirect loop": redirect(NAME),
    "not http": garbage,
    "html": whole(b"<!DOCTYPE html><title>Sign in to the hotel's network</title>"),
    "truncated": whole(BODY[:-100]),
    "flipped bit": whole(FLIPPED),
    "empty": whole(b""),
    "longer": whole(BODY + b"!"),
    "longer, unannounced": whole(BODY + b"!", announce=False),
    "another file": whole(gzip.compress(idx(IMAGES[::-1]))),
}.items(), ids=lambda item: item[0])
def test_what_will_not_pass_is_left_for_the_next_mirror_at_once(
        mirrors, no_pause, tmp_path, behaviour):
    first, second = mirrors
    first.behave(NAME, behaviour[1])
    download(tmp_path)
    assert first.requests
    assert second.asked_for() == [NAME]


@pytest.mark.parametrize("behaviour", {
    "429": status(429),
    "500": status(500),
    "503": status(503),
    "reset": reset(BODY),
    "cut short": cut_short(BODY),
    "chunks cut short": chunked(BODY, complete=False),
    "silent": silence,
    "stalled": stall(BODY),
}.items(), ids=lambda item: item[0])
def test_what_may_pass_is_tried_again_and_then_left_for_the_next_mirror(
        mirrors, tmp_path, behaviour):
    first, second = mirrors
    first.behave(NAME, behaviour[1])
    download(tmp_path)
    assert first.asked_for() == [NAME] * input_data.ATTEMPTS
    assert second.asked_for() == [NAME]


@pytest.mark.parametrize("behaviour", [status(503), cut_short(BODY), reset(BODY)])
def test_what_passes_needs_no_other_mirror(mirrors, tmp_path, behaviour):
    first, second = mirrors
    first.behave(NAME, behaviour, whole(BODY))
    download(tmp_path)
    assert first.asked_for() == [NAME, NAME]
    assert second.requests == []


def test_the_pause_between_tries_grows(mirrors, tmp_path, monkeypatch):
    monkeypatch.setattr(input_data, "ATTEMPTS", 3)
    first, _ = mirrors
    first.behave(NAME, status(503))
    download(tmp_path)
    times = [moment for _, moment in first.requests]
    assert 0.9 < times[1] - times[0] < times[2] - times[1]


@pytest.mark.parametrize("behaviour", [stall(BODY), silence])
def test_a_server_that_stalls_is_given_up_after_the_timeout(
        mirrors, tmp_path, monkeypatch, behaviour):
    monkeypatch.setattr(input_data, "ATTEMPTS", 1)
    monkeypatch.setattr(input_data, "TIMEOUT", 1.5)
    first, second = mirrors
    first.behave(NAME, behaviour)
    download(tmp_path)
    waited = second.requests[0][1] - first.requests[0][1]
    assert 1.4 < waited < 3


def test_an_endless_body_is_stopped_after_the_known_size(mirrors, tmp_path):
    first, _ = mirrors
    first.behave(NAME, endless(BODY))
    download(tmp_path)
    assert first.asked_for() == [NAME]
    assert first.bytes_sent < 2**23  # what lies in the sockets' buffers


def test_an_endless_body_of_the_users_own_source_is_stopped(server, tmp_path, monkeypatch):
    assert input_data.MAX_BYTES == 2**30
    monkeypatch.setattr(input_data, "MAX_BYTES", 2**20)
    server.behave(NAME, endless(BODY))
    with pytest.raises(OSError, match="sends more than the expected 1048576 bytes"):
        input_data.maybe_download(NAME, tmp_path, server.url + NAME)
    assert contents(tmp_path) == {}


def test_what_comes_after_the_announced_length_is_not_waited_for(server, tmp_path):
    server.behave(NAME, endless(BODY, announced=len(BODY)))
    input_data.maybe_download(NAME, tmp_path, server.url + NAME)
    assert contents(tmp_path) == {NAME: BODY}


def test_a_redirect_is_followed(mirrors, tmp_path):
    first, second = mirrors
    first.behave(NAME, redirect(second.url + NAME))
    download(tmp_path)
    assert first.asked_for() == second.asked_for() == [NAME]


@pytest.mark.parametrize("behaviour", [whole(BODY, announce=False), chunked(BODY)])
def test_a_body_without_an_announced_length_is_taken(mirrors, tmp_path, behaviour):
    first, second = mirrors
    first.behave(NAME, behaviour)
    download(tmp_path)
    assert second.requests == []


def test_when_every_mirror_fails_the_error_tells_each_answer_and_what_to_do(
        mirrors, tmp_path, monkeypatch):
    first, second = mirrors
    first.behave(NAME, status(403))
    second.behave(NAME, whole(b"<html>"))
    gone = closed_port()
    monkeypatch.setattr(input_data, "MIRRORS", [first.url, second.url, gone])
    folder = tmp_path / "MNIST_data"
    with pytest.raises(OSError, match="could not be downloaded") as caught:
        input_data.read_data_sets(folder)
    message = str(caught.value)
    assert f"{first.url}{NAME}: HTTP Error 403" in message
    assert f"{second.url}{NAME}: sends 6 bytes, expected {len(BODY)}" in message
    assert f"{gone}{NAME}: <urlopen error [Errno {errno.ECONNREFUSED}] " in message
    for name in NAMES:
        assert name in message
    assert f"into {folder} by hand" in message
    assert "source_url" in message
    assert "--fake_data" in message
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    assert contents(folder) == {}


@pytest.fixture
def official_set(monkeypatch):
    """Make a small data set the official one."""
    files = small_files()
    make_official(monkeypatch, files)
    return files


def test_a_mirror_that_failed_is_not_tried_first_for_the_next_file(
        mirrors, tmp_path, official_set):
    first, second = mirrors
    second.serve(official_set)
    input_data.read_data_sets(tmp_path, validation_size=0)
    assert first.asked_for() == [NAMES[0]]
    assert second.asked_for() == list(NAMES)
    assert contents(tmp_path) == official_set


def test_the_next_call_starts_with_the_first_mirror_again(mirrors, tmp_path):
    first, _ = mirrors
    for folder in ("one", "two"):
        download(tmp_path / folder)
    assert first.asked_for() == [NAME, NAME]
    assert input_data.MIRRORS[0] == first.url


@pytest.mark.parametrize("source_url", [None, "", "the default", "as called"])
def test_mirrors_and_default_source_url_are_read_when_used(
        mirrors, tmp_path, monkeypatch, official_set, source_url):
    first, second = mirrors
    first.serve(official_set)
    monkeypatch.setattr(input_data, "DEFAULT_SOURCE_URL", first.url)
    arguments = {"the default": {}, "as called": {"source_url": first.url}}.get(
        source_url, {"source_url": source_url})
    input_data.read_data_sets(tmp_path, validation_size=0, **arguments)
    assert first.asked_for() == list(NAMES)
    assert second.requests == []


def test_a_default_source_url_of_ones_own_is_a_source_of_ones_own(server, tmp_path, monkeypatch):
    monkeypatch.setattr(input_data, "DEFAULT_SOURCE_URL", server.url)
    server.serve(small_files(train=70))
    data_sets = input_data.read_data_sets(tmp_path, validation_size=0)
    assert data_sets.train.num_examples == 70


def test_any_data_in_the_format_comes_from_a_source_of_ones_own(server, tmp_path):
    server.serve(small_files(rows=9, columns=7))
    data_sets = input_data.read_data_sets(tmp_path, validation_size=5, source_url=server.url)
    assert data_sets.train.images.shape == (55, 63)
    assert data_sets.valid.images.shape == (5, 63)


@pytest.mark.parametrize(("body", "answer"), {
    "html": (b"<!DOCTYPE html>", "sends no gzip file, it begins with b'<!DOCTYPE html>'"),
    "not gzipped": (idx(IMAGES), "sends no gzip file"),
    "truncated": (BODY[:-9], "the length found is"),
    "flipped bit": (FLIPPED, "data is damaged"),
    "longer": (BODY + b"\0", "the length found is"),
    "labels": (gzip.compress(idx(cycling_labels(200))), "instead of the magic number 2051"),
}.values(), ids=lambda value: "")
def test_a_source_of_ones_own_must_send_one_complete_file_of_the_kind(
        server, tmp_path, body, answer):
    server.behave(NAME, whole(body))
    with pytest.raises(OSError, match="could not be downloaded") as caught:
        input_data.maybe_download(NAME, tmp_path, server.url + NAME)
    assert answer in str(caught.value)
    assert contents(tmp_path) == {}


def test_maybe_download_takes_the_url_of_the_file_itself(server, tmp_path):
    server.behave("file?id=17", whole(BODY))
    path = input_data.maybe_download(NAME, str(tmp_path), server.url + "file?id=17")
    assert contents(tmp_path) == {NAME: BODY}
    assert (input_data.extract_images(path)[..., 0] == IMAGES).all()


def test_a_source_on_the_disk_is_a_source(tmp_path):
    (tmp_path / NAME).write_bytes(BODY)
    folder = tmp_path / "folder"
    input_data.maybe_download(NAME, folder, (tmp_path / NAME).as_uri())
    assert contents(folder) == {NAME: BODY}


def test_a_proxy_from_the_environment_is_used(server, tmp_path):
    server.behave(NAME, whole(BODY))
    url = "http://data.invalid/mnist/" + NAME
    environment = dict(os.environ, http_proxy=server.url, no_proxy="")
    with fetching(tmp_path, url, env=environment) as process:
        _, error = process.communicate(timeout=60)
    assert process.returncode == 0, error
    assert server.asked_for() == [url]
    assert contents(tmp_path) == {NAME: BODY}


def test_progress_is_a_line_a_file_and_nothing_when_the_file_is_there(server, tmp_path, capsys):
    server.behave(NAME, whole(BODY))
    url = server.url + NAME
    input_data.maybe_download(NAME, tmp_path, url)
    assert capsys.readouterr() == ("", f"{NAME}: {len(BODY) / 1e6:.3f} MB from {url}\n")
    input_data.maybe_download(NAME, tmp_path, url)
    assert capsys.readouterr() == ("", "")


def test_progress_on_a_terminal_is_a_bar_that_moves(server, tmp_path):
    body = gzip.compress(idx(random_images(1500)), compresslevel=1)  # some slices long
    server.behave(NAME, whole(body))
    ours, theirs = pty.openpty()
    with fetching(tmp_path, server.url + NAME, stderr=theirs) as process:
        os.close(theirs)
        shown = b"".join(iter(lambda: read_terminal(ours), b""))
    os.close(ours)
    assert process.returncode == 0
    states = shown.decode().strip().split("\r")
    lengths = [state.count("#") for state in states]
    assert lengths == sorted(lengths)
    assert len(set(lengths)) > 3
    total = f"{len(body) / 1e6:.3f}"
    assert states[-1] == f"{NAME} [{'#' * 30}] {total} of {total} MB"
    assert shown.endswith(b"\n")


def read_terminal(terminal):
    """Return what a process has written to its terminal; nothing once it has ended."""
    try:
        return os.read(terminal, 1000)
    except OSError:  # how Linux tells that the other side is closed
        return b""


def test_real_mnist_arrives_from_a_good_mirror(server, tmp_path, monkeypatch, mnist_dir):
    """The digests in OFFICIAL_FILES are those of the real files."""
    files = {name: (mnist_dir / name).read_bytes() for name in NAMES}
    server.serve(files)
    monkeypatch.setattr(input_data, "MIRRORS", [server.url])
    data_sets = input_data.read_data_sets(tmp_path)
    assert contents(tmp_path) == files
    assert data_sets.train.labels.dtype == np.uint8
    assert server.asked_for() == list(NAMES)
