"""The code blocks and commands of README and of the Japanese page, as their readers copy them."""
import re

from conftest import PROJECT

TEXT = (PROJECT / "README.md").read_text(encoding="utf-8")
JAPANESE = (PROJECT / ".github" / "tutorial.ja.md").read_text(encoding="utf-8")


def section(heading):
    """Return what stands under a heading, up to the next one of the same level or above."""
    level = len(heading.partition(" ")[0])
    _, found, rest = TEXT.partition(f"\n{heading}\n")
    assert found, f"README has no heading {heading!r}"
    return re.split(rf"^#{{2,{level}}} ", rest, maxsplit=1, flags=re.MULTILINE)[0]


def blocks(text, kind="[a-z]*"):
    """Return the contents of all fenced blocks, or of those of one kind."""
    return re.findall(rf"^```{kind}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def steps(text):
    """Return [(block of the tutorial, what stands under it as its output)]."""
    return re.findall(r"^```python\n(.*?)^```$(?:\n\n```text\n(.*?)^```$)?", text,
                      re.MULTILINE | re.DOTALL)


def commands(text):
    """Return [(command, what it prints)] of all console blocks."""
    return [(command, output) for block in blocks(text, "console")
            for command, output in re.findall(r"^\$ (.*)\n((?:[^$].*\n)*)", block, re.MULTILINE)]


def table_rows(text):
    """Return the cells of all rows of its tables."""
    return [row.strip("| ").split(" | ")
            for row in re.findall(r"^\|(?! ?-).*\|$", text, re.MULTILINE)]


COMMANDS = dict(commands(TEXT))
OLD_SCRIPTS = section("## An old script or page that no longer runs?")
RESTORE, IN_PLACE_OF_OLD_IMPORTS = blocks(OLD_SCRIPTS, "py")
SEED = "import numpy as np; np.random.seed(0)\n"  # which the batches follow

# The code lines of the original tutorial, as printed there.
ORIGINAL = '''\
from tensorflow.examples.tutorials.mnist import input_data
mnist = input_data.read_data_sets("MNIST_data/", one_hot=True)
import tensorflow as tf
x = tf.placeholder(tf.float32, [None, 784])
W = tf.Variable(tf.zeros([784,10]))
b = tf.Variable(tf.zeros([10]))
y = tf.nn.softmax(tf.matmul(x, W) + b)
y_ = tf.placeholder(tf.float32, [None, 10])
cross_entropy = tf.reduce_mean(-tf.reduce_sum(y_ * tf.log(y), reduction_indices=[1]))
train_step = tf.train.GradientDescentOptimizer(0.5).minimize(cross_entropy)
sess = tf.InteractiveSession()
tf.global_variables_initializer().run()
for i in range(1000):
  batch_xs, batch_ys = mnist.train.next_batch(100)
  sess.run(train_step, feed_dict={x: batch_xs, y_: batch_ys})

correct_prediction = tf.equal(tf.argmax(y,1), tf.argmax(y_,1))
accuracy = tf.reduce_mean(tf.cast(correct_prediction, tf.float32))
print(sess.run(accuracy, feed_dict={x: mnist.test.images, y_: mnist.test.labels}))
'''
