"""The messages on the page of old scripts are those that old scripts fail with."""
import re

import pytest
from project import NO_PACKAGES, PROJECT, RESTORED, try_each
from readme import OLD_SCRIPTS, codes, page, rows


def messages(cell):
    """Return a row's messages. A bare name means the previous message, with that name."""
    found = []
    for code in codes(cell):
        found.append(re.sub("(attribute|named?) '.*?'", rf"\1 {code}", found[-1])
                     if re.fullmatch(r"'[\w.]+'", code) else code)
    return found


MESSAGES = [message for row in rows(OLD_SCRIPTS, "Message") for message in messages(row[0])]
ELSEWHERE = {"AttributeError: 'numpy.ndarray' object has no attribute 'tostring'": "NumPy 2.3",
             "ImportError: cannot import name 'imsave' from 'scipy.misc'": "SciPy",
             "ModuleNotFoundError: No module named 'tensorflow.examples.tutorials'": "2.0 to 2.3",
             "TypeError: only 0-dimensional arrays can be converted to Python scalars": "NumPy 2.4",
             "error: unrecognized arguments: -f": "a notebook"}
# Lines of old scripts. Each message not in ELSEWHERE is what one of them fails with in one of
# ENVIRONMENTS.
LINES = page("tests/failing_lines.txt").splitlines()
IMPORTS = """import io, pickle, sys, types, urllib, numpy as np, tensorflow as tf
a = np.zeros([9, 28], np.uint8)\n"""
SCRIPT = IMPORTS + """import keras, tensorflow.compat.v1 as tf; tf.disable_v2_behavior()
h = tf.matmul(tf.placeholder(tf.float32, [None, 28]), tf.Variable(tf.eye(28)))\n"""
ENVIRONMENTS = [IMPORTS, SCRIPT, RESTORED + SCRIPT, NO_PACKAGES + RESTORED + SCRIPT]


@pytest.fixture(scope="module")
def messages_seen(contrib_packages):
    """The outcome of each line in each environment, joined by newlines."""
    folder = PROJECT / "tests"  # where `import input_data` finds nothing
    return "\n".join(message for before in ENVIRONMENTS
                     for message in try_each(before, LINES, folder).values())


@pytest.mark.tensorflow
@pytest.mark.wording
@pytest.mark.parametrize("message", [message for message in MESSAGES if message not in ELSEWHERE])
def test_a_message_really_occurs(messages_seen, message):
    assert message in messages_seen


def test_messages_seen_elsewhere_are_on_the_page():
    assert set(ELSEWHERE) <= set(MESSAGES)


def test_no_message_is_listed_twice():
    assert sorted(MESSAGES) == sorted(set(MESSAGES))
