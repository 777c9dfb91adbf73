"""README's tables for old scripts: the messages come as they are written, the cures work."""
import pytest
import readme
from project import TENSORFLOW_1, run_python

pytestmark = [pytest.mark.tensorflow,
              pytest.mark.skipif(TENSORFLOW_1, reason="TensorFlow 1.15 has none of these errors")]

MESSAGES_TABLE, _, REMOVED = readme.section(
    "## An old script or page that no longer runs?").partition("\n### What TensorFlow 2 removed\n")

# What is run, in this order in one process, and the message that comes of it.
MESSAGES = {
    "from tensorflow.examples.tutorials.mnist import input_data":
        "No module named 'tensorflow.examples'",
    "input_data": "name 'input_data' is not defined",
    "import tensorflow as tf; tf.placeholder": "module 'tensorflow' has no attribute 'placeholder'",
    "tf.train.GradientDescentOptimizer":
        "module 'tensorflow._api.v2.train' has no attribute 'GradientDescentOptimizer'",
    "import tensorflow.contrib": "No module named 'tensorflow.contrib'",
    "import tensorflow.compat.v1 as tf; tf.placeholder(tf.float32, [None])":
        "tf.placeholder() is not compatible with eager execution",
    "import input_data; input_data.restore_tensorflow_1(); from tensorflow.contrib import rnn":
        "cannot import name 'rnn' from 'tensorflow.contrib'",
    "import tensorflow as tf; tf.contrib.layers":
        "module 'tensorflow.contrib' has no attribute 'layers'",
    "tf.mul": "module 'tensorflow.compat.v1' has no attribute 'mul'",
    "tf.train.SummaryWriter": "has no attribute 'SummaryWriter'",
    "from tensorflow.models.rnn import rnn": "No module named 'tensorflow.models'",
    "x = tf.placeholder(tf.float32, [None, 9]); tf.concat(0, [x, x])": "must have rank 0",
    "tf.split(0, 3, x)": "Input 'split_dim'",
    "loss = tf.nn.softmax_cross_entropy_with_logits(tf.matmul(x, tf.Variable(tf.eye(9))), x)\n"
    "tf.train.GradientDescentOptimizer(1.).minimize(loss)":
        "No gradients provided for any variable",
    "tf.estimator": "has no attribute 'estimator'",
    "import tensorflow.python.estimator": "No module named 'tensorflow.python.estimator'",
    "tf.layers.dense": "is not available with Keras 3",
    "import tensorflow.keras": "No module named 'tensorflow.keras'",
    "import keras; model = keras.Sequential([keras.layers.Dense(9)])\n"
    "model.compile(tf.train.AdamOptimizer(), 'mse')": "Could not interpret optimizer identifier",
    "import numpy as np; a = np.zeros([9, 9])\n"
    "model.compile('sgd', 'mse'); model.fit(a, a, verbose=0)":
        "only supports Python-style iteration",
    "keras.backend.set_session(tf.Session())": "has no attribute 'set_session'",
    "np.infty": "was removed in the NumPy 2.0 release",
    "np.uint8(9) + 300": "out of bounds for uint8",
    "np.int": "module 'numpy' has no attribute 'int'",
    "import io; io.BytesIO().read(np.array([784]))": "only integer scalar arrays",
    "import urllib; urllib.urlretrieve": "has no attribute 'urlretrieve'",
    "print 1": "Missing parentheses in call to 'print'",
    "xrange": "name 'xrange' is not defined",
}
SEEN_ELSEWHERE = {
    "only 0-dimensional arrays": "NumPy 2.4", "has no attribute 'tostring'": "NumPy 2.3",
    "keyword argument 'newshape'": "NumPy 2.4", "types' has no attribute 'Tensor'": "Keras 2",
    "cannot import name 'imsave' from 'scipy.misc'": "SciPy",
    "bad magic number in 'input_data'": "a file that Python 2 has compiled",
}
REPORT = """
for code in {codes!r}:
    try:
        exec(code)
        print("no error")
    except Exception as error:
        print(str(error).splitlines()[0])
"""


@pytest.mark.wording
def test_the_messages_are_those_of_tensorflow_keras_and_numpy():
    printed = run_python("-c", REPORT.format(codes=list(MESSAGES))).stdout.splitlines()

    assert len(printed) == len(MESSAGES)
    for (code, message), line in zip(MESSAGES.items(), printed):
        assert message in line, code


def test_each_message_in_the_table_was_seen():
    told = {code for code in readme.codes(MESSAGES_TABLE, 0) if " " in code}

    assert told == {*MESSAGES.values(), *SEEN_ELSEWHERE}


BEFORE = """import sys, tensorflow as tf
a = b = tf.eye(2)
h, s, tf_slim = tf.placeholder(tf.float32, [None, 28]), 0.1, "a package of its own"
import tensorflow.keras; tensorflow.keras.layers.Dense(3)
tf.nn.static_rnn(tf.nn.rnn_cell.GRUCell(2), [h, h], dtype=tf.float32)
print(sys.argv[1:])
"""


def test_what_takes_the_place_of_removed_names_works(installed):
    pytest.importorskip("tf_keras")
    old = readme.codes(REMOVED, 0)
    new = [code for code in readme.codes(REMOVED, 1) if "pip" not in code]
    code = BEFORE + "\n".join(new) + REPORT.format(codes=old)
    (installed.folder / "old_script.py").write_text(code)

    ended = installed.python("input_data.py", "old_script.py", "--its", "flags",
                             TF_USE_LEGACY_KERAS="1")

    assert ended.returncode == 0, ended.stderr
    arguments, *errors = ended.stdout.splitlines()
    assert arguments == "['--its', 'flags']"
    assert len(errors) == len(old)
    assert "no error" not in errors
