"""mnist_softmax.py as a process: what it prints, its flags, and how it fails."""
import re

import pytest
from conftest import PROJECT, run_python
from idx_files import small_files, write
from readme import COMMANDS, ORIGINAL

FAKE_DATA = ".venv/bin/python mnist_softmax.py --fake_data --seed 0"
# What TensorFlow 2.21 writes before it reads any switch, on a machine without a GPU.
UNAVOIDABLE = (r"WARNING: All log messages before absl::InitializeLog"
               r"|I0000 .*(oneDNN custom operations|Could not find cuda drivers)")
SCRIPT = PROJECT / "mnist_softmax.py"
SOURCE = SCRIPT.read_text(encoding="utf-8")


@pytest.mark.tensorflow
def test_fake_data_needs_no_network_and_nothing_else_is_said(tmp_path):
    """On standard error, only what TensorFlow says whatever one does, and one notice."""
    proxies = dict.fromkeys(("http_proxy", "https_proxy", "all_proxy"), "http://127.0.0.1:9/")
    ended = run_python(SCRIPT, *FAKE_DATA.split()[2:], cwd=tmp_path, **proxies)
    assert float(ended.stdout) == pytest.approx(float(COMMANDS[FAKE_DATA]), abs=0.0005)
    lines = ended.stderr.splitlines()
    (notice,) = [line for line in lines if not re.match(UNAVOIDABLE, line)]
    assert "drawn digits" in notice
    assert list(tmp_path.iterdir()) == []


@pytest.fixture(scope="module")
def copies(project):
    (project / "my_softmax.py").write_text(SOURCE)
    (project / "link.py").symlink_to("mnist_softmax.py")
    return project


@pytest.mark.parametrize("name", [
    ["mnist_softmax.py"], ["my_softmax.py"], ["link.py"], ["../project/mnist_softmax.py"],
    ["-m", "mnist_softmax"]], ids=" ".join)
def test_the_flags_work_under_any_name(copies, name):
    ended = run_python(*name, "--help", cwd=copies)
    assert ended.returncode == 0, ended.stderr
    assert "print the test accuracy" in ended.stdout
    assert re.findall(r"^  (--.*?)  +(.*)", ended.stdout, re.MULTILINE) == [
        ("--data_dir DIR", "folder of MNIST (default: MNIST_data/)"),
        ("--seed N", "draw the same batches each time"),
        ("--fake_data", "draw digits, without a network")]


@pytest.mark.parametrize("arguments", [["--no_such_flag"], ["--seed", "abc"], ["stray"]])
def test_a_wrong_command_line_ends_with_status_2(arguments):
    ended = run_python(SCRIPT, *arguments)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "mnist_softmax.py: error: " in ended.stderr


def test_a_data_error_is_one_message_and_status_1(tmp_path):
    """Before TensorFlow is imported, which takes seconds."""
    write(tmp_path, small_files())
    ended = run_python(SCRIPT, "--data_dir", tmp_path, PYTHONPROFILEIMPORTTIME="1")
    assert (ended.returncode, ended.stdout) == (1, "")
    assert "\nmnist_softmax.py: validation_size is 5000; " in ended.stderr
    assert "Traceback" not in ended.stderr
    assert not re.search(r"\| +tensorflow$", ended.stderr, re.MULTILINE)


def test_without_tensorflow_the_first_word_says_how_to_get_it(tmp_path):
    """Before anything is downloaded."""
    hide = f"import sys, runpy; sys.modules['tensorflow'] = None; sys.argv = [{str(SCRIPT)!r}]; "
    run = f"runpy.run_path({str(SCRIPT)!r}, run_name='__main__')"
    ended = run_python("-c", hide + run, cwd=tmp_path, PYTHONPATH=str(PROJECT))
    assert ended.returncode == 1
    assert ended.stderr.startswith("TensorFlow is not installed ")
    assert ended.stderr.endswith(": pip install -r requirements.txt\n")


def test_it_has_the_original_lines_in_their_order():
    """Those that still run as they are; of the others, the names that they make."""
    lines = iter(SOURCE.replace(" ", "").splitlines())
    for line in ORIGINAL.replace(" ", "").splitlines():
        if line.startswith(("mnist=", "cross_entropy=")):
            line = line.partition("=")[0]
        if line and "import" not in line:
            assert any(found.startswith(line) for found in lines), line
