"""Old scripts, and the original page's lines. (What they change in a set: test_batches.py)"""
import json

import pytest
from idx_files import small_files, write
from project import PROJECT, SEED_0_ACCURACY, TENSORFLOW_1, run_python
from readme import ORIGINAL
from terminal import Terminal

RUNNER = PROJECT / "input_data.py"
USAGE = "usage: python input_data.py old_script.py [arguments]"



def on_tensorflow_2(test):
    reason = "TensorFlow 1.15 has these names itself"
    return pytest.mark.tensorflow(pytest.mark.skipif(TENSORFLOW_1, reason=reason)(test))


def test_without_arguments_the_runner_says_how_it_is_used():
    ended = run_python(RUNNER)

    assert (ended.returncode, ended.stderr) == (1, USAGE + "\n")


@pytest.mark.parametrize("argument", ["--help", "mistyped.py", "folder", "-m", "notebook.ipynb"])
def test_what_is_no_script_is_refused_with_the_usage(tmp_path, argument):
    write(tmp_path / "folder", {})
    write(tmp_path, {"notebook.ipynb": b"{}"})

    ended = run_python(RUNNER, argument, "name", folder=tmp_path)

    assert (ended.returncode, len(ended.stderr.splitlines())) == (1, 1)
    assert ended.stderr.startswith(f"'{argument}' is not a script file (in a module or a notebook")
    assert USAGE in ended.stderr


# What a script tries, each line in a namespace that has only `tf` ...
WORKING = [
    "from tensorflow.examples.tutorials.mnist import input_data",
    "from tensorflow.examples.tutorials.mnist.input_data import read_data_sets",
    "from tensorflow.g3doc.tutorials.mnist import input_data",
    "from tensorflow.contrib.learn.python.learn.datasets.base import maybe_download",
    "from tensorflow.contrib.learn.python.learn.datasets.mnist import DataSet",
    "import input_data; assert input_data.TIMEOUT == 10",
    "import tensorflow.python.framework.ops as ops; ops.get_default_graph()",
    "import tensorflow.compat.v1 as v1; assert v1 is tf",
    "from tensorflow.keras.layers import Dense; import tensorflow.keras",
    "import tensorflow.contrib.slim as slim; slim.conv2d",
    "from tensorflow.contrib.slim import *; fully_connected",
    "from tensorflow.contrib.layers.python.layers import batch_norm",
    "from tensorflow.contrib.framework import arg_scope",
    "from tensorflow.contrib.framework.python.ops import add_arg_scope",
    "tf.contrib.layers.xavier_initializer()",
    "import tensorflow.contrib.rnn as rnn; rnn.MultiRNNCell([rnn.GRUCell(2)])",
    "from tensorflow.contrib.rnn import static_rnn, static_bidirectional_rnn, BasicLSTMCell",
    "import keras; assert keras.layers.Dense is tf.keras.layers.Dense",
    "from keras import backend; backend.set_session",
    "tf.nn.softmax_cross_entropy_with_logits(labels=[[1.]], logits=[[1.]])",
    "tf.logging.set_verbosity(tf.logging.INFO); restore(); assert tf.logging.get_verbosity() == 20",
]
# ... and what it fails with.
FAILING = {
    "tf.contrib.learn.datasets.load_dataset('iris')":
        "data set 'iris' was removed with tf.contrib; only 'mnist' remains",
    "from tensorflow.contrib import crf":
        "cannot import name 'crf' from 'tensorflow.contrib' (unknown location)",
    "import tensorflow.contrib.crf": "No module named 'tensorflow.contrib.crf'",
    "tf.contrib.slim.crf": "module 'tensorflow.contrib.slim' has no attribute 'crf'",
    "tf.contrib.rnn.crf": "module 'tensorflow.contrib.rnn' has no attribute 'crf'",
}
BY_POSITION = [kind + "_cross_entropy_with_logits"
               for kind in ("sigmoid", "softmax", "sparse_softmax")]
CALLS = {f"tf.nn.{name}([[1.]], [[1.]])": name for name in BY_POSITION}

SCRIPT = '''"""A doc."""
import json, os, sys, tensorflow as tf
from tensorflow.examples.tutorials.mnist.input_data import read_data_sets, restore_tensorflow_1
def first_batch(**options):
    return read_data_sets("MNIST-data", **options).train.next_batch(7)[1].tolist()
found = {"doc": __doc__, "name": __name__, "file": __file__, "path": os.path.basename(sys.path[0]),
         "arguments": sys.argv[2:], "log level": os.environ["TF_CPP_MIN_LOG_LEVEL"],
         "verbosity": tf.logging.get_verbosity(), "default": len(first_batch())}
found["dataset"] = tf.contrib.learn.datasets.load_dataset("mnist", size="small").train.num_examples
found["uint8"] = str(read_data_sets("MNIST-data", dtype=tf.uint8).test.images.dtype)
tf.set_random_seed(0.0)
found["graph's seed"] = first_batch()
tf.set_random_seed(1)
found["own seed"] = first_batch(seed=0)
for line in json.loads(sys.argv[1]):
    try:
        exec(line, {"tf": tf, "restore": restore_tensorflow_1})
        found[line] = "works"
    except Exception as error:
        found[line] = str(error)
print(json.dumps(found))
sys.exit(3)
'''


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """What SCRIPT finds, run by the runner from another folder, and its exit code."""
    pytest.importorskip("tf_keras")
    folder = tmp_path_factory.mktemp("elsewhere")
    write(folder / "MNIST-data", small_files(train=5007))
    write(folder / "old", {"script.py": SCRIPT.encode()})
    lines = json.dumps([*WORKING, *FAILING, *CALLS])
    ended = run_python(RUNNER, "old/script.py", lines, "--flag", folder=folder,
                       TF_CPP_MIN_LOG_LEVEL="1")
    assert ended.stdout, ended.stderr
    return {**json.loads(ended.stdout), "exit code": ended.returncode}


FACTS = {
    "doc": "A doc.", "name": "__main__", "file": "old/script.py", "path": "old",
    "arguments": ["--flag"], "exit code": 3,  # as if Python ran it
    "log level": "1",  # as the user has set it
    "verbosity": 40,  # errors only
    "default": 7, "dataset": 7, "uint8": "uint8",
    "graph's seed": [6, 2, 1, 3, 0, 5, 4], "own seed": [6, 2, 1, 3, 0, 5, 4],
}


@on_tensorflow_2
@pytest.mark.parametrize("fact", FACTS)
def test_an_old_script_finds_what_it_found(found, fact):
    assert found[fact] == FACTS[fact]


@on_tensorflow_2
@pytest.mark.parametrize("line", WORKING)
def test_a_line_of_an_old_script_works(found, line):
    assert found[line] == "works"


@on_tensorflow_2
@pytest.mark.parametrize("line", FAILING)
def test_a_name_that_is_gone_fails_by_its_old_name(found, line):
    assert found[line] == FAILING[line]


@on_tensorflow_2
@pytest.mark.parametrize("call", CALLS)
def test_cross_entropy_by_position_raises_tensorflow_1s_error(found, call):
    assert found[call] == (
        f"Only call `{CALLS[call]}` with named arguments (labels=..., logits=..., ...)")


# The model of an old script, which leads from x to logits.
MODELS = {
    "tf.layers": "logits = tf.layers.dense(tf.layers.dense(x, 64, tf.nn.relu), 10)",
    "tf.contrib.layers": """
from tensorflow.contrib.layers import fully_connected
hidden = fully_connected(x, 64, weights_regularizer=tf.contrib.layers.l2_regularizer(0.001))
logits = fully_connected(hidden, 10, activation_fn=None)""",
    "tf.contrib.slim": """
slim = tf.contrib.slim
with slim.arg_scope([slim.conv2d], stride=2, padding="SAME"):
    images = slim.conv2d(tf.reshape(x, [-1, 28, 28, 1]), 8, [5, 5])
logits = slim.fully_connected(slim.flatten(images), 10, activation_fn=None)""",
    "tf.contrib.rnn": """
from tensorflow.contrib import rnn
rows = tf.unstack(tf.reshape(x, [-1, 28, 28]), 28, 1)
cells = rnn.MultiRNNCell([rnn.BasicLSTMCell(64, forget_bias=1.0), rnn.GRUCell(64)])
outputs, _ = rnn.static_rnn(cells, rows, dtype=tf.float32)
logits = tf.matmul(outputs[-1], tf.Variable(tf.random_normal([64, 10], stddev=0.1)))""",
    "tf.nn.rnn_cell": """
cell = tf.nn.rnn_cell.DropoutWrapper(tf.nn.rnn_cell.LSTMCell(64), output_keep_prob=0.9)
outputs, _ = tf.nn.dynamic_rnn(cell, tf.reshape(x, [-1, 28, 28]), dtype=tf.float32)
logits = tf.layers.dense(outputs[:, -1], 10)""",
    "keras": """
import keras
from keras.layers import Dense
keras.backend.set_session(tf.Session())
logits = keras.models.Sequential([Dense(64, activation="relu"), Dense(10)])(x)""",
}
OLD_SCRIPT = """import tensorflow as tf
from tensorflow.examples.tutorials.mnist import input_data
mnist = input_data.read_data_sets("MNIST_data/", one_hot=True)
x, y_ = tf.placeholder(tf.float32, [None, 784]), tf.placeholder(tf.float32, [None, 10])
{model}
loss = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(labels=y_, logits=logits))
train_step = tf.train.AdamOptimizer(0.003).minimize(loss)
accuracy = tf.reduce_mean(tf.cast(tf.equal(tf.argmax(logits, 1), tf.argmax(y_, 1)), tf.float32))
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for _ in range(150):
        images, labels = mnist.train.next_batch(100)
        sess.run(train_step, feed_dict={{x: images, y_: labels}})
    print(sess.run(accuracy, feed_dict={{x: mnist.test.images, y_: mnist.test.labels}}))
"""


@on_tensorflow_2
@pytest.mark.parametrize("names", MODELS)
def test_a_script_that_uses_these_names_trains_unedited(project_copy, names):
    pytest.importorskip("tf_keras")
    pytest.importorskip("tf_slim")
    write(project_copy, {"old_script.py": OLD_SCRIPT.format(model=MODELS[names]).encode()})

    ended = run_python("input_data.py", "old_script.py", folder=project_copy)

    assert ended.returncode == 0, ended.stderr
    assert float(ended.stdout) > 0.6


TWO_LINES = "import input_data\ninput_data.restore_tensorflow_1()\n"
# What a user may have: no packages, a setting of TF_USE_LEGACY_KERAS of the user's own, or both.
NO_PACKAGES = "import sys\nsys.modules['tf_keras'] = sys.modules['tf_slim'] = None\n"
SETTINGS = {"no packages": (NO_PACKAGES, {}),
            "Keras 3 by choice": ("", {"TF_USE_LEGACY_KERAS": "0"}),
            "Keras 2 that is missing": (NO_PACKAGES, {"TF_USE_LEGACY_KERAS": "1"})}


@on_tensorflow_2
@pytest.mark.parametrize("setting", SETTINGS)
def test_what_needs_no_package_works_without(setting):
    code, environment = SETTINGS[setting]
    ask = ("import os, tensorflow as tf; from tensorflow.examples.tutorials.mnist import input_data"
           "; print(tf.placeholder.__name__, os.environ.get('TF_USE_LEGACY_KERAS'))")

    ended = run_python("-c", code + TWO_LINES + ask, **environment)

    assert ended.stdout == f"placeholder {environment.get('TF_USE_LEGACY_KERAS')}\n", ended.stderr


@on_tensorflow_2
def test_a_script_gets_its_own_old_copy_and_is_told_so(tmp_path):
    write(tmp_path, {"script.py": b"import input_data; print(input_data.__file__)",
                     "input_data.py": b""})

    ended = run_python(RUNNER, tmp_path / "script.py")

    own_copy = str(tmp_path / "input_data.py")
    assert ended.stdout == own_copy + "\n", ended.stderr
    assert f"will load {own_copy}." in ended.stderr.splitlines()[-1]


@on_tensorflow_2
def test_below_the_traceback_of_a_script_stands_where_messages_are_explained(tmp_path):
    write(tmp_path, {"script.py": b"import tensorflow as tf; tf.mul"})

    ended = run_python(RUNNER, tmp_path / "script.py")

    error, packages, page = ended.stderr.splitlines()[-3:]
    assert ended.returncode == 1
    assert error == "AttributeError: module 'tensorflow.compat.v1' has no attribute 'mul'"
    assert "pip install tf-keras tf_slim" in packages
    assert ".github/old-scripts.md" in page
    assert (PROJECT / ".github" / "old-scripts.md").exists()


@pytest.mark.tensorflow
@pytest.mark.parametrize("before", ["", ORIGINAL], ids=["at once", "after it has failed"])
def test_the_original_page_works_after_two_lines(project_copy, before):
    with Terminal(project_copy) as repl:
        repl.paste(before)
        repl.shown = ""
        repl.paste(TWO_LINES + "import numpy\nnumpy.random.seed(0)\n" + ORIGINAL)

        # Without a seed, TensorFlow 1.15's own module seeds NumPy anew.
        tolerance = 0.03 if TENSORFLOW_1 else 0.0005
        assert repl.accuracies() == pytest.approx([SEED_0_ACCURACY], abs=tolerance)
