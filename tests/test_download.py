"""What happens when a server refuses, stalls, lies or sends something else."""
import errno
import gzip
import os
import re
import socket
import sys
import time

import numpy as np
import pytest
from conftest import fetching
from idx_files import NAMES, contents, cycling_labels, idx, random_images, small_files, write
from servers import (
    chunked,
    cut_short,
    drip,
    endless,
    garbage,
    make_official,
    redirect,
    reset,
    silence,
    slowly,
    stall,
    status,
    whole,
)

import input_data

NAME = NAMES[0]
IMAGES = random_images(200)
BODY = gzip.compress(idx(IMAGES))
FLIPPED = BODY[:9000] + bytes([BODY[9000] ^ 4]) + BODY[9001:]


@pytest.fixture(autouse=True)
def no_authorities(monkeypatch):
    """Load none, which would take half the time of these tests: no server here has a certificate.

    Those that have one are in test_tls.py.
    """
    monkeypatch.setenv("SSL_CERT_FILE", os.devnull)
    monkeypatch.setitem(sys.modules, "certifi", None)


@pytest.fixture
def mirrors(monkeypatch, server, second_server, impatient):
    """Two mirrors of BODY, of which the second is a good one."""
    make_official(monkeypatch, {NAME: BODY}, server, second_server)
    second_server.behave(NAME, whole(BODY))
    return server, second_server


@pytest.fixture
def one_round(monkeypatch):
    """Ask each source once."""
    monkeypatch.setattr(input_data, "ATTEMPTS", 1)


@pytest.fixture
def pauses(monkeypatch):
    """Make no pauses, and return the list of those that would have been made, in seconds."""
    made = []
    monkeypatch.setattr(time, "sleep", made.append)
    return made


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


def test_the_limits_are_those_that_users_know():
    assert (input_data.ATTEMPTS, input_data.TIMEOUT) == (3, 20)
    assert (input_data.MIN_SPEED, input_data.MAX_BYTES) == (10_000, 2**30)


@pytest.mark.parametrize("url", [closed_port(), "http://nowhere.invalid/", "no URL at all/"])
def test_a_mirror_that_is_not_there_is_left_for_the_next(
        mirrors, pauses, tmp_path, monkeypatch, url):
    monkeypatch.setattr(input_data, "MIRRORS", [url, mirrors[1].url])
    download(tmp_path)
    assert pauses == [0]


@pytest.mark.parametrize("behaviour", {
    "403": status(403),
    "404": status(404),
    "429": status(429),
    "500": status(500),
    "503": status(503),
    "redirect loop": redirect(NAME),
    "not http": garbage,
    "html": whole(b"<!DOCTYPE html><title>Sign in to the hotel's network</title>"),
    "truncated": whole(BODY[:-100]),
    "flipped bit": whole(FLIPPED),
    "empty": whole(b""),
    "longer": whole(BODY + b"!"),
    "longer, unannounced": whole(BODY + b"!", announce=False),
    "another file": whole(gzip.compress(idx(IMAGES[::-1]))),
    "reset": reset(BODY),
    "cut short": cut_short(BODY),
    "chunks cut short": chunked(BODY, complete=False),
}.items(), ids=lambda item: item[0])
def test_what_fails_is_left_for_the_next_mirror_at_once(mirrors, pauses, tmp_path, behaviour):
    first, second = mirrors
    first.behave(NAME, behaviour[1])
    download(tmp_path)
    assert set(first.asked_for()) == {NAME}
    assert len(first.requests) == 1 or behaviour[0] == "redirect loop"
    assert second.asked_for() == [NAME]
    assert pauses == [0]


def test_a_mirror_is_asked_again_only_after_all_others(mirrors, pauses, tmp_path):
    first, second = mirrors
    first.behave(NAME, status(503), whole(BODY))
    second.behave(NAME, status(403))
    download(tmp_path)
    assert [server for _, server in sorted(
        (moment, name) for name, mirror in (("first", first), ("second", second))
        for _, moment in mirror.requests)] == ["first", "second", "first"]
    assert pauses == [0, 1]


@pytest.mark.parametrize(
    "behaviour", [status(404), status(503), cut_short(BODY), reset(BODY), whole(b"<html>")])
def test_a_single_source_is_asked_again(server, pauses, tmp_path, behaviour):
    server.behave(NAME, behaviour, whole(BODY))
    input_data.maybe_download(NAME, tmp_path, server.url + NAME)
    assert contents(tmp_path) == {NAME: BODY}
    assert server.asked_for() == [NAME, NAME]


@pytest.mark.parametrize("attempts", [1, 3])
def test_the_pauses_between_rounds_grow(mirrors, pauses, tmp_path, monkeypatch, attempts):
    """So an offline machine has its answer after three seconds, as there are three rounds."""
    monkeypatch.setattr(input_data, "ATTEMPTS", attempts)
    for mirror in mirrors:
        mirror.behave(NAME, status(503))
    with pytest.raises(OSError, match="HTTP Error 503"):
        download(tmp_path / "folder")
    assert [mirror.asked_for() for mirror in mirrors] == [[NAME] * attempts] * 2
    assert pauses == [0, 1, 2][:attempts]
    assert not (tmp_path / "folder").exists()


def test_a_pause_is_one(server, tmp_path):
    server.behave(NAME, status(503), whole(BODY))
    input_data.maybe_download(NAME, tmp_path, server.url + NAME)
    (_, first), (_, second) = server.requests
    assert 0.9 < second - first < 5


@pytest.mark.parametrize(
    "behaviour", [stall(BODY), silence, drip(BODY)], ids=["stalls", "is silent", "drips"])
def test_a_server_that_stalls_is_given_up_after_the_timeout(
        mirrors, pauses, tmp_path, monkeypatch, behaviour):
    monkeypatch.setattr(input_data, "TIMEOUT", 0.4)
    first, second = mirrors
    first.behave(NAME, behaviour)
    download(tmp_path)
    assert first.asked_for() == second.asked_for() == [NAME]
    assert pauses == [0]
    waited = second.requests[0][1] - first.requests[0][1]
    assert 0.35 < waited < 5


def test_a_server_that_drips_is_told_to_be_too_slow(server, tmp_path, monkeypatch, one_round):
    monkeypatch.setattr(input_data, "TIMEOUT", 0.7)
    server.behave(NAME, drip(BODY))
    with pytest.raises(OSError, match=r": sends only \d bytes in \d seconds\n"):
        input_data.maybe_download(NAME, tmp_path, server.url + NAME)


@pytest.mark.parametrize(("pieces", "timeout"), [
    # Some hundred kB a second, for longer than the timeout.
    ([BODY[start:start + 30_000] for start in range(0, len(BODY), 30_000)], 0.3),
    # Two bytes in the first 0.2 seconds, and then the rest.
    ([BODY[:1], BODY[1:2], BODY[2:]], 5)], ids=["for long", "at first"])
def test_a_server_that_is_only_slow_is_waited_for(
        server, tmp_path, monkeypatch, one_round, pieces, timeout):
    monkeypatch.setattr(input_data, "TIMEOUT", timeout)
    server.behave(NAME, slowly(*pieces, pause=0.1))
    input_data.maybe_download(NAME, tmp_path, server.url + NAME)
    assert contents(tmp_path) == {NAME: BODY}


def test_an_endless_body_is_stopped_after_the_known_size(mirrors, tmp_path):
    first, _ = mirrors
    first.behave(NAME, endless(BODY))
    download(tmp_path)
    assert first.asked_for() == [NAME]
    assert first.bytes_sent < 2**23  # what lies in the sockets' buffers


def test_an_endless_body_of_the_users_own_source_is_stopped(
        server, tmp_path, monkeypatch, one_round):
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
        mirrors, tmp_path, monkeypatch, one_round):
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
    size, sha256 = input_data.OFFICIAL_FILES[NAME]
    assert f"{second.url}{NAME}: sends 6 bytes, expected {size} with SHA-256 {sha256}\n" in message
    assert f"{gone}{NAME}: <urlopen error [Errno {errno.ECONNREFUSED}] " in message
    for name in NAMES:
        assert name in message
    assert f"into {folder} by hand" in message
    assert "source_url" in message
    assert "--fake_data" in message
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    assert not folder.exists()


def test_each_source_is_named_once_with_its_last_answer(server, pauses, tmp_path):
    server.behave(NAME, status(503), status(403), status(404))
    with pytest.raises(OSError, match="could not be downloaded") as caught:
        input_data.maybe_download(NAME, tmp_path, server.url + NAME)
    _, answer, advice = str(caught.value).splitlines()
    assert answer == f"  {server.url}{NAME}: HTTP Error 404: Not Found"
    assert advice.startswith("Put the four files ")
    assert pauses == [0, 1, 2]


def test_a_failed_download_into_the_folder_we_are_in_tells_where_to_put_the_files(
        server, tmp_path, monkeypatch, one_round):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(OSError, match=r" into \. by hand"):
        input_data.maybe_download(NAME, "", server.url + NAME)


TERMINAL_COMMANDS = "\x1b]0;owned\x07 \x1b[31m \x9b2J"


@pytest.mark.parametrize("behaviour", {
    "status": status(404, f"Not{TERMINAL_COMMANDS}Found"),
    "redirect to another scheme": redirect(f"gopher://{TERMINAL_COMMANDS}"),
    "redirect to another path": redirect(f"/path{TERMINAL_COMMANDS}"),
    "redirect to another host": redirect(f"http://{TERMINAL_COMMANDS}/"),
    "not http": lambda handler: handler.wfile.write(TERMINAL_COMMANDS.encode("latin-1") + b"\r\n"),
}.items(), ids=lambda item: item[0])
def test_a_server_cannot_send_commands_to_the_terminal(
        server, tmp_path, capfd, one_round, behaviour):
    server.behave(NAME, behaviour[1])
    with pytest.raises(OSError, match="could not be downloaded") as caught:
        input_data.maybe_download(NAME, tmp_path, server.url + NAME)
    for line in str(caught.value).split("\n"):
        assert line.isprintable()
    assert capfd.readouterr() == ("", "")


@pytest.fixture
def official_set(monkeypatch, mirrors):
    """Make a small data set the official one, which both mirrors should hold."""
    files = small_files()
    make_official(monkeypatch, files, *mirrors)
    return files


def test_a_mirror_that_failed_is_not_tried_first_for_the_next_file(
        mirrors, tmp_path, official_set):
    first, second = mirrors
    second.serve(official_set)
    input_data.read_data_sets(tmp_path, validation_size=0)
    assert first.asked_for() == [NAMES[0]]
    assert second.asked_for() == list(NAMES)
    assert contents(tmp_path) == official_set


def test_a_source_that_failed_for_good_reasons_is_still_asked_for_a_later_file(
        mirrors, tmp_path, pauses, official_set):
    """It is at the end of the queue, not out of it."""
    first, second = mirrors
    second.serve({name: official_set[name] for name in NAMES[:2]})
    first.serve({name: official_set[name] for name in NAMES[2:]})
    input_data.read_data_sets(tmp_path, validation_size=0)
    assert first.asked_for() == [NAMES[0], NAMES[2], NAMES[3]]
    assert second.asked_for() == list(NAMES[:3])
    assert pauses == [0] * 4


def test_the_next_call_starts_with_the_first_mirror_again(mirrors, tmp_path):
    first, _ = mirrors
    for folder in ("one", "two"):
        download(tmp_path / folder)
    assert first.asked_for() == [NAME, NAME]
    assert input_data.MIRRORS[0] == first.url


@pytest.mark.parametrize("source_url", [
    {}, {"source_url": None}, {"source_url": ""},
    {"source_url": input_data.DEFAULT_SOURCE_URL},
    {"source_url": input_data.DEFAULT_SOURCE_URL.rstrip("/")}], ids=repr)
def test_the_default_source_url_stands_for_the_mirrors_as_they_are_now(
        mirrors, tmp_path, official_set, source_url):
    first, second = mirrors
    second.serve(official_set)
    input_data.read_data_sets(tmp_path, validation_size=0, **source_url)
    assert first.asked_for() == [NAMES[0]]
    assert second.asked_for() == list(NAMES)


def test_a_mirror_named_as_source_url_is_the_only_source_and_must_send_what_it_should(
        mirrors, tmp_path, one_round):
    first, second = mirrors
    first.behave(NAME, whole(gzip.compress(idx(IMAGES[::-1]))))
    with pytest.raises(OSError, match=r"could not be downloaded.*\n.* expected \d+ with SHA-256"):
        input_data.maybe_download(NAME, tmp_path, first.url + NAME)
    assert second.requests == []
    assert contents(tmp_path) == {}


@pytest.mark.parametrize(("end", "asked"), [
    ("/data", "data/{}"), ("/data/", "data/{}"), ("/get?file=", "get?file={}"),
    ("/get?path=a/", "get?path=a/{}")])
def test_a_source_url_may_go_without_its_last_slash(server, tmp_path, end, asked):
    files = small_files()
    for name, body in files.items():
        server.behave(asked.format(name).rpartition("/")[2], whole(body))
    source_url = server.url.rstrip("/") + end
    input_data.read_data_sets(tmp_path, validation_size=0, source_url=source_url)
    assert server.asked_for() == [asked.format(name) for name in NAMES]
    assert contents(tmp_path) == files


def test_a_mirror_may_go_without_its_last_slash(server, tmp_path, monkeypatch, one_round):
    make_official(monkeypatch, {NAME: BODY})
    monkeypatch.setattr(input_data, "MIRRORS", [server.url + "data"])
    server.behave(NAME, whole(BODY), whole(gzip.compress(idx(IMAGES[::-1]))))
    download(tmp_path / "one")
    with pytest.raises(OSError, match=f"{server.url}data/{NAME}: sends .* with SHA-256 "):
        download(tmp_path / "two")
    assert server.asked_for() == ["data/" + NAME] * 2


def test_an_official_file_is_checked_whatever_name_it_gets(mirrors, tmp_path):
    first, second = mirrors
    first.behave(NAME, whole(gzip.compress(idx(IMAGES[::-1]))))
    url = input_data.DEFAULT_SOURCE_URL + NAME
    path = input_data.maybe_download("my-name.gz", tmp_path, url)
    assert path == str(tmp_path / "my-name.gz")
    assert contents(tmp_path) == {"my-name.gz": BODY}
    assert second.asked_for() == [NAME]


def test_any_data_in_the_format_comes_from_a_source_of_ones_own(server, tmp_path):
    server.serve(small_files(rows=9, columns=7))
    data_sets = input_data.read_data_sets(tmp_path, validation_size=5, source_url=server.url)
    assert data_sets.train.images.shape == (55, 63)
    assert data_sets.valid.images.shape == (5, 63)


@pytest.mark.parametrize(("body", "answer"), {
    "html": (b"<!DOCTYPE html><title>", "sends no gzip file, it begins with b'<!DOCTYPE html><'\n"),
    "not gzipped": (idx(IMAGES), "sends no gzip file"),
    "empty": (b"", "sends no gzip file, it begins with b''"),
    "truncated": (BODY[:-9], "data is damaged"),
    "flipped bit": (FLIPPED, "data is damaged"),
    "longer": (BODY + b"!", "data is damaged"),
    "another image": (BODY + gzip.compress(bytes(784)), "but it holds more"),
    "labels": (gzip.compress(idx(cycling_labels(200))), "not the magic number 2051"),
}.values(), ids=lambda value: "")
def test_a_source_of_ones_own_must_send_one_complete_file_of_the_kind(
        server, tmp_path, one_round, body, answer):
    server.behave(NAME, whole(body))
    with pytest.raises(OSError, match="could not be downloaded") as caught:
        input_data.maybe_download(NAME, tmp_path, server.url + NAME)
    assert answer in str(caught.value)
    assert contents(tmp_path) == {}


@pytest.mark.parametrize("behaviour", [
    cut_short(BODY), chunked(BODY, complete=False), reset(BODY)], ids=["plain", "chunked", "reset"])
def test_a_body_that_ends_too_early_is_taken_from_no_source(
        server, tmp_path, one_round, behaviour):
    server.behave(NAME, behaviour)
    with pytest.raises(OSError, match="could not be downloaded"):
        input_data.maybe_download(NAME, tmp_path, server.url + NAME)
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


def test_progress_tells_of_each_body_that_arrived_where_it_came_from(mirrors, tmp_path, capsys):
    first, second = mirrors
    first.behave(NAME, cut_short(BODY))
    download(tmp_path)
    assert capsys.readouterr().err == (
        f"{NAME}: {len(BODY) // 2 / 1e6:.3f} MB from {first.url}{NAME}\n"
        f"{NAME}: {len(BODY) / 1e6:.3f} MB from {second.url}{NAME}\n")


def test_no_progress_is_told_where_none_was_made(mirrors, tmp_path, capsys):
    first, second = mirrors
    first.behave(NAME, whole(b""))
    download(tmp_path)
    assert capsys.readouterr().err == (
        f"{NAME}: {len(BODY) / 1e6:.3f} MB from {second.url}{NAME}\n")


def test_progress_on_a_terminal_is_one_line_that_changes(server, tmp_path):
    pty = pytest.importorskip("pty")
    body = gzip.compress(idx(random_images(1500)), compresslevel=1)  # some slices long
    server.behave(NAME, whole(body))
    ours, theirs = pty.openpty()
    with fetching(tmp_path, server.url + NAME, stderr=theirs) as process:
        os.close(theirs)
        shown = b"".join(iter(lambda: read_terminal(ours), b""))
    os.close(ours)
    assert process.returncode == 0
    *states, last, after = shown.decode().split("\r")
    total = f"{len(body) / 1e6:.3f} MB"
    matches = [re.fullmatch(rf"{NAME}: (\d\.\d{{3}}) of {total}", state) for state in states]
    assert all(matches)
    arrived = [float(match[1]) for match in matches]
    assert arrived == sorted(set(arrived))
    assert len(arrived) > 3
    assert states[-1] == f"{NAME}: {total[:-3]} of {total}"
    assert last == f"{NAME}: {total} from {server.url}{NAME}"
    assert len(last) > len(states[-1])  # and so covers all of it
    assert after == "\n"


def read_terminal(terminal):
    """Return what a process has written to its terminal; nothing once it has ended."""
    try:
        return os.read(terminal, 1000)
    except OSError:  # how Linux tells that the other side is closed
        return b""


def broken_pipe():
    reader, writer = os.pipe()
    os.close(reader)
    return os.fdopen(writer, "w")


# What may be wrong with standard error: code that the process runs first, and what it is given.
NO_STDERR = {
    "none": ("import sys; sys.stderr = None", None),  # as for pythonw.exe and services
    "closed": ("import sys; sys.stderr.close()", None),
    "descriptor closed": ("import os; os.close(2)", None),
    "nobody reads it": ("", broken_pipe),
    "full": ("", lambda: open("/dev/full", "w")),  # noqa: SIM115
}


@pytest.mark.parametrize("case", NO_STDERR)
def test_without_standard_error_the_notes_are_lost_but_not_the_data(server, tmp_path, case):
    before, open_stderr = NO_STDERR[case]
    if case == "full" and not os.path.exists("/dev/full"):
        pytest.skip("there is no /dev/full")
    get_without_stderr(server, tmp_path, before, open_stderr() if open_stderr else None)


@pytest.mark.skipif(os.name != "posix", reason="only POSIX starts processes without a descriptor")
def test_a_process_that_starts_without_standard_error_gets_the_data(server, tmp_path):
    """As with `2>&-`. Python's sys.stderr is then None."""
    get_without_stderr(server, tmp_path, preexec_fn=lambda: os.close(2))


def get_without_stderr(server, folder, before="", stderr=None, **options):
    """Get a file in a process, which has two things to tell, and check that it came at once."""
    server.behave(NAME, whole(BODY))
    write(folder, {NAME: b"half a file"})
    process = fetching(folder, server.url + NAME, before=before, stderr=stderr, **options)
    process.communicate(timeout=60)
    if stderr:
        stderr.close()
    assert process.returncode in (0, 120)  # 120: Python's own last flush has failed
    assert server.asked_for() == [NAME]
    found = contents(folder)
    assert found.pop(NAME) == BODY
    assert list(found.values()) == [b"half a file"]


def test_real_mnist_arrives_from_a_good_mirror(server, tmp_path, monkeypatch, mnist_dir):
    """The digests in OFFICIAL_FILES are those of the real files."""
    files = {name: (mnist_dir / name).read_bytes() for name in NAMES}
    server.serve(files)
    monkeypatch.setattr(input_data, "MIRRORS", [server.url])
    data_sets = input_data.read_data_sets(tmp_path)
    assert contents(tmp_path) == files
    assert data_sets.train.labels.dtype == np.uint8
    assert server.asked_for() == list(NAMES)
