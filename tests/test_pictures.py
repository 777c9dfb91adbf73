"""README's pictures: they are what tests/pictures.py draws, and README shows them."""
import re

import numpy as np
import pytest
import readme
from conftest import PROJECT, run_python

FOLDER = PROJECT / ".github"
NAMES = sorted(path.name for path in FOLDER.glob("*.png"))


def read(path):
    """Return a picture's red, green and blue as on a white page, and its opacity, 0 to 255."""
    image = pytest.importorskip("matplotlib.image").imread(path)
    image[:, :, :3] = image[:, :, :3] * image[:, :, 3:] + 1 - image[:, :, 3:]
    return 255 * image


def blocks(path):
    """Return the means of 40 x 40 pixels each, which hardly change if a letter moves by one."""
    rows = read(path)
    rows = np.pad(rows, [(0, -len(rows) % 40), (0, 0), (0, 0)], "constant")
    return rows.reshape(-1, 40, 20, 40, 4).mean(axis=(1, 3))


@pytest.mark.tensorflow
def test_the_pictures_are_what_the_program_draws_from_mnist(mnist_dir, project):
    """Letters of Matplotlib 3.5 differ by up to 0.24 and 6.3, weights of seed 1 by 0.38 and 5.8."""
    pytest.importorskip("matplotlib")
    drawn = project / ".github"
    for name in NAMES:
        (drawn / name).unlink()
    ended = run_python("tests/pictures.py", cwd=project)
    assert ended.returncode == 0, ended.stderr
    assert sorted(path.name for path in drawn.glob("*.png")) == NAMES
    for name in NAMES:
        difference = abs(blocks(drawn / name) - blocks(FOLDER / name))
        assert difference.mean() < 0.3, name
        assert difference.max() < 8, name


def test_readme_shows_every_picture_and_says_what_it_shows():
    shown = re.findall(r"!\[(.*?)\]\((.*?)\)", readme.TEXT, re.DOTALL)
    assert sorted(path for _, path in shown) == [f".github/{name}" for name in NAMES]
    assert all(len(text.split()) >= 5 for text, _ in shown)


def test_the_pictures_are_quickly_loaded_and_have_no_ground_of_their_own():
    assert sum((FOLDER / name).stat().st_size for name in NAMES) <= 300_000
    for name in NAMES:
        corners = read(FOLDER / name)[[0, 0, -1, -1], [0, -1, 0, -1]]
        assert not corners[:, 3].any(), name


def test_the_0_is_red_in_the_middle_of_a_blue_ring():
    """Ink in the middle speaks against a 0, ink around it for one."""
    redness = read(FOLDER / "weights.png")[34:170, 22:158] @ [1, 0, -1, 0]
    assert redness[56:80, 62:78].mean() > 40
    for down, right in ((70, 32), (26, 72), (46, 100), (96, 50)):  # around the middle
        assert redness[down:down + 16, right:right + 16].mean() < -40
