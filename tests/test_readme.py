"""README's commands, links, pictures and reference. Its tutorial is tested in test_tutorial.py."""
import re

import pytest
import readme
from idx_files import NAMES, small_files, write
from original import ORIGINAL
from project import PROJECT, TENSORFLOW_1, run_python
from readme import JAPANESE, README

SCRIPT = PROJECT / "mnist_softmax.py"
NO_NETWORK = dict.fromkeys(["http_proxy", "https_proxy"], "http://127.0.0.1:1/")
CI = ((PROJECT / ".ci" / "run").read_text(encoding="utf-8") +
      (PROJECT / ".github" / "workflows" / "test.yml").read_text(encoding="utf-8"))
# The commands of README that are not in CI, and where each is run.
ELSEWHERE = {
    ".venv/bin/python mnist_softmax.py --fake_data --seed 0": "below",
    ".venv/bin/python input_data.py old_script.py --its flags": "test_old_names.py",
    ".venv/bin/pip install tf-keras": ".ci/run, from tests/requirements.txt",
    "TF_USE_LEGACY_KERAS=1 .venv/bin/python input_data.py old_script.py --its flags":
        "test_old_names.py",
    ".venv/bin/pip install jupytext notebook": "nowhere: notebook is large",
    ".venv/bin/jupytext --to notebook --output tutorial.ipynb README.md": "test_tutorial.py",
    ".venv/bin/jupyter notebook tutorial.ipynb": "nowhere: notebook is large",
    ".venv/bin/pip download -d packages -r requirements.txt": "nowhere: it needs the network",
    "python3 -m venv .venv && .venv/bin/pip install --no-index --find-links packages "
    "-r requirements.txt": "nowhere: it needs the download",
    '.venv/bin/python -m pytest -n 2 --dist loadfile -m "not tensorflow"': "the same tests",
    ".venv/bin/python tests/benchmark.py": "below",
    ".venv/bin/python .github/pictures.py": "below",
}


def test_every_command_is_run_somewhere_or_has_a_reason():
    lines = readme.commands(README) + readme.block_with(README, "py -m").splitlines()

    assert {line for line in lines if line not in CI} == set(ELSEWHERE)


@pytest.mark.tensorflow
def test_without_a_network_the_script_learns_from_generated_digits(tmp_path):
    ended = run_python(SCRIPT, "--fake_data", "--seed", "0", folder=tmp_path, **NO_NETWORK)

    assert ended.returncode == 0, ended.stderr
    assert float(ended.stdout) == pytest.approx(0.9591, abs=0.0005)
    assert list(tmp_path.iterdir()) == []


def test_the_script_explains_its_flags_under_any_name(tmp_path):
    write(tmp_path, {"renamed.py": SCRIPT.read_bytes()})

    ended = run_python("renamed.py", "--help", folder=tmp_path, PYTHONPATH=str(PROJECT))

    assert ended.returncode == 0, ended.stderr
    _, purpose, *flags = ended.stdout.split("\n\n")
    assert purpose == "Train on MNIST and print the test accuracy."
    assert " ".join("".join(flags).split()).endswith(
        " -h, --help show this help message and exit"
        " --data_dir DIR folder for the images, created and filled if missing (default: MNIST_data/)"
        " --seed N make the batches repeatable --fake_data train on generated digits")


def test_a_data_error_is_told_before_tensorflow_is_imported(tmp_path):
    folder = write(tmp_path, small_files())

    ended = run_python("-X", "importtime", SCRIPT, "--data_dir", folder)

    imported = re.findall(r"\| +(\S+)$", ended.stderr, re.MULTILINE)
    assert "validation_size is 5000" in ended.stderr
    assert "input_data" in imported
    assert "tensorflow" not in imported


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
def test_the_pictures_are_what_the_program_draws_and_readme_shows(project_copy):
    image = pytest.importorskip("matplotlib.image")
    paths = sorted(f".github/{path.name}" for path in (PROJECT / ".github").glob("*.png"))

    ended = run_python(".github/pictures.py", folder=project_copy)

    assert ended.returncode == 0, ended.stderr
    assert sorted(re.findall(r"!\[.+\]\((.*)\)", README)) == paths
    for path in paths:
        drawn, shown = image.imread(str(project_copy / path)), image.imread(str(PROJECT / path))
        drawn, shown = drawn * drawn[:, :, 3:], shown * shown[:, :, 3:]  # a blank one is all 0
        assert abs(drawn - shown).mean() < min(0.02, shown.mean() * 0.7), path


@pytest.mark.tensorflow
def test_the_benchmark_runs(project_copy):
    pytest.importorskip("resource", reason="Windows does not tell the peak of memory")

    ended = run_python("tests/benchmark.py", MNIST_BENCHMARK_RUNS="1", folder=project_copy)

    assert ended.stdout.count("\n| ") == 6, ended.stderr


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
@pytest.mark.skipif(TENSORFLOW_1, reason="it is about TensorFlow 2")
def test_softmax_regression_in_keras_gets_as_far(project_copy):
    block = readme.block_with(readme.section("### The same model today"), "import keras")

    code = block.replace("model.evaluate(", "loss, accuracy = model.evaluate(") + "print(accuracy)"
    ended = run_python("-c", code, folder=project_copy)

    assert ended.returncode == 0, ended.stderr
    assert 0.905 < float(ended.stdout.split()[-1]) < 0.925
