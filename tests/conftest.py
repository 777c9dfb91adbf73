"""What several test files share."""
import gzip
import os
import pathlib
import shutil
import subprocess
import sys
import time
import types

import pytest
from idx_files import NAMES, idx, write
from servers import running_server

import input_data

PROJECT = pathlib.Path(__file__).resolve().parent.parent
MNIST_DIR = PROJECT / "MNIST_data"  # where the script's first run puts it
TENSORFLOW_1 = sys.version_info < (3, 8)  # on Python 3.7, the last one it has
HAS_MNIST = all((MNIST_DIR / name).exists() for name in NAMES)

# What the script prints with --seed 0: on MNIST as TensorFlow 1.15.5 did, and on drawn digits.
SEED_0_ACCURACY = 0.9178 if HAS_MNIST else 0.9453


def run_python(*arguments, cwd=PROJECT, **environment):
    """Run Python with these arguments as a process of its own and return how it ended."""
    inherited = {name: value for name, value in os.environ.items()
                 if name != "TF_CPP_MIN_LOG_LEVEL"}
    return subprocess.run([sys.executable, *map(str, arguments)], cwd=cwd, text=True, timeout=600,
                          env={**inherited, **environment}, capture_output=True, check=False)


def fetching(folder, url, before="", **options):
    """Start a process that gets the first file from `url`; `before` is code that it runs first."""
    code = f"{before}\nimport sys, input_data; input_data.maybe_download(*sys.argv[1:])"
    return subprocess.Popen([sys.executable, "-c", code, NAMES[0], str(folder), url], cwd=PROJECT,
                            text=True, **{"stderr": subprocess.PIPE, **options})


def ended(process):
    """Wait for a process; return its status and what it wrote to standard error."""
    _, error = process.communicate(timeout=600)
    return process.returncode, error


@pytest.fixture(scope="session")
def mnist_dir():
    """The folder of the real MNIST files, for tests of facts about MNIST itself."""
    if not HAS_MNIST:
        pytest.skip("no MNIST in MNIST_data/: run mnist_softmax.py once")
    return MNIST_DIR.resolve()


@pytest.fixture(scope="session")
def data_dir(tmp_path_factory):
    """A folder of four files: MNIST's, or where they are not to be had, files of drawn digits."""
    if HAS_MNIST:
        return MNIST_DIR.resolve()
    folder = tmp_path_factory.mktemp("drawn")
    drawn = input_data.read_data_sets("", fake_data=True, dtype="uint8", validation_size=0)
    arrays = (drawn.train.images.reshape(-1, 28, 28), drawn.train.labels,
              drawn.test.images.reshape(-1, 28, 28), drawn.test.labels)
    write(folder, {name: gzip.compress(idx(array), 1) for name, array in zip(NAMES, arrays)})
    return folder


@pytest.fixture(scope="module")
def project(tmp_path_factory, data_dir):
    """A copy of the project, with data where the tutorial looks for it."""
    folder = tmp_path_factory.mktemp("copy") / "project"
    ignore = shutil.ignore_patterns(".git", ".venv", "MNIST_data", "__pycache__", ".*_cache")
    shutil.copytree(PROJECT, folder, ignore=ignore)
    try:
        (folder / "MNIST_data").symlink_to(data_dir, target_is_directory=True)
    except OSError:  # Windows lets few people make links
        shutil.copytree(data_dir, folder / "MNIST_data")
    return folder


@pytest.fixture
def server():
    with running_server() as running:
        yield running


@pytest.fixture
def second_server():
    with running_server() as running:
        yield running


@pytest.fixture
def pauses(monkeypatch):
    """Make no pauses, and return the list of those that would have been made, in seconds."""
    made = []
    clock = types.SimpleNamespace(sleep=made.append, monotonic=time.monotonic)
    monkeypatch.setattr(input_data, "time", clock)
    return made
