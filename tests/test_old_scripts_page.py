"""The page of old scripts: its messages are real, and what it says to write instead works."""
import itertools
import re
from importlib.util import find_spec

import pytest
from project import PROJECT, try_each
from readme import OLD_SCRIPTS, block_with, page

pytestmark = [pytest.mark.tensorflow, pytest.mark.skipif(
    not (find_spec("tf_keras") and find_spec("tf_slim")), reason="needs tf-keras and tf_slim")]


def rows(first_column):
    """Return the rows, as lists of cells, of all tables whose first column has this name."""
    tables = re.findall(rf"^\| {first_column} \|.*\n\|[-|]+\n((?:\|.*\n)+)", OLD_SCRIPTS, re.M)
    return [row.strip("| ").split(" | ") for row in "".join(tables).splitlines()]


def codes(cell):
    return [double or single for double, single in re.findall("``(.+?)``|`(.+?)`", cell)]


def messages(cell):
    """Return a row's messages. A name alone stands for the message before it with that name."""
    found = []
    for code in codes(cell):
        found.append(re.sub("(attribute|named?) '.*?'", rf"\1 {code}", found[-1])
                     if re.fullmatch(r"'[\w.]+'", code) else code)
    return found


MESSAGES = [message for row in rows("Message") for message in messages(row[0])]
ELSEWHERE = {"AttributeError: 'numpy.ndarray' object has no attribute 'tostring'": "NumPy 2.3",
             "ImportError: cannot import name 'imsave' from 'scipy.misc'": "SciPy",
             "ModuleNotFoundError: No module named 'tensorflow.examples.tutorials'": "2.0 to 2.3",
             "TypeError: only 0-dimensional arrays can be converted to Python scalars": "NumPy 2.4",
             "error: unrecognized arguments: -f": "a notebook"}
# Lines of old scripts, which fail in one of these settings with each of the messages.
LINES = page("tests/failing_lines.txt").splitlines()
IMPORTS = """import io, pickle, sys, types, urllib, numpy as np, tensorflow as tf
a = np.zeros([9, 28], np.uint8)\n"""
EDITED = IMPORTS + """import keras, tensorflow.compat.v1 as tf; tf.disable_v2_behavior()
h = tf.matmul(tf.placeholder(tf.float32, [None, 28]), tf.Variable(tf.eye(28)))\n"""
RESTORED = f"""import sys; sys.path.append({str(PROJECT)!r})
import input_data; input_data.ATTEMPTS = 0; input_data.restore_tensorflow_1()
import keras, tensorflow as tf\n"""
NO_PACKAGES = "import sys; sys.modules['tf_keras'] = sys.modules['tf_slim'] = None\n"
SETTINGS = [IMPORTS, EDITED, RESTORED + EDITED, NO_PACKAGES + RESTORED + EDITED]


@pytest.fixture(scope="module")
def messages_seen():
    folder = PROJECT / "tests"  # where `import input_data` finds nothing
    return [message for before in SETTINGS for message in try_each(before, LINES, folder).values()]


@pytest.mark.wording
@pytest.mark.parametrize("message", [message for message in MESSAGES if message not in ELSEWHERE])
def test_a_message_really_occurs(messages_seen, message):
    assert [seen for seen in messages_seen if message in seen]


def test_messages_seen_elsewhere_are_on_the_page():
    assert set(ELSEWHERE) <= set(MESSAGES)


@pytest.mark.parametrize("message", MESSAGES)
def test_a_message_stands_in_one_row(message):
    assert MESSAGES.count(message) == 1


UNEDITED = {old: "yes" in row[1:-1] for row in rows("Old") for old in codes(row[0])}
NEW = [new for row in rows("Old") for new in codes(row[-1])]
REPLACED = {old: new for row in rows("Old")
            for old, new in zip(codes(row[0]), itertools.cycle(codes(row[-1])))}
REPAIRED = [old for old in UNEDITED if re.search("batch_norm|optimize_loss", old)]
GIVEN = RESTORED + """import numpy as np
A, B = np.array([[1, 0.5], [0.25, 2]], "f"), np.array([[0, 1], [1, 0]], "f")
a, b, h, images = tf.constant(A), tf.constant(B), tf.zeros([2, 8]), tf.zeros([2, 9, 9, 3])
logits, targets, weights = tf.zeros([2, 3, 9]), tf.zeros([2, 3], tf.int32), tf.ones([2, 3])
cell, step = tf.nn.rnn_cell.GRUCell(2), tf.train.get_or_create_global_step()
s, t, loss = 0.1, tf.placeholder(tf.bool), tf.Variable(1.0) ** 2\n"""
# What some of the old names computed, in NumPy.
COMPUTED = {
    "tf.mul(a, b)": "A * B", "tf.sub(a, b)": "A - B", "tf.neg(a)": "-A",
    "tf.select(a > b, a, b)": "np.maximum(A, B)", "tf.batch_matmul(a, b)": "A @ B",
    "tf.pack([a, b])": "[A, B]", "tf.concat(0, [a, b])": "np.concatenate([A, B])",
    "tf.split(0, 2, a)": "[A[:1], A[1:]]",
    "tf.nn.sigmoid_cross_entropy_with_logits(a, b)": "np.log(1 + np.exp(A)) - A * B",
    "tf.nn.softmax_cross_entropy_with_logits(a, b)": "np.log(np.exp(A).sum(1)) - (A * B).sum(1)",
    "tf.contrib.losses.softmax_cross_entropy(a, b)":
        "np.mean(np.log(np.exp(A).sum(1)) - (A * B).sum(1))",
}
CHECKS = {old: f"np.testing.assert_allclose(tf.Session().run({REPLACED[old]}), {value}, 1e-5)"
          for old, value in COMPUTED.items()}


@pytest.fixture(scope="module")
def outcomes():
    return try_each(GIVEN, [*UNEDITED, *NEW, *CHECKS.values()], PROJECT / "tests")


@pytest.mark.parametrize("new", NEW)
def test_a_replacement_works(outcomes, new):
    assert outcomes[new] == "works"


@pytest.mark.parametrize("old", CHECKS)
def test_a_replacement_computes_what_the_old_name_did(outcomes, old):
    assert outcomes[CHECKS[old]] == "works"


@pytest.mark.parametrize("old", UNEDITED)
def test_an_old_name_works_only_where_the_page_says_so(outcomes, old):
    assert (outcomes[old] == "works") == UNEDITED[old], outcomes[old]
    assert "NameError" not in outcomes[old]


def test_the_pasted_lines_repair_batch_norm_and_optimize_loss():
    pasted = block_with(OLD_SCRIPTS, "IndexedSlices")

    outcomes = try_each(GIVEN + pasted, REPAIRED, PROJECT / "tests")

    assert outcomes == dict.fromkeys(REPAIRED, "works") != {}
