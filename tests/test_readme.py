"""README's commands and blocks do what they say; its tutorial is tested in test_repl.py."""
import os
import re
import subprocess
import sys
import sysconfig

import pytest
import readme
from conftest import PROJECT
from idx_files import NAMES, contents, small_files, write

REFERENCE = "## Reference"


def test_every_block_is_of_a_kind_that_is_tested():
    fences = re.findall(r"^```(.*)$", readme.TEXT, re.MULTILINE)
    assert set(fences[::2]) == {"console", "python", "math"}
    assert set(fences[1::2]) == {""}
    tested = [block for heading in ("## The tutorial", "## Following the original page?", REFERENCE)
              for block in readme.python_blocks(readme.section(heading))]
    assert readme.python_blocks(readme.TEXT) == tested
    assert len(readme.commands(readme.TEXT)) == readme.TEXT.count("\n$ ")


@pytest.fixture
def run(project, mnist_dir):
    """Run a command in a copy of the project, offline.

    What pip is to install is on the path already, so pip has nothing to download.
    """
    site = sysconfig.get_path("purelib")
    environment = dict(os.environ, MNIST_DATA_DIR=str(mnist_dir), PYTHONPATH=site,
                       PIP_NO_INDEX="1", MNIST_BENCHMARK_RUNS="1", PYTEST_ADDOPTS="--collect-only")

    def run(command):
        return subprocess.run(command, shell=True, cwd=project, env=environment, text=True,
                              capture_output=True, timeout=600, check=False)

    made = run(f"{sys.executable} -m venv .venv")
    assert made.returncode == 0, made.stderr
    # pip finds ruff in place; its program it would have put here.
    (project / ".venv/bin/ruff").symlink_to(os.path.join(sysconfig.get_path("scripts"), "ruff"))
    return run


@pytest.mark.parametrize(("command", "output"), readme.commands(readme.TEXT),
                         ids=[command for command, _ in readme.commands(readme.TEXT)])
def test_a_command_does_what_readme_says(run, command, output):
    """The tests themselves are only collected here: .ci/run runs them by this command."""
    ended = run(command)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    if output:
        accuracy = float(ended.stdout.splitlines()[-1])
        tolerance = 0.0005 if "--seed" in command else 0.012
        assert accuracy == pytest.approx(float(output), abs=tolerance)
    if "pytest" in command:
        assert "<Module test_readme.py>" in ended.stdout


def test_ci_runs_the_two_commands_at_the_top_and_the_linter():
    """Asked of the function in .ci/run that takes them from README."""
    script = (PROJECT / ".ci" / "run").read_text(encoding="utf-8")
    assert "pip install" not in script  # taken from README, not typed twice
    (function,) = re.findall(r"^readme_command\(\) \{.*?^\}\n", script, re.MULTILINE | re.DOTALL)
    taken = []
    for wanted in (".venv/bin/python mnist_softmax.py", ".venv/bin/python -m pytest", "ruff"):
        assert wanted in script
        code = f"{function} readme_command '{wanted}'"
        printed = subprocess.check_output(["bash", "-c", code], cwd=PROJECT, text=True)
        taken.append(printed.strip())
    commands = [command for command, _ in readme.commands(readme.TEXT)]
    assert taken == [*commands[:2], ".venv/bin/ruff check ."]


def test_the_blocks_of_the_reference_work(server, tmp_path, monkeypatch):
    """MNIST_data/ and letters/ are there; Fashion-MNIST's address is reached through a proxy."""
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "MNIST_data", small_files(train=6000))
    write(tmp_path / "letters", small_files(train=600, num_classes=46, rows=50, columns=50))
    fashion_files = small_files(train=5500)
    server.serve(fashion_files)
    code = "\n".join(readme.python_blocks(readme.section(REFERENCE)))
    code += "\nprint(mnist.train, fashion.train, letters.train, sep='\\n')"
    printed = subprocess.run(
        [sys.executable, "-c", code], text=True, check=True, capture_output=True,
        env=dict(os.environ, http_proxy=server.url, no_proxy="", PYTHONPATH=str(PROJECT))).stdout
    assert printed.splitlines() == [
        "<DataSet: images float32 [1000, 784], labels float64 [1000, 10]>",
        "<DataSet: images float32 [500, 784], labels float64 [500, 10]>",
        "<DataSet: images float32 [100, 2500], labels float64 [100, 46]>"]
    assert contents(tmp_path / "Fashion_data") == fashion_files
    assert server.asked_for() == [
        "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/" + name for name in NAMES]
