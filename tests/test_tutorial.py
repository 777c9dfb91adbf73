"""README's tutorial and the script, pasted into a real REPL, IPython and a notebook."""
import re

import pytest
import readme
from original import ORIGINAL
from project import HAS_MNIST, PROJECT, SEED_0_ACCURACY, TENSORFLOW_1
from terminal import Terminal

pytestmark = pytest.mark.tensorflow

SCRIPT = (PROJECT / "mnist_softmax.py").read_text(encoding="utf-8")
SEED = "import numpy as np\nnp.random.seed(0)\n"  # which the batches follow
TUTORIAL = readme.steps(readme.section("## The tutorial"))
NEXT_PAGE = readme.section("## What next?")
NEXT = readme.steps(NEXT_PAGE)
BLOCKS = [block for block, _ in TUTORIAL + NEXT]
LOOK = readme.section("### Look at what it does")
DIVERGES = "for rate in"  # the block whose last learning rate is too large
needs_mnist = pytest.mark.skipif(not HAS_MNIST, reason="the page's numbers are those of MNIST")


def numbers(text):
    return [float(number) for number in re.findall(r"-?\d+\.\d+", text)]


def words(text):
    return re.sub(r"\d+(\.\d+)?", "#", text)


def paste_all(terminal, blocks, folder):
    """Paste blocks one by one and return what each printed, kept apart from the echo of a paste."""
    terminal.paste("import sys; sys.stdout = open('printed.txt', 'w', buffering=1)")
    output = folder / "printed.txt"
    printed = []
    for block in blocks:
        before = output.stat().st_size
        terminal.paste(block)
        printed.append(output.read_bytes()[before:].decode())
    terminal.printed()  # fails if there was an error
    return printed


@pytest.fixture(scope="module")
def printed(installed):
    """What each block of README printed in a REPL, by its text."""
    with Terminal(installed.folder) as terminal:
        return dict(zip(BLOCKS, paste_all(terminal, BLOCKS, installed.folder)))


@needs_mnist
@pytest.mark.parametrize(("block", "expected"), TUTORIAL + NEXT)
def test_a_block_prints_what_stands_below_it(printed, block, expected):
    """From "What next?" on, threads and random first values change the last digits."""
    tolerance = 0.11 if "%" in expected else 0.0006 if (block, expected) in TUTORIAL else 0.03

    shown, found = numbers(expected), numbers(printed[block])
    if DIVERGES in block:
        assert shown.pop(4) > 0.4
        assert found.pop(4) > 0.4

    assert words(printed[block]) == words(expected)
    assert found == pytest.approx(shown, abs=tolerance)


@needs_mnist
def test_the_convolutions_are_best(printed):
    misread = printed[readme.block_with(NEXT_PAGE, "print(np.sum(found")]
    moved = printed[readme.block_with(NEXT_PAGE, "np.roll(pixels")]

    softmax, convolutions = re.findall(r"a (\d) \(", moved)

    assert 100 < int(misread) < 190
    assert softmax != convolutions == "2"


@pytest.fixture(scope="module")
def second_session(installed):
    """What three more pastes printed: the loss that breaks, the script, and the article's lines."""
    blocks = [block for block, _ in TUTORIAL if "tf.nn.softmax_cross_entropy" not in block]
    broken = "".join(blocks).replace("GradientDescentOptimizer(0.5)",
                                     "GradientDescentOptimizer(5.)")
    shares = "print((mnist.test.labels.argmax(axis=1) == 0).mean(), np.isnan(sess.run(W)).all())"
    limit = "print(sess.run(tf.nn.softmax([[0., 80.], [0., 90.]]))[:, 0] == 0)"
    with Terminal(installed.folder) as terminal:
        return paste_all(terminal, [
            "import sys; sys.argv = ['x']", broken, limit, shares, SEED + SCRIPT], installed.folder)


def test_the_loss_as_written_out_breaks_as_readme_says(second_session):
    """At about 87 units of evidence, and in the tutorial at a learning rate of 5."""
    _, broken, limit, shares, _ = second_session
    share_of_0, all_nan = shares.split()

    assert limit.split() == ["[False", "True]"]
    assert all_nan == "True"
    # The place of the largest of ten NaNs is 0, so every image is read as a 0.
    assert f"\n{float(share_of_0):.3g}\n" in broken


def test_the_script_can_be_pasted_whole(second_session):
    *_, printed = second_session

    assert numbers(printed) == pytest.approx([SEED_0_ACCURACY], abs=0.0005)


def test_the_japanese_page_goes_on_after_the_articles_lines(installed):
    """With what it says is to be pasted before them, and with fewer steps than README."""
    restore = readme.block_with(readme.JAPANESE, "restore_tensorflow_1")
    before = readme.block_with(readme.JAPANESE, "validation =")
    blocks = "".join(block for block, _ in readme.steps(LOOK) + NEXT)
    fewer_steps = blocks.replace("3000)", "10)").replace("1000)", "10)")

    with Terminal(installed.folder) as terminal:
        for code in (restore, ORIGINAL, before, fewer_steps):
            terminal.paste(code)

        assert "read as" in terminal.printed()


def test_ipython_takes_a_paste_and_runs_with_flags(installed, tmp_path):
    pytest.importorskip("IPython")
    arguments = ["-m", "IPython", "--no-banner", "--no-confirm-exit", "--colors", "NoColor"]

    with Terminal(installed.folder, *arguments, IPYTHONDIR=str(tmp_path)) as ipython:
        ipython.paste(SEED + SCRIPT)
        ipython.paste("%run mnist_softmax.py --seed 0")

        assert ipython.accuracies() == pytest.approx([SEED_0_ACCURACY] * 2, abs=0.0005)


@pytest.mark.skipif(TENSORFLOW_1, reason="README's notebook is for TensorFlow 2")
def test_readmes_notebook_runs_from_top_to_bottom(installed):
    """The tutorial, without "What next?", which takes minutes; and the script as a last cell."""
    nbformat, nbclient = pytest.importorskip("nbformat"), pytest.importorskip("nbclient")
    (command,) = [line for line in readme.commands(readme.README) if "jupytext --to" in line]

    ended = installed.python("-m", *command.replace(".venv/bin/", "").split())
    assert ended.returncode == 0, ended.stderr
    notebook = nbformat.read(str(installed.folder / "tutorial.ipynb"), 4)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    script = nbformat.v4.new_code_cell(SEED + SCRIPT)
    notebook.cells = [*cells[:len(TUTORIAL)], script]
    nbclient.execute(notebook, cwd=str(installed.folder), kernel_name="python3", timeout=600,
                     startup_timeout=600, iopub_timeout=600)

    assert [cell.source.strip() for cell in cells] == [block.strip() for block in BLOCKS]
    assert numbers(script.outputs[-1].text) == pytest.approx([SEED_0_ACCURACY], abs=0.0005)
