"""What several test files share."""
import os
import pathlib
import shutil
import subprocess
import sys

import pytest
from idx_files import NAMES
from servers import running_server

import input_data

PROJECT = pathlib.Path(__file__).resolve().parent.parent


def fetching(folder, url, before="", **options):
    """Start a process that gets the first file from `url`; `before` is code that it runs first."""
    code = f"{before}\nimport sys, input_data; input_data.maybe_download(*sys.argv[1:])"
    return subprocess.Popen([sys.executable, "-c", code, NAMES[0], str(folder), url], cwd=PROJECT,
                            text=True, **{"stderr": subprocess.PIPE, **options})


@pytest.fixture(scope="session")
def mnist_dir(tmp_path_factory):
    """The folder of the real MNIST files: MNIST_DATA_DIR, else MNIST_data/, else a download."""
    for folder in (os.environ.get("MNIST_DATA_DIR"), PROJECT / "MNIST_data"):
        if folder and all(os.path.exists(os.path.join(folder, name)) for name in NAMES):
            return pathlib.Path(folder).resolve()
    folder = tmp_path_factory.mktemp("MNIST_data")
    try:
        input_data.read_data_sets(folder)
    except OSError as error:
        pytest.skip(f"no MNIST here: set MNIST_DATA_DIR ({str(error).splitlines()[0]})")
    return folder


@pytest.fixture(scope="session")
def mnist(mnist_dir):
    """MNIST with one-hot labels; not for tests that draw batches or write into it."""
    return input_data.read_data_sets(mnist_dir, one_hot=True)


@pytest.fixture
def project(tmp_path):
    """A copy of the project, as a user who has cloned it sees it."""
    folder = tmp_path / "project"
    ignore = shutil.ignore_patterns(".git", ".venv", "MNIST_data", "__pycache__", ".*_cache")
    shutil.copytree(PROJECT, folder, ignore=ignore)
    return folder


@pytest.fixture
def run_script():
    """Run mnist_softmax.py as a process of its own and return how it ended."""
    def run(*arguments, cwd=PROJECT, **environment):
        command = [sys.executable, str(PROJECT / "mnist_softmax.py"), *arguments]
        inherited = {name: value for name, value in os.environ.items()
                     if name not in ("MNIST_DATA_DIR", "TF_CPP_MIN_LOG_LEVEL")}
        return subprocess.run(command, cwd=cwd, env={**inherited, **environment},
                              capture_output=True, text=True, timeout=300, check=False)
    return run


@pytest.fixture
def server():
    with running_server() as running:
        yield running


@pytest.fixture
def second_server():
    with running_server() as running:
        yield running


@pytest.fixture
def impatient(monkeypatch):
    """Give up soon: tests need not wait as long as users do."""
    monkeypatch.setattr(input_data, "TIMEOUT", 1)
    monkeypatch.setattr(input_data, "ATTEMPTS", 2)
