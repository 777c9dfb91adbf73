"""From where files come, which answers of a server are taken, and what is told meanwhile."""
import concurrent.futures
import contextlib
import gzip
import hashlib
import itertools
import os
import re
import threading

import pytest
from conftest import ended, fetching
from idx_files import NAMES, contents, cycling_labels, idx, random_images, small_files
from servers import chunked, make_official, raw, redirect, reset, slowly, stall, status, whole

import input_data

NAME = NAMES[0]
IMAGES = random_images(200)
BODY = gzip.compress(idx(IMAGES))
OTHER = gzip.compress(idx(IMAGES[::-1]))  # a whole file, but not the one that is taken for MNIST's
SMALL = small_files()
GOOGLE = "https://storage.googleapis.com/cvdf-datasets/mnist/"
LECUN = "http://yann.lecun.com/exdb/mnist/"

pytestmark = pytest.mark.usefixtures("pauses")


@pytest.fixture
def mirrors(monkeypatch, server, second_server):
    """Two mirrors of BODY as MNIST's first file, of which the second is a good one."""
    make_official(monkeypatch, {NAME: BODY}, server, second_server)
    second_server.behave(NAME, whole(BODY))
    return server, second_server


def fails(folder, url=None):
    """Return what the error says when the file is in no way to be had."""
    with pytest.raises(OSError, match="could not be downloaded") as caught:
        input_data.maybe_download(NAME, folder, url)
    assert not os.path.exists(os.path.join(folder, NAME))
    assert caught.value.__context__ is None
    return str(caught.value)


# ---- Sources ---------------------------------------------------------------------------------


@pytest.mark.parametrize("source_url", [
    None, "", GOOGLE, GOOGLE.rstrip("/"), GOOGLE.replace("https", "http"), LECUN,
    LECUN.rstrip("/"), LECUN.replace("http", "https"), "HTTP://Yann.LeCun.com/exdb/mnist"])
def test_these_addresses_stand_for_all_mirrors(mirrors, tmp_path, monkeypatch, source_url):
    first, second = mirrors
    make_official(monkeypatch, SMALL, *mirrors)
    first.behave(NAME, whole(OTHER))
    second.serve(SMALL)
    input_data.read_data_sets(tmp_path, validation_size=0, source_url=source_url)
    assert first.requests == [NAME]
    assert second.requests == list(NAMES)
    assert contents(tmp_path) == SMALL


@pytest.mark.parametrize(("name", "url"), [
    (NAME, {}), (NAME, {"source_url": None}), (NAME, {"source_url": LECUN + NAME}),
    ("my-own-name.gz", {"source_url": GOOGLE + NAME}), (NAME[:-len(".gz")], {})])
def test_so_they_do_for_a_single_file(mirrors, tmp_path, name, url):
    """TensorFlow 0.x's scripts give no address. Under any name it is held to its content."""
    for mirror, body in zip(mirrors, (OTHER, BODY)):
        mirror.behave(NAME[:-len(".gz")], whole(body))
        mirror.behave(NAME, whole(body))
    path = input_data.maybe_download(filename=name, work_directory=tmp_path, **url)
    assert path == str(tmp_path / name)
    assert [len(mirror.requests) for mirror in mirrors] == [1, 1]
    assert contents(tmp_path) == {name: BODY}


@pytest.mark.parametrize("form", [
    "http://{}/Data/", "http://{}/Data", "HTTP://{}/DATA//", "http://{}/data"])
def test_a_mirror_is_held_to_content_however_it_is_written(mirrors, tmp_path, monkeypatch, form):
    first, second = mirrors
    address = first.url.rpartition("://")[2].rstrip("/")
    make_official(monkeypatch, SMALL)
    monkeypatch.setattr(input_data, "MIRRORS", [second.url, f"https://{address}/Data/"])
    first.serve(SMALL)
    first.behave(NAME, whole(OTHER), whole(SMALL[NAME]))
    input_data.read_data_sets(tmp_path, validation_size=0, source_url=form.format(address))
    assert [path.rpartition("/")[2] for path in first.requests] == [NAME, *NAMES]
    assert contents(tmp_path) == SMALL
    assert second.requests == []


@pytest.mark.parametrize("end", ["data", "data/", "get?file=", "get?path=a/"])
def test_a_source_of_ones_own_may_end_with_or_without_slash(server, tmp_path, end):
    files = small_files(rows=9, columns=7)
    between = "" if end.endswith(("/", "=")) else "/"
    for name, body in files.items():
        server.behave(end + between + name, whole(body))
    data_sets = input_data.read_data_sets(tmp_path, validation_size=5, source_url=server.url + end)
    assert data_sets.train.images.shape == (55, 63)
    assert contents(tmp_path) == files


@pytest.mark.parametrize(("name", "body"), [
    (NAME, idx(IMAGES)), ("own-images", BODY), ("own-labels.gz", idx(cycling_labels(9)))],
    ids=["images", "own images", "own labels"])
def test_the_url_of_any_whole_file_will_do(server, tmp_path, name, body):
    """Gzipped or not; of images or labels, if its name says neither, whatever its folder's does."""
    server.behave("file?id=17", whole(body))
    folder = tmp_path / "idx1"
    for _ in range(2):
        path = input_data.maybe_download(name, folder, server.url + "file?id=17")
        assert path == str(folder / name)
    assert contents(folder) == {name: body}
    assert len(server.requests) == 1


def test_mirrors_are_held_to_what_mnist_holds(mnist_dir):
    for name, sha256 in input_data.MNIST_SHA256.items():
        content = gzip.decompress((mnist_dir / f"{name}.gz").read_bytes())
        assert hashlib.sha256(content).hexdigest() == sha256


# ---- Answers ---------------------------------------------------------------------------------

FINAL = {"400": status(400), "404": status(404), "499": status(499)}
PASSING = {
    "408": status(408), "429": status(429), "500": status(500), "mail": raw(b"220 mail\r\n"),
    "reset": reset(BODY), "cut": slowly(BODY[:999], pause=0, announced=len(BODY)),
    "chunks": chunked(BODY, end=b""), "empty": whole(b""), "truncated": whole(BODY[:-9]),
    "html": whole(b"<html>Sign in</html>"), "longer": whole(BODY + b"!"),
    "bit": whole(BODY[:-8] + bytes([BODY[-8] ^ 1]) + BODY[-7:]),
    "labels": whole(gzip.compress(idx(cycling_labels(200)))),
    "colours": whole(idx(IMAGES.reshape(50, 4, 28, 28)))}


def test_what_is_final_is_asked_once_and_all_else_each_round(
        server, pauses, tmp_path, monkeypatch, capsys):
    make_official(monkeypatch, {NAME: BODY})
    passing = {**PASSING, "another": whole(OTHER), "loop": redirect(NAME)}
    for place, behaviour in {**passing, **FINAL}.items():
        server.behave(f"{place}/{NAME}", behaviour)
    again = ["http://127.0.0.1:1/", *(f"{server.url}{place}/" for place in passing)]
    once = ["gs://bucket/", "no URL/", *(f"{server.url}{place}/" for place in FINAL)]
    monkeypatch.setattr(input_data, "MIRRORS", again + once)
    answers = fails(tmp_path).splitlines()[1:-1]
    tries = [f"{source}{NAME}" for source in again + once + again + again]
    assert capsys.readouterr() == ("", "".join(f"Downloading {url}\n" for url in tries))
    followed = itertools.groupby(server.url + name for name in server.requests)
    assert [url for url, _ in followed] == [url for url in tries if url.startswith(server.url)]
    assert pauses == [0, 1, 2]
    assert [answer.partition(": ")[0] for answer in answers] == [
        f"  {NAME} from {source}" for source in again + once]
    for words in ("HTTP Error 500", " refused", "unknown url type: gs", "is damaged",
                  "is not an IDX file: it begins with b'<html>Sign in</h'", "is not MNIST's"):
        assert any(words in answer for answer in answers)


def test_a_source_of_ones_own_must_send_one_whole_file_too(server, tmp_path, monkeypatch):
    monkeypatch.setattr(input_data, "ATTEMPTS", len(PASSING) + 1)
    server.behave("file", *PASSING.values(), whole(OTHER))
    input_data.maybe_download(NAME, tmp_path, server.url + "file")
    assert contents(tmp_path) == {NAME: OTHER}
    assert len(server.requests) == len(PASSING) + 1


@pytest.mark.parametrize("behaviour", [
    chunked(BODY), raw(b"HTTP/1.0 200 OK\r\n\r\n" + BODY), redirect("/elsewhere"),
    slowly(BODY, b"more", pause=600, announced=len(BODY))],
    ids=["chunks", "unannounced", "redirect", "goes on"])
def test_a_good_answer_is_taken_in_whatever_way_it_comes(mirrors, tmp_path, behaviour):
    mirrors[0].behave(NAME, behaviour)
    mirrors[0].behave("elsewhere", whole(BODY))
    input_data.maybe_download(NAME, tmp_path)
    assert contents(tmp_path) == {NAME: BODY}
    assert mirrors[1].requests == []


def test_the_source_that_worked_is_asked_first_for_the_next_file(mirrors, tmp_path, monkeypatch):
    first, second = mirrors
    make_official(monkeypatch, SMALL, *mirrors)
    second.serve(SMALL)
    second.behave(NAMES[2], status(503))
    first.behave(NAMES[2], whole(SMALL[NAMES[2]]))
    input_data.read_data_sets(tmp_path, validation_size=0)
    assert first.requests == [NAMES[0], NAMES[2], NAMES[3]]
    assert second.requests == list(NAMES)
    input_data.maybe_download(NAMES[1], tmp_path / "of the next call")
    assert first.requests[3:] == [NAMES[1]]


def test_who_does_not_send_is_given_up_but_not_who_sends_slowly(mirrors, tmp_path, monkeypatch):
    first, second = mirrors
    make_official(monkeypatch, SMALL, *mirrors)
    for name, value in {"ATTEMPTS": 1, "TIMEOUT": 6, "MIN_SPEED": 50}.items():
        monkeypatch.setattr(input_data, name, value)
    slow, _, half, drip = SMALL.values()
    # The first is slower than MIN_SPEED at the beginning, and takes longer than TIMEOUT.
    cuts = [0, 1, 2, 600, 1200, 1800, 2400, None]
    pieces = [slow[start:end] for start, end in zip(cuts, cuts[1:])]
    first.behave(NAMES[0], slowly(*pieces, pause=1.2))
    first.behave(NAMES[1], lambda handler: handler.server.closing.wait(600))
    first.behave(NAMES[2], stall(half))
    first.behave(NAMES[3], slowly(*(bytes([byte]) for byte in drip), pause=0.3))
    second.serve(SMALL)
    with concurrent.futures.ThreadPoolExecutor(5) as pool:
        told = pool.submit(fails, tmp_path / "own", first.url + NAMES[3])
        list(pool.map(lambda name: input_data.maybe_download(name, tmp_path), NAMES))
    assert contents(tmp_path) == SMALL
    assert sorted(second.requests) == sorted(NAMES[1:])
    assert re.search(r": only \d+ bytes in \d+ seconds\n", told.result())


def test_max_bytes_bounds_a_body_and_its_content(server, tmp_path, monkeypatch):
    monkeypatch.setattr(input_data, "ATTEMPTS", 1)
    monkeypatch.setattr(input_data, "MAX_BYTES", len(BODY) - 1)
    server.behave(NAME, slowly(BODY, b"", pause=600, announced=10**12), whole(BODY))
    assert "is longer than input_data.MAX_BYTES" in fails(tmp_path, server.url + NAME)
    monkeypatch.setattr(input_data, "MAX_BYTES", len(BODY))
    input_data.maybe_download(NAME, tmp_path / "body", server.url + NAME)
    server.behave(NAME, whole(gzip.compress(idx(IMAGES * 0))))
    monkeypatch.setattr(input_data, "MAX_BYTES", IMAGES.size - 1)
    assert "announces 156800 bytes, more than input_data.MAX" in fails(tmp_path, server.url + NAME)


# ---- What is told ----------------------------------------------------------------------------


def test_the_error_tells_each_last_answer_and_what_to_do(server, pauses, tmp_path):
    server.behave(NAME, status(503), status(403, "Not here"))
    assert fails(tmp_path, server.url + NAME).splitlines() == [
        f"{tmp_path / NAME} is missing and could not be downloaded:",
        f"  {NAME} from {server.url[:-1]}: HTTP Error 403: Not here",
        f"Put the four files ({', '.join(NAMES)}) there by hand, name another source_url, "
        "or draw digits with fake_data=True (mnist_softmax.py --fake_data)."]
    assert pauses == [0, 1, 0]  # none before a round in which nobody is asked


def test_no_server_can_steer_the_terminal(server, tmp_path, monkeypatch, capfd):
    evil = "\x1b]0;owned\x07 \x1b[31m \x9b2J"
    behaviours = [status(404, evil), redirect("gopher://" + evil), redirect("/path" + evil),
                  redirect(f"http://{evil}/"), raw(evil.encode("latin-1") + b"\r\n")]
    for place, behaviour in enumerate(behaviours):
        server.behave(f"{place}/{NAME}", behaviour)
    monkeypatch.setattr(input_data, "MIRRORS", [f"{server.url}{place}/" for place in range(5)])
    lines = fails(tmp_path).split("\n")
    assert all(line.isprintable() for line in lines)
    assert any("owned" in line for line in lines)
    assert "\x1b" not in "".join(capfd.readouterr())


def test_a_host_is_named_before_it_is_waited_for(server, tmp_path):
    told = threading.Event()
    server.behave(NAME, lambda handler: told.wait(600) and whole(BODY)(handler))
    process = fetching(tmp_path, server.url + NAME, "import input_data; input_data.TIMEOUT = 600",
                       env={**os.environ, "PYTHONUNBUFFERED": ""})
    assert process.stderr.readline() == f"Downloading {server.url}{NAME}\n"
    told.set()
    assert ended(process) == (0, "")
    assert server.requests == [NAME]


def test_a_terminal_sees_a_line_of_megabytes_that_changes(server, tmp_path):
    pty = pytest.importorskip("pty")
    body = gzip.compress(idx(random_images(1500)), compresslevel=1)
    server.behave(NAME, whole(body))
    ours, theirs = pty.openpty()
    process = fetching(tmp_path, server.url + NAME, stderr=theirs)
    os.close(theirs)
    shown = b""
    with contextlib.suppress(OSError):  # how Linux tells that the other side is closed
        for piece in iter(lambda: os.read(ours, 1000), b""):
            shown += piece
    os.close(ours)
    assert ended(process)[0] == 0
    megabytes = re.findall(r"(\d\.\d{3}) MB\r", shown.decode())
    assert shown.decode() == "".join([f"Downloading {server.url}{NAME}\r\n",
                                      *(f"{number} MB\r" for number in megabytes), "\r\n"])
    assert len(megabytes) >= 5
    assert megabytes == sorted(megabytes)
    assert megabytes[-1] == f"{len(body) / 1e6:.3f}"


@pytest.mark.parametrize(("before", "stderr"), [
    ("import sys; sys.stderr = None", os.devnull), ("", "/dev/full"),
    ("import sys; sys.stderr.close()", os.devnull)])
def test_without_standard_error_the_file_comes_all_the_same(server, tmp_path, before, stderr):
    if not os.path.exists(stderr):
        pytest.skip(f"there is no {stderr}")
    server.behave(NAME, whole(BODY))
    with open(stderr, "w") as opened:
        code, _ = ended(fetching(tmp_path, server.url + NAME, before, stderr=opened))
    assert code in (0, 120)  # 120: Python's own last flush has failed
    assert contents(tmp_path) == {NAME: BODY}
    assert server.requests == [NAME]
