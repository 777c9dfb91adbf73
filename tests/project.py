"""The project's files, and Python as a process of its own."""
import importlib.util
import json
import os
import pathlib
import subprocess
import sys

PROJECT = pathlib.Path(__file__).resolve().parent.parent
sys.path.append(str(PROJECT))  # for benchmark.py
MNIST_DIR = PROJECT / "MNIST_data"  # where the script's first run puts it
TENSORFLOW_1 = importlib.util.find_spec("tensorflow_core") is not None  # a package of 1.15 alone

SEED_0_ACCURACY = 0.9178  # what the script prints with --seed 0, as TensorFlow 1.15.5 did


def run_python(*arguments, folder=PROJECT, **environment):
    """Run Python with these arguments as a process of its own."""
    inherited = os.environ.copy()
    inherited.pop("TF_CPP_MIN_LOG_LEVEL", None)
    return subprocess.run(
        [sys.executable, *map(str, arguments)], cwd=str(folder), env={**inherited, **environment},
        capture_output=True, text=True, timeout=600, check=False)


# Code after which `tensorflow` is TensorFlow 1's, in any folder.
RESTORED = f"""import sys; sys.path.append({str(PROJECT)!r})
import input_data; input_data.ATTEMPTS = 0; input_data.restore_tensorflow_1()
import keras, tensorflow as tf\n"""
NO_PACKAGES = "import sys; sys.modules['tf_keras'] = sys.modules['tf_slim'] = None\n"
TRY_EACH = """import json, sys, traceback
before, cases = json.loads(sys.argv[1])
exec(before)
outcomes, given = {}, dict(globals())
for case in cases:
    try:
        exec(case, dict(given))
        outcomes[case] = "works"
    except BaseException as error:
        outcomes[case] = traceback.format_exception_only(type(error), error)[-1].strip()
print(json.dumps(outcomes))"""


def try_each(before, cases, folder):
    """Return {case: "works" or its error}; each case runs in its own namespace, after `before`.

    Cases run in order in one process, so a change that one makes to a module affects later ones.
    """
    ended = run_python("-c", TRY_EACH, json.dumps([before, cases]), folder=folder)
    assert ended.stdout, ended.stderr
    return json.loads(ended.stdout.splitlines()[-1])
