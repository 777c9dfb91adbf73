"""MNIST For ML Beginners: teach a softmax regression to read handwritten digits.

The TensorFlow 1 tutorial, line by line, on the TensorFlow of today. Run it as a script, or paste
it into a Python REPL, line by line or whole. README.md explains every step.
"""
import argparse
import gc
import importlib.util
import os
import sys

import input_data

# Flags. They are for the file that Python was started with, whatever its name. In a REPL, a
# notebook or another program the command line is not meant for us: each flag has its default.
# (Not __file__: a REPL may have none, and exec the one of another program.)
flags = argparse.Namespace(data_dir="MNIST_data/", seed=None, fake_data=False)
this_file = sys._getframe().f_code.co_filename
is_script = os.path.abspath(this_file) == os.path.abspath(sys.argv[0])
if is_script:
    parser = argparse.ArgumentParser(description="Train on MNIST and print the test accuracy.")
    parser.add_argument("--data_dir", metavar="DIR", help="folder of MNIST (default: MNIST_data/)")
    parser.add_argument("--seed", metavar="N", type=int, help="draw the same batches each time")
    parser.add_argument("--fake_data", action="store_true", help="draw digits, without a network")
    parser.parse_args(namespace=flags)
    if not importlib.util.find_spec("tensorflow"):
        sys.exit("TensorFlow is not installed for this Python: pip install -r requirements.txt")

# The data: 55,000 images to train on and 10,000 to test on, which the model never sees while it
# learns. An image is 28 x 28 = 784 numbers from 0 to 1; a label is ten numbers, 1 at the place of
# its digit and 0 elsewhere ("one-hot").
try:
    mnist = input_data.read_data_sets(
        flags.data_dir, fake_data=flags.fake_data, one_hot=True, seed=flags.seed)
except (OSError, ValueError) as error:
    if is_script:
        sys.exit(f"{parser.prog}: {error}")
    raise

# TensorFlow 2 still has the TensorFlow 1 of this tutorial inside. These lines keep it quiet,
# unless somebody has said how loud it is to be.
os.environ["TF_CPP_MIN_LOG_LEVEL"] = os.environ.get("TF_CPP_MIN_LOG_LEVEL", "3")
import tensorflow.compat.v1 as tf

tf.logging.set_verbosity(tf.logging.ERROR)
tf.disable_v2_behavior()
if is_script:
    gc.freeze()  # Python then ends sooner: it need not look through all of TensorFlow's objects

# The model. The lines below compute nothing yet: they describe a graph of operations, which
# TensorFlow runs later, as a whole and outside Python.
# x is a placeholder, filled with images when the graph runs; None: with any number of them.
x = tf.placeholder(tf.float32, [None, 784])
# W and b are variables: they keep their values from run to run, and training changes them.
W = tf.Variable(tf.zeros([784, 10]))
b = tf.Variable(tf.zeros([10]))
# Each pixel is evidence for or against each digit, as W weighs it; b is what speaks for a digit
# whatever the image shows. softmax turns the evidence into ten probabilities.
y = tf.nn.softmax(tf.matmul(x, W) + b)

# The loss: how far the prediction y is from the true label y_, as the mean over the batch.
y_ = tf.placeholder(tf.float32, [None, 10])
# Cross-entropy is -sum(y_ * log(y)). Written like that, it breaks where a probability is so small
# that it rounds to 0: log(0) is minus infinity, 0 times that is NaN, and W is spoilt for good. So
# it is computed from the evidence itself (the "logits"), where exp and log cancel out.
cross_entropy = tf.reduce_mean(
    tf.nn.softmax_cross_entropy_with_logits_v2(labels=y_, logits=tf.matmul(x, W) + b))
# One step of training: see how the loss changes with each weight, and move each one a little (0.5
# is the learning rate) to where the loss is smaller.
train_step = tf.train.GradientDescentOptimizer(0.5).minimize(cross_entropy)

# Train: 1000 steps, each on the next 100 images. That is much cheaper than a step on all of them,
# and nearly as good.
sess = tf.InteractiveSession()
tf.global_variables_initializer().run()
for i in range(1000):
    batch_xs, batch_ys = mnist.train.next_batch(100)
    sess.run(train_step, feed_dict={x: batch_xs, y_: batch_ys})

# Test: on how many of the images that it has not seen is the most probable digit the right one?
correct_prediction = tf.equal(tf.argmax(y, 1), tf.argmax(y_, 1))
accuracy = tf.reduce_mean(tf.cast(correct_prediction, tf.float32))
print(sess.run(accuracy, feed_dict={x: mnist.test.images, y_: mnist.test.labels}))
