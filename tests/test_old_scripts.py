"""Old scripts and the original page's lines. (What they set of a set: test_batches.py)"""
import json

import pytest
from idx_files import small_files, write
from original import ORIGINAL
from project import PROJECT, SEED_0_ACCURACY, TENSORFLOW_1, run_python
from terminal import Terminal

RUNNER = PROJECT / "input_data.py"

# Lines of old scripts, in the order in which one script has them, and what comes of each.
LINES = {
    "assert (__doc__, __name__, __file__) == ('A doc.', '__main__', 'old/script.py')": "works",
    "assert sys.argv[::2] == ['old/script.py', '--flag'] and sys.path[0].endswith('old')": "works",
    "assert os.environ['TF_CPP_MIN_LOG_LEVEL'] == '1'  # as the user has set it": "works",
    "assert tensorflow.logging.get_verbosity() == tensorflow.logging.ERROR": "works",
    "import tensorflow as tf": "works",
    "from tensorflow.examples.tutorials.mnist import input_data": "works",
    "from tensorflow.examples.tutorials.mnist.input_data import read_data_sets": "works",
    "from tensorflow.g3doc.tutorials.mnist import input_data": "works",
    "from tensorflow.contrib.learn.python.learn.datasets.base import maybe_download": "works",
    "from tensorflow.contrib.learn.python.learn.datasets.mnist import DataSet": "works",
    "assert tf.contrib.learn.datasets.load_dataset('mnist', size='small').train": "works",
    "tf.contrib.learn.datasets.load_dataset('iris')": "'iris'",
    "from tensorflow.contrib import slim": "ImportError: cannot import name 'slim'",
    "import tensorflow.contrib.slim": "No module named 'tensorflow.contrib.slim'",
    "import input_data as beside; beside.TIMEOUT = 60; assert input_data.TIMEOUT == 60": "works",
    "tf.set_random_seed(0.0); assert first_batch() == [6, 2, 1, 3, 0, 5, 4]": "works",
    "tf.set_random_seed(1); assert first_batch(seed=0) == [6, 2, 1, 3, 0, 5, 4]": "works",
    "assert read_data_sets('MNIST-data', dtype=tf.uint8).test.images.dtype == 'uint8'": "works",
    "read_data_sets('MNIST-data').train.image": "'DataSet' object has no attribute 'image'",
    "tf.logging.set_verbosity(tf.logging.INFO); input_data.restore_tensorflow_1()": "works",
    "assert tf.logging.get_verbosity() == tf.logging.INFO": "works",
    "from tensorflow.keras.layers import Dense; import tensorflow.keras": "works",
    "import tensorflow.compat.v1 as v1; assert v1 is tensorflow is tf": "works",
}
SCRIPT = """'''A doc.'''
import json, os, sys, tensorflow
def first_batch(**options):
    return read_data_sets("MNIST-data", **options).train.next_batch(7)[1].tolist()
came_of_it = {}
for line in json.loads(sys.argv[1]):
    try:
        exec(line)
        came_of_it[line] = "works"
    except Exception as error:
        came_of_it[line] = type(error).__name__ + ": " + str(error)
print(json.dumps(came_of_it))
sys.exit(3)
"""


@pytest.fixture(scope="module")
def ended(tmp_path_factory):
    """SCRIPT after it has tried LINES, run by the runner from another folder."""
    if TENSORFLOW_1:
        pytest.skip("TensorFlow 1.15 has these names itself")
    folder = tmp_path_factory.mktemp("elsewhere")
    write(folder / "MNIST-data", small_files(train=5007))
    write(folder / "old", {"script.py": SCRIPT.encode()})
    return run_python(RUNNER, "old/script.py", json.dumps(list(LINES)), "--flag",
                      folder=folder, TF_CPP_MIN_LOG_LEVEL="1")


@pytest.mark.tensorflow
@pytest.mark.parametrize("line", LINES)
def test_a_line_of_an_old_script_works_or_fails_with_a_clear_message(ended, line):
    assert ended.returncode == 3, ended.stderr  # as the script ends

    assert LINES[line] in json.loads(ended.stdout)[line]
    assert "delete" not in ended.stderr


SCRIPT_WITH_A_COPY = b"""
import os, input_data
from tensorflow.examples.tutorials.mnist import input_data as of_tensorflow
print(input_data.__file__, of_tensorflow.__file__, os.environ["TF_CPP_MIN_LOG_LEVEL"])
"""


@pytest.mark.tensorflow
@pytest.mark.skipif(TENSORFLOW_1, reason="TensorFlow 1.15 has its own input_data")
def test_a_script_gets_its_own_old_copy_and_is_told_so(tmp_path):
    write(tmp_path, {"script.py": SCRIPT_WITH_A_COPY, "input_data.py": b""})

    ended = run_python(RUNNER, tmp_path / "script.py")

    assert ended.stdout == f"{tmp_path / 'input_data.py'} {RUNNER} 3\n", ended.stderr
    assert str(tmp_path / "input_data.py") in ended.stderr
    assert "delete" in ended.stderr


@pytest.mark.parametrize("arguments", [[], ["--help"], ["mistyped.py"], ["folder"]])
def test_without_a_script_the_runner_says_how_it_is_used(tmp_path, arguments):
    write(tmp_path / "folder", {})

    ended = run_python(RUNNER, *arguments, folder=tmp_path)

    assert (ended.returncode, len(ended.stderr.splitlines())) == (1, 1)
    assert "python input_data.py old_script.py" in ended.stderr
    assert "".join(arguments) in ended.stderr


@pytest.mark.tensorflow
def test_the_original_page_works_where_it_has_just_failed(project_copy):
    with Terminal(project_copy) as repl:
        if not TENSORFLOW_1:
            repl.paste(ORIGINAL)
            assert "No module named 'tensorflow.examples'" in repl.shown
            repl.shown = ""
        repl.paste("import input_data\ninput_data.restore_tensorflow_1()\n")
        repl.paste("import numpy\nnumpy.random.seed(0)\n" + ORIGINAL)

        # Without a seed, TensorFlow 1.15's own module seeds NumPy anew.
        tolerance = 0.03 if TENSORFLOW_1 else 0.0005
        assert repl.accuracies() == pytest.approx([SEED_0_ACCURACY], abs=tolerance)
