"""README's tables for old scripts: the messages come as they are written, the cures work."""
import pytest
import readme
from project import TENSORFLOW_1, run_python

pytestmark = [pytest.mark.tensorflow,
              pytest.mark.skipif(TENSORFLOW_1, reason="TensorFlow 1.15 has none of these errors")]

MESSAGES_TABLE, REMOVED = readme.section(
    "## An old script or page that no longer runs?").split("\n### What TensorFlow 2 removed\n")

# What is run, in this order in one process, for the messages of the table.
CODES = [
    "import tensorflow.examples",
    "input_data",
    "import tensorflow as tf; tf.placeholder",
    "tf.train.GradientDescentOptimizer",
    "import tensorflow.contrib",
    "tf.compat.v1.placeholder('float')",
    "import input_data; input_data.restore_tensorflow_1(); from tensorflow.contrib import rnn",
    "import tensorflow as tf; tf.contrib.layers",
    "tf.mul",
    "tf.train.SummaryWriter",
    "from tensorflow.models.rnn import rnn",
    "x = tf.placeholder(tf.float32, [None, 9]); tf.concat(0, [x, x])",
    "tf.split(0, 3, x)",
    "y = tf.matmul(x, tf.Variable(tf.eye(9)))",
    "loss = tf.nn.softmax_cross_entropy_with_logits(y, x)",
    "tf.train.GradientDescentOptimizer(1.).minimize(loss)",
    "tf.estimator",
    "import tensorflow.python.estimator",
    "tf.layers.dense",
    "import keras; model = keras.Sequential([keras.layers.Dense(9)])",
    "model.compile(tf.train.AdamOptimizer(), 'mse')",
    "import numpy as np; a = np.zeros([9, 9]); model.compile('sgd', 'mse'); model.fit(a, a)",
    "keras.backend.set_session(tf.Session())",
    "np.infty",
    "np.uint8(9) + 300",
    "np.int",
    "import io; io.BytesIO().read(np.array([784]))",
    "import urllib; urllib.urlretrieve",
    "print 1",
    "xrange",
]
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
    ended = run_python("-c", REPORT.format(codes=CODES))

    for message in readme.codes(MESSAGES_TABLE, 0):
        if " " in message and message not in SEEN_ELSEWHERE:  # one word goes on from another
            assert message in ended.stdout, ended.stderr


OLD = [code for code in readme.codes(REMOVED, 0) if code.startswith("tf.")]
NEW = [code for code in readme.codes(REMOVED, 1) if "pip" not in code and code != "tf_slim"]
BEFORE = """import sys, tensorflow as tf
a, b, s, h = tf.eye(2), tf.eye(2), 0.1, tf.placeholder(tf.float32, [None, 28])
import tensorflow.keras; tensorflow.keras.layers.Dense(3)
tf.nn.static_rnn(tf.nn.rnn_cell.GRUCell(2), [h, h], dtype=tf.float32)
print(sys.argv[1:])
"""


def test_what_takes_the_place_of_removed_names_works(project_copy):
    pytest.importorskip("tf_keras")
    code = BEFORE + "\n".join(NEW) + REPORT.format(codes=OLD)
    (project_copy / "old_script.py").write_text(code)

    ended = run_python("input_data.py", "old_script.py", "--its", "flags",
                       TF_USE_LEGACY_KERAS="1", folder=project_copy)

    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.startswith("['--its', 'flags']\n")
    assert ended.stdout.count("\n") == 1 + len(OLD)
    assert "no error" not in ended.stdout
    assert "is not defined" not in ended.stdout
