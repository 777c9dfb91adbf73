"""The project's files, and Python as a process of its own."""
import importlib.util
import os
import pathlib
import shutil
import subprocess
import sys

import input_data

PROJECT = pathlib.Path(__file__).resolve().parent.parent
MNIST_DIR = PROJECT / "MNIST_data"  # where the script's first run puts it
HAS_MNIST = all((MNIST_DIR / name).exists() for name in input_data.FILES)
TENSORFLOW_1 = importlib.util.find_spec("tensorflow_core") is not None  # a package of 1.15 alone

SEED_0_ACCURACY = 0.9178  # what the script prints with --seed 0, as TensorFlow 1.15.5 did


def run_python(*arguments, folder=PROJECT, **environment):
    """Run Python with these arguments as a process of its own."""
    inherited = os.environ.copy()
    inherited.pop("TF_CPP_MIN_LOG_LEVEL", None)
    return subprocess.run(
        [sys.executable, *map(str, arguments)], cwd=str(folder), env={**inherited, **environment},
        capture_output=True, text=True, timeout=600, check=False)


class ProjectCopy:
    """A copy of the project in a folder of its own, with data in its MNIST_data."""

    def __init__(self, folder, data):
        self.folder = folder
        left_out = shutil.ignore_patterns(".git", ".venv", "MNIST_data", "__pycache__", ".*_cache")
        shutil.copytree(PROJECT, folder, ignore=left_out)
        try:
            (folder / "MNIST_data").symlink_to(data, target_is_directory=True)
        except OSError:  # Windows lets few people make links
            shutil.copytree(data, folder / "MNIST_data")

    def python(self, *arguments, **environment):
        """Run Python in this folder."""
        return run_python(*arguments, folder=self.folder, **environment)
