"""mnist_softmax.py as a process: what it prints, its flags, and how it fails."""
import ast
import os
import re
import subprocess
import sys

import pytest
from conftest import PROJECT
from idx_files import NAMES, small_files, write

# What TensorFlow 1.15.5 printed for these seeds.
TF115_ACCURACY = {0: 0.9178000092506409, 1: 0.9194999933242798}


def test_it_prints_the_accuracy_and_nothing_else(run_script, mnist_dir):
    ended = run_script(MNIST_DATA_DIR=str(mnist_dir))
    assert ended.returncode == 0, ended.stderr
    assert re.fullmatch(r"0\.\d{2,4}\n", ended.stdout)
    assert 0.905 < float(ended.stdout) < 0.93


@pytest.mark.parametrize("seed", TF115_ACCURACY)
def test_a_seed_gives_the_accuracy_of_tensorflow_1_15(run_script, mnist_dir, seed):
    ended = run_script("--data_dir", str(mnist_dir), "--seed", str(seed))
    assert ended.returncode == 0, ended.stderr
    assert float(ended.stdout) == pytest.approx(TF115_ACCURACY[seed], abs=0.0005)


def test_tensorflow_is_kept_quiet(run_script):
    """TensorFlow 2.21 writes some information before it reads any switch: that is left."""
    ended = run_script("--fake_data")
    assert ended.returncode == 0, ended.stderr
    for line in ended.stderr.splitlines():
        assert re.match(r"These are drawn digits"
                        r"|WARNING: All log messages before absl::InitializeLog"
                        r"|I0000 .*(oneDNN custom operations|Could not find cuda drivers)"
                        r"|.*(Future|np_resource)", line), line


def test_the_users_own_log_level_is_kept(run_script):
    ended = run_script("--fake_data", TF_CPP_MIN_LOG_LEVEL="0")
    quiet = run_script("--fake_data")
    assert len(ended.stderr) > len(quiet.stderr)


def test_help_describes_every_flag(run_script):
    ended = run_script("--help")
    assert ended.returncode == 0
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    for flag in ("--data_dir DIR", "--seed N", "--fake_data", "--weights_png FILE"):
        assert flag in ended.stdout
        assert f"| `{flag}` |" in readme


@pytest.mark.parametrize("arguments", [
    ["--no_such_flag"], ["--seed", "abc"], ["--seed"], ["stray"], ["--fake_data=1"]])
def test_a_wrong_command_line_ends_with_argparses_message_and_status_2(run_script, arguments):
    ended = run_script(*arguments)
    assert ended.returncode == 2
    assert ended.stdout == ""
    assert ended.stderr.startswith("usage: mnist_softmax.py ")
    assert "mnist_softmax.py: error: " in ended.stderr


def unreachable(tmp_path):
    return {"https_proxy": "http://127.0.0.1:9/", "MNIST_DATA_DIR": str(tmp_path / "empty")}


def test_a_data_error_ends_with_status_1_and_what_to_do(run_script, tmp_path):
    ended = run_script(**unreachable(tmp_path))
    assert ended.returncode == 1
    assert ended.stdout == ""
    assert ended.stderr.startswith(f"mnist_softmax.py: {NAMES[0]} could not be downloaded:\n")
    assert f"into {tmp_path / 'empty'} by hand" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_data_that_does_not_fit_ends_with_status_1_too(run_script, tmp_path):
    write(tmp_path, small_files())
    ended = run_script("--data_dir", str(tmp_path))
    assert ended.returncode == 1
    assert ended.stderr == ("mnist_softmax.py: validation_size is 5000; it must be from 0 to 60, "
                            "the number of training examples\n")


@pytest.mark.parametrize("arguments", [["--help"], ["--data_dir", "requirements.txt"],
                                       ["--weights_png", "no/such/folder/weights.png"]])
def test_answers_that_need_no_tensorflow_do_not_wait_for_it(run_script, arguments):
    ended = run_script(*arguments, PYTHONPROFILEIMPORTTIME="1")
    assert re.search(r"\| +numpy$", ended.stderr, re.MULTILINE)
    assert not re.search(r"\| +tensorflow", ended.stderr)


def test_the_flag_comes_before_the_environment_and_that_before_the_default(run_script, tmp_path):
    elsewhere = {"https_proxy": "http://127.0.0.1:9/"}
    for arguments, environment, folder in (
            (["--data_dir", "flag"], {"MNIST_DATA_DIR": "environment"}, "flag"),
            ([], {"MNIST_DATA_DIR": "environment"}, "environment"),
            ([], {"MNIST_DATA_DIR": ""}, "MNIST_data"), ([], {}, "MNIST_data")):
        ended = run_script(*arguments, cwd=tmp_path, **environment, **elsewhere)
        assert f"into {folder} by hand" in ended.stderr


def test_the_script_is_flat_and_can_be_pasted():
    source = (PROJECT / "mnist_softmax.py").read_text(encoding="utf-8")
    lines = source.split("\n")
    for node in ast.parse(source).body:
        assert not isinstance(node, (ast.FunctionDef, ast.ClassDef))
        if hasattr(node, "body"):
            assert "" not in lines[node.lineno:node.end_lineno], "a blank line inside a block"
            assert lines[node.end_lineno] == "", f"no blank line after line {node.end_lineno}"


def test_its_names_are_the_tutorials_in_the_tutorials_order():
    script = (PROJECT / "mnist_softmax.py").read_text(encoding="utf-8")
    assigned = [target.id for node in ast.parse(script).body if isinstance(node, ast.Assign)
                for target in node.targets if isinstance(target, ast.Name)]
    names = ["x", "W", "b", "y", "y_", "cross_entropy", "train_step", "sess",
             "correct_prediction", "accuracy"]
    assert [name for name in assigned if name in names] == names


def test_the_shell_can_keep_the_accuracy(mnist_dir):
    """The line in README's reference, with this Python in place of .venv's."""
    command = "acc=$(.venv/bin/python mnist_softmax.py)"
    assert f"`{command}`" in (PROJECT / "README.md").read_text(encoding="utf-8")
    command = command.replace(".venv/bin/python", '"$PYTHON"') + '; echo "<$acc>"'
    printed = subprocess.run(
        command, shell=True, cwd=PROJECT, check=True, text=True, capture_output=True,
        env=dict(os.environ, PYTHON=sys.executable, MNIST_DATA_DIR=str(mnist_dir))).stdout
    assert re.fullmatch(r"<0\.9[0-3]\d*>\n", printed)
