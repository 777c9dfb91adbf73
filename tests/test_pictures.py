"""README's pictures: they are what tests/pictures.py draws, and README shows them."""
import re

import pytest
import readme
from conftest import PROJECT, run_python

FOLDER = PROJECT / ".github"
NAMES = sorted(path.name for path in FOLDER.iterdir()
               if path.suffix in (".png", ".svg", ".jpg", ".jpeg", ".gif", ".webp"))


def pixels(path):
    """Return a picture's pixels, [height, width, 3], red, green and blue from 0 to 255."""
    image = pytest.importorskip("matplotlib.image")
    return 255.0 * image.imread(path)[:, :, :3]


def blocks(picture, side=20):
    """Return the mean colours of its squares, which hardly change as a letter moves by a pixel."""
    height, width = picture.shape[0] // side, picture.shape[1] // side
    squares = picture[:height * side, :width * side].reshape(height, side, width, side, 3)
    return squares.mean(axis=(1, 3))


@pytest.mark.tensorflow
def test_the_pictures_are_what_the_program_draws_from_mnist(mnist_dir, tmp_path):
    """Another Matplotlib sets letters otherwise: 0.34 and 11 from 3.10 to 3.11.

    Weights of another seed differ by 0.7 in the mean, a label that is missing by 25 somewhere.
    """
    pytest.importorskip("matplotlib")
    ended = run_python(PROJECT / "tests" / "pictures.py", tmp_path)
    assert ended.returncode == 0, ended.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == NAMES
    for name in NAMES:
        new, old = pixels(tmp_path / name), pixels(FOLDER / name)
        assert new.shape == old.shape, name
        difference = abs(blocks(new) - blocks(old))
        assert difference.mean() < 0.5, name
        assert difference.max() < 18, name


def test_readme_shows_every_picture_and_says_what_it_shows():
    shown = re.findall(r"!\[(.*?)\]\((.*?)\)", readme.TEXT, re.DOTALL)
    assert sorted(path for _, path in shown) == [f".github/{name}" for name in NAMES]
    for text, path in shown:
        assert len(text.split()) >= 5, path


def test_the_pictures_are_quickly_loaded():
    assert sum((FOLDER / name).stat().st_size for name in NAMES) <= 300_000


@pytest.mark.parametrize(("colour", "left", "top", "width", "height"), [
    pytest.param("red", 62, 56, 16, 24, id="the middle"),
    pytest.param("blue", 32, 70, 18, 26, id="the ring at the left"),
    pytest.param("blue", 72, 26, 20, 16, id="the ring at the top"),
    pytest.param("blue", 100, 46, 16, 24, id="the ring at the right"),
    pytest.param("blue", 50, 96, 18, 14, id="the ring at the bottom")])
def test_the_0_is_red_in_the_middle_of_a_blue_ring(colour, left, top, width, height):
    """Ink in the middle speaks against a 0, ink around it for one. The place is in its panel."""
    panel = pixels(FOLDER / "weights.png")[34:170, 22:158]
    red, _, blue = panel[top:top + height, left:left + width].mean(axis=(0, 1))
    assert (red - blue if colour == "red" else blue - red) > 40
