"""--weights_png: the picture of what the model learned."""
import subprocess
import sys

import numpy as np
import pytest
from conftest import PROJECT

# Run the script as it is, and keep the weights that it drew.
RUN = """
import runpy, sys
import numpy
kept = sys.argv.pop()
names = runpy.run_path("mnist_softmax.py")
numpy.save(kept, names["sess"].run(names["W"]))
"""
WEIGHT, PANEL, MARGIN = 8, 28, 1  # pixels a weight, weights a panel, weights around it


@pytest.fixture(scope="module")
def weights_and_picture(tmp_path_factory):
    """The weights [784, 10] of a run on drawn digits, and its picture, uint8 [480, 1200, 3]."""
    tf = pytest.importorskip("tensorflow")
    folder = tmp_path_factory.mktemp("picture")
    png = folder / "weights.png"
    png.write_text("a longer file that was there before" * 10000)
    subprocess.run([sys.executable, "-c", RUN, "--fake_data", "--seed", "0", "--weights_png",
                    str(png), str(folder / "weights.npy")], cwd=PROJECT, check=True)
    return np.load(folder / "weights.npy"), tf.io.decode_png(png.read_bytes()).numpy()


def panel_of(picture, digit):
    """Return one panel, uint8 [28, 28, 3], after checking that each weight is one even square."""
    side = (PANEL + 2 * MARGIN) * WEIGHT
    top, left = (digit // 5) * side + MARGIN * WEIGHT, (digit % 5) * side + MARGIN * WEIGHT
    pixels = picture[top:top + PANEL * WEIGHT, left:left + PANEL * WEIGHT]
    squares = pixels.reshape(PANEL, WEIGHT, PANEL, WEIGHT, 3)
    assert (squares == squares[:, :1, :, :1]).all()
    return squares[:, 0, :, 0]


def test_it_has_two_rows_of_five_panels_apart_from_each_other(weights_and_picture):
    _, picture = weights_and_picture
    side = (PANEL + 2 * MARGIN) * WEIGHT
    assert picture.shape == (2 * side, 5 * side, 3)
    for row in range(2):
        for column in range(5):
            box = picture[row * side:(row + 1) * side, column * side:(column + 1) * side]
            frame = np.ones((side, side), bool)
            frame[MARGIN * WEIGHT:-MARGIN * WEIGHT, MARGIN * WEIGHT:-MARGIN * WEIGHT] = False
            assert (box[frame] == 255).all()


def test_each_weight_of_each_digit_has_its_colour(weights_and_picture):
    """Positive is blue, negative is red, zero is white, the same strength the same everywhere."""
    weights, picture = weights_and_picture
    strength = weights / abs(weights).max()
    for digit in range(10):
        red, green, blue = panel_of(picture, digit).reshape(784, 3).astype(int).T
        expected = strength[:, digit]
        assert (red[expected <= 0] == 255).all()
        assert (blue[expected >= 0] == 255).all()
        faded = np.where(expected > 0, red, blue)
        assert (faded == green).all()
        assert np.allclose(faded, 255 * (1 - abs(expected)), atol=0.51)


def test_zero_is_white_and_the_strongest_weight_is_pure(weights_and_picture):
    weights, picture = weights_and_picture
    pixel, digit = np.unravel_index(abs(weights).argmax(), weights.shape)
    strongest = panel_of(picture, digit).reshape(784, 3)[pixel].tolist()
    assert strongest == ([0, 0, 255] if weights[pixel, digit] > 0 else [255, 0, 0])
    faintest = abs(weights) < abs(weights).max() / 600
    assert faintest.any()
    for pixel, digit in np.argwhere(faintest)[:50]:
        assert panel_of(picture, digit).reshape(784, 3)[pixel].tolist() == [255, 255, 255]


@pytest.mark.parametrize("path", ["no/such/folder/weights.png", "folder"])
def test_a_path_that_cannot_be_written_is_told_before_anything_else(run_script, tmp_path, path):
    (tmp_path / "folder").mkdir()
    ended = run_script("--fake_data", "--weights_png", path, cwd=tmp_path)
    assert ended.returncode == 2
    assert ended.stdout == ""
    assert "error: argument --weights_png: [Errno " in ended.stderr
    assert path in ended.stderr.splitlines()[-1]
    assert "drawn" not in ended.stderr  # it did not get as far as the data


def test_the_picture_in_readme_is_the_scripts_own(run_script, mnist_dir, tmp_path):
    tf = pytest.importorskip("tensorflow")
    ended = run_script("--data_dir", str(mnist_dir), "--seed", "0", "--weights_png", "weights.png",
                       cwd=tmp_path)
    assert ended.returncode == 0, ended.stderr
    ours = tf.io.decode_png((tmp_path / "weights.png").read_bytes()).numpy().astype(int)
    shown = tf.io.decode_png((PROJECT / ".github" / "weights.png").read_bytes()).numpy()
    assert abs(ours - shown).max() <= 2
    red, _, blue = panel_of(shown, 0)[10:18, 12:16].reshape(-1, 3).mean(axis=0)
    assert red > blue + 50  # a 0 is red in the middle
