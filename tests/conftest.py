"""The fixtures that several test files share."""
import gzip
import hashlib
import os
import shutil
import ssl
import time
import tracemalloc
from importlib.util import find_spec
from unittest.mock import Mock

import pytest
from idx_files import SMALL_MNIST
from project import MNIST_DIR, PROJECT
from servers import Server

import input_data

os.environ["no_proxy"] = "127.0.0.1"  # where our servers are


@pytest.fixture(scope="session")
def mnist_dir():
    """The folder of the real MNIST files, which are downloaded if they are missing."""
    try:
        input_data.read_data_sets(MNIST_DIR)
    except OSError as error:
        pytest.skip(str(error))
    return MNIST_DIR


@pytest.fixture(scope="session")
def project_copy(tmp_path_factory, mnist_dir):
    """The folder of a copy of the project, with MNIST in it."""
    folder = tmp_path_factory.mktemp("project_copy") / "project"
    skip = shutil.ignore_patterns(".git", ".venv", "__pycache__", ".*_cache", "packages")
    return shutil.copytree(PROJECT, folder, ignore=skip)


@pytest.fixture(scope="session")
def contrib_packages():
    """Skip unless the packages that restore tf.contrib are installed, without importing them."""
    if not (find_spec("tf_keras") and find_spec("tf_slim")):
        pytest.skip("needs tf-keras and tf_slim")


@pytest.fixture
def pauses(monkeypatch):
    """The pauses that the loader would have made, in seconds."""
    made = []
    monkeypatch.setattr(input_data, "time", Mock(wraps=time, sleep=made.append))
    return made


@pytest.fixture
def peak_memory():
    """A function that returns the most memory used since the test began, in bytes."""
    tracemalloc.start()
    yield lambda: tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()


@pytest.fixture
def server(pauses):
    """A server that has no files until a test gives it some."""
    with Server() as running:
        yield running


@pytest.fixture
def tls_server():
    """A server with the files of `mirror`, and a certificate that no computer can verify."""
    trustme = pytest.importorskip("trustme")
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(tls)
    with Server(SMALL_MNIST, tls) as running:
        yield running


@pytest.fixture
def mirror(monkeypatch, pauses):
    """The only mirror. It has small files, which the loader takes for MNIST during the test."""
    for name, body in SMALL_MNIST.items():
        digest = hashlib.sha256(gzip.decompress(body)).hexdigest()
        monkeypatch.setitem(input_data.FILES, name, digest)
    with Server(SMALL_MNIST) as running:
        monkeypatch.setattr(input_data, "MIRRORS", [running.url])
        yield running


@pytest.fixture
def second_mirror(mirror):
    """A mirror that has the same files, and is asked after the first one."""
    with Server(SMALL_MNIST) as running:
        input_data.MIRRORS.append(running.url)
        yield running
