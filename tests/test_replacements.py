"""The replacements that the page of old scripts gives for old names work, and do the same."""
import itertools
import re

import pytest
from project import PROJECT, RESTORED, try_each
from readme import OLD_SCRIPTS, block_with, codes, rows

pytestmark = pytest.mark.tensorflow

# The page's rows: {old name: whether it runs unedited}, and {old name: what to write instead}.
ROWS = rows(OLD_SCRIPTS, "Old")
UNEDITED = {old: "yes" in row[1:-1] for row in ROWS for old in codes(row[0])}
REPLACED = {old: new for row in ROWS
            for old, new in zip(codes(row[0]), itertools.cycle(codes(row[-1])))}
NEW = [new for row in ROWS for new in codes(row[-1])]
REPAIRED = [old for old in UNEDITED if re.search("batch_norm|optimize_loss", old)]
# What the names in these cells stand for.
GIVEN = RESTORED + """import numpy as np
A, B = np.array([[1, 0.5], [0.25, 2]], "f"), np.array([[0, 1], [1, 0]], "f")
a, b, h, images = tf.constant(A), tf.constant(B), tf.zeros([2, 8]), tf.zeros([2, 9, 9, 3])
logits, targets, weights = tf.zeros([2, 3, 9]), tf.zeros([2, 3], tf.int32), tf.ones([2, 3])
cell, step = tf.nn.rnn_cell.GRUCell(2), tf.train.get_or_create_global_step()
s, t, loss = 0.1, tf.placeholder(tf.bool), tf.Variable(1.0) ** 2\n"""
# What some of the old names computed, in NumPy.
COMPUTED = {
    "tf.mul(a, b)": "A * B", "tf.sub(a, b)": "A - B", "tf.neg(a)": "-A",
    "tf.select(a > b, a, b)": "np.maximum(A, B)", "tf.batch_matmul(a, b)": "A @ B",
    "tf.pack([a, b])": "[A, B]", "tf.concat(0, [a, b])": "np.concatenate([A, B])",
    "tf.split(0, 2, a)": "[A[:1], A[1:]]",
    "tf.nn.sigmoid_cross_entropy_with_logits(a, b)": "np.log(1 + np.exp(A)) - A * B",
    "tf.nn.softmax_cross_entropy_with_logits(a, b)": "np.log(np.exp(A).sum(1)) - (A * B).sum(1)",
    "tf.contrib.losses.softmax_cross_entropy(a, b)":
        "np.mean(np.log(np.exp(A).sum(1)) - (A * B).sum(1))",
}
# Compared: the value with COMPUTED, a layer's shape and kind, or the regularizer's value.
L2 = "tf.contrib.layers.l2_regularizer(s)"
LAYERS = [old for old in UNEDITED if UNEDITED[old] and re.search(r"\((h|images)[,)]", old)]
CHECKS = {
    **{old: f"np.testing.assert_allclose(tf.Session().run({REPLACED[old]}), {value}, 1e-5)"
       for old, value in COMPUTED.items()},
    **{old: f"a, b = {old}, {REPLACED[old]}; assert (a.shape, a.op.type) == (b.shape, b.op.type)"
       for old in LAYERS},
    L2: f"assert tf.Session().run({L2}(a)) == tf.Session().run({REPLACED[L2]}(a))",
}


@pytest.fixture(scope="module")
def outcomes(contrib_packages):
    return try_each(GIVEN, [*UNEDITED, *NEW, *CHECKS.values()], PROJECT / "tests")


@pytest.mark.parametrize("new", NEW)
def test_a_replacement_works(outcomes, new):
    assert outcomes[new] == "works"


@pytest.mark.parametrize("old", CHECKS)
def test_a_replacement_computes_what_the_old_name_did(outcomes, old):
    assert outcomes[CHECKS[old]] == "works"


@pytest.mark.parametrize("old", UNEDITED)
def test_an_old_name_works_only_where_the_page_says_so(outcomes, old):
    assert (outcomes[old] == "works") == UNEDITED[old], outcomes[old]
    assert "NameError" not in outcomes[old]


def test_the_pasted_lines_repair_batch_norm_and_optimize_loss(contrib_packages):
    pasted = block_with(OLD_SCRIPTS, "IndexedSlices")

    outcomes = try_each(GIVEN + pasted, REPAIRED, PROJECT / "tests")

    assert outcomes == dict.fromkeys(REPAIRED, "works") != {}
