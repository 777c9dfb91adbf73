"""Mirrors: which are asked, in which order and how often, and what happens if one misbehaves."""
import gzip
import io
import re
import sys
import threading
import urllib.request

import pytest
from idx_files import NAMES, OTHER, SMALL_MNIST, contents, gzip_bomb, idx, random_images, write
from servers import NEVER, cut_off, dripping, status, whole

import input_data

NAME = NAMES[0]
BODY = SMALL_MNIST[NAME]
LABELS = SMALL_MNIST[NAMES[1]]
ONE_BIT_WRONG = BODY[:-8] + bytes([BODY[-8] ^ 1]) + BODY[-7:]

# {"the mirror ...": (what it sends, what is reported)}
MISBEHAVIOR = {
    "has no such file": (status(404), "HTTPError: HTTP Error 404: Sorry"),
    "steers the terminal": (status(503, "\x1b]0;" + 999 * "!"), r"HTTP Error 503: \x1b]0;!!!"),
    "gives no reason": (status(503, ""), "HTTPError: HTTP Error 503: "),
    "says nothing": ([], "RemoteDisconnected: Remote end closed connection"),
    "speaks no HTTP": ([b"220 mail.example.org\r\n"], "BadStatusLine: 220 mail.example.org"),
    "sends us astray": (status(302, "Found", "Location: gopher://127.0.0.1/"), "gopher"),
    "sends a login page": (whole(b"<html>Sign in</html>"), "<html>Sign in</h"),
    "hangs up halfway": (cut_off(BODY), "EOFError: Compressed file ended before"),
    "has one bit wrong": (whole(ONE_BIT_WRONG), "CRC check failed"),
    "sends labels for images": (whole(LABELS), "ValueError: not IDX images"),
    "sends other images": (whole(OTHER[NAME]), "ValueError: SHA-256 is 1962c2c1..., not d0924"),
}


@pytest.mark.parametrize(("answer", "problem"), MISBEHAVIOR.values(), ids=MISBEHAVIOR)
def test_when_a_mirror_misbehaves_the_next_one_is_asked(
        mirror, second_mirror, tmp_path, capsys, answer, problem):
    mirror.answers[NAME] = [answer]

    input_data.maybe_download(NAME, tmp_path)

    assert contents(tmp_path) == {NAME: BODY}
    assert second_mirror.requests == [NAME]
    _, told, _ = capsys.readouterr().err.splitlines()
    assert problem in told
    assert len(told) < 250


@pytest.mark.parametrize("values", [40_000_000, 2**28], ids=["as much as MNIST", "more"])
def test_a_bomb_from_a_mirror_takes_little_memory(
        mirror, second_mirror, tmp_path, peak_memory, values):
    mirror.answers[NAMES[1]] = [whole(gzip_bomb(values))]

    input_data.maybe_download(NAMES[1], tmp_path)

    assert contents(tmp_path) == {NAMES[1]: LABELS}
    assert second_mirror.requests == [NAMES[1]]
    assert peak_memory() < 200e6  # bytes


def test_each_mirror_is_asked_three_times_and_nothing_bad_is_kept(
        mirror, second_mirror, tmp_path, pauses):
    mirror.answers[NAME] = [cut_off(BODY), whole(ONE_BIT_WRONG), whole(OTHER[NAME])]
    second_mirror.answers.clear()
    write(tmp_path, {NAME: b"damaged"})

    with pytest.raises(OSError, match="could not be downloaded"):
        input_data.maybe_download(NAME, tmp_path)

    assert mirror.requests == second_mirror.requests == [NAME, NAME, NAME]
    assert pauses == [0, 1, 2]
    assert contents(tmp_path) == {NAME: b"damaged"}


def test_a_stalled_mirror_is_abandoned_after_the_timeout(mirror, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(input_data, "TIMEOUT", 3)
    mirror.answers[NAME] = [[NEVER], [*cut_off(BODY), NEVER], whole(BODY)]

    input_data.maybe_download(NAME, tmp_path)

    assert capsys.readouterr().err.count("timed out") == 2
    assert contents(tmp_path) == {NAME: BODY}


def test_a_dripping_mirror_is_abandoned_after_max_seconds(mirror, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(input_data, "MAX_SECONDS", 3)
    monkeypatch.setattr(input_data, "MAX_MNIST_BYTES", 400)  # which would take 40 seconds to arrive
    mirror.answers[NAME] = [dripping(BODY), whole(BODY)]

    input_data.maybe_download(NAME, tmp_path)

    assert "TimeoutError: not complete after 3 seconds" in capsys.readouterr().err
    assert contents(tmp_path) == {NAME: BODY}


class TerminalText(io.StringIO):
    """A stand-in for a terminal. `shows_half` is set once flushed text contains "1.5 MB"."""

    def __init__(self):
        super().__init__()
        self.shows_half = threading.Event()

    def isatty(self):
        return True

    def flush(self):
        if "1.5 MB" in self.getvalue():
            self.shows_half.set()


def test_a_terminal_shows_how_much_has_arrived(server, tmp_path, monkeypatch):
    terminal = TerminalText()
    monkeypatch.setattr(sys, "stderr", terminal)
    head, body = whole(gzip.compress(idx(random_images(300, 100, 100))))  # 3 MB of random bytes
    server.answers[NAME] = [[head, body[:1_500_000], terminal.shows_half, body[1_500_000:]]]

    input_data.maybe_download(NAME, tmp_path, server.url + NAME)

    assert server.requests == [NAME]
    assert re.fullmatch(r"Downloading .*\n(\r  \d\.\d MB)+\n", terminal.getvalue())
    assert terminal.getvalue().endswith(" 3.0 MB\n")


def test_a_failed_download_ends_its_line_on_a_terminal(server, tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "stderr", TerminalText())
    server.answers[NAME] = [cut_off(BODY), whole(BODY)]

    input_data.maybe_download(NAME, tmp_path, server.url + NAME)

    assert "\r  0.0 MB\n  'EOFError: " in sys.stderr.getvalue()


def test_a_custom_source_must_send_an_intact_file_within_max_bytes(
        server, tmp_path, monkeypatch, capsys):
    body = gzip.compress(idx(random_images(100, 100, 100)))
    monkeypatch.setattr(input_data, "MAX_BYTES", len(body))
    server.answers[NAME] = [whole(body + b"!"), whole(ONE_BIT_WRONG), whole(body)]

    input_data.maybe_download(NAME, tmp_path, server.url + NAME)

    assert contents(tmp_path) == {NAME: body}
    assert "larger than" in capsys.readouterr().err


def error_lines(*arguments):
    with pytest.raises(OSError, match="could not be downloaded") as caught:
        input_data.maybe_download(*arguments)
    return str(caught.value).splitlines()


def test_the_error_for_mnist_says_what_to_do_without_it(mirror, second_mirror, tmp_path):
    mirror.answers.clear()
    second_mirror.answers[NAME] = [cut_off(BODY)]

    first, *reasons, advice = error_lines(NAME, tmp_path)

    assert first == f"{tmp_path / NAME} could not be downloaded:"
    assert reasons == [f"  {mirror.url}{NAME}: 'HTTPError: HTTP Error 404: Sorry'",
                       f"  {second_mirror.url}{NAME}: 'EOFError: Compressed file ended before the "
                       "end-of-stream marker was reached'"]
    assert advice == (
        "Check the network and the address, or put the file there yourself. "
        "For generated digits, pass fake_data=True, or --fake_data to the script.")


def test_the_error_for_a_custom_source_does_not_mention_mnist(server, tmp_path):
    _, reason, advice = error_lines(NAME, tmp_path, server.url + NAME)

    assert reason == f"  {server.url}{NAME}: 'HTTPError: HTTP Error 404: Sorry'"
    assert advice == "Check the network and the address, or put the file there yourself."


@pytest.mark.parametrize("name", ["foo-labels.gz", "train-images-idx3-ubyte"])
def test_a_file_unknown_to_mnist_is_rejected_before_any_download(mirror, tmp_path, name):
    with pytest.raises(ValueError, match=rf"^MNIST has no file '{name}', only {', '.join(NAMES)}"):
        input_data.maybe_download(name, tmp_path)

    assert mirror.requests == []


def test_a_computer_that_cannot_verify_certificates_uses_plain_http(
        tls_server, mirror, tmp_path, capsys):
    input_data.MIRRORS.insert(0, tls_server.url)

    input_data.maybe_download(NAME, tmp_path)

    assert "certificate verify failed" in capsys.readouterr().err
    assert tls_server.requests == []
    assert contents(tmp_path) == {NAME: BODY}


def test_the_last_mirror_is_the_first_without_tls():
    assert input_data.MIRRORS[-1] == input_data.MIRRORS[0].replace("https:", "http:")


def test_a_program_without_standard_error_downloads_silently(mirror, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(sys, "stderr", None)

    input_data.maybe_download(NAME, tmp_path)

    assert contents(tmp_path) == {NAME: BODY}
    assert capsys.readouterr().out == ""


def test_the_real_files_match_the_hashes(mnist_dir, tmp_path, monkeypatch):
    monkeypatch.setattr(input_data, "MIRRORS", [mnist_dir.as_uri()])

    mnist = input_data.read_data_sets(tmp_path)

    assert mnist.train.num_examples == 55000
    assert contents(tmp_path) == contents(mnist_dir)


def test_naming_one_mirror_means_all_mirrors(mirror, second_mirror, tmp_path):
    mirror.answers[NAME] = [whole(OTHER[NAME])]

    input_data.maybe_download(NAME, tmp_path, second_mirror.url + NAME)

    assert contents(tmp_path) == {NAME: BODY}
    assert mirror.requests == second_mirror.requests == [NAME]


@pytest.mark.parametrize("source_url", [
    None, "https://storage.googleapis.com/cvdf-datasets/mnist/",
    "http://yann.lecun.com/exdb/mnist/", "HTTPS://Yann.LeCun.com/exdb/mnist"])
def test_an_mnist_address_means_all_mirrors(mirror, second_mirror, tmp_path, source_url):
    mirror.answers[NAME] = [whole(OTHER[NAME])]

    input_data.read_data_sets(tmp_path, validation_size=0, source_url=source_url)

    assert contents(tmp_path) == SMALL_MNIST
    assert second_mirror.requests == NAMES[:1]


@pytest.mark.parametrize(("name", "remote_name", "body"), [
    ("digits", "file?id=17", BODY), ("my-labels", "17", LABELS)], ids=["images", "labels"])
def test_a_file_can_be_saved_under_another_name(server, tmp_path, name, remote_name, body):
    server.answers[remote_name] = [whole(body)]

    path = input_data.maybe_download(name, tmp_path / "labels", server.url + remote_name)

    assert path == str(tmp_path / "labels" / name)
    assert contents(tmp_path / "labels") == {name: body}


def test_an_installed_opener_is_used(server, tmp_path, monkeypatch):
    monkeypatch.setattr(urllib.request, "_opener", None)  # and none afterwards
    proxy = urllib.request.ProxyHandler({"http": server.url})
    urllib.request.install_opener(urllib.request.build_opener(proxy))
    server.answers["http://mnist.invalid/" + NAME] = [whole(BODY)]

    input_data.maybe_download(NAME, tmp_path, "http://mnist.invalid/" + NAME)

    assert contents(tmp_path) == {NAME: BODY}
