"""mnist_softmax.py as a process: what it prints, its flags, and how it fails."""
import ast
import os
import re
import subprocess
import sys

import pytest
from conftest import PROJECT, SEED_0_ACCURACY, UNAVOIDABLE, run_python
from idx_files import NAMES, small_files, write

NO_NETWORK = {"https_proxy": "http://127.0.0.1:9/"}
NOTICE = "These are drawn digits: what is learned from them says nothing about MNIST."


@pytest.mark.tensorflow
def test_it_prints_the_accuracy_and_nothing_else(run_script, project):
    """The one run without a seed: of 300 orders of the batches the worst reached 0.893."""
    ended = run_script(cwd=project)
    assert ended.returncode == 0, ended.stderr
    assert re.fullmatch(r"0\.\d{2,4}\n", ended.stdout)
    assert 0.87 < float(ended.stdout) < 0.96


@pytest.mark.tensorflow
def test_another_seed_gives_the_accuracy_of_tensorflow_1_15_too(run_script, mnist_dir):
    """The figure that TensorFlow 1.15.5 itself printed. Most other tests hold that of seed 0."""
    ended = run_script("--data_dir", mnist_dir, "--seed", "1")
    assert float(ended.stdout) == pytest.approx(0.9194999933242798, abs=0.0005)


@pytest.mark.tensorflow
def test_tensorflow_is_kept_quiet(run_script):
    """And all that the script itself writes to standard error is the notice of drawn digits."""
    ended = run_script("--fake_data", "--seed", "0")
    assert ended.returncode == 0, ended.stderr
    assert float(ended.stdout) == pytest.approx(0.9453, abs=0.0005)
    lines = ended.stderr.splitlines()
    assert [line for line in lines if not re.match(UNAVOIDABLE, line)] == [NOTICE]


@pytest.mark.tensorflow
@pytest.mark.parametrize(("given", "kept"), [({}, "3"), ({"TF_CPP_MIN_LOG_LEVEL": "1"}, "1")])
def test_the_users_own_log_level_is_kept(project, given, kept):
    code = "import mnist_softmax, os; print(os.environ['TF_CPP_MIN_LOG_LEVEL'])"
    ended = run_python("-c", code, cwd=project, **given)
    assert ended.stdout.splitlines()[-1] == kept


def test_help_describes_every_flag(run_script):
    ended = run_script("--help")
    assert ended.returncode == 0
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    for flag in ("--data_dir DIR", "--seed N", "--fake_data"):
        assert flag in ended.stdout
        assert f"| `{flag}` |" in readme
    assert len(re.findall(r"^  --", ended.stdout, re.MULTILINE)) == 3


@pytest.mark.parametrize("arguments", [
    ["--no_such_flag"], ["--seed", "abc"], ["--seed"], ["stray"], ["--fake_data=1"]])
def test_a_wrong_command_line_ends_with_argparses_message_and_status_2(run_script, arguments):
    ended = run_script(*arguments)
    assert ended.returncode == 2
    assert ended.stdout == ""
    assert ended.stderr.startswith("usage: mnist_softmax.py ")
    assert "mnist_softmax.py: error: " in ended.stderr


def test_a_data_error_ends_with_one_message_of_what_to_do_and_status_1(run_script, tmp_path):
    ended = run_script("--data_dir", tmp_path / "empty", **NO_NETWORK)
    assert ended.returncode == 1
    assert ended.stdout == ""
    assert f"mnist_softmax.py: {tmp_path / 'empty' / NAMES[0]} is missing " in ended.stderr
    assert "there by hand" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert list(tmp_path.iterdir()) == []


def test_data_that_does_not_fit_ends_with_status_1_too(run_script, tmp_path):
    write(tmp_path, small_files())
    ended = run_script("--data_dir", tmp_path)
    assert ended.returncode == 1
    assert ended.stderr == ("mnist_softmax.py: validation_size is 5000; it must be from 0 to 60, "
                            "the number of training examples\n")


@pytest.mark.parametrize("arguments", [["--help"], ["--data_dir", "requirements.txt"]])
def test_answers_that_need_no_tensorflow_do_not_wait_for_it(run_script, arguments):
    ended = run_script(*arguments, PYTHONPROFILEIMPORTTIME="1")
    assert re.search(r"\| +numpy$", ended.stderr, re.MULTILINE)
    assert not re.search(r"\| +tensorflow", ended.stderr)


@pytest.mark.tensorflow
def test_a_program_with_flags_of_its_own_can_import_it(project):
    (project / "program.py").write_text("import mnist_softmax")
    ended = run_python("program.py", "--flags", "--of_its_own", cwd=project)
    assert ended.returncode == 0, ended.stderr
    assert 0.87 < float(ended.stdout) < 0.96


@pytest.mark.skipif(sys.version_info < (3, 8), reason="ast tells no end of a line before 3.8")
def test_the_script_is_flat_and_can_be_pasted():
    source = (PROJECT / "mnist_softmax.py").read_text(encoding="utf-8")
    lines = source.split("\n")
    for node in ast.parse(source).body:
        assert not isinstance(node, (ast.FunctionDef, ast.ClassDef))
        if hasattr(node, "body"):
            end = node.end_lineno
            assert "" not in lines[node.lineno:end], "a blank line inside a block"
            assert lines[end] == "", f"no blank line after line {end}"


def test_its_names_are_the_tutorials_in_the_tutorials_order():
    script = (PROJECT / "mnist_softmax.py").read_text(encoding="utf-8")
    assigned = [target.id for node in ast.parse(script).body if isinstance(node, ast.Assign)
                for target in node.targets if isinstance(target, ast.Name)]
    names = ["x", "W", "b", "y", "y_", "cross_entropy", "train_step", "sess",
             "correct_prediction", "accuracy"]
    assert [name for name in assigned if name in names] == names


@pytest.mark.tensorflow
@pytest.mark.skipif(os.name != "posix", reason="the command is for a POSIX shell")
def test_the_shell_can_keep_the_accuracy(project):
    """The line in README's reference, with this Python in place of .venv's."""
    command = "acc=$(.venv/bin/python mnist_softmax.py)"
    assert f"`{command}`" in (PROJECT / "README.md").read_text(encoding="utf-8")
    command = command.replace(".venv/bin/python", '"$PYTHON"').replace(".py", ".py --seed 0")
    printed = subprocess.run(
        command + '; echo "<$acc>"', shell=True, cwd=project, check=True, text=True,
        capture_output=True, env=dict(os.environ, PYTHON=sys.executable)).stdout
    assert float(printed.strip("<>\n")) == pytest.approx(SEED_0_ACCURACY, abs=0.0005)
