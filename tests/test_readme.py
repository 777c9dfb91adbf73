"""README's commands, links, pictures, and reference. Its tutorial: test_tutorial.py."""
import re

import numpy as np
import pytest
import readme
from idx_files import NAMES, small_files, write
from project import PROJECT, TENSORFLOW_1, run_python
from readme import ARTICLE_JA, OLD_SCRIPTS, README, TUTORIAL_JA

CI_RUNS = re.findall(r"^run '(.*)'", readme.page(".ci/run"), re.MULTILINE)
WORKFLOW_RUNS = re.findall(r"^ +- run: (.*)$", readme.page(".github/workflows/test.yml"),
                           re.MULTILINE)

# The commands that neither runs. Tests take these from README ...
IN_TESTS = {
    ".venv/bin/python mnist_softmax.py --fake_data --seed 0",
    ".venv/bin/python input_data.py old_script.py --its flags",
    ".venv/bin/jupytext --to notebook --output tutorial.ipynb README.md",
    ".venv/bin/jupyter notebook --ContentsManager.allow_hidden=True tutorial.ipynb",
    ".venv/bin/python tests/benchmark.py",
    ".venv/bin/python .github/pictures.py",
}
# ... and these are a part of what CI runs, or need a network.
UNTESTED = {
    '.venv/bin/python -m pytest -n 2 --dist loadfile -m "not tensorflow"',
    ".venv/bin/pip install jupytext notebook",
    ".venv/bin/pip download -d packages -r requirements.txt",
    "python3 -m venv .venv && .venv/bin/pip install --no-index --find-links packages "
    "-r requirements.txt",
}


def test_every_command_is_run_by_ci_or_a_test_or_cannot_be():
    assert set(readme.commands(README)) - {*CI_RUNS, *WORKFLOW_RUNS} == IN_TESTS | UNTESTED


def test_ci_runs_only_what_readme_shows():
    assert len(CI_RUNS) == 3
    assert set(CI_RUNS) <= set(readme.commands(README))


PAGES = {"README.md": README, ".github/old-scripts.md": OLD_SCRIPTS,
         ".github/tutorial.ja.md": TUTORIAL_JA, ".github/article.ja.md": ARTICLE_JA}
# A path and a heading, either of which may be missing.
LINKS = [(path, *link) for path, text in PAGES.items()
         for link in re.findall(r"\]\((?!https?:)([^#)]*)#?([^)]*)\)", text)]


def anchors(text):
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return [re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings]


def test_every_page_has_links():
    assert {path for path, _, _ in LINKS} == set(PAGES)


@pytest.mark.parametrize(("path", "target", "anchor"), LINKS)
def test_a_link_leads_somewhere(path, target, anchor):
    linked = ((PROJECT / path).parent / target).resolve() if target else PROJECT / path

    assert linked.exists()
    if anchor:
        assert anchor in anchors(linked.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def drawn(project_copy):
    """The folder of the pictures that the program has just drawn."""
    pytest.importorskip("matplotlib")
    for path in (project_copy / ".github").glob("*.png"):
        path.unlink()
    ended = run_python(*readme.command_with("pictures.py"), folder=project_copy)
    assert ended.returncode == 0, ended.stderr
    return project_copy / ".github"


def blurred(path):
    """Return a picture as the means of its 16 x 16 blocks, with blank paper as 0."""
    from matplotlib import image
    pixels = image.imread(str(path))
    pixels = pixels * pixels[:, :, 3:]
    height, width = (size // 16 for size in pixels.shape[:2])
    return pixels[:16 * height, :16 * width].reshape(height, 16, width, 16, 4).mean(axis=(1, 3))


@pytest.mark.tensorflow
@pytest.mark.parametrize("name", readme.pictures(README))
def test_a_picture_is_what_the_program_draws(drawn, name):
    """A shift by one pixel makes a difference of up to 0.063, a missing half at least 0.2."""
    before, now = blurred(PROJECT / ".github" / name), blurred(drawn / name)

    assert before.shape == now.shape
    assert np.abs(before - now).max() < 0.1


def test_readme_shows_every_picture_once():
    paths = sorted(path.name for path in (PROJECT / ".github").glob("*.png"))

    assert sorted(readme.pictures(README)) == paths


@pytest.mark.tensorflow
def test_the_benchmark_runs(project_copy):
    pytest.importorskip("resource", reason="Windows does not tell the peak of memory")

    ended = run_python(*readme.command_with("benchmark.py"), folder=project_copy,
                       MNIST_BENCHMARK_RUNS="1")

    assert ended.stdout.count("\n| ") == 5, ended.stderr


def test_fashion_mnist_is_loaded_from_its_source(tmp_path):
    code = readme.block_with(README, "fashion =")
    source = re.search('source_url="(.*)"', code).group(1)
    fashion = write(tmp_path / "fashion", small_files(train=5500))

    ended = run_python("-c", "import input_data\n" + code.replace(source, fashion.as_uri()),
                       folder=tmp_path, PYTHONPATH=str(PROJECT))

    assert ended.returncode == 0, ended.stderr
    assert {path.name for path in (tmp_path / "Fashion_data").iterdir()} == set(NAMES)


def test_a_mirror_can_be_put_first():
    code = readme.block_with(README, "MIRRORS.insert")

    ended = run_python("-c", code + "print(input_data.MIRRORS[0])")

    assert ended.stdout == "https://mirror.example.org/mnist/\n", ended.stderr


@pytest.mark.tensorflow
@pytest.mark.skipif(TENSORFLOW_1, reason="it is about TensorFlow 2")
@pytest.mark.parametrize(("layer", "lowest", "highest"), [
    ("", 0.905, 0.925), ('keras.layers.Dense(100, activation="relu"),', 0.955, 0.975)])
def test_the_keras_block_reaches_its_accuracy(project_copy, layer, lowest, highest):
    block = readme.block_with(README, "import keras").replace("[keras", f"[{layer}keras")
    code = block.replace("model.evaluate(", "loss, accuracy = model.evaluate(") + "print(accuracy)"

    ended = run_python("-c", code, folder=project_copy)

    assert layer in README
    assert ended.returncode == 0, ended.stderr
    assert lowest < float(ended.stdout.split()[-1]) < highest
