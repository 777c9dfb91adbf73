"""Old scripts and the original page's lines, on TensorFlow 2."""
import json
import re

import pytest
import readme
from conftest import PROJECT, SEED_0_ACCURACY, TENSORFLOW_1, run_python
from idx_files import write
from readme import COMMANDS, IN_PLACE_OF_OLD_IMPORTS, ORIGINAL, RESTORE, SEED
from terminal import Terminal

pytestmark = pytest.mark.tensorflow



def test_the_original_page_works_where_it_has_just_failed(project):
    """Without a restart: first line by line, then all at once."""
    lines = ORIGINAL.splitlines(keepends=True)
    start = lines.index("for i in range(1000):\n")
    with Terminal(project) as repl:
        if not TENSORFLOW_1:
            repl.paste("".join(lines[:4]))
            assert "No module named 'tensorflow.examples'" in repl.shown
            repl.shown = ""
        repl.paste(RESTORE + SEED)
        for piece in [*lines[:start], "".join(lines[start:start + 4]), *lines[start + 4:]]:
            repl.paste(piece)
        repl.paste(SEED + ORIGINAL)
        # TensorFlow 1.15's own module seeds NumPy anew.
        tolerance = 0.03 if TENSORFLOW_1 else 0.0005
        assert repl.accuracies() == pytest.approx([SEED_0_ACCURACY] * 2, abs=tolerance)
        for line in re.findall(r"`((?:import numpy|validation =).*?)`", readme.JAPANESE):
            repl.paste(line)
        for block, _ in readme.steps(readme.section("### Look at what it does")):
            repl.paste(block)
        assert "read as a" in repl.printed()


# What a script sees of the way in which it was started.
SEEN = '''\
# -*- coding: latin-1 -*-
"""An old script, as they were."""
from __future__ import division
import json, os, sys
import input_data as its_own_module
print(json.dumps([__doc__, __name__, __file__, sys.argv, sys.path[0], __package__, 3 / 2,
                  sys.modules["__main__"].__file__, its_own_module.__file__, "\xe4",
                  sys._getframe().f_code.co_filename]))
'''
OLD_SCRIPT = SEEN + '''
from tensorflow.examples.tutorials.mnist import input_data
import tensorflow.examples.tutorials.mnist.input_data
import tensorflow.examples.tutorials.mnist.input_data as spelled_out
from tensorflow.examples.tutorials.mnist.input_data import read_data_sets
from tensorflow.contrib.learn.python.learn.datasets.mnist import DataSet, extract_images
from tensorflow.contrib.learn.python.learn.datasets import base, mnist as of_contrib
import tensorflow as tf
from tensorflow.examples.tutorials import mnist
import tensorflow.contrib.learn as learn
import importlib, pickle
input_data.restore_tensorflow_1()  # once more
import tensorflow as again
import tensorflow.compat.v1 as compat_v1


def main(_):
  assert tensorflow.examples.tutorials.mnist.input_data is spelled_out is input_data
  assert mnist.input_data is input_data and read_data_sets is input_data.read_data_sets
  assert importlib.import_module("tensorflow.examples.tutorials.mnist.input_data") is input_data
  assert tf.contrib.learn.datasets.mnist is learn.datasets.mnist is of_contrib is input_data
  assert DataSet is input_data.DataSet and extract_images is input_data.extract_images
  assert base.Datasets is input_data.Datasets
  assert tf is again is compat_v1
  for part in ("tf.contrib.layers", "learn.DNNClassifier"):
    try:
      eval(part)
    except AttributeError as error:
      assert "TensorFlow 2 dropped tensorflow.contrib" in str(error)
    else:
      assert False, part
  sets = [learn.datasets.load_dataset("mnist"), learn.datasets.mnist.load_mnist("MNIST-data"),
          read_data_sets("MNIST-data", one_hot=True, seed=0)]
  sets = pickle.loads(pickle.dumps(sets))
  del sys.modules["input_data"], sys.path[0]
  import input_data as of_tensorflow_0  # without a package, if none is beside the script
  assert os.path.samefile(of_tensorflow_0.__file__, input_data.__file__)
  print(tf.placeholder(tf.float32, [None, 784]).shape, [data.train.labels.shape for data in sets])
  sys.exit(3)


if __name__ == "__main__":
  tf.app.run(main=main, argv=[sys.argv[0]])
'''


@pytest.mark.skipif(TENSORFLOW_1, reason="TensorFlow 1.15 has these names itself")
def test_an_old_script_runs_unedited_as_if_run_directly(tmp_path, data_dir):
    """From another folder, with another module of our name beside it."""
    command = ".venv/bin/python input_data.py old_script.py --its flags"
    assert command in COMMANDS
    script = tmp_path / "old" / "script.py"
    write(script.parent, {"input_data.py": b""})
    (tmp_path / "MNIST-data").symlink_to(data_dir)
    arguments = ["old/script.py", *command.split()[3:]]
    script.write_text(SEEN, encoding="latin-1")
    directly = run_python(*arguments, cwd=tmp_path)
    assert json.loads(directly.stdout)[:2] == ["An old script, as they were.", "__main__"]
    script.write_text(OLD_SCRIPT, encoding="latin-1")
    ended = run_python(PROJECT / "input_data.py", *arguments, cwd=tmp_path)
    seen, _, printed = ended.stdout.partition("\n")
    assert seen + "\n" == directly.stdout, ended.stderr
    assert printed == "(?, 784) [(55000,), (55000,), (55000, 10)]\n", ended.stderr
    assert ended.returncode == 3


def test_a_program_may_restore_the_names_and_import_the_script(tmp_path, data_dir):
    """Its flags are its own; its folder has a Japanese name, while the locale knows ASCII only."""
    folder = tmp_path / "\u65e5\u672c\u8a9e"
    folder.mkdir()
    (folder / "MNIST_data").symlink_to(data_dir)
    for name in ("input_data.py", "mnist_softmax.py"):
        (folder / name).write_bytes((PROJECT / name).read_bytes())
        assert (PROJECT / name).read_bytes().isascii()
    (folder / "program.py").write_text(
        "from __future__ import division\n" + RESTORE +
        "import os, tensorflow as tf, mnist_softmax\n"
        "from tensorflow.examples.tutorials.mnist import input_data\n"
        "print(tf.placeholder, os.environ['TF_CPP_MIN_LOG_LEVEL'])\n")
    ended = run_python(folder / "program.py", folder / "mnist_softmax.py", "--help", cwd=folder,
                       LC_ALL="C", PYTHONUTF8="0", TF_CPP_MIN_LOG_LEVEL="1")
    accuracy, *_, log_level = ended.stdout.split() or pytest.fail(ended.stderr)
    assert 0.87 < float(accuracy) < 0.96  # of 300 orders of the batches the worst reached 0.893
    assert log_level == "1"  # the user's own is kept


def test_without_a_script_there_is_a_usage_line():
    ended = run_python("input_data.py")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == "usage: python input_data.py old_script.py [its arguments]\n"


def test_an_edit_of_two_imports_is_enough(project, tmp_path):
    old_imports = [line for line in ORIGINAL.splitlines(keepends=True) if "import" in line]
    edited = ORIGINAL.replace(old_imports[0], SEED + IN_PLACE_OF_OLD_IMPORTS)
    edited = edited.replace(old_imports[1], "")
    assert edited.count("import tensorflow") == 1
    (tmp_path / "edited.py").write_text(edited)
    ended = run_python(tmp_path / "edited.py", cwd=project, PYTHONPATH=str(project))
    assert float(ended.stdout) == pytest.approx(SEED_0_ACCURACY, abs=0.0005), ended.stderr
