"""Everything that a reader may paste, pasted into a real REPL, IPython or notebook."""
import ast
import re
import sys

import numpy as np
import pytest
import readme
from conftest import HAS_MNIST, SEED_0_ACCURACY, UNAVOIDABLE, run_python
from readme import IN_PLACE_OF_OLD_IMPORTS, TF1
from terminal import Terminal

pytestmark = pytest.mark.tensorflow

SEED = "import numpy as np; np.random.seed(0)\n"  # which the batches follow

TUTORIAL = readme.steps(readme.section("## The tutorial"))
NEXT = readme.steps(readme.section("## What next?"))
TUTORIAL_BLOCKS = [block for block, _ in TUTORIAL]

# The code lines of the original tutorial, as printed there.
ORIGINAL = '''\
from tensorflow.examples.tutorials.mnist import input_data
mnist = input_data.read_data_sets("MNIST_data/", one_hot=True)
import tensorflow as tf
x = tf.placeholder(tf.float32, [None, 784])
W = tf.Variable(tf.zeros([784,10]))
b = tf.Variable(tf.zeros([10]))
y = tf.nn.softmax(tf.matmul(x, W) + b)
y_ = tf.placeholder(tf.float32, [None, 10])
cross_entropy = tf.reduce_mean(-tf.reduce_sum(y_ * tf.log(y), reduction_indices=[1]))
train_step = tf.train.GradientDescentOptimizer(0.5).minimize(cross_entropy)
sess = tf.InteractiveSession()
tf.global_variables_initializer().run()
for i in range(1000):
  batch_xs, batch_ys = mnist.train.next_batch(100)
  sess.run(train_step, feed_dict={x: batch_xs, y_: batch_ys})

correct_prediction = tf.equal(tf.argmax(y,1), tf.argmax(y_,1))
accuracy = tf.reduce_mean(tf.cast(correct_prediction, tf.float32))
print(sess.run(accuracy, feed_dict={x: mnist.test.images, y_: mnist.test.labels}))
'''


@pytest.fixture
def repl(project):
    with Terminal(project) as terminal:
        yield terminal


def check_accuracy(terminal):
    (accuracy,) = terminal.accuracies()
    assert accuracy == pytest.approx(SEED_0_ACCURACY, abs=0.0005)


# ---- README's blocks, one after the other ----


@pytest.fixture(scope="module")
def session(project):
    """Paste all of README's tutorial and of "What next?"; return what each block printed.

    Standard output goes to a file, so that it is not mixed with the echo of what is pasted.
    """
    output, printed = project / "printed.txt", []
    with Terminal(project) as terminal:
        terminal.paste("import sys; sys.stdout = open('printed.txt', 'w', buffering=1)")
        for block, _ in TUTORIAL + NEXT:
            before = output.stat().st_size
            terminal.paste(block)
            printed.append(output.read_bytes()[before:].decode())
        terminal.paste("np.save('weights.npy', panels)")
        (project / "weights.png").rename(project / "weights_of_the_session.png")
        assert terminal.printed()  # and no error was
        return printed


def split_numbers(text):
    """Return the numbers in a text, and the text without them."""
    number = r"\d+\.\d+"
    return [float(found) for found in re.findall(number, text)], re.sub(number, "#", text)


def test_the_tutorial_trains_block_by_block(session):
    printed = dict(zip(TUTORIAL_BLOCKS, session))
    (accuracy,) = (text for block, text in printed.items() if block.startswith("accuracy = "))
    assert float(accuracy) == pytest.approx(SEED_0_ACCURACY, abs=0.0005)


def test_each_block_prints_what_stands_under_it(session, mnist_dir):
    for (block, expected), printed in zip(TUTORIAL, session):
        (numbers, text), (expected_numbers, expected_text) = map(
            split_numbers, (printed, expected))
        assert text == expected_text, block
        # Another processor may round otherwise.
        assert numbers == pytest.approx(expected_numbers, abs=0.11 if "%" in text else 0.0006)


def test_the_blocks_under_which_nothing_stands_print_nothing(session):
    for (block, expected), printed in zip(TUTORIAL + NEXT, session):
        assert bool(printed) == bool(expected), block


def test_what_comes_next_reaches_its_accuracy(session, mnist_dir):
    """Another optimizer gains nothing; a hidden layer and convolutions do."""
    shown = [float(expected) for _, expected in NEXT if expected]
    found = [float(printed) for printed in session[len(TUTORIAL):] if printed]
    for optimizer, hidden, convolutions in (shown, found):
        assert 0.90 < optimizer < 0.93
        assert 0.97 <= hidden < 0.985
        assert convolutions >= 0.985


def test_tensorflow_is_as_quiet_as_it_can_be(project):
    ended = run_python("-c", "".join(TUTORIAL_BLOCKS), cwd=project)
    assert ended.returncode == 0
    assert re.sub(rf"^({UNAVOIDABLE}).*\n", "", ended.stderr, flags=re.MULTILINE) == ""


def test_the_exercises_come_out_as_readme_says(project, mnist_dir):
    """Its answers, by the ways that it describes."""
    hidden_layer = next(block for block, _ in NEXT if "truncated_normal" in block)
    code = "".join(TUTORIAL_BLOCKS) + NEXT[0][0] + """
print("answers")
for rate in (0.01, 0.1, 2):
    train(evidence, tf.train.GradientDescentOptimizer(rate), 1000)
tf.global_variables_initializer().run()
few = {x: mnist.train.images[:100], y_: mnist.train.labels[:100]}
for i in range(1000):
    sess.run(train_step, feed_dict=few)
print(sess.run(accuracy, feed_dict=few))
print(sess.run(accuracy, feed_dict={x: mnist.test.images, y_: mnist.test.labels}))
""" + hidden_layer.replace("tf.truncated_normal(shape, stddev=0.1)", "tf.zeros(shape)") + """
mixed_up = np.zeros((10, 10))
np.add.at(mixed_up, (np.minimum(truth, guesses), np.maximum(truth, guesses)), truth != guesses)
print(*np.argwhere(mixed_up == mixed_up.max())[0], mixed_up.max())
"""
    ended = run_python("-c", code, cwd=project)
    answers = [float(word) for word in ended.stdout.partition("answers\n")[2].split()]
    slow, better, too_fast, by_heart, general, same_answer, *most_mixed_up = answers
    assert (slow, better) == pytest.approx((0.87, 0.91), abs=0.005)
    assert too_fast == pytest.approx(0.86, abs=0.04)
    assert (by_heart, general) == pytest.approx((1, 0.735), abs=0.002)
    assert same_answer == pytest.approx(0.1135)
    assert most_mixed_up == pytest.approx([4, 9, 80], abs=2)


def test_the_loss_that_is_written_out_breaks_where_a_probability_is_rounded_to_0(
        project, data_dir):
    """About 90 units behind, and in the tutorial with a learning rate of 5."""
    blocks = list(TUTORIAL_BLOCKS)
    written_out = next(i for i, block in enumerate(blocks) if "tf.log(y)" in block)
    assert "softmax_cross_entropy" in blocks.pop(written_out + 1)
    code = "".join(blocks).replace("GradientDescentOptimizer(0.5)", "GradientDescentOptimizer(5.)")
    code += """
print("results")
print(sess.run(tf.nn.softmax([[0., 80.], [0., 90.]]))[:, 0] == 0)
print(np.isnan(sess.run(W)).all(), (mnist.test.labels.argmax(axis=1) == 0).mean())
print(sess.run(accuracy, feed_dict={x: mnist.test.images, y_: mnist.test.labels}))
"""
    ended = run_python("-c", code, cwd=project)
    assert ended.returncode == 0, ended.stderr
    rounded, spoilt, accuracy = ended.stdout.partition("results\n")[2].splitlines()
    assert rounded == "[False  True]"
    all_nan, share_of_0 = spoilt.split()
    assert all_nan == "True"
    assert float(accuracy) == pytest.approx(float(share_of_0))  # argmax of NaNs is the first place
    if HAS_MNIST:
        assert float(accuracy) == pytest.approx(0.098)


def test_the_picture_of_the_weights_is_written(session, project):
    """Positive is blue, negative red, zero white; 0 to 4 stand above 5 to 9."""
    image = pytest.importorskip("matplotlib.image")
    panels = np.load(project / "weights.npy")
    pixels = image.imread(project / "weights_of_the_session.png")[..., :3]
    assert pixels.shape == (6 * 56, 6 * 140, 3)
    squares = pixels.reshape(56, 6, 140, 6, 3)
    assert (squares == squares[:, :1, :, :1]).all()
    strength = panels / abs(panels).max()
    red, green, blue = np.moveaxis(squares[:, 0, :, 0], -1, 0)
    assert np.allclose(red, 1 - strength.clip(0), atol=0.01)
    assert np.allclose(green, 1 - abs(strength), atol=0.01)
    assert np.allclose(blue, 1 + strength.clip(max=0), atol=0.01)
    if HAS_MNIST:  # ink in the middle of the 0 speaks against it, and for the 1 beside it
        assert strength[10:18, 12:16].mean() < -0.1
        assert strength[10:18, 28 + 13:28 + 15].mean() > 0.1


def test_the_tutorial_pasted_all_at_once_trains(repl):
    repl.paste("".join(TUTORIAL_BLOCKS))
    assert repl.accuracies()[2] == pytest.approx(SEED_0_ACCURACY, abs=0.0005)


def run_notebook(folder, cells):
    """Run cells in a real kernel, and return what each printed."""
    nbformat = pytest.importorskip("nbformat")
    nbclient = pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    nbclient.NotebookClient(notebook, timeout=300, kernel_name="python3",
                            resources={"metadata": {"path": str(folder)}}).execute()
    return ["".join(output.get("text", "") if output.output_type == "stream" else
                    output.data["text/plain"] + "\n"
                    for output in cell.outputs if output.get("name") != "stderr")
            for cell in notebook.cells]


def test_the_tutorial_prints_the_same_in_a_notebook(session, project):
    printed = run_notebook(project, TUTORIAL_BLOCKS)
    assert list(map(split_numbers, printed)) == [
        (pytest.approx(numbers, abs=0.11), text)
        for numbers, text in map(split_numbers, session[:len(TUTORIAL)])]


# ---- The script ----


def test_the_script_pasted_whole_trains_whatever_the_command_line_was(repl, project):
    repl.paste("import sys; sys.argv = ['x', '--no_such_flag', '--seed']")
    repl.paste(SEED + (project / "mnist_softmax.py").read_text())
    check_accuracy(repl)


@pytest.mark.skipif(sys.version_info < (3, 8), reason="ast tells no end of a line before 3.8")
def test_the_script_pasted_statement_by_statement_trains_and_echoes_nothing(repl, project):
    """Each statement with the comment above it and the blank line below."""
    source = (project / "mnist_softmax.py").read_text()
    lines = source.splitlines(keepends=True)
    repl.paste(SEED + "import sys; sys.displayhook = lambda value: print('echo', value)")
    pasted = 0
    for statement in ast.parse(source).body[1:]:  # the docstring, as any string, is echoed
        end = statement.end_lineno + hasattr(statement, "body")
        repl.paste("".join(lines[pasted:end]).partition('"""\n')[2] if not pasted else
                   "".join(lines[pasted:end]))
        pasted = end
    assert pasted == len(lines)
    check_accuracy(repl)
    assert not re.search(r"^echo (?!None)", repl.printed(), re.MULTILINE)


@pytest.fixture
def ipython(project, tmp_path):
    pytest.importorskip("IPython")
    with Terminal(project, "-m", "IPython", "--no-banner", "--no-confirm-exit", "--colors",
                  "NoColor", IPYTHONDIR=str(tmp_path)) as terminal:
        yield terminal


def test_the_script_pasted_whole_into_ipython_trains(ipython, project):
    ipython.paste(SEED + (project / "mnist_softmax.py").read_text())
    check_accuracy(ipython)


def test_ipythons_run_takes_the_flags(ipython):
    ipython.paste("%run mnist_softmax.py --help")
    assert "--fake_data" in ipython.printed()
    ipython.paste("%run mnist_softmax.py --seed 0")
    check_accuracy(ipython)


def test_the_script_as_a_notebook_cell_trains(project):
    script = (project / "mnist_softmax.py").read_text()
    _, printed = run_notebook(project, [SEED, script])
    assert float(printed) == pytest.approx(SEED_0_ACCURACY, abs=0.0005)


def test_a_data_error_leaves_the_repl_open(project, tmp_path):
    script = (project / "mnist_softmax.py").read_text()
    up_to_the_data = script.partition("\nif flags.fake_data")[0]
    with Terminal(tmp_path, https_proxy="http://127.0.0.1:9/",
                  PYTHONPATH=str(project)) as terminal:
        terminal.paste(up_to_the_data)
        assert "into MNIST_data by hand" in terminal.shown
        assert "OSError" in terminal.shown
        terminal.shown = ""
        terminal.paste("6 * 7")
        assert "42" in terminal.printed()


# ---- Old scripts and the original page ----


def test_after_readmes_block_the_original_tutorial_works_line_by_line(repl):
    repl.paste(TF1)
    repl.paste(SEED)
    lines = ORIGINAL.splitlines(keepends=True)
    start = lines.index("for i in range(1000):\n")
    for piece in [*lines[:start], "".join(lines[start:start + 4]), *lines[start + 4:]]:
        repl.paste(piece)
    check_accuracy(repl)


def test_after_readmes_block_the_original_tutorial_works_all_at_once(repl):
    repl.paste(TF1 + SEED + ORIGINAL)
    check_accuracy(repl)


OLD_SCRIPT = '''\
"""An old script, as they were."""
from __future__ import absolute_import
from __future__ import print_function

import argparse
import sys

import its_own_module
from tensorflow.examples.tutorials.mnist import input_data
import tensorflow.examples.tutorials.mnist.input_data
import tensorflow.examples.tutorials.mnist.input_data as spelled_out
from tensorflow.examples.tutorials.mnist.input_data import read_data_sets
from tensorflow.contrib.learn.python.learn.datasets.mnist import DataSet, extract_images
import tensorflow as tf
from tensorflow.examples.tutorials import mnist

FLAGS = None


def main(_):
  assert tensorflow.examples.tutorials.mnist.input_data is spelled_out is input_data
  assert mnist.input_data is input_data and read_data_sets is input_data.read_data_sets
  assert DataSet is input_data.DataSet and extract_images is input_data.extract_images
  assert its_own_module.__file__.startswith(sys.path[0])
  assert sys.modules["__main__"].main is main
  data = input_data.read_data_sets(FLAGS.data_dir, one_hot=True, seed=0)
  print(tf.placeholder(tf.float32, [None, 784]).shape, data.train.labels.shape, sys.argv)


if __name__ == "__main__":
  parser = argparse.ArgumentParser()
  parser.add_argument("--data_dir", type=str, default="/tmp/tensorflow/mnist/input_data")
  FLAGS, unparsed = parser.parse_known_args()
  tf.app.run(main=main, argv=[sys.argv[0]] + unparsed)
'''


@pytest.fixture
def old_script(project, tmp_path):
    """An old script in a folder elsewhere, and README's block as tf1.py in the project's."""
    (project / "tf1.py").write_text(TF1)
    (tmp_path / "its_own_module.py").touch()
    (tmp_path / "old_script.py").write_text(OLD_SCRIPT)
    return tmp_path / "old_script.py"


def check_old_script(ended, *argv):
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout == f"(?, 784) (55000, 10) {list(map(str, argv))}\n"


def test_tf1_runs_an_old_script_unedited(project, old_script, data_dir):
    flags = ["--data_dir", data_dir, "--its", "flags"]
    ended = run_python(project / "tf1.py", old_script, *flags, cwd=old_script.parent)
    check_old_script(ended, old_script, *flags)


def test_tf1_as_a_scripts_first_import_works_too(project, old_script, data_dir):
    start = OLD_SCRIPT.index("import argparse")
    old_script.write_text(OLD_SCRIPT[:start] + "import tf1\n" + OLD_SCRIPT[start:])
    flags = ["--data_dir", data_dir]
    ended = run_python(old_script, *flags, PYTHONPATH=str(project))
    check_old_script(ended, old_script, *flags)


def test_an_edit_of_two_imports_is_enough(project, tmp_path):
    old_imports = [line for line in ORIGINAL.splitlines(keepends=True) if "import" in line]
    edited = ORIGINAL.replace(old_imports[0], SEED + IN_PLACE_OF_OLD_IMPORTS)
    edited = edited.replace(old_imports[1], "")
    assert edited.count("import tensorflow") == 1
    (tmp_path / "edited.py").write_text(edited)
    ended = run_python(tmp_path / "edited.py", cwd=project, PYTHONPATH=str(project))
    assert ended.returncode == 0, ended.stderr
    assert float(ended.stdout) == pytest.approx(SEED_0_ACCURACY, abs=0.0005)
