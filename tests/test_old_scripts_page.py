"""The page of old scripts: its messages are real, and what it says to write instead works."""
import json
import re
from importlib.util import find_spec

import pytest
from project import PROJECT, run_python
from readme import OLD_SCRIPTS, block_with

pytestmark = [pytest.mark.tensorflow, pytest.mark.skipif(
    not (find_spec("tf_keras") and find_spec("tf_slim")), reason="needs tf-keras and tf_slim")]


def rows(first_column):
    """Return the rows, as lists of cells, of all tables whose first column has this name."""
    tables = re.findall(rf"^\| {first_column} \|.*\n\|[-|]+\n((?:\|.*\n)+)", OLD_SCRIPTS, re.M)
    return [row.strip("| ").split(" | ") for row in "".join(tables).splitlines()]


def codes(cell):
    return [double or single for double, single in re.findall("``(.+?)``|`(.+?)`", cell)]


def messages(cell):
    """Return a row's messages. A name alone stands for the message before it with that name."""
    found = []
    for code in codes(cell):
        found.append(re.sub("(attribute|named?) '.*?'", rf"\1 {code}", found[-1])
                     if re.fullmatch(r"'[\w.]+'", code) else code)
    return found


MESSAGES = [message for row in rows("Message") for message in messages(row[0])]
ELSEWHERE = {"AttributeError: 'numpy.ndarray' object has no attribute 'tostring'": "NumPy 2.3",
             "ImportError: cannot import name 'imsave' from 'scipy.misc'": "SciPy",
             "ModuleNotFoundError: No module named 'tensorflow.examples.tutorials'": "2.0 to 2.3",
             "TypeError: only 0-dimensional arrays can be converted to Python scalars": "NumPy 2.4",
             "error: unrecognized arguments: -f": "a notebook"}
# What leads to a message: code by its form, or else one of OTHERS, in one of SETTINGS.
FORMS = {"module '(.*)' has no attribute '(.*)'": r"sys.modules['\1'].\2",
         "No module named '(.*)'": r"import \1",
         "cannot import name '(.*)' from '(.*)'": r"from \2 import \1"}
BY_FORM = [re.sub(f".*Error: {form}", code, message) for form, code in FORMS.items()
           for message in MESSAGES if re.fullmatch(f".*Error: {form}", message)]
OTHERS = r"""exit() | print 1 | open("none") | a + 300 | {}.iteritems | range(4 / 2) | xrange
exec("if 1:\n        a\n\tb") | pickle.loads(b"\x80\x02U\x01\xffq\x00.") | np.float_ | raw_input
types.ModuleType("input_data").restore_tensorflow_1 | io.BytesIO().read(a[0, :1]) | tf.layers.dense
tf.concat(0, [h, h]) | tf.concat(concat_dim=0, values=[h, h]) | input_data.read_data_sets("")
tf.split(0, 2, h) | tf.split(split_dim=0, num_split=2, value=h) | keras.Sequential().predict_classes
tf.nn.sigmoid_cross_entropy_with_logits(h, h) | [tf.get_variable("W", []) for _ in "12"]
tf.get_variable("V", [9], regularizer=tf.keras.regularizers.l2(0.1))
tf.train.AdamOptimizer().minimize(tf.nn.softmax_cross_entropy_with_logits(h, tf.eye(28)))
model = keras.Sequential([keras.layers.Dense(28)]); model.compile("sgd", "mse"); model.fit(a, a)
keras.Sequential().compile(tf.train.AdamOptimizer()) | keras.layers.Conv2D(8, 3, border_mode="same")
tf.compat.v1.placeholder("float") | tf.compat.v1.Session().run(tf.zeros([])) | np.int"""
EDITED = """import keras, tensorflow.compat.v1 as tf; tf.disable_v2_behavior()
h = tf.matmul(tf.placeholder(tf.float32, [None, 28]), tf.Variable(tf.eye(28)))"""
RUNNER = f"""sys.path.append({str(PROJECT)!r}); import input_data; input_data.ATTEMPTS = 0
input_data.restore_tensorflow_1(); import keras, tensorflow as tf\n"""
NO_PACKAGES = "sys.modules['tf_keras'] = sys.modules['tf_slim'] = None\n"
SETTINGS = ["import tensorflow as tf", EDITED, RUNNER + EDITED, NO_PACKAGES + RUNNER + EDITED]
TRY_EACH = """import io, json, pickle, sys, traceback, types, urllib, numpy as np
a = np.zeros([9, 28], np.uint8)
exec(sys.argv[1])
came_of_it, given = {}, dict(globals())
for code in json.loads(sys.argv[2]):
    try:
        exec(code, dict(given))
        came_of_it[code] = "works"
    except BaseException as error:
        came_of_it[code] = traceback.format_exception_only(type(error), error)[-1].strip()
print(json.dumps(came_of_it))"""


def try_each(before, cases):
    """Return what came of each case, tried in a namespace of its own after the same lines."""
    ended = run_python("-c", TRY_EACH, before, json.dumps(cases), folder=PROJECT / "tests")
    assert ended.stdout, ended.stderr
    return json.loads(ended.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def seen():
    cases = BY_FORM + re.split(r" \| |\n", OTHERS)
    return "\n".join("\n".join(try_each(before, cases).values()) for before in SETTINGS)


@pytest.mark.wording
@pytest.mark.parametrize("message", [message for message in MESSAGES if message not in ELSEWHERE])
def test_a_message_is_really_seen(seen, message):
    assert message in seen


def test_messages_seen_elsewhere_are_on_the_page():
    assert set(ELSEWHERE) <= set(MESSAGES)


@pytest.mark.parametrize("message", MESSAGES)
def test_a_message_stands_in_one_row(message):
    assert MESSAGES.count(message) == 1


UNEDITED = {old: "yes" in row[1:-1] for row in rows("Old") for old in codes(row[0])}
NEW = [new for row in rows("Old") for new in codes(row[-1])]
REPAIRED = [old for old in UNEDITED if re.search("batch_norm|optimize_loss", old)]
GIVEN = RUNNER + """h, images, a, b = tf.zeros([2, 8]), tf.zeros([2, 9, 9, 3]), tf.eye(2), tf.eye(2)
logits, targets, weights = tf.zeros([2, 3, 9]), tf.zeros([2, 3], tf.int32), tf.ones([2, 3])
cell, step = tf.nn.rnn_cell.GRUCell(2), tf.train.get_or_create_global_step()
s, t, loss = 0.1, tf.placeholder(tf.bool), tf.Variable(1.0) ** 2\n"""


@pytest.fixture(scope="module")
def came_of():
    return try_each(GIVEN, [*UNEDITED, *NEW])


@pytest.mark.parametrize("new", NEW)
def test_what_the_page_says_to_write_instead_works(came_of, new):
    assert came_of[new] == "works"


@pytest.mark.parametrize("old", UNEDITED)
def test_an_old_name_works_only_where_the_page_says_so(came_of, old):
    assert (came_of[old] == "works") == UNEDITED[old], came_of[old]
    assert "NameError" not in came_of[old]


def test_the_pasted_lines_repair_batch_norm_and_optimize_loss():
    came_of = try_each(GIVEN + block_with(OLD_SCRIPTS, "IndexedSlices"), REPAIRED)
    assert REPAIRED and came_of == dict.fromkeys(REPAIRED, "works")
