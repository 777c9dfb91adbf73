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


def with_gzip():
    return [gzip.open(PROJECT / "MNIST_data" / name).read() for name in input_data.FILES]


def here():
    train = input_data.read_data_sets(PROJECT / "MNIST_data", one_hot=True).train
    return iter(lambda: train.next_batch(100), None)


def eager():
    """Load in the plain way: scale all images at once, and move all of them in each epoch."""
    images, labels, *_ = with_gzip()
    images = np.frombuffer(images, np.uint8, offset=16).reshape(-1, 784)[5000:].astype(np.float32)
    images *= np.float32(1 / 255)
    return draw([images, np.eye(10)[np.frombuffer(labels, np.uint8, offset=8)[5000:]]])


def draw(arrays):
    while True:
        order = np.random.permutation(len(arrays[0]))
        arrays = [array[order] for array in arrays]
        for start in range(0, len(order), 100):
            yield [array[start:start + 100] for array in arrays]


def peak_memory():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024  # MB, on Linux


def measure(load):
    """Print what a loader costs in this process, which has done nothing else."""
    memory, start = peak_memory(), time.perf_counter()
    batches = iter(load())
    times = [time.perf_counter()]
    memory = peak_memory() - memory
    for _ in zip(range(BATCHES), batches):
        times.append(time.perf_counter())
    print(json.dumps([times[0] - start, memory, times[-1] - times[0], 1e3 * max(np.diff(times))]))


def main():
    commands = {"script": ["mnist_softmax.py"], "TensorFlow": ["-c", "import tensorflow.compat.v1"],
                **{name: [__file__, name] for name in ("here", "with_gzip", "eager")}}
    figures = {name: [] for name in commands}
    for name in RUNS * list(commands):
        start = time.perf_counter()
        printed = subprocess.run([sys.executable, *commands[name]], cwd=PROJECT, check=True,
                                 stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
        seconds = time.perf_counter() - start
        figures[name].append(json.loads(printed) if __file__ in commands[name] else [seconds])
    print(f"| medians of {RUNS} runs in turn | here | reference | ratio |\n|---|---|---|---|")
    for title, figure, *names in [
            ("read_data_sets, s", 0, "here", "with_gzip"), ("the same", 0, "here", "eager"),
            ("its peak memory, MB", 1, "here", "eager"), ("all batches, s", 2, "here", "eager"),
            ("slowest batch, ms", 3, "here", "eager"), ("script, s", 0, "script", "TensorFlow")]:
        ours, theirs = (statistics.median(row[figure] for row in figures[name]) for name in names)
        print(f"| {title} | {ours:.2f} | {names[1]}: {theirs:.2f} | {ours / theirs:.2f} |")


if __name__ == "__main__":
    measure(globals()[sys.argv[1]]) if sys.argv[1:] else main()
