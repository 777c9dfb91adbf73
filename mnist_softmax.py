"""MNIST For ML Beginners: train a softmax regression to read handwritten digits.

This is the TensorFlow 1 tutorial, step by step, on TensorFlow 2. Run it as a script, or paste it
into a Python REPL. README.md explains every step.
"""
import argparse
import gc
import os

import input_data

# Flags. A REPL or a notebook has no command line of ours: there, these defaults apply.
flags = argparse.Namespace(data_dir="MNIST_data/", seed=None, fake_data=False)
if "__file__" in globals():
    parser = argparse.ArgumentParser(description="Train on MNIST and print the test accuracy.")
    parser.add_argument("--data_dir", metavar="DIR", help="folder for the images, created and "
                        f"filled if missing (default: {flags.data_dir})")
    parser.add_argument("--seed", metavar="N", type=int, help="make the batches repeatable")
    parser.add_argument("--fake_data", action="store_true", help="train on generated digits")
    parser.parse_args(namespace=flags)

# The data: 55,000 images for training, and 10,000 that the model sees only when it is tested. Each
# image is 28 x 28 = 784 numbers from 0 to 1. Each label is ten numbers, one for each digit from 0
# to 9: 1 for the digit in the image, and 0 for the others ("one-hot").
mnist = input_data.read_data_sets(
    flags.data_dir, fake_data=flags.fake_data, one_hot=True, seed=flags.seed)

# TensorFlow 2 still includes TensorFlow 1, as compat.v1. Importing it takes several seconds, so the
# steps that can fail at once come first. Log level 3 hides most of TensorFlow's messages.
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import tensorflow.compat.v1 as tf

tf.logging.set_verbosity(tf.logging.ERROR)
tf.disable_v2_behavior()

# The model. These lines compute nothing yet. They describe a graph of operations that TensorFlow
# runs later, outside Python. x is a placeholder: each run feeds it any number of images (None).
x = tf.placeholder(tf.float32, [None, 784])
# W and b are variables: they keep their values between runs, and training changes them.
W = tf.Variable(tf.zeros([784, 10]))
b = tf.Variable(tf.zeros([10]))
# For each digit, W weighs every pixel as evidence for or against that digit, and the bias b is
# evidence that does not depend on the image. softmax turns the ten sums into ten probabilities.
y = tf.nn.softmax(tf.matmul(x, W) + b)

# The loss: how far the predictions y are from the true labels y_, averaged over the images.
y_ = tf.placeholder(tf.float32, [None, 10])
# Cross-entropy is -sum(y_ * log(y)), but where y rounds to 0, log(0) would turn the weights into
# NaN ("not a number"). So the function below takes the evidence (the "logits") instead of y, and
# applies softmax itself. (The older one, without _v2, is deprecated.) The evidence is written
# again so that the model's line stays the tutorial's.
cross_entropy = tf.reduce_mean(
    tf.nn.softmax_cross_entropy_with_logits_v2(labels=y_, logits=tf.matmul(x, W) + b))
# A training step changes the weights and biases in the direction that makes the loss smaller. The
# learning rate, 0.5, scales the change.
train_step = tf.train.GradientDescentOptimizer(0.5).minimize(cross_entropy)

# Training. A session runs the graph. An InteractiveSession also becomes the default for .run().
sess = tf.InteractiveSession()
tf.global_variables_initializer().run()
# A step on 100 random images is far cheaper than one on all 55,000, and helps almost as much.
for i in range(1000):
    batch_xs, batch_ys = mnist.train.next_batch(100)
    sess.run(train_step, feed_dict={x: batch_xs, y_: batch_ys})

# Evaluation: the share of test images whose most probable digit is correct, about 0.92 on MNIST.
correct_prediction = tf.equal(tf.argmax(y, 1), tf.argmax(y_, 1))
accuracy = tf.reduce_mean(tf.cast(correct_prediction, tf.float32))
print(sess.run(accuracy, feed_dict={x: mnist.test.images, y_: mnist.test.labels}))
gc.freeze()  # Python exits a second sooner by skipping TensorFlow's objects in its final cleanup
