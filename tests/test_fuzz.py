"""Files mutated at random: either they are read right, or they are refused by name.

MNIST_FUZZ_CASES sets how many; the suite tries some thousands, in a few seconds.
"""
import gzip
import os
import random
import signal
import struct
import tracemalloc
import zlib

import numpy as np
import pytest
from idx_files import cycling_labels, idx, random_images

import input_data

CASES = int(os.environ.get("MNIST_FUZZ_CASES", "4000"))
BLOCK = 1000  # cases a test, each block with a seed of its own
ORIGINALS = ((input_data.extract_images, random_images(3, 5, 4)),
             (input_data.extract_labels, cycling_labels(40)))


def gzipped(content):
    """Return content gzipped, without the time of day: a seed means the same cases every time."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return packer.compress(content) + packer.flush()


def flip_bits(data, choose):
    for _ in range(choose.randint(1, 8)):
        if data:
            data[choose.randrange(len(data))] ^= 1 << choose.randrange(8)


def cut(data, choose):
    del data[choose.randint(0, len(data)):]


def cut_out(data, choose):
    start = choose.randint(0, len(data))
    del data[start:start + choose.randint(1, 20)]


def insert(data, choose):
    place = choose.choice([0, len(data), choose.randint(0, len(data))])
    zeros = bytes(choose.randint(1, 600))
    noise = bytes(choose.randrange(256) for _ in range(choose.randint(1, 40)))
    data[place:place] = choose.choice([zeros, noise])


def change_header(data, choose):
    field = 4 * choose.randrange(4)
    value = choose.choice([0, 1, 2, 3, 4, 2049, 2051, 2**16, 2**31, 2**32 - 1,
                           choose.randrange(2**32)])
    data[field:field + 4] = struct.pack(">I", value)


def change_length(data, choose):
    data[-4:] = struct.pack("<I", choose.choice([0, 76, 2**32 - 1, choose.randrange(2**32)]))


MUTATIONS = (flip_bits, cut, cut_out, insert, change_header, change_length)


def mutate(data, choose):
    data = bytearray(data)
    for _ in range(choose.choice([1, 1, 2])):
        choose.choice(MUTATIONS)(data, choose)
    return bytes(data)


def what_it_holds(body, ndim):
    """Return the array in a file that another, careless reader finds there."""
    content = gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body
    shape = struct.unpack_from(f">{ndim}I", content, 4)
    return np.frombuffer(content, np.uint8, offset=4 + 4 * ndim).reshape(shape)


@pytest.fixture
def hang_ends_in_failure():
    def fail(*_):
        raise AssertionError("a mutated file made the reader hang")
    if not hasattr(signal, "SIGALRM"):
        yield lambda: None  # a hang is then one
        return
    before = signal.signal(signal.SIGALRM, fail)
    yield lambda: signal.alarm(10)
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize("seed", range(-(-CASES // BLOCK)))
def test_a_mutated_file_is_read_right_or_refused_by_name(tmp_path, seed, hang_ends_in_failure):
    choose = random.Random(seed)
    path = tmp_path / "mutated"
    read = refused = 0
    tracemalloc.start()
    for _ in range(BLOCK):
        extract, array = choose.choice(ORIGINALS)
        content = idx(array)
        if choose.random() < 0.5:
            content = mutate(content, choose)
        place = choose.choice([0, choose.randint(0, len(content))])  # a second member's beginning
        body = choose.choice([content, gzipped(content), gzipped(content), gzipped(content),
                              gzipped(content[:place]) + gzipped(content[place:])])
        if choose.random() < 0.6:
            body = mutate(body, choose)
        path.write_bytes(body)
        hang_ends_in_failure()
        tracemalloc.clear_traces()  # and the peak
        try:
            found = extract(path)
        except (ValueError, OSError) as error:
            refused += 1
            assert str(path) in str(error), body
        else:
            read += 1
            expected = what_it_holds(body, array.ndim)
            assert found.reshape(expected.shape).tolist() == expected.tolist(), body
        # What the reader itself needs (a slice, and buffers of gzip), and the most that these few
        # bytes could hold.
        assert tracemalloc.get_traced_memory()[1] < 3 * 2**18 + 2 * 1032 * len(body), body
    tracemalloc.stop()
    assert read
    assert refused
