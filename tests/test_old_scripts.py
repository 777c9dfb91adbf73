"""Old scripts, and the original page's lines. (What they change in a set: test_batches.py)"""
import pytest
import readme
from idx_files import small_files, write
from project import (
    NO_PACKAGES,
    PROJECT,
    RESTORED,
    SEED_0_ACCURACY,
    TENSORFLOW_1,
    run_python,
    try_each,
)
from readme import ORIGINAL
from terminal import Terminal, numbers

RUNNER = PROJECT / "input_data.py"
USAGE = "usage: python input_data.py old_script.py [arguments]"


def on_tensorflow_2(test):
    reason = "TensorFlow 1.15 has these names itself"
    return pytest.mark.tensorflow(pytest.mark.skipif(TENSORFLOW_1, reason=reason)(test))


def test_without_arguments_the_runner_prints_its_usage():
    ended = run_python(RUNNER)

    assert (ended.returncode, ended.stderr) == (1, USAGE + "\n")


@pytest.mark.parametrize("argument", ["--help", "mistyped.py", "folder", "-m", "notebook.ipynb"])
def test_anything_but_a_script_is_rejected_with_the_usage(tmp_path, argument):
    write(tmp_path / "folder", {})
    write(tmp_path, {"notebook.ipynb": b"{}"})

    ended = run_python(RUNNER, argument, "name", folder=tmp_path)

    assert (ended.returncode, len(ended.stderr.splitlines())) == (1, 1)
    assert ended.stderr.startswith(f"'{argument}' is not a script file (in a module or a notebook")
    assert USAGE in ended.stderr


@on_tensorflow_2
def test_the_runner_runs_a_script_as_python_does(tmp_path):
    _, *arguments = readme.command_with("old_script.py")
    write(tmp_path, {"old_script.py": b"""'A doc.'; import os, sys
print(__doc__, __name__, os.path.abspath(__file__), sys.path[0], sys.argv)
sys.exit(3)"""})

    by_python = run_python(*arguments, folder=tmp_path)
    by_runner = run_python(RUNNER, *arguments, folder=tmp_path)

    assert by_python.stdout, by_python.stderr
    assert (by_runner.stdout, by_runner.returncode) == (by_python.stdout, 3)


HELP = readme.section(readme.README, "## An old script that no longer runs?")
TWO_LINES = readme.block_with(HELP, "restore_tensorflow_1")
EDITED_IMPORTS = readme.block_with(HELP, "compat.v1")


@pytest.mark.parametrize("lines", [TWO_LINES, EDITED_IMPORTS], ids=["restored", "edited"])
def test_the_page_of_old_scripts_has_readmes_lines(lines):
    assert f"```py\n{lines}```" in readme.OLD_SCRIPTS


BEFORE = RESTORED + """restore = input_data.restore_tensorflow_1
from tensorflow.examples.tutorials.mnist.input_data import read_data_sets
def labels(**options):
    return read_data_sets("MNIST-data", **options).train.next_batch(7)[1].tolist()
"""
# Lines that must work after BEFORE, besides those of the models below ...
WORKING = [
    "from tensorflow.examples.tutorials.mnist import input_data as ours; assert ours is input_data",
    "from tensorflow.g3doc.tutorials.mnist import input_data",
    "from tensorflow.contrib.learn.python.learn.datasets.base import maybe_download",
    "from tensorflow.contrib.learn.python.learn.datasets.mnist import DataSet",
    "assert tf.contrib.learn.datasets.load_dataset('mnist', size='small').train.num_examples == 7",
    "assert read_data_sets('MNIST-data', dtype=tf.uint8).test.images.dtype == 'uint8'",
    "tf.set_random_seed(0.0); assert labels() == [6, 2, 1, 3, 0, 5, 4], labels()",
    "tf.set_random_seed(1); assert labels(seed=0) == [6, 2, 1, 3, 0, 5, 4]",
    "import tensorflow.python.framework.ops as ops; ops.get_default_graph()",
    "import tensorflow.compat.v1 as v1; assert v1 is tf",
    "from tensorflow.contrib.slim import *; fully_connected",
    "from tensorflow.contrib.layers.python.layers import batch_norm",
    "from tensorflow.contrib.framework import arg_scope",
    "from tensorflow.contrib.framework.python.ops import add_arg_scope",
    "from tensorflow.contrib.rnn import static_bidirectional_rnn as rnn"
    "; assert rnn is tf.nn.static_bidirectional_rnn",
    "assert tf.logging.get_verbosity() == tf.logging.ERROR",
    "tf.logging.set_verbosity(20); restore(); assert tf.logging.get_verbosity() == 20",
]
# ... and lines that must fail, with the error that each one gives.
FAILING = {
    "tf.contrib.learn.datasets.load_dataset('iris')":
        "ValueError: data set 'iris' was removed with tf.contrib; only 'mnist' remains",
    "from tensorflow.contrib import seq2seq":
        "ImportError: cannot import name 'seq2seq' from 'tensorflow.contrib' (unknown location)",
    "import tensorflow.contrib.seq2seq":
        "ModuleNotFoundError: No module named 'tensorflow.contrib.seq2seq'",
    "tf.contrib.slim.seq2seq":
        "AttributeError: module 'tensorflow.contrib.slim' has no attribute 'seq2seq'",
    **{f"tf.nn.{name}_cross_entropy_with_logits([[1.]], [[1.]])":
       f"ValueError: Only call `{name}_cross_entropy_with_logits` with named arguments "
       "(labels=..., logits=..., ...)" for name in ("sigmoid", "softmax", "sparse_softmax")},
}


@pytest.fixture(scope="module")
def outcomes(contrib_packages, tmp_path_factory):
    """The outcome of each line, run in a folder with a small data set."""
    folder = tmp_path_factory.mktemp("old")
    write(folder / "MNIST-data", small_files(train=5007))
    return try_each(BEFORE, [*WORKING, *FAILING], folder)


@on_tensorflow_2
@pytest.mark.parametrize("line", WORKING)
def test_a_line_of_an_old_script_works(outcomes, line):
    assert outcomes[line] == "works"


@on_tensorflow_2
@pytest.mark.parametrize("line", FAILING)
def test_a_removed_name_fails_under_its_old_name(outcomes, line):
    assert outcomes[line] == FAILING[line]


# The model of an old script, which leads from x to logits.
MODELS = {
    "tf.contrib.layers": """
from tensorflow.contrib.layers import fully_connected
hidden = fully_connected(x, 64, weights_regularizer=tf.contrib.layers.l2_regularizer(0.001))
logits = fully_connected(hidden, 10, activation_fn=None)""",
    "tf.contrib.slim": """
import tensorflow.contrib.slim as slim
with slim.arg_scope([slim.conv2d], stride=2, padding="SAME"):
    images = slim.conv2d(tf.reshape(x, [-1, 28, 28, 1]), 8, [5, 5])
logits = slim.fully_connected(slim.flatten(images), 10, activation_fn=None)""",
    "tf.contrib.rnn": """
from tensorflow.contrib import rnn
rows = tf.unstack(tf.reshape(x, [-1, 28, 28]), 28, 1)
cells = rnn.MultiRNNCell([rnn.BasicLSTMCell(64, forget_bias=1.0), rnn.GRUCell(64)])
outputs, _ = rnn.static_rnn(cells, rows, dtype=tf.float32)
logits = tf.matmul(outputs[-1], tf.Variable(tf.random_normal([64, 10], stddev=0.1)))""",
    "tf.nn.rnn_cell, tf.layers": """
cell = tf.nn.rnn_cell.DropoutWrapper(tf.nn.rnn_cell.LSTMCell(64), output_keep_prob=0.9)
outputs, _ = tf.nn.dynamic_rnn(cell, tf.reshape(x, [-1, 28, 28]), dtype=tf.float32)
logits = tf.layers.dense(outputs[:, -1], 10)""",
    "keras": """
import keras
from keras import backend
from keras.layers import Dense
backend.set_session(tf.Session())
logits = keras.models.Sequential([Dense(64, activation="relu"), Dense(10)])(x)""",
}
OLD_SCRIPT = """import tensorflow as tf
from tensorflow.examples.tutorials.mnist import input_data
import input_data as imported
assert imported is input_data  # and not a second copy
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
def test_an_old_script_trains_unedited(contrib_packages, project_copy, names):
    write(project_copy, {"old_script.py": OLD_SCRIPT.format(model=MODELS[names]).encode()})

    ended = run_python("input_data.py", "old_script.py", folder=project_copy)

    assert ended.returncode == 0, ended.stderr
    assert "will load" not in ended.stderr  # it has no copy of its own
    assert float(ended.stdout) > 0.6


KERAS = "from tensorflow.keras.layers import Dense\n"
# What a user may lack or have set: (code, environment variables, settings that ASK prints).
SETTINGS = {
    "no packages": (NO_PACKAGES + TWO_LINES + KERAS, {}, "3 None"),
    "Keras 3 by choice":
        (TWO_LINES + KERAS, {"TF_USE_LEGACY_KERAS": "0", "TF_CPP_MIN_LOG_LEVEL": "1"}, "1 0"),
    "Keras 2 that is missing": (NO_PACKAGES + TWO_LINES, {"TF_USE_LEGACY_KERAS": "1"}, "3 1"),
}
ASK = """import os, tensorflow as tf
from tensorflow.examples.tutorials.mnist import input_data
print(tf.placeholder.__name__)
print(os.environ["TF_CPP_MIN_LOG_LEVEL"], os.environ.get("TF_USE_LEGACY_KERAS"))"""


@on_tensorflow_2
@pytest.mark.parametrize(("code", "environment", "found"), SETTINGS.values(), ids=SETTINGS)
def test_restoring_needs_no_package_and_keeps_the_users_settings(code, environment, found):
    ended = run_python("-c", code + ASK, **environment)

    assert ended.stdout == f"placeholder\n{found}\n", ended.stderr


@pytest.mark.tensorflow
def test_tensorflow_1_keeps_its_own_module():
    ask = "from tensorflow.examples.tutorials.mnist import input_data as found"

    ended = run_python("-c", f"{TWO_LINES}{ask}; print(found is input_data)")

    assert ended.stdout == f"{not TENSORFLOW_1}\n", ended.stderr


@on_tensorflow_2
def test_a_scripts_own_copy_is_used_with_a_warning(tmp_path):
    write(tmp_path, {"script.py": b"import input_data; print(input_data.__file__)",
                     "input_data.py": b""})

    ended = run_python(RUNNER, tmp_path / "script.py")

    own_copy = str(tmp_path / "input_data.py")
    assert ended.stdout == own_copy + "\n", ended.stderr
    assert ended.stderr.splitlines()[-1].startswith(f"`import input_data` will load {own_copy}.")


@on_tensorflow_2
def test_a_failed_script_points_to_the_page_of_messages(tmp_path):
    write(tmp_path, {"script.py": b"import tensorflow as tf; tf.mul"})

    ended = run_python(RUNNER, tmp_path / "script.py")

    *trace, error, packages, page = ended.stderr.splitlines()
    assert ended.returncode == 1
    assert f'  File "{tmp_path / "script.py"}", line 1, in <module>' in trace
    assert error == "AttributeError: module 'tensorflow.compat.v1' has no attribute 'mul'"
    assert "pip install tf-keras tf_slim" in packages
    assert ".github/old-scripts.md" in page


SEED = "import numpy\nnumpy.random.seed(0)\n"
WITHOUT_IMPORTS = "".join(line for line in ORIGINAL.splitlines(True) if "import " not in line)


@pytest.mark.tensorflow
@pytest.mark.parametrize(("before", "code"), [
    ("", TWO_LINES + SEED + ORIGINAL), (ORIGINAL, TWO_LINES + SEED + ORIGINAL),
    ("", EDITED_IMPORTS + SEED + WITHOUT_IMPORTS)],
    ids=["at once", "after it has failed", "edited"])
def test_the_original_page_works(project_copy, before, code):
    with Terminal(project_copy) as repl:
        repl.paste(before, may_fail=True)
        printed = repl.paste(code)

    # Without a seed, TensorFlow 1.15's own module reseeds NumPy.
    tolerance = 0.03 if TENSORFLOW_1 else 0.0005
    assert numbers(printed)[-1] == pytest.approx(SEED_0_ACCURACY, abs=tolerance)
