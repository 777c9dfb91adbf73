"""README's commands and tables say what happens; its tutorial is tested in test_repl.py."""
import os
import re
import subprocess
import sys
import sysconfig
import zipfile

import pytest
import readme
from conftest import HAS_MNIST, PROJECT, run_python
from idx_files import NAMES, contents, small_files, write
from readme import IN_PLACE_OF_OLD_IMPORTS, OLD_SCRIPTS, TF1

REFERENCE = readme.section("## Reference")
COMMANDS = dict(readme.commands(readme.TEXT))
TENSORFLOW_1_15 = next(command for command in COMMANDS if "tensorflow==1.15" in command)


def test_every_block_is_of_a_kind_that_is_tested():
    fences = re.findall(r"^```(.*)$", readme.TEXT, re.MULTILINE)
    assert set(fences[::2]) == {"bat", "console", "math", "python", "text"}
    assert set(fences[1::2]) == {""}
    tested = [block for heading in ("## The tutorial", "## What next?")
              for block, _ in readme.steps(readme.section(heading))]
    tested += [IN_PLACE_OF_OLD_IMPORTS, TF1, *readme.blocks(REFERENCE, "python")]
    assert readme.blocks(readme.TEXT, "python") == tested
    outputs = [output for _, output in readme.steps(readme.TEXT) if output]
    assert readme.blocks(readme.TEXT, "text") == outputs
    assert len(readme.commands(readme.TEXT)) == readme.TEXT.count("\n$ ")


def test_it_is_short_enough():
    without_code = re.sub(r"^```.*?^```$", "", readme.TEXT, flags=re.MULTILINE | re.DOTALL)
    tutorial, _, _ = without_code.partition("\n## An old script")
    assert len(tutorial.partition("\n## The tutorial")[2].split()) <= 4000
    assert len(readme.TEXT.split()) <= 6500


def test_its_links_into_itself_lead_somewhere():
    headings = re.findall(r"^#+ (.*)$", readme.TEXT, re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
    targets = re.findall(r"\]\(#(.*?)\)", readme.TEXT)
    assert targets
    assert set(targets) <= anchors


# ---- Commands ----


@pytest.fixture(scope="module")
def run(project):
    """Run a command in a copy of the project, offline.

    What pip is to install is on the path already, so pip has nothing to download. The folder also
    holds what README tells its readers to put there before, and what they bring along.
    """
    if os.name != "posix":
        pytest.skip("these commands are for a POSIX shell")
    environment = dict(os.environ, PYTHONPATH=sysconfig.get_path("purelib"), PIP_NO_INDEX="1",
                       PIP_FIND_LINKS="", MNIST_BENCHMARK_RUNS="1",
                       PYTEST_ADDOPTS="--collect-only")

    def run(command, **more):
        return subprocess.run(command, shell=True, cwd=project, env={**environment, **more},
                              text=True, capture_output=True, timeout=600, check=False)

    made = run(f"{sys.executable} -m venv .venv")
    assert made.returncode == 0, made.stderr
    (project / "tf1.py").write_text(TF1)
    (project / "old_script.py").write_text(
        "import sys, tensorflow as tf\n"
        "print(sys.argv, hasattr(tf.layers, 'dense'))\n")
    return run


# In the test below this one; in the workflow's job for TensorFlow 1; in .ci/run.
RUN_ELSEWHERE = ("packages -r", "tensorflow==1.15", "ruff")


@pytest.mark.tensorflow
@pytest.mark.parametrize("command", [command for command in COMMANDS
                                     if not any(part in command for part in RUN_ELSEWHERE)])
def test_a_command_does_what_readme_says(run, data_dir, command):
    """The tests themselves are only collected here: .ci/run runs them by this command."""
    if sys.version_info < (3, 8) and ("pip" in command or "pictures" in command):
        pytest.skip("what README installs for TensorFlow 2 needs a newer Python")
    ended = run(command.replace("/srv/MNIST_data", str(data_dir)))
    assert ended.returncode == 0, ended.stdout + ended.stderr
    if "old_script.py" in command:
        has_layers = "TF_USE_LEGACY_KERAS=1" in command or sys.version_info < (3, 8)
        assert ended.stdout == f"['old_script.py', '--its', 'flags'] {has_layers}\n"
    if "pytest" in command:
        assert "test_readme.py>" in ended.stdout
    if COMMANDS[command] and (HAS_MNIST or "--fake_data" in command):
        # Without a seed the order of the batches differs from run to run.
        tolerance = 0.0005 if "--seed" in command else 0.05
        accuracy = float(ended.stdout.splitlines()[-1])
        assert accuracy == pytest.approx(float(COMMANDS[command]), abs=tolerance)


def test_packages_fetched_once_can_be_handed_around(run, tmp_path):
    """The two commands, on a package that this test makes in place of the large ones."""
    download, install = (command for command in COMMANDS if "packages -r" in command)
    shop, classroom = tmp_path / "shop", tmp_path / "classroom"
    shop.mkdir()
    classroom.mkdir()
    with zipfile.ZipFile(shop / "tiny_example-1-py3-none-any.whl", "w") as wheel:
        wheel.writestr("tiny_example.py", "")
        about = "tiny_example-1.dist-info/"
        wheel.writestr(about + "METADATA", "Metadata-Version: 2.1\nName: tiny-example\nVersion: 1")
        wheel.writestr(about + "WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\n"
                                        "Tag: py3-none-any")
        wheel.writestr(about + "RECORD", "")
    (classroom / "requirements.txt").write_text("tiny-example\n")
    ended = run(f"cd {classroom} && {download.replace('.venv', '$OLDPWD/.venv')}",
                PIP_FIND_LINKS=str(shop))
    assert ended.returncode == 0, ended.stderr
    ended = run(f"cd {classroom} && {install} && .venv/bin/python -c 'import tiny_example'")
    assert ended.returncode == 0, ended.stderr


def test_windows_commands_are_the_first_ones_again():
    (block,) = readme.blocks(readme.TEXT, "bat")
    first = next(iter(COMMANDS))
    assert [line[2:] for line in block.splitlines()] == [
        part.replace("python3 -m", "py -m").replace(".venv/bin/", ".venv\\Scripts\\")
        for part in first.split(" && ")]


def test_ci_takes_its_commands_from_readme():
    """Asked of the function in .ci/run that does it; the workflow has TensorFlow 1.15's."""
    script = (PROJECT / ".ci" / "run").read_text(encoding="utf-8")
    assert "pip install" not in script
    (function,) = re.findall(r"^readme_command\(\) \{.*?^\}\n", script, re.MULTILINE | re.DOTALL)
    wanted = re.findall(r"'([^']*)'", re.findall(r"^for wanted in (.*); do$", script,
                                                 re.MULTILINE)[0])
    taken = [subprocess.check_output(["bash", "-c", f"{function} readme_command '{part}'"],
                                     cwd=PROJECT, text=True).strip() for part in wanted]
    assert taken == [next(iter(COMMANDS)),
                     next(command for command in COMMANDS if "tests/requirements" in command),
                     ".venv/bin/ruff check ."]
    workflow = (PROJECT / ".github" / "workflows" / "test.yml").read_text(encoding="utf-8")
    assert f"- run: {TENSORFLOW_1_15}\n" in workflow
    assert "- run: .venv/bin/python mnist_softmax.py --seed 0\n" in workflow


# ---- What the text says ----


MESSAGES = {
    "from tensorflow.examples.tutorials.mnist import input_data":
        "No module named 'tensorflow.examples'",
    "import tensorflow as tf; tf.placeholder":
        "module 'tensorflow' has no attribute 'placeholder'",
    "import tensorflow as tf; tf.contrib": "module 'tensorflow' has no attribute 'contrib'",
    "import tensorflow.contrib": "No module named 'tensorflow.contrib'",
    "import tensorflow.compat.v1 as tf; tf.placeholder(tf.float32, [None])":
        "tf.placeholder() is not compatible with eager execution",
    "import tensorflow.compat.v1 as tf; tf.layers.dense": "`dense` is not available with Keras 3",
    "print 1": "Missing parentheses in call to 'print'",
    "xrange": "name 'xrange' is not defined",
}


@pytest.mark.tensorflow
@pytest.mark.skipif(sys.version_info < (3, 8), reason="TensorFlow 1.15 has none of these errors")
def test_the_messages_in_the_table_are_those_of_tensorflow():
    code = ("for code in " + repr(list(MESSAGES)) + ":\n"
            "    try:\n"
            "        exec(code)\n"
            "    except Exception as error:\n"
            "        print(error)\n")
    printed = run_python("-c", code).stdout.splitlines()
    assert len(printed) == len(MESSAGES)
    for line, message in zip(printed, MESSAGES.values()):
        assert message in line
        assert message.replace("`", "") in OLD_SCRIPTS.partition("**1.")[0]


@pytest.mark.tensorflow
def test_what_takes_the_place_of_contrib_works(run):
    pytest.importorskip("tf_keras" if sys.version_info >= (3, 8) else "tensorflow")
    rows = re.findall(r"^\| `tf\.contrib\..*? \| (.*) \|$", OLD_SCRIPTS, re.MULTILINE)
    expressions = [code for row in rows for code in re.findall(r"`(.*?)`", row)]
    assert len(expressions) == 6
    code = "\n".join([
        TF1, "inputs = [tf.placeholder(tf.float32, [None, 28])] * 3",
        "h, n = inputs[0], 16", "cell = tf.nn.rnn_cell.BasicLSTMCell(n)",
        *(f"print({expression})" for expression in expressions)])
    ended = run_python("-c", code, TF_USE_LEGACY_KERAS="1")
    assert ended.returncode == 0, ended.stderr
    assert len(ended.stdout.splitlines()) == len(expressions)


def test_the_blocks_of_the_reference_work(server, tmp_path):
    """MNIST_data/ and letters/ are there; Fashion-MNIST's address is reached through a proxy."""
    write(tmp_path / "MNIST_data", small_files(train=6000))
    write(tmp_path / "letters", small_files(train=600, num_classes=46, rows=50, columns=50))
    fashion_files = small_files(train=5500)
    server.serve(fashion_files)
    code = "\n".join(readme.blocks(REFERENCE, "python"))
    code += "\nprint(mnist.train, fashion.train, letters.train, sep='\\n')"
    ended = run_python("-c", code, cwd=tmp_path, http_proxy=server.url, no_proxy="",
                       PYTHONPATH=str(PROJECT))
    assert ended.stdout.splitlines() == [
        "<DataSet: images float32 [1000, 784], labels float64 [1000, 10]>",
        "<DataSet: images float32 [500, 784], labels float64 [500, 10]>",
        "<DataSet: images float32 [100, 2500], labels float64 [100, 46]>"], ended.stderr
    assert contents(tmp_path / "Fashion_data") == fashion_files
    assert server.asked_for() == [
        "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/" + name for name in NAMES]
