"""Make the files that the tests read: IDX arrays, gzipped or not."""
import gzip
import struct

import numpy as np

NAMES = ("train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz",
         "t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz")


def idx(array, magic=None, shape=None):
    """Return the bytes of an IDX file; `magic` and `shape` replace what the header should say."""
    magic = 0x0800 + array.ndim if magic is None else magic
    shape = array.shape if shape is None else shape
    return struct.pack(f">{1 + len(shape)}I", magic, *shape) + array.tobytes()


def random_images(number, rows=28, columns=28, seed=0):
    return np.random.RandomState(seed).randint(0, 256, (number, rows, columns)).astype(np.uint8)


def cycling_labels(number, num_classes=10):
    return (np.arange(number) % num_classes).astype(np.uint8)


def small_files(train=60, test=10, num_classes=10, rows=28, columns=28):
    """Return the four files of a small data set in MNIST's format, as {name: bytes}."""
    arrays = (random_images(train, rows, columns, seed=1), cycling_labels(train, num_classes),
              random_images(test, rows, columns, seed=2), cycling_labels(test, num_classes))
    return {name: gzip.compress(idx(array)) for name, array in zip(NAMES, arrays)}


def write(folder, files):
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)


def contents(folder):
    """Return what is in a folder, as {name: bytes}."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}
