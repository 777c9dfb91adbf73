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
from project import SEED_0_ACCURACY, TENSORFLOW_1, run_python
from readme import ORIGINAL, README
from terminal import Terminal, numbers, paste_all

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
    "certainty >= 0.99": 2,  # images, and percent
    "print(f\"image {proudest}": 0.15,
    "pixels = read(": 1,
    "nudged = ": 1,
    "print(sess.run(b)": 1,
    "softmax_logits = ": 0.03,
    "tf.train.AdamOptimizer(0.003), 1000)": 0.03,
    "hidden_logits = ": 0.03,
    "convolution_logits = ": 0.03,
    "print(np.sum(found": 60,  # images
    "np.roll(pixels": 30,
    "for shift in": 0.12,
    "for rate in": [0, 0.03, 0.03, 0, 0.03, 0.03, 0, 1.5, 0.1],  # the last rate is too large
    "def zeros": 0.03,
    "few = {": 0.03,
}
BLOCKS_WITH = {readme.block_with(README, words): words for words in TOLERANCES}


@pytest.fixture(scope="module")
def printed(project_copy):
    """What each block of README printed in a REPL, by its text."""
    with Terminal(project_copy) as terminal:
        return dict(zip(BLOCKS, paste_all(terminal, BLOCKS)))


@pytest.mark.parametrize(("block", "expected"), TUTORIAL + NEXT, ids=IDS)
def test_a_block_prints_what_stands_below_it(printed, block, expected):
    tolerance = TOLERANCES[BLOCKS_WITH[block]] if block in BLOCKS_WITH else 0.0006

    number = r"-?\d+(?:\.\d+)?"
    assert re.sub(number, "#", printed[block]) == re.sub(number, "#", expected)
    differences = np.abs(np.subtract(numbers(printed[block]), numbers(expected)))
    assert (differences <= tolerance).all(), printed[block]


def test_only_the_convolutions_know_a_moved_digit(printed):
    moved = printed[readme.block_with(NEXT_PAGE, "np.roll(pixels")]

    softmax, convolutions = re.findall(r"a (\d) \(", moved)

    assert convolutions == "2"
    assert softmax != "2"


def test_what_next_goes_on_after_a_restart(project_copy):
    """With fewer steps than on the page, and without the drawing, which has its block above."""
    restart = readme.block_with(NEXT_PAGE, "exec(open(")
    blocks = "".join(block for block in BLOCKS[len(TUTORIAL):] if "pixels" not in block)
    fewer_steps = blocks.replace("1000)", "1)").replace("3000)", "3)")

    with Terminal(project_copy) as terminal:
        first, *_ = paste_all(terminal, [restart, fewer_steps])

    assert numbers(first)[-1] == pytest.approx(SEED_0_ACCURACY, abs=0.0005)


# What README says between its blocks, and code that computes it after the tutorial's.
FIGURES = {
    "the baseline, which scores 0.82 on the test set":
        "np.mean([((image - means) ** 2).sum(axis=1).argmin() for image in mnist.test.images]"
        " == mnist.test.labels.argmax(axis=1))",
    "the loss on the validation images rises by 0.0000496":
        "(lambda e, d: np.mean(np.log((np.exp(e) + 9) / 10) - e * d) * 1e7)("
        "0.001 * mnist.validation.images[:, 406].astype(float), truth == 0)",
    "Ten such steps reach 0.845":
        "[tf.global_variables_initializer().run()] + [sess.run(train_step, feed_dict={"
        "x: mnist.train.images, y_: mnist.train.labels}) for _ in range(10)]"
        " and sess.run(accuracy, feed_dict=validation)",
}
EXPECTED = [0.82, 496, 0.845]


def test_the_figures_in_the_text_are_right(project_copy):
    code = [block for block, _ in TUTORIAL if "pixels = read(" not in block]

    with Terminal(project_copy) as terminal:
        *_, found = paste_all(terminal, ["".join(code), f"print({', '.join(FIGURES.values())})"])

    assert [words for words in FIGURES if words not in README] == []
    assert numbers(found) == pytest.approx(EXPECTED, rel=0.005)


def test_the_loss_as_written_out_breaks_as_readme_says(project_copy):
    """At about 87 units of evidence. The accuracy is what the article's companion says."""
    blocks = [block for block, _ in TUTORIAL if "softmax_cross_entropy" not in block]
    code = "".join(blocks).replace("GradientDescentOptimizer(0.5)", "GradientDescentOptimizer(5.)")
    limit = "print(sess.run(tf.nn.softmax([[0., 80.], [0., 90.]]))[:, 0] == 0)"

    with Terminal(project_copy) as terminal:
        printed, at_90 = paste_all(terminal, [code, limit])

    assert "\n0.098\n" in printed
    assert at_90.split() == ["[False", "True]"]


@pytest.fixture(scope="module")
def notebook(project_copy):
    """README as a notebook, made by its own command, and the folder that it is in."""
    pytest.importorskip("jupytext")
    nbformat = pytest.importorskip("nbformat")
    ended = run_python(*readme.command_with("jupytext --to"), folder=project_copy)
    assert ended.returncode == 0, ended.stderr
    return nbformat.read(str(project_copy / "tutorial.ipynb"), 4)


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


@pytest.mark.skipif(TENSORFLOW_1, reason="README's notebook is for TensorFlow 2")
def test_the_notebook_has_every_block(notebook):
    sources = [cell.source.strip() for cell in code_cells(notebook)]

    assert sources == [block.strip() for block in BLOCKS]


@pytest.mark.skipif(TENSORFLOW_1, reason="README's notebook is for TensorFlow 2")
def test_the_notebook_runs_the_tutorial(notebook, project_copy):
    """Without "What next?", which takes minutes."""
    nbclient = pytest.importorskip("nbclient")
    cells = code_cells(notebook)[:len(TUTORIAL)]
    run = nbclient.NotebookClient(notebook.__class__(
        {**notebook, "cells": cells}), kernel_name="python3", timeout=600, startup_timeout=600,
        iopub_timeout=600, resources={"metadata": {"path": str(project_copy)}})

    run.execute()

    (tested,) = [cell for cell in cells if "x: mnist.test.images" in cell.source]
    assert numbers(tested.outputs[-1].text) == pytest.approx([SEED_0_ACCURACY], abs=0.0005)


@pytest.fixture
def jupyter(notebook, project_copy, tmp_path):
    """The address of Jupyter's server, started by README's command, and its token."""
    pytest.importorskip("notebook")
    command = [sys.executable, *readme.command_with("jupyter notebook")]
    server = subprocess.Popen(
        [*command, "--no-browser", "--allow-root", "--ip=127.0.0.1", "--IdentityProvider.token=t"],
        cwd=str(project_copy), env={**os.environ, "JUPYTER_RUNTIME_DIR": str(tmp_path)})
    while not list(tmp_path.glob("jpserver-*.json")):
        assert server.poll() is None, "Jupyter has ended"
        time.sleep(0.1)
    (about,) = tmp_path.glob("jpserver-*.json")
    yield json.loads(about.read_text())["url"]
    server.terminate()
    server.wait(600)


@pytest.mark.skipif(TENSORFLOW_1, reason="README's notebook is for TensorFlow 2")
def test_jupyter_serves_every_picture_of_the_notebook(jupyter, notebook, project_copy):
    shown = re.findall(r"!\[.+\]\((.*)\)", "\n".join(cell.source for cell in notebook.cells))

    assert len(shown) == len(readme.pictures(README)) > 0
    for path in shown:
        with urllib.request.urlopen(f"{jupyter}files/{path}?token=t", timeout=600) as response:
            assert response.read() == (project_copy / path).read_bytes(), path


def test_readme_goes_on_after_the_articles_lines(project_copy):
    """As the article's companion says, with fewer steps than in README."""
    look = readme.steps(readme.section(README, "### A closer look at the model"))
    blocks = "".join(block for block, _ in look + NEXT if "pixels" not in block)
    fewer_steps = blocks.replace("1000)", "1)").replace("3000)", "3)")

    with Terminal(project_copy) as terminal:
        terminal.paste(readme.block_with(readme.ARTICLE_JA, "restore_tensorflow_1") + ORIGINAL)
        terminal.paste(readme.block_with(readme.ARTICLE_JA, "validation =") + fewer_steps)

        assert re.search(r"image \d+ is a \d, read as \d", terminal.printed())
