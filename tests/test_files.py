"""What is found on the disk, what is damaged or other data, and who else is at work there."""
import ctypes
import errno
import gzip
import os
import pathlib
import re
import signal
import threading

import pytest
from conftest import ended, fetching
from idx_files import NAMES, contents, cycling_labels, idx, random_images, small_files, write
from servers import make_official, stall, status, whole

import input_data

NAME = NAMES[0]
UNPACKED = NAME[:-len(".gz")]
DOTTED = "train-images.idx3-ubyte"  # the official file's name in its own gzip header
BODY = gzip.compress(idx(random_images(2000)))  # more than a megabyte
OTHER = gzip.compress(idx(random_images(7, 50, 40, seed=5)))
HALF = BODY[:-1000]
OWN = small_files()
MNIST = small_files(train=50)  # what these tests take for MNIST


@pytest.fixture(autouse=True)
def one_round(monkeypatch):
    monkeypatch.setattr(input_data, "ATTEMPTS", 1)


@pytest.fixture
def mirror(monkeypatch, server):
    make_official(monkeypatch, MNIST, server)
    server.serve(MNIST)
    return server


def get(folder, server):
    return input_data.maybe_download(NAME, folder, server.url + NAME)


def read(folder, **options):
    return input_data.read_data_sets(folder, validation_size=0, **options)

# ---- What is found ---------------------------------------------------------------------------


@pytest.mark.parametrize("body", [OTHER, gzip.decompress(OTHER)], ids=["gzipped", "unpacked"])
@pytest.mark.parametrize("path", [
    NAME, UNPACKED, DOTTED, f"{DOTTED}.gz", f"{UNPACKED}/{UNPACKED}", f"{UNPACKED}/{DOTTED}",
    f"{UNPACKED}/{DOTTED}.gz", f"{UNPACKED}/{NAME}"])
def test_a_whole_file_is_found_and_used_as_it_is(server, tmp_path, capsys, path, body):
    """Be it MNIST's or not; whatever is beside it, damaged or of a name that comes later."""
    write(tmp_path, {NAME: HALF, **({} if "/" in path else {f"{DOTTED}.gz": MNIST[NAME]})})
    write((tmp_path / path).parent, {os.path.basename(path): body})
    assert get(tmp_path, server) == str(tmp_path / path)
    assert (tmp_path / path).read_bytes() == body
    assert server.requests == []
    assert capsys.readouterr() == ("", "")


def test_the_files_of_kaggles_archive_are_read(tmp_path):
    """Each of its files lies in a folder of its name; some of them beside the folder, too."""
    for place, (name, body) in enumerate(OWN.items()):
        folder = tmp_path / name[:-len(".gz")]
        folder.mkdir()
        write([folder, tmp_path][place % 2],
              {folder.name.replace("-idx", ".idx"): gzip.decompress(body)})
    assert read(tmp_path).train.images.shape == (60, 784)
    assert input_data.maybe_download(UNPACKED, tmp_path) == str(tmp_path / UNPACKED / DOTTED)


def test_a_tilde_is_the_home_folder_and_missing_folders_are_made(server, tmp_path, monkeypatch):
    for variable in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(variable, str(tmp_path / "home"))
    server.serve(OWN)
    read("~/a/mnist", source_url=server.url)
    assert contents(tmp_path / "home" / "a" / "mnist") == OWN
    assert read("~/a/mnist").train.num_examples == 60


@pytest.mark.parametrize("folder", ["", "."])
def test_the_folder_may_be_the_one_we_are_in(server, tmp_path, monkeypatch, folder):
    monkeypatch.chdir(tmp_path)
    server.behave(NAME, whole(BODY))
    (tmp_path / "usual").write_bytes(b"")
    assert os.stat(get(folder, server)).st_mode == os.stat("usual").st_mode
    assert contents(tmp_path) == {NAME: BODY, "usual": b""}


def test_a_folder_that_is_a_file_or_not_here_is_told(server, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OSError, match=re.escape(str(tmp_path / "file"))):
        get(tmp_path / "file", server)
    for folder in ("gs://bucket/mnist", pathlib.Path("gs://bucket/mnist")):
        with pytest.raises(ValueError, match=r"gs:/+bucket/mnist is not a folder of this"):
            read(folder)
    assert server.requests == []
    assert contents(tmp_path) == {"file": b"in the way"}


# ---- MNIST is known by its content -----------------------------------------------------------


@pytest.mark.parametrize("missing", NAMES)
def test_what_is_missing_or_damaged_of_mnist_is_fetched(mirror, tmp_path, missing):
    """However the others are packed and named."""
    images, labels, test_images, test_labels = (gzip.decompress(MNIST[name]) for name in NAMES)
    packed = {NAMES[0]: (DOTTED, images), NAMES[1]: (NAMES[1], gzip.compress(labels, 1)),
              NAMES[2]: (NAMES[2][:-len(".gz")], test_images), NAMES[3]: (NAMES[3], test_labels)}
    damaged = NAMES[NAMES.index(missing) - 1]
    there = dict(packed[name] for name in NAMES if name not in (missing, damaged))
    write(tmp_path, {**there, damaged: MNIST[damaged] + b"!"})
    read(tmp_path)
    fetched = {name: MNIST[name] for name in NAMES if name in (missing, damaged)}
    found = contents(tmp_path)
    (kept,) = set(found) - {*there, *fetched}
    assert found == {**there, **fetched, kept: MNIST[damaged] + b"!"}
    assert mirror.requests == list(fetched)


@pytest.mark.parametrize("other", NAMES)
def test_mnist_is_not_fetched_into_a_folder_of_other_data(mirror, tmp_path, other):
    """One file is enough to tell that; what is damaged is no data."""
    _, damaged, good = (name for name in NAMES if name != other)
    there = {other: small_files(9, 9)[other], damaged: b"<html>", good: MNIST[good]}
    write(tmp_path, there)
    with pytest.raises(OSError, match=re.escape(f"{tmp_path / other} is not MNIST's, so")):
        read(tmp_path)
    assert contents(tmp_path) == there
    assert mirror.requests == []


def test_other_data_is_read_and_completed_from_its_own_source(mirror, second_server, tmp_path):
    second_server.serve(OWN)
    write(tmp_path, {name: OWN[name] for name in NAMES[1:]})
    assert read(tmp_path, source_url=second_server.url).train.num_examples == 60
    assert second_server.requests == [NAME]
    assert read(tmp_path).train.num_examples == 60
    assert contents(tmp_path) == OWN


# ---- Damaged files ---------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "beside"), [
    (NAME, {UNPACKED: b"half a twin"}), ("iris.csv", {"iris.": BODY})])
def test_a_damaged_file_is_kept_aside_when_the_new_one_is_there(
        server, tmp_path, capsys, name, beside):
    there = {name: HALF, f"{name}.1234abcd.damaged": b"another time's", **beside}
    on_its_way = []

    def behave(handler):
        on_its_way.append(contents(tmp_path))
        whole(BODY)(handler)
    server.behave(name, behave)
    write(tmp_path, there)
    input_data.maybe_download(name, tmp_path, server.url + name)
    found = contents(tmp_path)
    assert on_its_way == [there]
    (kept,) = set(found) - set(there)
    assert re.fullmatch(rf"{name}\.[0-9a-f]{{8}}\.damaged", kept)
    assert found == {**there, name: BODY, kept: HALF}
    assert capsys.readouterr().err == (
        f"Downloading {server.url}{name}\n"
        f"{tmp_path / name} was damaged; what it held is kept in {tmp_path / kept}\n")


@pytest.mark.parametrize("answer", [status(404), status(503), whole(b"<html>"), whole(HALF)])
@pytest.mark.parametrize(("name", "body"), [
    (NAME, HALF), (NAME, b""), (NAME, gzip.decompress(BODY) + b"!"), ("iris.csv", b"4,setosa\n")],
    ids=["half", "empty", "longer", "csv"])
def test_if_nothing_better_comes_it_stays_and_is_named(server, tmp_path, name, body, answer):
    server.behave(name, answer)
    write(tmp_path, {name: body})
    told = f"{tmp_path / name} is not a whole IDX file (it stays as it is) and could not be down"
    with pytest.raises(OSError, match=re.escape(told)):
        input_data.maybe_download(name, tmp_path, server.url + name)
    assert contents(tmp_path) == {name: body}


@pytest.mark.parametrize(("name", "array"), [
    (NAME, random_images(12).reshape(3, 4, 28, 28)), (NAME, cycling_labels(9)),
    (NAMES[1], random_images(2)), (NAME, random_images(40))],
    ids=["colours", "labels", "images", "too large"])
def test_a_whole_file_of_another_kind_stays_and_is_named(
        server, tmp_path, monkeypatch, name, array):
    monkeypatch.setattr(input_data, "MAX_BYTES", 30_000)
    body = gzip.compress(idx(array))
    write(tmp_path, {name: body})
    server.serve(MNIST)
    for call in (lambda: input_data.maybe_download(name, tmp_path, server.url + name),
                 lambda: read(tmp_path, source_url=server.url)):
        with pytest.raises(ValueError, match=r"is whole, but|announces") as caught:
            call()
        assert str(caught.value).startswith(f"{tmp_path / name} ")
    assert server.requests == []
    assert contents(tmp_path) == {name: body}


# ---- Processes that are killed, side by side, or may not write -----------------------------


@pytest.fixture
def not_root():
    """Popen's options for a process that heeds permissions, as those of other users than root."""
    if not hasattr(os, "geteuid"):
        pytest.skip("a system without POSIX's permissions")
    if os.geteuid() != 0:
        return {}
    libc = ctypes.CDLL(None)
    if not hasattr(libc, "prctl"):
        pytest.skip("root heeds no permissions, and only Linux can make it")
    drop = 24  # PR_CAPBSET_DROP; 1 and 2 are CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH
    return {"preexec_fn": lambda: [libc.prctl(drop, right, 0, 0, 0) for right in (1, 2)]}


@pytest.mark.parametrize("there", [{}, {NAME: HALF}, {NAME: OTHER}])
def test_a_folder_that_may_not_be_written_can_be_read(server, tmp_path, not_root, there):
    server.behave(NAME, whole(BODY))
    write(tmp_path, there)
    tmp_path.chmod(0o555)
    _, error = ended(fetching(tmp_path, server.url + NAME, **not_root))
    told = [] if there == {NAME: OTHER} else [
        f"PermissionError: [Errno {errno.EACCES}] Permission denied (make room, or name another "
        f"folder): {str(tmp_path / NAME)!r}"]
    assert error.splitlines()[-1:] == told
    assert error.count("Traceback") == len(told)
    assert contents(tmp_path) == there


def test_what_may_not_be_read_is_told_and_stays(server, tmp_path, not_root):
    write(tmp_path, {NAME: OTHER})
    (tmp_path / NAME).chmod(0)
    _, error = ended(fetching(tmp_path, server.url + NAME, **not_root))
    told = f"PermissionError: [Errno {errno.EACCES}] Permission denied: {str(tmp_path / NAME)!r}"
    assert error.splitlines()[-1] == told
    assert contents(tmp_path) == {NAME: OTHER}


@pytest.mark.parametrize(("there", "mode"), [({}, 0o755), ({NAME: HALF}, 0o755), ({}, 0o555)])
def test_what_another_process_has_just_brought_will_do(server, tmp_path, not_root, there, mode):
    """It is no damage; and if ours cannot be written, it is what was wanted."""
    def behave(handler):
        write(tmp_path, {NAME: OTHER})
        tmp_path.chmod(mode)
        whole(BODY)(handler)
    server.behave(NAME, behave)
    write(tmp_path, there)
    assert ended(fetching(tmp_path, server.url + NAME, **not_root))[0] == 0
    found = contents(tmp_path)
    assert found.pop(NAME) in [OTHER, *([BODY] if mode == 0o755 else [])]
    assert found == {}


def test_four_processes_that_fetch_at_once_all_succeed(server, tmp_path):
    together = threading.Barrier(4, timeout=600)
    server.behave(NAME, lambda handler: (together.wait(), whole(BODY)(handler)))
    write(tmp_path, {NAME: HALF})
    patient = "import input_data; input_data.TIMEOUT = 600"
    processes = [fetching(tmp_path, server.url + NAME, patient) for _ in range(4)]
    assert [ended(process)[0] for process in processes] == [0] * 4
    found = contents(tmp_path)
    assert found.pop(NAME) == BODY
    assert list(found.values()) == [HALF]


@pytest.mark.skipif(os.name != "posix", reason="Ctrl-C is no signal that Popen can send")
@pytest.mark.parametrize("name", ["SIGKILL", "SIGINT"])
def test_a_kill_while_the_file_arrives_leaves_nothing(server, tmp_path, name):
    server.behave(NAME, stall(BODY))
    process = fetching(tmp_path, server.url + NAME, (
        "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler);"
        "sys.stderr.isatty = lambda: True"))
    assert [process.stderr.readline() for _ in range(2)][1].endswith(" MB\n")
    process.send_signal(getattr(signal, name))
    code, error = ended(process)
    assert code and (name == "SIGKILL" or error.endswith("KeyboardInterrupt\n"))
    assert contents(tmp_path) == {}


# The kernel sends SIGXFSZ in the middle of a write that goes beyond the limit. With the default
# action it kills the process on the spot, as kill -9 does; with Python's handler for SIGINT it is
# a Ctrl-C at the worst moment; and if it is ignored, the disk is full.
@pytest.mark.parametrize("action", ["SIG_DFL", "default_int_handler", "SIG_IGN"])
def test_an_end_while_the_file_is_written_leaves_the_old(server, tmp_path, action):
    pytest.importorskip("resource")
    server.behave(NAME, whole(BODY))
    write(tmp_path, {NAME: b"old"})
    _, error = ended(fetching(tmp_path, server.url + NAME, before=(
        "import resource, signal; resource.setrlimit(resource.RLIMIT_FSIZE, (2**20, 2**20));"
        f"signal.signal(signal.SIGXFSZ, signal.{action})")))
    full = f"{errno.EFBIG}] File too large (make room, or name another folder): {tmp_path / NAME}"
    last = {"SIG_DFL": "", "default_int_handler": "KeyboardInterrupt", "SIG_IGN": full}[action]
    assert error.replace("'", "").splitlines()[-1].endswith(last)
    found = contents(tmp_path)
    assert found.pop(NAME) == b"old"
    assert sorted(map(len, found.values())) == ([3, 2**20] if action == "SIG_DFL" else [3])
    get(tmp_path, server)
    assert contents(tmp_path) == {**found, NAME: BODY}
