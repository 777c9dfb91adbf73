"""README's links, commands, pictures and reference. Its tutorial is tested in test_tutorial.py."""
import re

import pytest
import readme
from idx_files import NAMES, small_files, write
from original import ORIGINAL
from project import PROJECT, TENSORFLOW_1, run_python
from readme import JAPANESE, README

on_tensorflow_2 = pytest.mark.skipif(TENSORFLOW_1, reason="it is about TensorFlow 2")

# README's commands, and where each is run.
COMMANDS = {
    "python3 -m venv .venv && .venv/bin/pip install -r requirements.txt && "
    ".venv/bin/python mnist_softmax.py": ".ci/run",
    ".venv/bin/python mnist_softmax.py --fake_data --seed 0": "test_script.py",
    ".venv/bin/python input_data.py old_script.py --its flags": "test_old_scripts.py",
    ".venv/bin/pip install tf-keras": ".ci/run, from tests/requirements.txt",
    "TF_USE_LEGACY_KERAS=1 .venv/bin/python input_data.py old_script.py --its flags":
        "test_old_names.py",
    "python3.7 -m venv .venv && .venv/bin/pip install tensorflow==1.15.5 'numpy<1.19' "
    "'protobuf<3.21'": "the workflow",
    ".venv/bin/python mnist_softmax.py --seed 0": "the workflow",
    ".venv/bin/pip install jupytext notebook": "nowhere: notebook is large",
    ".venv/bin/jupytext --to notebook --output tutorial.ipynb README.md": "test_tutorial.py",
    ".venv/bin/jupyter notebook tutorial.ipynb": "nowhere: notebook is large",
    ".venv/bin/pip download -d packages -r requirements.txt": "nowhere: it needs the network",
    "python3 -m venv .venv && .venv/bin/pip install --no-index --find-links packages "
    "-r requirements.txt": "nowhere: it needs the download",
    "python3 -m venv .venv && .venv/bin/pip install -r tests/requirements.txt": ".ci/run",
    ".venv/bin/python -m pytest -n 2 --dist loadfile": ".ci/run",
    '.venv/bin/python -m pytest -n 2 --dist loadfile -m "not tensorflow"': "the same tests",
    ".venv/bin/ruff check .": ".ci/run",
    ".venv/bin/python tests/benchmark.py": "below",
    ".venv/bin/python .github/pictures.py": "below",
}


def test_every_command_is_run_somewhere_or_has_a_reason():
    assert set(readme.commands(README)) == set(COMMANDS)


def test_windows_and_tensorflow_1_have_the_same_commands_here_and_in_the_workflow():
    workflow = (PROJECT / ".github" / "workflows" / "test.yml").read_text(encoding="utf-8")
    first, *_ = readme.commands(README)
    for_windows = first.replace("python3 -m", "py -m").replace(".venv/bin/", ".venv\\Scripts\\")

    windows = readme.block_with(README, "py -m").splitlines()

    assert windows == for_windows.split(" && ")
    for line in windows + readme.commands(readme.section("### TensorFlow 1.15 itself")):
        assert line in workflow


def anchors(text):
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", [README, JAPANESE], ids=["README", "Japanese page"])
def test_links_lead_somewhere(page):
    folder = PROJECT if page is README else PROJECT / ".github"

    for anchor in re.findall(r"\]\(#(.*?)\)", page):
        assert anchor in anchors(page)
    for anchor in re.findall(r"README\.md#(.*?)\)", page):
        assert anchor in anchors(README)
    for path in re.findall(r"\]\((?!#|https?:)(.*?)[#)]", page):
        assert (folder / path).exists()


def test_the_japanese_page_repeats_lines_and_messages_of_readme():
    for line in "".join(readme.blocks(JAPANESE)).splitlines():
        assert line in README or line in ORIGINAL
    for message in readme.codes(JAPANESE, 0):
        assert " " not in message or message in README


@pytest.mark.tensorflow
def test_the_pictures_are_what_the_program_draws_and_readme_shows(installed, mnist_dir):
    image = pytest.importorskip("matplotlib.image")
    paths = sorted((PROJECT / ".github").glob("*.png"))

    ended = installed.python(".github/pictures.py")

    assert ended.returncode == 0, ended.stderr
    assert sorted(re.findall(r"!\[.+\]\((.*)\)", README)) == [f".github/{p.name}" for p in paths]
    for path in paths:
        drawn = image.imread(str(installed.folder / ".github" / path.name))
        # Another Matplotlib moves letters a little. Two different pictures differ by much more.
        assert abs(drawn - image.imread(str(path))).mean() < 0.01, path.name


@pytest.mark.tensorflow
def test_the_benchmark_runs(installed, mnist_dir):
    pytest.importorskip("resource", reason="Windows does not tell the peak of memory")

    ended = installed.python("tests/benchmark.py", MNIST_BENCHMARK_RUNS="1")

    assert "| script, s |" in ended.stdout, ended.stderr


def test_the_blocks_of_the_reference_work(tmp_path):
    code = "".join(readme.blocks(readme.section("### The files"), "py"))
    fashion = write(tmp_path / "fashion", small_files(train=5500))
    source = re.search('source_url="(.*)"', code).group(1)
    write(tmp_path / "letters", small_files(rows=50, columns=40))

    ended = run_python("-c", code.replace(source, fashion.as_uri()) +
                       "print(letters.train.images.shape, letters.train.labels.shape)",
                       folder=tmp_path, PYTHONPATH=str(PROJECT))

    assert ended.stdout == "(500, 2000) (500, 46)\n", ended.stderr
    assert {path.name for path in (tmp_path / "Fashion_data").iterdir()} == set(NAMES)


@pytest.mark.tensorflow
@on_tensorflow_2
def test_softmax_regression_in_keras_gets_as_far(installed, mnist_dir):
    block = readme.block_with(readme.section("### The same model today"), "import keras")

    ended = installed.python("-c", block.replace("model.evaluate(", "result = model.evaluate(") +
                             "print(result[1])")

    assert 0.905 < float(ended.stdout.split()[-1]) < 0.925, ended.stderr
