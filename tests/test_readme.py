"""README's commands, links, pictures, and reference. Its tutorial: test_tutorial.py."""
import os
import re
import shutil
import subprocess
import sys

import numpy as np
import pytest
import readme
from idx_files import NAMES, small_files, write
from project import PROJECT, TENSORFLOW_1, run_python
from readme import ARTICLE_JA, OLD_SCRIPTS, README, TUTORIAL_JA

CI_RUNS = re.findall(r"^run '(.*)'", readme.page(".ci/run"), re.MULTILINE)
WORKFLOW = readme.page(".github/workflows/test.yml")
WORKFLOW_RUNS = re.findall(r"^ +- run: (.*)$", WORKFLOW, re.MULTILINE)
on_linux = pytest.mark.skipif(sys.platform != "linux", reason="needs bash and Linux's paths")

# The words by which tests select README's other commands.
TESTED_BY = re.findall(r'command_with\("(.+?)"\)', "".join(
    path.read_text(encoding="utf-8") for path in (PROJECT / "tests").glob("test_*.py")))
# These are a part of what CI runs, or need a network.
UNTESTED = {
    '.venv/bin/python -m pytest -n 2 --dist loadfile -m "not tensorflow"',
    ".venv/bin/pip install jupytext notebook",
    ".venv/bin/pip download -d packages -r requirements.txt",
    "python3 -m venv .venv && .venv/bin/pip install --no-index --find-links packages "
    "-r requirements.txt",
}


def test_every_command_is_tested_unless_it_cannot_be():
    tested = filter(re.compile("|".join(TESTED_BY)).search, readme.commands(README))

    assert set(readme.commands(README)) - {*CI_RUNS, *WORKFLOW_RUNS, *tested} == UNTESTED


def test_ci_runs_only_what_readme_shows():
    assert len(CI_RUNS) == 3
    assert set(CI_RUNS) <= set(readme.commands(README))


def test_the_workflow_tests_on_every_system():
    systems = re.findall(r"(?:os|runs-on): (\w+)-", WORKFLOW)
    tests = list(filter(re.compile("^bash .ci/run$|-m pytest$").search, WORKFLOW_RUNS))

    assert set(systems) == {"ubuntu", "macos", "windows"}
    assert len(tests) == 3  # the third is for TensorFlow 1


def test_the_workflow_hides_no_failure():
    assert not re.search(r"^ *(- )?(if|continue-on-error):", WORKFLOW, re.MULTILINE)


def test_the_workflow_installs_tensorflow_1_as_the_page_of_old_scripts_says():
    (packages,) = re.findall("install (tensorflow==1.15.5 .*)", OLD_SCRIPTS)

    assert packages in WORKFLOW.replace("'", '"')


# Stands in for each program that CI runs. Prints $PRINTED; fails if its command has $FAILING.
STUB = b"""#!/bin/bash
if [[ $0 == */python3 ]]; then
  mkdir -p .venv/bin
  for program in pip python ruff; do cp "$0" .venv/bin/$program; done
fi
echo "$PRINTED"
[[ "$(basename "$0") $*" != *"$FAILING"* ]]
"""
FAULTS = {"python3 -m venv": "", "pip install -r requirements.txt": "", "mnist_softmax.py": "",
          "pip install -r tests/": "", "pytest -n": "", "ruff check": "",
          "no command": "SKIPPED [1] tests/test_idx.py: no reason"}


def run_ci(project, folder, failing, printed):
    """Run .ci/run with stubs in place of its programs."""
    write(folder, {"python3": STUB})
    (folder / "python3").chmod(0o755)
    path = f"{folder}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        ["bash", ".ci/run"], cwd=str(project), capture_output=True, timeout=600, check=False,
        env={**os.environ, "PATH": path, "FAILING": failing, "PRINTED": printed})


@on_linux
@pytest.mark.parametrize("failing", FAULTS)
def test_ci_fails_if_a_command_fails_or_a_test_is_skipped(project_copy, tmp_path, failing):
    assert run_ci(project_copy, tmp_path, failing, FAULTS[failing]).returncode != 0


@on_linux
def test_ci_passes_if_nothing_fails(project_copy, tmp_path):
    ended = run_ci(project_copy, tmp_path, "no command", "")

    assert ended.returncode == 0, ended.stderr


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
def drawn(project_copy, tmp_path_factory):
    """The folder of the pictures that the program has just drawn."""
    pytest.importorskip("matplotlib")
    folder = shutil.copytree(project_copy, tmp_path_factory.mktemp("drawn") / "project")
    for path in (folder / ".github").glob("*.png"):
        path.unlink()
    ended = run_python(*readme.command_with("pictures.py"), folder=folder)
    assert ended.returncode == 0, ended.stderr
    return folder / ".github"


def blurred(picture, size):
    """Return the means of a picture's blocks of size x size pixels, with blank paper as 0."""
    pixels = np.asarray(picture) / 255
    pixels = pixels * pixels[:, :, 3:]
    height, width = (length // size for length in pixels.shape[:2])
    blocks = pixels[:size * height, :size * width].reshape(height, size, width, size, 4)
    return blocks.mean(axis=(1, 3))


@pytest.mark.tensorflow
@pytest.mark.parametrize("name", readme.pictures(README))
def test_a_picture_is_what_the_program_draws(drawn, name):
    """A wrong digit changes some small block by at least 0.25.

    Another version of Matplotlib moves words by a pixel. That changes a small block by up to 0.4,
    but a large one by at most 0.06; half a picture missing changes a large one by at least 0.2.
    """
    image = pytest.importorskip("PIL.Image")
    before, now = image.open(PROJECT / ".github" / name), image.open(drawn / name)

    size, limit = (4, 0.2) if before.info["Software"] == now.info["Software"] else (16, 0.1)
    differences = np.abs(blurred(before, size) - blurred(now, size))
    if name == "mistakes.png":  # without its last line: another processor may round 24.49% up
        differences = differences[:192 // size]

    assert before.size == now.size
    assert differences.max() < limit


def test_readme_shows_every_picture_once():
    paths = sorted(path.name for path in (PROJECT / ".github").glob("*.png"))

    assert sorted(readme.pictures(README)) == paths


@pytest.mark.tensorflow
def test_the_benchmark_runs(project_copy):
    pytest.importorskip("resource", reason="Windows does not report peak memory")

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
@pytest.mark.parametrize(("layer", "claim"), [
    ("", r"an accuracy of (0\.\d+) to (0\.\d+)\."),
    ('keras.layers.Dense(100, activation="relu"),', r"the model reaches (0\.\d+) to (0\.\d+)\.")],
    ids=["softmax regression", "with a hidden layer"])
def test_the_keras_block_reaches_its_accuracy(project_copy, layer, claim):
    block = readme.block_with(README, "import keras").replace("[keras", f"[{layer}keras")
    code = block.replace("model.evaluate(", "loss, accuracy = model.evaluate(") + "print(accuracy)"
    lowest, highest = map(float, re.search(re.escape(layer) + ".*" + claim, README).groups())

    ended = run_python("-c", code, folder=project_copy)

    assert ended.returncode == 0, ended.stderr
    assert lowest - 0.005 < float(ended.stdout.split()[-1]) < highest + 0.005
