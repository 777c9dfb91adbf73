"""What happens to the files on the disk: folders, damage, kills, and processes side by side."""
import ctypes
import errno
import gzip
import os
import resource
import signal
import subprocess
import sys
import time

import pytest
from conftest import PROJECT, fetching
from idx_files import NAMES, contents, idx, random_images, small_files, write
from servers import stall, status, whole

import input_data

NAME = NAMES[0]
BODY = gzip.compress(idx(random_images(4000)))  # some megabytes
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


def test_a_downloaded_file_has_the_usual_permissions(server, tmp_path):
    server.behave(NAME, whole(BODY))
    (tmp_path / "usual").touch()
    path = input_data.maybe_download(NAME, tmp_path, server.url + NAME)
    assert os.stat(path).st_mode == os.stat(tmp_path / "usual").st_mode


@pytest.mark.parametrize("below", ["", "folder"])
def test_a_folder_that_is_a_file_is_told(server, tmp_path, below):
    server.behave(NAME, whole(BODY))
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OSError, match=r"Not a (folder|directory) \(name another folder") as caught:
        input_data.maybe_download(NAME, tmp_path / "file" / below, server.url + NAME)
    assert str(tmp_path / "file" / below) in str(caught.value)
    assert server.requests == []
    assert contents(tmp_path) == {"file": b"in the way"}


def without_root_powers():
    """Make a process of root heed permissions, as those of other users do."""
    if os.geteuid() == 0:
        drop_from_bounding_set = 24
        for override_permissions in (1, 2):  # for writing, for reading
            ctypes.CDLL(None).prctl(drop_from_bounding_set, override_permissions, 0, 0, 0)


def test_a_folder_that_cannot_be_written_is_told(server, tmp_path):
    server.behave(NAME, whole(BODY))
    folder = tmp_path / "folder"
    folder.mkdir(mode=0o555)
    process = fetching(folder, server.url + NAME, preexec_fn=without_root_powers)
    _, error = process.communicate(timeout=60)
    assert process.returncode == 1
    assert error.splitlines()[-1] == (
        "PermissionError: [Errno 13] Permission denied (make room, or name another folder): "
        f"{str(folder / NAME)!r}")
    assert contents(folder) == {}


def test_a_read_only_folder_with_the_files_in_it_works(tmp_path):
    folder = tmp_path / "folder"
    files = small_files()
    write(folder, files)
    folder.chmod(0o555)
    code = (
        "import sys, input_data; print(input_data.read_data_sets(sys.argv[1], validation_size=0))")
    process = subprocess.run([sys.executable, "-c", code, str(folder)], cwd=PROJECT, text=True,
                             capture_output=True, check=True, preexec_fn=without_root_powers)
    assert "images float32 [60, 784]" in process.stdout
    assert process.stderr == ""
    assert contents(folder) == files


def test_a_full_disk_is_told_and_leaves_nothing(server, tmp_path):
    """The disk is full for a process that may write no file beyond a megabyte."""
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


def test_a_kill_while_the_file_arrives_leaves_nothing(server, tmp_path):
    server.behave(NAME, stall(BODY), whole(BODY))
    process = fetching(tmp_path, server.url + NAME)
    wait_for(lambda: server.requests)
    time.sleep(0.2)
    process.kill()
    process.communicate(timeout=60)
    assert contents(tmp_path) == {}
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


def test_a_kill_while_the_file_is_written_leaves_nothing_that_lasts(server, tmp_path):
    kill_while_the_file_is_written(server, tmp_path)
    input_data.maybe_download(NAME, tmp_path, server.url + NAME)
    assert contents(tmp_path) == {NAME: BODY}


def test_a_leftover_goes_even_if_another_process_has_brought_the_file(server, tmp_path):
    kill_while_the_file_is_written(server, tmp_path)
    (tmp_path / NAME).write_bytes(BODY)
    input_data.maybe_download(NAME, tmp_path, server.url + NAME)
    assert contents(tmp_path) == {NAME: BODY}
    assert len(server.requests) == 1


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


def test_ctrl_c_while_the_file_is_written_goes_on_and_leaves_nothing(server, tmp_path):
    server.behave(NAME, whole(BODY))
    before = WRITE_A_MEGABYTE.format("default_int_handler")
    process = fetching(tmp_path, server.url + NAME, before=before)
    _, error = process.communicate(timeout=60)
    assert error.splitlines()[-1] == "KeyboardInterrupt"
    assert contents(tmp_path) == {}


@pytest.mark.parametrize("there", [{}, {NAME: BODY[:-1000]}], ids=["empty folder", "damaged file"])
def test_eight_processes_that_start_at_once_all_succeed(server, tmp_path, there):
    server.behave(NAME, whole(BODY))
    write(tmp_path, there)
    processes = [fetching(tmp_path, server.url + NAME) for _ in range(8)]
    for process in processes:
        _, error = process.communicate(timeout=120)
        assert process.returncode == 0, error
    found = contents(tmp_path)
    assert found.pop(NAME) == BODY
    assert [name.rpartition(".")[2] for name in found] == ["damaged"] * len(there)
    assert list(found.values()) == list(there.values())


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
    assert kept.startswith(name + ".")
    assert kept.endswith(".damaged")
    assert found == {kept: body, **earlier}
    told, progress = capsys.readouterr().err.splitlines()
    assert told.startswith(f"{tmp_path / name} is not a valid MNIST image file ")
    assert told.endswith(f"the damaged file is kept as {tmp_path / kept}")
    assert progress.startswith(NAME)


def test_a_good_twin_stands_in_for_a_damaged_file(server, tmp_path):
    twin = NAME[:-len(".gz")]
    write(tmp_path, {NAME: BODY[:-1000], twin: gzip.decompress(BODY)})
    path = input_data.maybe_download(NAME, tmp_path, server.url + NAME)
    assert path == str(tmp_path / twin)
    assert server.requests == []


def test_if_the_download_fails_too_the_error_tells_both(server, tmp_path):
    server.behave(NAME, status(403))
    write(tmp_path, {NAME: b"half a file"})
    with pytest.raises(OSError, match="could not be downloaded") as caught:
        input_data.maybe_download(NAME, tmp_path, server.url + NAME)
    ((kept, body),) = contents(tmp_path).items()
    assert body == b"half a file"
    assert f"the damaged file is kept as {tmp_path / kept}" in str(caught.value)
    assert "HTTP Error 403" in str(caught.value)


def test_a_damaged_file_in_a_read_only_folder_is_told(server, tmp_path):
    folder = tmp_path / "folder"
    write(folder, {NAME: b"half a file"})
    folder.chmod(0o555)
    process = fetching(folder, server.url + NAME, preexec_fn=without_root_powers)
    _, error = process.communicate(timeout=60)
    last = error.splitlines()[-1]
    assert "is not a valid MNIST image file" in last
    assert "; Permission denied to rename it (delete it, or name another folder)" in last
    assert contents(folder) == {NAME: b"half a file"}
    assert server.requests == []


def test_an_unreadable_file_is_told_and_not_downloaded_over(server, tmp_path):
    write(tmp_path, {NAME: OTHER})
    (tmp_path / NAME).chmod(0)
    process = fetching(tmp_path, server.url + NAME, preexec_fn=without_root_powers)
    _, error = process.communicate(timeout=60)
    last = error.splitlines()[-1]
    assert last == f"PermissionError: [Errno 13] Permission denied: {str(tmp_path / NAME)!r}"
    assert contents(tmp_path) == {NAME: OTHER}
