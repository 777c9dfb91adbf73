"""Measure what MNIST costs here, beside plain code that does the same: python tests/benchmark.py

Needs MNIST_data/. Shows medians of MNIST_BENCHMARK_RUNS measurements, made in turn.
"""
import gzip
import json
import os
import pathlib
import resource
import statistics
import subprocess
import sys
import time

import numpy as np

PROJECT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

import input_data  # noqa: E402

RUNS = int(os.environ.get("MNIST_BENCHMARK_RUNS", "7"))
BATCHES = 5500  # of 100: ten epochs


def read_with_gzip():
    return [gzip.open(PROJECT / "MNIST_data" / f"{name}.gz").read()
            for name in input_data.MNIST_SHA256]


def load_eagerly():
    """The plain way: all images to float32 at once."""
    images, labels, *_ = read_with_gzip()
    images = np.frombuffer(images, np.uint8, offset=16).reshape(-1, 784)[5000:]
    images = np.multiply(images.astype(np.float32), 1 / 255)
    return images, np.eye(10)[np.frombuffer(labels, np.uint8, offset=8)[5000:]]


def draw_eagerly(arrays):
    """Yield batches, and move all images at the beginning of each epoch."""
    while True:
        order = np.random.permutation(len(arrays[0]))
        arrays = [array[order] for array in arrays]
        for start in range(0, len(order), 100):
            yield [array[start:start + 100] for array in arrays]


def measure(name):
    """Print what one of the loaders costs in this process, which has done nothing else."""
    unit = 2**20 if sys.platform == "darwin" else 2**10
    memory, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter()
    if name == "here":
        train = input_data.read_data_sets(PROJECT / "MNIST_data", one_hot=True).train
        batches = iter(lambda: train.next_batch(100), None)
    elif name == "eager":
        batches = draw_eagerly(load_eagerly())
    else:
        batches = iter(read_with_gzip())
    figures = [time.perf_counter() - start,
               (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory) / unit]
    times = [time.perf_counter()]
    for _ in zip(range(BATCHES), batches):
        times.append(time.perf_counter())
    print(json.dumps([*figures, times[-1] - times[0], 1000 * max(np.diff(times))]))


def main():
    commands = {"script": ["mnist_softmax.py"],
                "import of TensorFlow": ["-c", "import tensorflow.compat.v1"],
                **{name: [__file__, name] for name in ("here", "gzip", "eager")}}
    figures = {name: [] for name in commands}
    for name in RUNS * list(commands):
        start = time.perf_counter()
        printed = subprocess.run([sys.executable, *commands[name]], cwd=PROJECT, check=True,
                                 stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
        seconds = time.perf_counter() - start
        figures[name].append(json.loads(printed) if __file__ in commands[name] else [seconds])
    print(f"| medians of {RUNS} runs in turn | here | reference | ratio |\n|---|---|---|---|")
    for title, figure, ours, reference in [
            ("read_data_sets, s", 0, "here", "gzip"), ("read_data_sets, s", 0, "here", "eager"),
            ("its peak memory, MB", 1, "here", "eager"),
            (f"{BATCHES} batches of 100, s", 2, "here", "eager"),
            ("slowest of these, ms", 3, "here", "eager"),
            ("whole script, s", 0, "script", "import of TensorFlow")]:
        here, there = (statistics.median(row[figure] for row in figures[name])
                       for name in (ours, reference))
        print(f"| {title} | {here:.2f} | {reference}: {there:.2f} | {here / there:.2f} |")


if __name__ == "__main__":
    measure(*sys.argv[1:]) if sys.argv[1:] else main()
