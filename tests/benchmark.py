"""Measure what the loader and the script cost, with plain code for comparison."""
import os
import time

import numpy as np
from project import run_python

RUNS = int(os.environ.get("MNIST_BENCHMARK_RUNS", "7"))
BEFORE = """import gzip, input_data, numpy as np, resource, time
def used():
    return time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
before = used()
"""
AFTER = "print(*np.subtract(used(), before))"
READ = "mnist = input_data.read_data_sets('MNIST_data', one_hot=True)\n"
BATCHES = READ + "for _ in range(5500): mnist.train.next_batch(100)\n"
GUNZIP = "files = [gzip.open('MNIST_data/' + name).read() for name in input_data.FILES]\n"
PLAIN = GUNZIP + """
images = np.frombuffer(files[0], np.uint8, offset=16).reshape(-1, 784)[5000:] / np.float32(255)
labels = np.eye(10)[np.frombuffer(files[1], np.uint8, offset=8)[5000:]]
for epoch in range(10):
    order = np.random.permutation(55000)
    images, labels = images[order], labels[order]
    batches = list(zip(np.split(images, 550), np.split(labels, 550)))
"""
IMPORT = "import gc, tensorflow.compat.v1"
ROWS = ["read_data_sets, s (reference: gzip alone)", "its memory, MB",
        "... and 5,500 batches, s (reference: NumPy alone)",
        "script, s (reference: import TensorFlow)",
        "script, s (reference: import TensorFlow, gc.freeze())"]


def cost(code):
    """Run code in a new process; return its seconds and the megabytes it adds to peak memory."""
    ended = run_python("-c", BEFORE + code + AFTER)
    ended.check_returncode()
    return map(float, ended.stdout.split())


def seconds(*arguments):
    """Return how long Python takes with these arguments, including startup and shutdown."""
    start = time.perf_counter()
    run_python(*arguments).check_returncode()
    return time.perf_counter() - start


def measure():
    (read, read_memory), (gunzip, gunzip_memory) = cost(READ), cost(GUNZIP)
    (batches, _), (plain, _) = cost(BATCHES), cost(PLAIN)
    script = seconds("mnist_softmax.py")
    bare, frozen = seconds("-c", IMPORT), seconds("-c", IMPORT + "; gc.freeze()")
    return [(read, gunzip), (read_memory, gunzip_memory), (batches, plain), (script, bare),
            (script, frozen)]


if __name__ == "__main__":
    medians = np.median([measure() for _ in range(RUNS)], axis=0)
    print(f"| medians of {RUNS} runs in turn | here | reference | ratio |\n|---|---|---|---|")
    for row, (here, reference) in zip(ROWS, medians):
        print(f"| {row} | {here:.2f} | {reference:.2f} | {here / reference:.2f} |")
