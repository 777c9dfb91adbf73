"""Everything that a reader may paste into a REPL, pasted into a real one."""
import ast
import os
import subprocess
import sys

import pytest
import readme
from terminal import Terminal

# The code lines of the original tutorial, as printed there.
TUTORIAL = '''\
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
FIRST_PASTE = readme.python_blocks(readme.section("## Following the original page?"))


@pytest.fixture
def folder(project, mnist_dir):
    """The project's folder, with MNIST where the tutorial looks for it."""
    (project / "MNIST_data").symlink_to(mnist_dir)
    return project


@pytest.fixture
def repl(folder):
    with Terminal(folder) as terminal:
        yield terminal


def check_accuracy(terminal):
    (accuracy,) = terminal.accuracies()
    assert 0.905 < accuracy < 0.93


def check_process(*arguments, cwd, **environment):
    """Run Python with these arguments, and check that the accuracy is all that it prints."""
    ended = subprocess.run([sys.executable, *arguments], cwd=cwd, text=True, timeout=180,
                           capture_output=True, check=False, env={**os.environ, **environment})
    assert ended.returncode == 0, ended.stderr
    assert 0.905 < float(ended.stdout) < 0.93


def test_readmes_tutorial_pasted_block_by_block_trains(repl):
    blocks = readme.python_blocks(readme.section("## The tutorial"))
    assert len(blocks) > 10
    for block in blocks:
        repl.paste(block)
    check_accuracy(repl)
    assert "(55000, 784)" in repl.printed()
    assert "array([0., 0., 0., 0., 0., 0., 0., 1., 0., 0.])" in repl.printed()
    assert "\n..#################.........\n" in repl.printed()  # a stroke of the 7


def test_readmes_tutorial_pasted_all_at_once_trains(repl):
    repl.paste("".join(readme.python_blocks(readme.section("## The tutorial"))))
    check_accuracy(repl)


def test_after_readmes_first_paste_the_original_tutorial_works_line_by_line(repl):
    assert len(FIRST_PASTE) == 1
    assert len(FIRST_PASTE[0].splitlines()) < 12
    repl.paste(FIRST_PASTE[0])
    lines = TUTORIAL.splitlines(keepends=True)
    start = lines.index("for i in range(1000):\n")
    for piece in [*lines[:start], "".join(lines[start:start + 4]), *lines[start + 4:]]:
        repl.paste(piece)
    check_accuracy(repl)


def test_after_readmes_first_paste_the_original_tutorial_works_all_at_once(repl):
    repl.paste(FIRST_PASTE[0] + TUTORIAL)
    check_accuracy(repl)


@pytest.mark.parametrize("spelling", [
    "import tensorflow.examples.tutorials.mnist.input_data as input_data",
    "from tensorflow.examples.tutorials.mnist.input_data import read_data_sets",
    "import tensorflow.examples.tutorials.mnist.input_data",
])
def test_the_first_paste_above_an_old_script_runs_it(folder, spelling):
    use = {"from": "read_data_sets", "import": "input_data.read_data_sets"}[spelling.split()[0]]
    if spelling.endswith("mnist.input_data"):
        use = "tensorflow.examples.tutorials.mnist." + use
    old_script = TUTORIAL.replace(
        "from tensorflow.examples.tutorials.mnist import input_data", spelling).replace(
        "input_data.read_data_sets(", use + "(")
    (folder / "old_script.py").write_text(FIRST_PASTE[0] + old_script)
    check_process("old_script.py", cwd=folder)


def test_the_script_pasted_whole_trains_whatever_the_command_line_was(repl, folder):
    repl.paste("import sys; sys.argv = ['x', '--no_such_flag', '--seed']")
    repl.paste((folder / "mnist_softmax.py").read_text())
    check_accuracy(repl)


def test_the_script_pasted_statement_by_statement_trains(repl, folder):
    """Each statement with the comment above it and the blank line below."""
    source = (folder / "mnist_softmax.py").read_text()
    lines = source.splitlines(keepends=True)
    pasted = 0
    for statement in ast.parse(source).body:
        end = statement.end_lineno + hasattr(statement, "body")
        repl.paste("".join(lines[pasted:end]))
        pasted = end
    assert pasted == len(lines)
    check_accuracy(repl)


def test_the_script_pasted_whole_into_ipython_trains(folder, tmp_path):
    pytest.importorskip("IPython")
    with Terminal(folder, "-m", "IPython", "--no-banner", "--no-confirm-exit", "--colors",
                  "NoColor", IPYTHONDIR=str(tmp_path / "ipython")) as terminal:
        terminal.paste((folder / "mnist_softmax.py").read_text())
        check_accuracy(terminal)


def test_the_script_as_a_notebook_cell_trains(folder):
    """IPython's shell runs a cell as one piece, in a process with a command line of its own."""
    pytest.importorskip("IPython")
    code = ("from IPython.core.interactiveshell import InteractiveShell;"
            "cell = open('mnist_softmax.py').read();"
            "InteractiveShell.instance().run_cell(cell).raise_error()")
    check_process("-c", code, "-f", "/kernel-1.json", cwd=folder,
                  IPYTHONDIR=str(folder / "ipython"))


def test_a_data_error_leaves_the_repl_open(project):
    (project / "MNIST_data").mkdir()
    up_to_the_data = (project / "mnist_softmax.py").read_text().partition("\nif flags.fake_data")[0]
    with Terminal(project, MNIST_DATA_DIR="", https_proxy="http://127.0.0.1:9/") as terminal:
        terminal.paste(up_to_the_data)
        assert "by hand" in terminal.shown
        assert "OSError" in terminal.shown
        terminal.shown = ""
        terminal.paste("6 * 7")
        assert "42" in terminal.printed()
