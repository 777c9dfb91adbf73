"""README's commands and tables say what happens; its tutorial is tested in test_tutorial.py."""
import os
import re
import subprocess
import sys
import sysconfig
import unicodedata
import zipfile

import pytest
import readme
from conftest import HAS_MNIST, PROJECT, TENSORFLOW_1, run_python
from idx_files import NAMES, contents, small_files, write
from readme import COMMANDS, IN_PLACE_OF_OLD_IMPORTS, JAPANESE, OLD_SCRIPTS, RESTORE, TEXT

FILES = readme.section("### The files")
FIRST = next(iter(COMMANDS))
REMOVED = readme.section("### What TensorFlow 2 removed")


def test_every_block_is_of_a_kind_that_is_tested():
    fences = re.findall(r"^```(.*)$", TEXT, re.MULTILINE)
    assert set(fences[::2]) == {"bat", "console", "math", "py", "python", "text"}
    assert set(fences[1::2]) == {""}
    tutorial = [step for heading in ("## The tutorial", "## What next?")
                for step in readme.steps(readme.section(heading))]
    assert readme.steps(TEXT) == tutorial
    assert readme.blocks(TEXT, "text") == [output for _, output in tutorial if output]
    assert readme.blocks(TEXT, "py") == [
        RESTORE, IN_PLACE_OF_OLD_IMPORTS, *readme.blocks(FILES, "py")]
    assert len(readme.commands(TEXT)) == TEXT.count("\n$ ")


def anchors(text):
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_its_links_lead_somewhere():
    for anchor in re.findall(r"\]\(#(.*?)\)", TEXT):
        assert anchor in anchors(TEXT)
    for path in re.findall(r"\]\(((?!#|https?:).*?)\)", TEXT):
        assert (PROJECT / path).exists()


def test_the_japanese_page_says_nothing_else_than_readme():
    """Its blocks and messages are README's. (Markdown's ** need letters inside of them there.)"""
    rest = readme.blocks(TEXT)
    for block in readme.blocks(JAPANESE):
        assert block in rest, block
        rest = rest[rest.index(block) + 1:]
    messages = [row[0].strip("`") for row in readme.table_rows(JAPANESE) if row[0][0] == "`"]
    assert len(messages) >= 9
    for message in messages:
        assert message in TEXT
    for anchor in re.findall(r"README\.md#(.*?)\)", JAPANESE):
        assert anchor in anchors(TEXT)
    for inside in re.findall(r"\*\*(.*?)\*\*", JAPANESE):
        assert all(unicodedata.category(letter) == "Lo" for letter in (inside[0], inside[-1]))
    assert "(.github/tutorial.ja.md)" in TEXT
    assert "](../README.md)" in JAPANESE


def run(command, folder):
    """Run a command in a shell, offline, with this Python as python3.

    What pip is to install is on the path already, so pip has nothing to download.
    """
    if os.name != "posix":
        pytest.skip("these commands are for a POSIX shell")
    environment = dict(os.environ, PYTHONPATH=sysconfig.get_path("purelib"), PIP_NO_INDEX="1",
                       MNIST_BENCHMARK_RUNS="1", PYTEST_ADDOPTS="--collect-only")
    return subprocess.run(command.replace("python3", sys.executable), shell=True, cwd=folder,
                          env=environment, text=True, capture_output=True, timeout=600, check=False)


@pytest.fixture(scope="module")
def first_run(project):
    """The first command, which makes .venv for the others."""
    if TENSORFLOW_1:
        pytest.skip("what README installs for TensorFlow 2 needs a newer Python")
    return run(FIRST, project)


RUN_ELSEWHERE = {
    "packages -r": "below", "old_script.py": "below, and test_old_scripts.py",
    "--fake_data": "test_script.py", "--to": "test_tutorial.py", "pictures": "test_pictures.py",
    "-r tests": ".ci/run", "ruff": ".ci/run", "tensorflow==1.15": "the workflow",
    "notebook": "nowhere: it is large"}


@pytest.mark.tensorflow
@pytest.mark.parametrize("command", [command for command in COMMANDS
                                     if not any(part in command for part in RUN_ELSEWHERE)])
def test_a_command_does_what_readme_says(first_run, project, command):
    ended = first_run if command == FIRST else run(command, project)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    if COMMANDS[command] and HAS_MNIST:
        # Without a seed the order of the batches differs from run to run.
        tolerance = 0.0005 if "--seed" in command else 0.05
        accuracy = float(ended.stdout.splitlines()[-1])
        assert accuracy == pytest.approx(float(COMMANDS[command]), abs=tolerance)


def test_packages_fetched_once_can_be_handed_around(tmp_path):
    """The two commands, on a package that this test makes in place of the large ones."""
    download, install = (command for command in COMMANDS if "packages -r" in command)
    shop, classroom = tmp_path / "shop", tmp_path / "classroom"
    shop.mkdir()
    classroom.mkdir()
    with zipfile.ZipFile(shop / "tiny_example-1-py3-none-any.whl", "w") as wheel:
        wheel.writestr("tiny_example.py", "")
        about = "tiny_example-1.dist-info/"
        wheel.writestr(about + "METADATA", "Metadata-Version: 2.1\nName: tiny-example\nVersion: 1")
        wheel.writestr(about + "WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\n"
                                        "Tag: py3-none-any")
        wheel.writestr(about + "RECORD", "")
    (classroom / "requirements.txt").write_text("tiny-example\n")
    download = download.replace(".venv/bin/pip", f"{sys.executable} -m pip")
    ended = run(f"PIP_FIND_LINKS=../shop {download} && {install} && "
                ".venv/bin/python -c 'import tiny_example'", classroom)
    assert ended.returncode == 0, ended.stderr


def test_windows_commands_are_the_first_ones_again():
    (block,) = readme.blocks(TEXT, "bat")
    assert [line[2:] for line in block.splitlines()] == [
        part.replace("python3 -m", "py -m").replace(".venv/bin/", ".venv\\Scripts\\")
        for part in FIRST.split(" && ")]


def test_the_workflow_has_readmes_command_for_tensorflow_1_15():
    workflow = (PROJECT / ".github" / "workflows" / "test.yml").read_text(encoding="utf-8")
    (command,) = (command for command in COMMANDS if "tensorflow==1.15" in command)
    assert f"- run: {command}\n" in workflow


# What is run, in this order in one process, and the message that comes of it.
MESSAGES = {
    "from tensorflow.examples.tutorials.mnist import input_data":
        "No module named 'tensorflow.examples'",
    "input_data": "name 'input_data' is not defined",
    "import tensorflow as tf; tf.placeholder": "module 'tensorflow' has no attribute 'placeholder'",
    "tf.train.GradientDescentOptimizer":
        "module 'tensorflow._api.v2.train' has no attribute 'GradientDescentOptimizer'",
    "tf.contrib": "module 'tensorflow' has no attribute 'contrib'",
    "import tensorflow.contrib": "No module named 'tensorflow.contrib'",
    "import tensorflow.compat.v1 as tf; tf.placeholder(tf.float32, [None])":
        "tf.placeholder() is not compatible with eager execution",
    "tf.layers.dense": "is not available with Keras 3",
    "tf.mul": "module 'tensorflow.compat.v1' has no attribute 'mul'",
    "import numpy as np; np.zeros(1).tostring()":
        "'numpy.ndarray' object has no attribute 'tostring'",
    "np.int": "module 'numpy' has no attribute 'int'",
    "print 1": "Missing parentheses in call to 'print'",
    "xrange": "name 'xrange' is not defined",
    "import input_data; input_data.restore_tensorflow_1(); from tensorflow.contrib import rnn":
        "cannot import name 'rnn' from 'tensorflow.contrib'",
    "import tensorflow as tf; tf.train.SummaryWriter":
        "module 'tensorflow._api.v2.compat.v1.train' has no attribute 'SummaryWriter'",
    "np.reshape(np.zeros(4), newshape=[2, 2])": "unexpected keyword argument 'newshape'",
    "import tensorflow.keras": "No module named 'tensorflow.keras'",
    "W, y_ = tf.Variable(tf.zeros([9, 9])), tf.placeholder(tf.float32, [9, 9])\n"
    "loss = tf.nn.softmax_cross_entropy_with_logits(tf.matmul(y_, W), y_)\n"
    "tf.train.GradientDescentOptimizer(1.).minimize(loss)":
        "No gradients provided for any variable",
}


@pytest.mark.tensorflow
@pytest.mark.skipif(TENSORFLOW_1, reason="TensorFlow 1.15 has none of these errors")
def test_the_messages_in_the_table_are_those_of_tensorflow():
    code = ("for code in " + repr(list(MESSAGES)) + ":\n"
            "    try:\n"
            "        exec(code)\n"
            "    except Exception as error:\n"
            "        print(str(error).splitlines()[0])\n    else:\n        print('no error')\n")
    printed = run_python("-c", code).stdout.splitlines()
    assert len(printed) == len(MESSAGES)
    for (code, message), line in zip(MESSAGES.items(), printed):
        assert message in line or ("np." in code and line == "no error")  # yet: NumPy 2.2 warns
    rows = readme.table_rows(OLD_SCRIPTS.partition("\n### ")[0])
    told = [message for row in rows for message in re.findall("`(.*?)`", row[0]) if " " in message]
    assert sorted(told) == sorted(MESSAGES.values())


@pytest.mark.tensorflow
def test_what_takes_the_place_of_removed_names_works(first_run, project):
    pytest.importorskip("tf_keras")
    rows = readme.table_rows(REMOVED)[1:]
    old, new = ([code.replace("…", "cell, cell, inputs, dtype=tf.float32")
                 for row in rows for code in re.findall(r"`(.*?)`", row[place])]
                for place in (0, 1))
    assert len(old) == len(new) == 19
    lines = ["import sys, tensorflow as tf", "print(sys.argv)",
             "inputs = [tf.placeholder(tf.float32, [None, 28])] * 3", "h, n = inputs[0], 16",
             "a = b = tf.eye(2)", "loss = tf.reduce_sum(a)",
             "cell = tf.nn.rnn_cell.BasicLSTMCell(n)", *new]
    for expression in old:
        expression = expression.replace("rnn.", "tf.contrib.rnn.")
        lines += ["try:", f"    {expression}", "except (AttributeError, TypeError, ValueError):",
                  "    print('gone')"]
    (project / "old_script.py").write_text("\n".join(lines))
    (command,) = (command for command in COMMANDS if "LEGACY_KERAS" in command)
    ended = run(command, project)
    expected = "['old_script.py', '--its', 'flags']\n" + "gone\n" * len(old)
    assert (ended.stdout, ended.returncode) == (expected, 0), ended.stderr


def test_the_blocks_of_the_reference_work(server, tmp_path):
    """MNIST_data/ and letters/ are there; Fashion-MNIST's address is reached through a proxy."""
    write(tmp_path / "MNIST_data", small_files(train=6000))
    write(tmp_path / "letters", small_files(train=600, num_classes=46, rows=50, columns=50))
    fashion_files = small_files(train=5500)
    server.serve(fashion_files)
    code = "\n".join(readme.blocks(FILES, "py"))
    code += "\nprint(mnist.train, fashion.train, letters.train, sep='\\n')"
    ended = run_python("-c", code, cwd=tmp_path, http_proxy=server.url, no_proxy="",
                       PYTHONPATH=str(PROJECT))
    assert ended.stdout.splitlines() == [
        "<DataSet: images float32 [1000, 784], labels float64 [1000, 10]>",
        "<DataSet: images float32 [500, 784], labels float64 [500, 10]>",
        "<DataSet: images float32 [100, 2500], labels float64 [100, 46]>"], ended.stderr
    assert contents(tmp_path / "Fashion_data") == fashion_files
    assert server.requests == [
        "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/" + name for name in NAMES]
