"""mnist_softmax.py as a process: what it prints, its flags, and how it fails."""
import json
import re

import pytest
from idx_files import small_files, write
from project import PROJECT, SEED_0_ACCURACY, run_python

SCRIPT = PROJECT / "mnist_softmax.py"
NO_NETWORK = dict.fromkeys(["http_proxy", "https_proxy"], "http://127.0.0.1:1/")


@pytest.mark.tensorflow
def test_without_a_network_it_learns_from_generated_digits(tmp_path):
    ended = run_python(SCRIPT, "--fake_data", "--seed", "0", folder=tmp_path, **NO_NETWORK)

    assert ended.returncode == 0, ended.stderr
    assert float(ended.stdout) == pytest.approx(0.9591, abs=0.0005)
    assert list(tmp_path.iterdir()) == []


# As in a REPL, there is no __file__ in -c. The last lines tell what the script has set.
PASTED = f"""import numpy; numpy.random.seed(0)
{SCRIPT.read_text(encoding="utf-8")}
import json
print(json.dumps([os.environ["TF_CPP_MIN_LOG_LEVEL"],
                  tf.logging.get_verbosity() == tf.logging.ERROR, gc.get_freeze_count() > 0]))
"""


@pytest.mark.tensorflow
def test_pasted_it_looks_at_no_flags_and_silences_tensorflow(installed):
    ended = installed.python("-c", PASTED, "--no_such_flag")

    assert ended.returncode == 0, ended.stderr
    accuracy, settings = ended.stdout.splitlines()
    assert float(accuracy) == pytest.approx(SEED_0_ACCURACY, abs=0.0005)
    assert json.loads(settings) == ["3", True, True]


@pytest.mark.parametrize("command", [[SCRIPT], ["renamed.py"], ["-m", "mnist_softmax"]],
                         ids=["its own name", "another name", "-m"])
def test_the_flags_work_under_any_name(tmp_path, command):
    write(tmp_path, {"renamed.py": SCRIPT.read_bytes()})

    ended = run_python(*command, "--help", folder=tmp_path, PYTHONPATH=str(PROJECT))

    assert ended.returncode == 0, ended.stderr
    assert "print the test accuracy" in ended.stdout
    assert "default: MNIST_data/" in ended.stdout
    assert re.findall(r"^  (--.*?)  ", ended.stdout, re.MULTILINE) == [
        "--data_dir DIR", "--seed N", "--fake_data"]


@pytest.mark.parametrize("arguments", [["--no_such_flag"], ["--seed", "abc"], ["stray"]])
def test_a_wrong_command_line_ends_with_status_2(arguments):
    ended = run_python(SCRIPT, *arguments)

    assert ended.returncode == 2
    assert "mnist_softmax.py: error: " in ended.stderr


def test_a_data_error_is_told_before_tensorflow_is_imported(tmp_path):
    write(tmp_path, small_files())

    ended = run_python("-X", "importtime", SCRIPT, "--data_dir", tmp_path)

    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.splitlines()[-1].startswith("ValueError: validation_size is 5000")
    assert not re.search(r"\| +tensorflow$", ended.stderr, re.MULTILINE)
