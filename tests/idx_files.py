"""Make the files that the tests read: IDX arrays, gzipped or not."""
import gzip
import struct

import numpy as np

NAMES = ["train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz",
         "t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"]


def idx(array, header=None, shape=None):
    """Return an IDX file of bytes; `header` and `shape` override what its header says."""
    header = header or bytes([0, 0, 8, array.ndim])
    shape = shape or array.shape
    return header + struct.pack(f">{len(shape)}I", *shape) + array.tobytes()


def random_images(number, rows=2, columns=3, seed=0):
    return np.random.RandomState(seed).randint(256, size=(number, rows, columns)).astype(np.uint8)


def cycling_labels(number, first=0):
    """Return first, first + 1, ... as labels; 0 follows 9."""
    return (np.arange(first, first + number) % 10).astype(np.uint8)


def small_files(train=20, test=10, rows=2, columns=3, seed=0):
    """Return the four files of a small data set, {name: bytes}. Another seed gives other files."""
    arrays = (random_images(train, rows, columns, seed), cycling_labels(train, seed),
              random_images(test, rows, columns, seed + 1), cycling_labels(test, seed + 1))
    return {name: gzip.compress(idx(array), 1) for name, array in zip(NAMES, arrays)}


def gzip_bomb(values):
    """Return a small file that unpacks to this many labels, all 0."""
    millions, rest = divmod(values, 2**20)
    header = idx(np.zeros(0, np.uint8), shape=(values,))
    return gzip.compress(header + bytes(rest)) + millions * gzip.compress(bytes(2**20))


SMALL_MNIST = small_files()  # what the fixture `mirror` lets the loader take for MNIST
OTHER = small_files(seed=5)  # other data of the same shape


def write(folder, files):
    """Write files, {name: bytes}, into a folder, and return it."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, body in files.items():
        (folder / name).write_bytes(body)
    return folder


def contents(folder):
    """Return what is in a folder, {name: bytes}."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}
