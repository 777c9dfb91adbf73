"""mnist_softmax.py as a script and in a REPL, and beside the original page."""
import json
import re

import pytest
import readme
from idx_files import small_files, write
from project import PROJECT, run_python
from readme import ORIGINAL
from terminal import Terminal, numbers

SCRIPT = PROJECT / "mnist_softmax.py"
CODE = SCRIPT.read_text(encoding="utf-8")
NO_NETWORK = dict.fromkeys(["http_proxy", "https_proxy"], "http://127.0.0.1:1/")


def lines_of(code):
    """Return the nonempty lines of code, with their spaces removed."""
    return [line.replace(" ", "") for line in code.splitlines() if line]


def those_of(lines, code):
    """Return the lines of code that are in this list, in the order of code."""
    return [line for line in lines_of(code) if line in lines]


# README explains why these lines are changed: the first two in both README and the script, the
# others in the script only.
CHANGED = lines_of("""from tensorflow.examples.tutorials.mnist import input_data
import tensorflow as tf
mnist = input_data.read_data_sets("MNIST_data/", one_hot=True)
cross_entropy = tf.reduce_mean(-tf.reduce_sum(y_ * tf.log(y), reduction_indices=[1]))""")
IN_SCRIPT = [line for line in lines_of(ORIGINAL) if line not in CHANGED]
IN_README = [line for line in lines_of(ORIGINAL) if line not in CHANGED[:2]]


def test_the_script_has_the_original_pages_lines_in_their_order():
    assert those_of(IN_SCRIPT, CODE) == IN_SCRIPT


def test_readme_has_the_original_pages_lines_in_their_order():
    tutorial = readme.section(readme.README, "## The tutorial").partition("### Exercises")[0]
    code = "".join(readme.blocks(tutorial, "python"))

    assert those_of(IN_README, code) == IN_README


@pytest.mark.tensorflow
def test_without_a_network_the_script_learns_from_generated_digits(tmp_path):
    _, *flags = readme.command_with("--fake_data")

    ended = run_python(SCRIPT, *flags, folder=tmp_path, **NO_NETWORK)

    assert ended.returncode == 0, ended.stderr
    (shown,) = re.findall(r"--fake_data --seed 0\n```\n\n```text\n(.*)\n", readme.README)
    assert float(ended.stdout) == pytest.approx(float(shown), abs=0.005)  # processors differ
    assert list(tmp_path.iterdir()) == []


def test_the_script_explains_its_flags_under_any_name(tmp_path):
    write(tmp_path, {"renamed.py": SCRIPT.read_bytes()})

    ended = run_python("renamed.py", "--help", folder=tmp_path, PYTHONPATH=str(PROJECT))

    _, purpose, flags = ended.stdout.split("\n\n")
    assert purpose == "Train on MNIST and print the test accuracy."
    assert " ".join(flags.split()).endswith(
        " --data_dir DIR folder for the images, created and filled if missing (default:"
        " MNIST_data/) --seed N make the batches repeatable --fake_data train on generated digits")


def test_a_data_error_comes_before_importing_tensorflow(tmp_path):
    folder = write(tmp_path, small_files())

    ended = run_python("-X", "importtime", SCRIPT, "--data_dir", folder)

    imported = re.findall(r"\| +(\S+)$", ended.stderr, re.MULTILINE)
    assert "validation_size is 5000" in ended.stderr
    assert "input_data" in imported
    assert "tensorflow" not in imported


@pytest.mark.tensorflow
def test_the_script_can_be_pasted_whole(project_copy):
    with Terminal(project_copy) as repl:
        printed = repl.paste("import numpy\nnumpy.random.seed(1)\n" + CODE)

    assert numbers(printed)[-1] == pytest.approx(0.9195, abs=0.0005)  # TensorFlow 1.15.5's, too


@pytest.fixture(scope="module")
def after_the_script(project_copy):
    """The state at the script's end."""
    ask = """
import json
print(json.dumps({
    "log level": os.environ["TF_CPP_MIN_LOG_LEVEL"],
    "errors only": tf.logging.get_verbosity() == tf.logging.ERROR,
    "frozen objects": gc.get_freeze_count(), "other objects": len(gc.get_objects()),
    "last labels": batch_ys[:5].argmax(axis=1).tolist()}))"""
    write(project_copy, {"asking.py": (CODE + ask).encode()})
    ended = run_python("asking.py", "--fake_data", "--seed", "0", folder=project_copy)
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout.splitlines()[-1])


@pytest.mark.tensorflow
def test_the_script_sets_quiet_logging(after_the_script):
    assert after_the_script["log level"] == "3"
    assert after_the_script["errors only"]


@pytest.mark.tensorflow
def test_the_script_freezes_its_objects_at_the_end(after_the_script):
    assert after_the_script["frozen objects"] > after_the_script["other objects"]


@pytest.mark.tensorflow
def test_a_seed_repeats_the_batches(after_the_script):
    assert after_the_script["last labels"] == [9, 0, 2, 7, 0]
