"""Measure what MNIST costs here, and beside it plain code: python tests/benchmark.py"""
import gzip
import json
import os
import resource
import sys
import time

import numpy as np
from project import MNIST_DIR, run_python

import input_data

RUNS = int(os.environ.get("MNIST_BENCHMARK_RUNS", "7"))
IMPORT = "import tensorflow.compat.v1"
TITLES = ["read_data_sets, s (reference: gzip alone)", "script, s (reference: import TensorFlow)",
          "script, s (reference: import TensorFlow, gc.freeze())", "read_data_sets, s",
          "its peak memory, MB", "5,500 batches, s", "slowest batch, ms"]


def here():
    train = input_data.read_data_sets(MNIST_DIR, one_hot=True).train
    return iter(lambda: train.next_batch(100), None)


def gzip_alone():
    return [gzip.open(MNIST_DIR / name).read() for name in input_data.FILES]


def plain():
    """Scale all images at once, and move all of them in each epoch."""
    images, labels, *_ = gzip_alone()
    images = np.frombuffer(images, np.uint8, offset=16).reshape(-1, 784)[5000:].astype(np.float32)
    images *= np.float32(1 / 255)
    return draw(images, np.eye(10)[np.frombuffer(labels, np.uint8, offset=8)[5000:]])


def draw(images, labels):
    while True:
        order = np.random.permutation(len(images))
        images, labels = images[order], labels[order]
        yield from zip(np.split(images, 550), np.split(labels, 550))


def measure(load):
    """Print what a loader costs in this process, which has done nothing else."""
    memory, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter()
    batches = iter(load())
    times = [time.perf_counter()]
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory
    for _ in zip(range(5500), batches):
        times.append(time.perf_counter())
    batches = times[-1] - times[0]
    print(json.dumps([times[0] - start, memory / 1024, batches, 1e3 * max(np.diff(times))]))


def seconds(*arguments):
    start = time.perf_counter()
    run_python(*arguments).check_returncode()
    return time.perf_counter() - start


def main():
    runs = []
    for _ in range(RUNS):
        ours, theirs, unpacked = (json.loads(run_python(__file__, load).stdout)
                                  for load in ("here", "plain", "gzip_alone"))
        script = seconds("mnist_softmax.py")
        frozen = seconds("-c", f"{IMPORT}, gc; gc.freeze()")
        runs.append([(ours[0], unpacked[0]), (script, seconds("-c", IMPORT)), (script, frozen),
                     *zip(ours, theirs)])
    print(f"| medians of {RUNS} runs in turn | here | reference | ratio |\n|---|---|---|---|")
    for title, (ours, theirs) in zip(TITLES, np.median(runs, axis=0)):
        print(f"| {title} | {ours:.2f} | {theirs:.2f} | {ours / theirs:.2f} |")


if __name__ == "__main__":
    measure(globals()[sys.argv[1]]) if sys.argv[1:] else main()
