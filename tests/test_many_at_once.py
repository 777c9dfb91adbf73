"""Concurrent and killed downloads: no file is ever half a file."""
import concurrent.futures
import gzip
import signal
import subprocess
import sys
import threading

import pytest
from idx_files import NAMES, contents, idx, random_images, write
from project import PROJECT, run_python
from servers import whole

import input_data

NAME = NAMES[0]
BODY = gzip.compress(idx(random_images(1500, 28, 28)))  # more than a megabyte
DOWNLOAD = """import sys, input_data
input_data.TIMEOUT = 600  # in case the computer is busy
input_data.maybe_download(*sys.argv[1:])
"""


def download_in_a_process(*arguments):
    ended = run_python("-c", DOWNLOAD, *arguments)
    assert ended.returncode == 0, ended.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="Windows replaces no file that is open")
@pytest.mark.parametrize("download", [input_data.maybe_download, download_in_a_process])
def test_four_threads_or_processes_can_download_one_file_at_once(
        server, tmp_path, monkeypatch, download):
    monkeypatch.setattr(input_data, "TIMEOUT", 600)  # in case the computer is busy
    server.answers[NAME] = [[threading.Barrier(4), *whole(BODY)]]
    write(tmp_path, {NAME: b"damaged"})

    with concurrent.futures.ThreadPoolExecutor(4) as threads:
        list(threads.map(download, [NAME] * 4, [tmp_path] * 4, [server.url + NAME] * 4))

    assert contents(tmp_path) == {NAME: BODY, NAME + ".damaged": b"damaged"}


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="Windows has no SIGKILL")
def test_a_download_killed_midway_leaves_nothing_behind(server, tmp_path):
    together = threading.Barrier(2)
    head, body = whole(BODY)
    server.answers[NAME] = [[head, body[:10**6], together, together]]
    command = [sys.executable, "-c", DOWNLOAD, NAME, str(tmp_path), server.url + NAME]

    process = subprocess.Popen(command, cwd=str(PROJECT), stderr=subprocess.PIPE)
    together.wait(600)  # until most of it has been sent
    process.kill()
    _, told = process.communicate(timeout=600)
    together.wait(600)

    assert process.returncode == -signal.SIGKILL
    assert told.decode() == f"Downloading {server.url}{NAME}\n"
    assert contents(tmp_path) == {}
