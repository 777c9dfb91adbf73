"""README's tutorial, pasted into a real REPL and run as a notebook."""
import json
import os
import re
import subprocess
import sys
import time
import urllib.request

import numpy as np
import pytest
import readme
from project import SEED_0_ACCURACY, run_python
from readme import ARTICLE_JA, ORIGINAL, README
from terminal import Terminal, numbers

pytestmark = pytest.mark.tensorflow

TUTORIAL = readme.steps(readme.section(README, "## The tutorial"))
NEXT_PAGE = readme.section(README, "## What next?")
NEXT = readme.steps(NEXT_PAGE)
BLOCKS = [block for block, _ in TUTORIAL + NEXT]
IDS = [f"{number}: {block.splitlines()[0]}" for number, block in enumerate(BLOCKS)]

# How far a number may be from README's, where the processor decides its last digits, threads make
# it vary, or it is not a share: {words of the block: tolerance}.
TOLERANCES = {
    "probabilities[0, digit]": 0.15,  # percent
    "certainty >= 0.99": [0, 2, 0.15, 0, 2, 0.5],  # images and percent
    "print(f\"image {proudest}": 0.15,
    "pixels = read(": 1,
    "nudged = ": 1,
    "print(sess.run(b)": [*[0.02] * 10, *[0] * 11, 1, 0, 1],  # biases, counts, digits and percent
    "softmax_logits = ": [0, 0.03, 0.01],  # step, loss, accuracy
    "tf.train.AdamOptimizer(0.003), 1000)": [0, 0.03, 0.01],
    "hidden_logits = ": [0, 0.03, 0.01] * 3,
    "convolution_logits = ": [0, 0.03, 0.01] * 3,
    "print(np.sum(found": 60,  # images
    "np.roll(pixels": 15,  # percent
    "for shift in": [0.01, 0.12, 0.12, 0.12] * 3,  # without a shift, then with one
    "for rate in": [0, 0.03, 0.01, 0, 0.03, 0.01, 0, 1.5, 0.1],  # the last rate is too large
    "def zeros": [0, 0.003, 0.003],
    "few = {": 0.01,
}
# Everything else, such as the digits that are read, must match README exactly.
LOOSE = re.compile(r"-?\d+\.\d+|\d+(?=%| images)|^\d+$", re.MULTILINE)
BLOCKS_WITH = {readme.block_with(README, words): words for words in TOLERANCES}

# Figures stated in the prose: {words: (figure, code that prints it after all blocks)}.
FIGURES = {
    "the baseline, which scores 0.82 on the test set": (0.82, """
guesses = [((image - means) ** 2).sum(axis=1).argmin() for image in mnist.test.images]
print(np.mean(guesses == mnist.test.labels.argmax(axis=1)))
"""),
    "the loss on the validation images rises by 0.0000496": (0.0000496, """
ink = 0.001 * mnist.validation.images[:, 406].astype(float)
rise = np.log((np.exp(ink) + 9) / 10) - ink * (truth == 0)
print(f"{rise.mean():.7f}")
"""),
    "Ten such steps reach 0.845": (0.845, """
tf.global_variables_initializer().run()
for step in range(10):
    sess.run(train_step, feed_dict={x: mnist.train.images, y_: mnist.train.labels})

print(sess.run(accuracy, feed_dict=validation))
"""),
    "about 87 units less evidence": (1, """
print(np.sum(sess.run(tf.nn.softmax([[0., 86.], [0., 88.]])) == 0))
"""),
    "精度は 0.098 に落ちます (例えば、学習率を 0.5 から 5 に変えると起こります)": (0.098, """
tf.global_variables_initializer().run()
written_out = tf.reduce_mean(-tf.reduce_sum(y_ * tf.log(y), reduction_indices=[1]))
too_large = tf.train.GradientDescentOptimizer(5.0).minimize(written_out)
for step in range(1000):
    images, labels = mnist.train.next_batch(100)
    sess.run(too_large, feed_dict={x: images, y_: labels})

print(sess.run(accuracy, feed_dict={x: mnist.test.images, y_: mnist.test.labels}))
"""),
}


@pytest.fixture(scope="module")
def outputs(project_copy):
    """What each block of README, and then the code for each figure, printed in a REPL."""
    blocks = BLOCKS + [code for _, code in FIGURES.values()]
    with Terminal(project_copy) as terminal:
        return {block: terminal.paste(block) for block in blocks}


@pytest.mark.parametrize(("block", "expected"), TUTORIAL + NEXT, ids=IDS)
def test_a_block_prints_the_output_shown_below_it(outputs, block, expected):
    tolerance = TOLERANCES[BLOCKS_WITH[block]] if block in BLOCKS_WITH else 0.0006
    printed = outputs[block]

    assert LOOSE.sub("#", printed) == LOOSE.sub("#", expected)
    differences = np.abs(np.subtract(numbers(printed), numbers(expected)))
    assert (differences <= tolerance).all(), f"{printed}instead of\n{expected}"


@pytest.mark.parametrize("words", FIGURES)
def test_a_figure_in_the_text_is_right(outputs, words):
    figure, code = FIGURES[words]

    assert words in README + ARTICLE_JA
    assert numbers(outputs[code]) == [pytest.approx(figure, rel=0.005)]


def with_fewer_steps(steps):
    """Join the blocks into one, with fewer training steps and without those for the drawing."""
    text = "".join(block for block, _ in steps if "pixels" not in block)
    return text.replace("1000)", "1)").replace("3000)", "3)")


def test_what_next_goes_on_after_a_restart(project_copy):
    restart = readme.block_with(NEXT_PAGE, "exec(open(")

    with Terminal(project_copy) as terminal:
        printed = terminal.paste(restart)
        terminal.paste(with_fewer_steps(NEXT))

    assert numbers(printed)[-1] == pytest.approx(SEED_0_ACCURACY, abs=0.0005)


def test_readme_goes_on_after_the_original_pages_lines(project_copy):
    """The article's companion says that it does."""
    two_lines = readme.block_with(ARTICLE_JA, "restore_tensorflow_1")
    names = readme.block_with(ARTICLE_JA, "validation =")
    look = readme.steps(readme.section(README, "### A closer look at the model"))

    with Terminal(project_copy) as terminal:
        terminal.paste(two_lines + ORIGINAL)
        printed = terminal.paste(names + with_fewer_steps(look + NEXT))

    assert re.search(r"image \d+ is a \d, read as \d", printed)


@pytest.fixture(scope="module")
def notebook(project_copy):
    """README as a notebook, made by its own command."""
    pytest.importorskip("jupytext")
    nbformat = pytest.importorskip("nbformat")
    ended = run_python(*readme.command_with("jupytext --to"), folder=project_copy)
    assert ended.returncode == 0, ended.stderr
    return nbformat.read(str(project_copy / "tutorial.ipynb"), 4)


@pytest.fixture(scope="module")
def cells(notebook):
    """The notebook's cells of code."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def test_the_notebook_has_every_block(cells):
    assert [cell.source.strip() for cell in cells] == [block.strip() for block in BLOCKS]


def test_the_notebook_runs_the_tutorial(notebook, cells, project_copy):
    """Without "What next?", which takes minutes."""
    nbclient = pytest.importorskip("nbclient")
    tutorial = notebook.copy()
    tutorial.cells = cells[:len(TUTORIAL)]

    nbclient.NotebookClient(
        tutorial, timeout=600, startup_timeout=600, iopub_timeout=600,
        resources={"metadata": {"path": str(project_copy)}}).execute()

    (tested,) = [cell for cell in tutorial.cells if "x: mnist.test.images" in cell.source]
    assert numbers(tested.outputs[-1].text) == pytest.approx([SEED_0_ACCURACY], abs=0.0005)


@pytest.fixture
def jupyter(notebook, project_copy, tmp_path):
    """The address of Jupyter's server, started by README's command, with the token "t"."""
    pytest.importorskip("notebook")
    command = [sys.executable, *readme.command_with("jupyter notebook"), "--no-browser",
               "--allow-root", "--ip=127.0.0.1", "--IdentityProvider.token=t"]
    with subprocess.Popen(command, cwd=str(project_copy),
                          env={**os.environ, "JUPYTER_RUNTIME_DIR": str(tmp_path)}) as server:
        try:
            deadline = time.monotonic() + 600
            while not list(tmp_path.glob("jpserver-*.html")):  # written after the file read below
                assert server.poll() is None and time.monotonic() < deadline, "it did not start"
                time.sleep(0.1)
            (about,) = tmp_path.glob("jpserver-*.json")
            yield json.loads(about.read_text())["url"]
        finally:
            server.terminate()


def test_jupyter_serves_every_picture_of_the_notebook(jupyter, notebook, project_copy):
    shown = re.findall(r"!\[.+\]\((.*)\)", "\n".join(cell.source for cell in notebook.cells))

    assert len(shown) == len(readme.pictures(README)) > 0
    for path in shown:
        with urllib.request.urlopen(f"{jupyter}files/{path}?token=t", timeout=600) as response:
            assert response.read() == (project_copy / path).read_bytes(), path
