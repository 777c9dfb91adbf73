"""What happens to the files on the disk: folders, damage, kills, and processes side by side."""
import ctypes
import errno
import gzip
import os
import re
import signal
import subprocess
import sys
import time

import pytest
from conftest import PROJECT, fetching
from idx_files import NAMES, contents, idx, random_images, small_files, write
from servers import make_official, stall, status, whole

import input_data

NAME = NAMES[0]
BODY = gzip.compress(idx(random_images(2000)))  # more than a megabyte
OTHER = gzip.compress(idx(random_images(7, 50, 40, seed=5)))


def test_missing_folders_are_made(server, tmp_path):
    server.behave(NAME, whole(BODY))
    folder = tmp_path / "a" / "b" / "c"
    input_data.maybe_download(NAME, folder, server.url + NAME)
    assert contents(folder) == {NAME: BODY}


@pytest.mark.parametrize("folder", ["", "."])
def test_the_folder_may_be_the_one_we_are_in(server, tmp_path, monkeypatch, folder):
    monkeypatch.chdir(tmp_path)
    server.behave(NAME, whole(BODY))
    input_data.maybe_download(NAME, folder, server.url + NAME)
    assert contents(tmp_path) == {NAME: BODY}


def test_a_tilde_is_the_home_folder(server, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for variable in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(variable, str(tmp_path / "home"))
    server.behave(NAME, whole(BODY))
    path = input_data.maybe_download(NAME, "~/mnist", server.url + NAME)
    assert path == str(tmp_path / "home" / "mnist" / NAME)
    assert contents(tmp_path / "home" / "mnist") == {NAME: BODY}
    assert [folder.name for folder in tmp_path.iterdir()] == ["home"]


def test_a_tilde_is_the_home_folder_for_a_whole_data_set_too(tmp_path, monkeypatch):
    for variable in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(variable, str(tmp_path))
    write(tmp_path / "mnist", small_files())
    assert input_data.read_data_sets("~/mnist", validation_size=0).train.num_examples == 60


def test_a_downloaded_file_has_the_usual_permissions(server, tmp_path):
    server.behave(NAME, whole(BODY))
    (tmp_path / "usual").touch()
    path = input_data.maybe_download(NAME, tmp_path, server.url + NAME)
    assert os.stat(path).st_mode == os.stat(tmp_path / "usual").st_mode


@pytest.mark.parametrize("below", ["", "folder"])
def test_a_folder_that_is_a_file_is_told(server, tmp_path, below):
    server.behave(NAME, whole(BODY))
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OSError, match=re.escape(str(tmp_path / "file" / below))):
        input_data.maybe_download(NAME, tmp_path / "file" / below, server.url + NAME)
    assert server.requests == []
    assert contents(tmp_path) == {"file": b"in the way"}


@pytest.fixture
def heeding_permissions():
    """Popen's options for a process that heeds permissions, as those of other users than root."""
    if not hasattr(os, "geteuid"):
        pytest.skip("a system without POSIX's permissions")
    if os.geteuid() != 0:
        return {}
    libc = ctypes.CDLL(None)
    if not hasattr(libc, "prctl"):
        pytest.skip("root heeds no permissions, and only Linux can make it")

    def drop_capabilities():
        drop_from_bounding_set = 24
        for override_permissions in (1, 2):  # for writing, for reading
            libc.prctl(drop_from_bounding_set, override_permissions, 0, 0, 0)
    return {"preexec_fn": drop_capabilities}


def test_a_folder_that_cannot_be_written_is_told(
        server, tmp_path, heeding_permissions):
    server.behave(NAME, whole(BODY))
    folder = tmp_path / "folder"
    folder.mkdir(mode=0o555)
    process = fetching(folder, server.url + NAME, **heeding_permissions)
    _, error = process.communicate(timeout=60)
    assert process.returncode == 1
    assert error.splitlines()[-1] == (
        "PermissionError: [Errno 13] Permission denied (make room, or name another folder): "
        f"{str(folder / NAME)!r}")
    assert error.count("Traceback") == 1
    assert contents(folder) == {}


def test_a_read_only_folder_with_the_files_in_it_works(tmp_path, heeding_permissions):
    folder = tmp_path / "folder"
    files = small_files()
    write(folder, files)
    folder.chmod(0o555)
    code = (
        "import sys, input_data; print(input_data.read_data_sets(sys.argv[1], validation_size=0))")
    process = subprocess.run([sys.executable, "-c", code, str(folder)], cwd=PROJECT, text=True,
                             capture_output=True, check=True, **heeding_permissions)
    assert "images float32 [60, 784]" in process.stdout
    assert process.stderr == ""
    assert contents(folder) == files


def test_a_full_disk_is_told_and_leaves_nothing(server, tmp_path):
    """The disk is full for a process that may write no file beyond a megabyte."""
    resource = pytest.importorskip("resource")
    server.behave(NAME, whole(BODY))
    limit = resource.RLIMIT_FSIZE
    process = fetching(tmp_path, server.url + NAME,
                       preexec_fn=lambda: resource.setrlimit(limit, (2**20, 2**20)))
    _, error = process.communicate(timeout=60)
    assert process.returncode == 1
    last = error.splitlines()[-1]
    assert f"[Errno {errno.EFBIG}] File too large (make room, or name another folder)" in last
    assert str(tmp_path / NAME) in last
    assert contents(tmp_path) == {}


def wait_for(condition):
    for _ in range(3000):
        if condition():
            return
        time.sleep(0.01)
    pytest.fail("waited 30 seconds in vain")


# The kernel sends SIGXFSZ in the middle of a write that goes beyond the limit. With the default
# action it kills the process on the spot, as kill -9 does; with Python's handler for SIGINT it is
# a Ctrl-C at the worst moment.
WRITE_A_MEGABYTE = (
    "import resource, signal; resource.setrlimit(resource.RLIMIT_FSIZE, (2**20, 2**20));"
    "signal.signal(signal.SIGXFSZ, signal.{})")


@pytest.fixture
def file_size_limit():
    pytest.importorskip("resource")
    if not hasattr(signal, "SIGXFSZ"):
        pytest.skip("no signal tells of a file that grows too large")


def test_a_kill_while_the_file_arrives_leaves_nothing(server, tmp_path):
    server.behave(NAME, stall(BODY), whole(BODY))
    process = fetching(tmp_path, server.url + NAME)
    wait_for(lambda: server.requests)
    time.sleep(0.2)
    process.kill()
    process.communicate(timeout=60)
    assert list(tmp_path.iterdir()) == []
    input_data.maybe_download(NAME, tmp_path, server.url + NAME)
    assert contents(tmp_path) == {NAME: BODY}


def kill_while_the_file_is_written(server, folder):
    server.behave(NAME, whole(BODY))
    process = fetching(folder, server.url + NAME, before=WRITE_A_MEGABYTE.format("SIG_DFL"))
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGXFSZ
    ((leftover, half),) = contents(folder).items()
    assert leftover != NAME
    assert len(half) == 2**20


@pytest.mark.parametrize("folder", ["MNIST_data", "[MNIST]"])
def test_a_kill_while_the_file_is_written_leaves_nothing_that_lasts(
        server, tmp_path, file_size_limit, folder):
    folder = tmp_path / folder
    kill_while_the_file_is_written(server, folder)
    input_data.maybe_download(NAME, folder, server.url + NAME)
    assert contents(folder) == {NAME: BODY}


def test_a_leftover_goes_even_if_another_process_has_brought_the_file(
        server, tmp_path, file_size_limit):
    kill_while_the_file_is_written(server, tmp_path)
    (tmp_path / NAME).write_bytes(BODY)
    input_data.maybe_download(NAME, tmp_path, server.url + NAME)
    assert contents(tmp_path) == {NAME: BODY}
    assert len(server.requests) == 1


@pytest.mark.skipif(os.name != "posix", reason="Ctrl-C is no signal that Popen can send")
def test_ctrl_c_while_the_file_arrives_goes_on_and_leaves_nothing(server, tmp_path):
    server.behave(NAME, stall(BODY))
    process = fetching(tmp_path, server.url + NAME)
    wait_for(lambda: server.requests)
    time.sleep(0.2)
    process.send_signal(signal.SIGINT)
    _, error = process.communicate(timeout=60)
    assert error.splitlines()[-1] == "KeyboardInterrupt"
    assert process.returncode != 0
    assert contents(tmp_path) == {}


def test_ctrl_c_while_the_file_is_written_goes_on_and_leaves_nothing(
        server, tmp_path, file_size_limit):
    server.behave(NAME, whole(BODY))
    before = WRITE_A_MEGABYTE.format("default_int_handler")
    process = fetching(tmp_path, server.url + NAME, before=before)
    _, error = process.communicate(timeout=60)
    assert error.splitlines()[-1] == "KeyboardInterrupt"
    assert contents(tmp_path) == {}


def fetching_at_once(number, folder, url):
    """Start so many processes, and release them together when all have imported what they need."""
    before = "import input_data; print('ready', flush=True); input()"
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    processes = [fetching(folder, url, before, **pipes) for _ in range(number)]
    for process in processes:
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        process.stdin.write("\n")
        process.stdin.flush()
    return processes


@pytest.mark.parametrize("there", [{}, {NAME: BODY[:-1000]}], ids=["empty folder", "damaged file"])
def test_eight_processes_that_start_at_once_all_succeed(server, tmp_path, there):
    server.behave(NAME, whole(BODY))
    write(tmp_path, there)
    for process in fetching_at_once(8, tmp_path, server.url + NAME):
        _, error = process.communicate(timeout=120)
        assert process.returncode == 0, error
    found = contents(tmp_path)
    assert found.pop(NAME) == BODY
    # A process that sets the damaged file aside too may find another's good one in its place.
    kept = [body for name, body in found.items() if name.endswith(".damaged")]
    assert len(kept) == len(found)
    assert set(there.values()) <= set(kept) <= {*there.values(), BODY}
    assert bool(kept) is bool(there)


def test_a_file_that_another_process_has_brought_will_do(server, tmp_path, heeding_permissions):
    """It comes while ours is on its way, and ours cannot be written."""
    folder = tmp_path / "folder"
    folder.mkdir()

    def behave(handler):
        write(folder, {NAME: OTHER})
        folder.chmod(0o555)
        whole(BODY)(handler)
    server.behave(NAME, behave)
    process = fetching(folder, server.url + NAME, **heeding_permissions)
    _, error = process.communicate(timeout=60)
    assert process.returncode == 0, error
    assert contents(folder) == {NAME: OTHER}


@pytest.mark.parametrize("name", [NAME, NAME[:-len(".gz")]])
@pytest.mark.parametrize("body", [OTHER, gzip.decompress(OTHER)], ids=["gzipped", "unpacked"])
def test_a_valid_file_is_used_as_it_is_whatever_it_holds(server, tmp_path, capsys, name, body):
    write(tmp_path, {name: body})
    path = input_data.maybe_download(NAME, tmp_path, server.url + NAME)
    assert path == str(tmp_path / name)
    assert input_data.extract_images(path).shape == (7, 50, 40, 1)
    assert contents(tmp_path) == {name: body}
    assert server.requests == []
    assert capsys.readouterr() == ("", "")


def test_a_valid_file_goes_before_its_valid_twin(server, tmp_path):
    write(tmp_path, {NAME: BODY, NAME[:-len(".gz")]: OTHER})
    path = input_data.maybe_download(NAME, tmp_path, server.url + NAME)
    assert path == str(tmp_path / NAME)
    assert server.requests == []


def test_a_file_that_is_not_gzipped_by_its_name_has_no_twin(server, tmp_path):
    name = "my-images"
    server.behave(name, whole(BODY))
    write(tmp_path, {name[:-len(".gz")]: OTHER})
    path = input_data.maybe_download(name, tmp_path, server.url + name)
    assert path == str(tmp_path / name)
    assert contents(tmp_path) == {name: BODY, name[:-len(".gz")]: OTHER}


def test_a_data_set_of_unpacked_files_is_read(tmp_path):
    files = {name[:-len(".gz")]: gzip.decompress(body) for name, body in small_files().items()}
    write(tmp_path, files)
    data_sets = input_data.read_data_sets(tmp_path, validation_size=10)
    assert data_sets.train.images.shape == (50, 784)
    assert contents(tmp_path) == files


DAMAGE = {"cut short": BODY[:-1000], "html": b"<html>Sign in</html>", "empty": b"",
          "wrong magic number": gzip.compress(idx(random_images(3), magic=2049)),
          "bad checksum": BODY[:-8] + b"abcd" + BODY[-4:],
          "header of another size": gzip.compress(idx(random_images(3), shape=(4, 28, 28)))}


@pytest.mark.parametrize("name", [NAME, NAME[:-len(".gz")]])
@pytest.mark.parametrize("body", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_file_is_kept_aside_and_downloaded_again(server, tmp_path, capsys, name, body):
    server.behave(NAME, whole(BODY))
    earlier = {name + ".damaged": b"from another time"}
    write(tmp_path, {name: body, **earlier})
    path = input_data.maybe_download(NAME, tmp_path, server.url + NAME)
    found = contents(tmp_path)
    assert path == str(tmp_path / NAME)
    assert found.pop(NAME) == BODY
    (kept,) = set(found) - set(earlier)
    assert re.fullmatch(rf"{name}\.[^.]+\.damaged", kept)
    assert found == {kept: body, **earlier}
    told, progress = capsys.readouterr().err.splitlines()
    assert told.startswith(f"{tmp_path / name} is not a valid MNIST image file ")
    assert told.endswith(f"; the damaged file is kept as {tmp_path / kept}")
    assert progress.startswith(NAME)


def test_if_the_twin_is_damaged_too_each_is_told_once(server, tmp_path, capsys):
    server.behave(NAME, whole(BODY))
    twin = NAME[:-len(".gz")]
    write(tmp_path, {NAME: b"half a file", twin: b"half a twin"})
    path = input_data.maybe_download(NAME, tmp_path, server.url + NAME)
    assert path == str(tmp_path / NAME)
    found = contents(tmp_path)
    assert found.pop(NAME) == BODY
    assert sorted(found.values()) == [b"half a file", b"half a twin"]
    *told, _ = capsys.readouterr().err.splitlines()
    assert [line.partition(" is not ")[0] for line in told] == [
        str(tmp_path / NAME), str(tmp_path / twin)]


def test_a_damaged_file_is_told_before_the_download_even_if_standard_error_is_a_file(
        server, tmp_path):
    server.behave(NAME, stall(BODY))
    notes, folder = tmp_path / "notes", tmp_path / "folder"
    write(folder, {NAME: b"half a file"})
    before = f"import sys; sys.stderr = open({str(notes)!r}, 'w')"
    process = fetching(folder, server.url + NAME, before)
    wait_for(lambda: server.requests)
    told = notes.read_text()
    process.kill()
    process.communicate(timeout=60)
    assert told.endswith(".damaged\n")


def test_a_good_twin_stands_in_for_a_damaged_file(server, tmp_path):
    twin = NAME[:-len(".gz")]
    write(tmp_path, {NAME: BODY[:-1000], twin: gzip.decompress(BODY)})
    path = input_data.maybe_download(NAME, tmp_path, server.url + NAME)
    assert path == str(tmp_path / twin)
    assert server.requests == []


def test_if_the_download_fails_too_the_error_tells_both(server, tmp_path, monkeypatch):
    monkeypatch.setattr(input_data, "ATTEMPTS", 1)
    server.behave(NAME, status(403))
    write(tmp_path, {NAME: b"half a file"})
    with pytest.raises(OSError, match="could not be downloaded") as caught:
        input_data.maybe_download(NAME, tmp_path, server.url + NAME)
    ((kept, body),) = contents(tmp_path).items()
    assert body == b"half a file"
    assert f"the damaged file is kept as {tmp_path / kept}" in str(caught.value)
    assert "HTTP Error 403" in str(caught.value)


def test_a_damaged_file_in_a_read_only_folder_is_told(
        server, tmp_path, heeding_permissions):
    folder = tmp_path / "folder"
    write(folder, {NAME: b"half a file"})
    folder.chmod(0o555)
    process = fetching(folder, server.url + NAME, **heeding_permissions)
    _, error = process.communicate(timeout=60)
    assert f"{folder / NAME} is not a valid MNIST image file" in error
    last = error.splitlines()[-1]
    assert last.startswith(f"PermissionError: [Errno 13] Permission denied: {str(folder / NAME)!r}")
    assert last.endswith(".damaged'")
    assert contents(folder) == {NAME: b"half a file"}
    assert server.requests == []


def test_an_unreadable_file_is_told_and_not_downloaded_over(
        server, tmp_path, heeding_permissions):
    write(tmp_path, {NAME: OTHER})
    (tmp_path / NAME).chmod(0)
    process = fetching(tmp_path, server.url + NAME, **heeding_permissions)
    _, error = process.communicate(timeout=60)
    last = error.splitlines()[-1]
    assert last == f"PermissionError: [Errno 13] Permission denied: {str(tmp_path / NAME)!r}"
    assert contents(tmp_path) == {NAME: OTHER}


OWN = small_files()
# Files that are taken for MNIST's. They differ in nothing but their size: gzip skips the zeros.
OFFICIAL = {name: body + bytes(9) for name, body in OWN.items()}
HTML = b"<!DOCTYPE html><title>Sign in to the hotel's network</title>"


@pytest.fixture
def mirror(monkeypatch, server):
    """The only one of MIRRORS; it has the four official files."""
    make_official(monkeypatch, OFFICIAL, server)
    server.serve(OFFICIAL)
    return server


def without(files, name):
    return {other: body for other, body in files.items() if other != name}


@pytest.mark.parametrize("there", [None, HTML, OWN[NAME][:-100]], ids=["missing", "html", "cut"])
@pytest.mark.parametrize("name", NAMES)
def test_mnist_is_not_fetched_into_a_folder_of_other_data(mirror, tmp_path, name, there):
    others = without(OWN, name)
    write(tmp_path, others if there is None else {**OWN, name: there})
    with pytest.raises(OSError, match="is missing and not fetched from MIRRORS: ") as caught:
        input_data.read_data_sets(tmp_path, validation_size=0)
    first = NAMES[0] if name != NAMES[0] else NAMES[1]
    message = str(caught.value)
    assert (f"{tmp_path / name} is missing and not fetched from MIRRORS: {tmp_path / first} is not "
            f"MNIST's own file of {len(OFFICIAL[first])} bytes. Give the source_url") in message
    found = contents(tmp_path)
    assert {other: found.pop(other) for other in others} == others
    assert list(found.values()) == ([] if there is None else [there])
    assert all(re.fullmatch(rf"{name}\.[^.]+\.damaged", kept) and kept in message
               for kept in found)
    assert mirror.requests == []


@pytest.mark.parametrize("other", NAMES[1:])
def test_one_valid_file_of_other_data_is_enough_to_fetch_nothing(mirror, tmp_path, other):
    write(tmp_path, {**OFFICIAL, other: OWN[other]})
    (tmp_path / NAME).unlink()
    with pytest.raises(OSError, match=re.escape(f"{tmp_path / other} is not MNIST's own file ")):
        input_data.read_data_sets(tmp_path, validation_size=0)
    assert contents(tmp_path) == {**without(OFFICIAL, NAME), other: OWN[other]}
    assert mirror.requests == []


def test_an_unpacked_file_is_not_official(mirror, tmp_path):
    """It has no digest to know it by."""
    twin = NAMES[1][:-len(".gz")]
    write(tmp_path, {twin: gzip.decompress(OFFICIAL[NAMES[1]])})
    with pytest.raises(OSError, match=re.escape(f"{tmp_path / twin} is not MNIST's own file ")):
        input_data.read_data_sets(tmp_path, validation_size=0)
    assert mirror.requests == []


def test_the_check_holds_in_the_folder_we_are_in(mirror, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write(tmp_path, without(OWN, NAME))
    with pytest.raises(OSError, match=f"{NAME} is missing .*: {NAMES[1]} is not MNIST's own file "):
        input_data.maybe_download(NAME, "", input_data.DEFAULT_SOURCE_URL + NAME)
    assert mirror.requests == []


@pytest.mark.parametrize("name", NAMES)
def test_a_gap_among_official_files_is_filled_from_the_mirrors(mirror, tmp_path, name):
    write(tmp_path, without(OFFICIAL, name))
    input_data.read_data_sets(tmp_path, validation_size=0)
    assert contents(tmp_path) == OFFICIAL
    assert mirror.asked_for() == [name]


@pytest.mark.parametrize("damage", [
    dict.fromkeys(NAMES, HTML),
    {**OFFICIAL, **{name: OFFICIAL[name][:-20] for name in NAMES[:2]}}], ids=["html", "cut short"])
def test_a_folder_of_several_damaged_files_heals(mirror, tmp_path, damage):
    """What is damaged is no data that could be mixed with."""
    write(tmp_path, damage)
    input_data.read_data_sets(tmp_path, validation_size=0)
    found = contents(tmp_path)
    assert {name: found.pop(name) for name in NAMES} == OFFICIAL
    changed = [name for name in NAMES if damage[name] != OFFICIAL[name]]
    assert sorted(found.values()) == sorted(damage[name] for name in changed)
    assert mirror.asked_for() == changed


@pytest.mark.parametrize("name", NAMES)
def test_a_gap_in_other_data_is_filled_from_its_own_source(server, tmp_path, name):
    server.serve(OWN)
    write(tmp_path, without(OWN, name))
    input_data.read_data_sets(tmp_path, validation_size=0, source_url=server.url)
    assert contents(tmp_path) == OWN
    assert server.asked_for() == [name]
