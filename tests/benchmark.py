"""Measure what MNIST costs here, beside plain code that does the same: python tests/benchmark.py

Needs MNIST in MNIST_data/, where the script's first run puts it. MNIST_BENCHMARK_RUNS sets how
often each row is measured, in turn with the others; shown are medians. Asserts nothing.
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
DATA_DIR = PROJECT / "MNIST_data"
BATCHES = 5500  # of 100: ten epochs


class EagerDataSet:
    """The plain way: all images to float32 at once, and all moved at each epoch's end."""

    def __init__(self, images, labels):
        self.images = np.multiply(images.reshape(len(images), 784).astype(np.float32), 1 / 255)
        self.labels = np.eye(10)[labels]
        self.start = 0

    def shuffle(self):
        order = np.random.permutation(len(self.images))
        self.images, self.labels = self.images[order], self.labels[order]

    def next_batch(self, size):
        if self.start == 0 or self.start + size > len(self.images):
            self.shuffle()
            self.start = 0
        batch = slice(self.start, self.start + size)
        self.start += size
        return self.images[batch], self.labels[batch]


def read_with_gzip():
    contents = []
    for name in input_data.OFFICIAL_FILES:
        with gzip.open(DATA_DIR / name) as f:
            contents.append(f.read())
    return contents


def load_eagerly():
    train_images, train_labels, test_images, test_labels = read_with_gzip()
    images = np.frombuffer(train_images, np.uint8, offset=16).reshape(-1, 784)
    labels = np.frombuffer(train_labels, np.uint8, offset=8)
    test = EagerDataSet(np.frombuffer(test_images, np.uint8, offset=16).reshape(-1, 784),
                        np.frombuffer(test_labels, np.uint8, offset=8))
    return (EagerDataSet(images[5000:], labels[5000:]), EagerDataSet(images[:5000], labels[:5000]),
            test)


def load_lazily():
    return input_data.read_data_sets(DATA_DIR, one_hot=True)


def draw_batches(train):
    slowest = 0
    for _ in range(BATCHES):
        start = time.perf_counter()
        train.next_batch(100)
        slowest = max(slowest, time.perf_counter() - start)
    return slowest


def peak_megabytes():
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


LOADERS = {"read_with_gzip": read_with_gzip, "load_eagerly": load_eagerly,
           "load_lazily": load_lazily}


def measure_loader(name):
    """Print what a loader costs in this process, which has done nothing else."""
    before, start = peak_megabytes(), time.perf_counter()
    loaded = LOADERS[name]()
    figures = {"load s": time.perf_counter() - start, "peak MB": peak_megabytes() - before}
    if name != "read_with_gzip":
        start = time.perf_counter()
        figures["slowest ms"] = 1000 * draw_batches(loaded[0])
        figures["batches s"] = time.perf_counter() - start
    print(json.dumps(figures))


def wall_seconds(*command):
    start = time.perf_counter()
    subprocess.run([sys.executable, *command], cwd=PROJECT, check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)
    return {"wall s": time.perf_counter() - start}


def in_a_fresh_process(name):
    return json.loads(subprocess.check_output([sys.executable, __file__, name]))


def main():
    if not all((DATA_DIR / name).exists() for name in input_data.OFFICIAL_FILES):
        sys.exit(f"no MNIST in {DATA_DIR}: run mnist_softmax.py once, which downloads it")
    measurements = {name: lambda name=name: in_a_fresh_process(name) for name in LOADERS}
    measurements["script"] = lambda: wall_seconds(
        "mnist_softmax.py", "--data_dir", str(DATA_DIR))
    measurements["import"] = lambda: wall_seconds("-c", "import tensorflow.compat.v1")
    figures = {name: [] for name in measurements}
    for _ in range(RUNS):
        for name, measure in measurements.items():
            figures[name].append(measure())

    def median(name, figure):
        return statistics.median(run[figure] for run in figures[name])

    rows = [("read_data_sets, s", "load s", "load_lazily", "read_with_gzip", "gzip alone"),
            ("read_data_sets, s", "load s", "load_lazily", "load_eagerly", "eager"),
            ("its peak memory, MB", "peak MB", "load_lazily", "load_eagerly", "eager"),
            (f"{BATCHES} batches of 100, s", "batches s", "load_lazily", "load_eagerly", "eager"),
            ("slowest of these, ms", "slowest ms", "load_lazily", "load_eagerly", "eager"),
            ("whole script, s", "wall s", "script", "import", "import of TensorFlow")]
    print(f"| medians of {RUNS} runs in turn | here | reference | ratio |\n|---|---|---|---|")
    for title, figure, ours, reference, reference_title in rows:
        here, there = median(ours, figure), median(reference, figure)
        print(f"| {title} | {here:.2f} | {reference_title}: {there:.2f} | {here / there:.2f} |")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        measure_loader(sys.argv[1])
    else:
        main()
