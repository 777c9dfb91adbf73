"""Fetch MNIST, read it, and hand it out in batches: TensorFlow 1's `input_data`, on NumPy alone.

A drop-in for `tensorflow.examples.tutorials.mnist.input_data`, which TensorFlow 2 dropped:

    import input_data
    mnist = input_data.read_data_sets("MNIST_data/", one_hot=True)
    batch_xs, batch_ys = mnist.train.next_batch(100)

The file reads like the trip that the data takes: where it comes from, download, parse, the
`DataSet` that serves batches, and `read_data_sets`, which does it all. "TensorFlow 1.15" below
means TensorFlow 1.15.5, against whose own batches this module is tested.
"""
import collections
import contextlib
import glob
import gzip
import hashlib
import http.client
import io
import itertools
import os
import secrets
import socket
import struct
import sys
import time
import urllib.error
import urllib.request
import zlib

import numpy as np
from numpy.random import RandomState  # NumPy 2 would else load numpy.random at the first batch

# ---------------------------------------------------------------------------------------------
# Where the data comes from. These may be changed: they are read whenever they are used.

# Copies of the files that Yann LeCun's own site no longer serves, in the order they are tried.
DEFAULT_SOURCE_URL = "https://storage.googleapis.com/cvdf-datasets/mnist/"
MIRRORS = [DEFAULT_SOURCE_URL, "https://ossci-datasets.s3.amazonaws.com/mnist/"]

TIMEOUT = 20  # seconds without a byte before a try is given up
ATTEMPTS = 3  # tries per mirror, for errors that may pass
MAX_BYTES = 2**30  # the largest file taken from a source_url of the user's own

# Size in bytes and SHA-256 of the official files, which is what MIRRORS must send.
OFFICIAL_FILES = {
    "train-images-idx3-ubyte.gz": (
        9912422, "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"),
    "train-labels-idx1-ubyte.gz": (
        28881, "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"),
    "t10k-images-idx3-ubyte.gz": (
        1648877, "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"),
    "t10k-labels-idx1-ubyte.gz": (
        4542, "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"),
}

# IDX magic numbers: two zero bytes, 8 for unsigned bytes, and the number of dimensions
# (described on LeCun's MNIST page, http://yann.lecun.com/exdb/mnist/).
LABELS_MAGIC = 0x0801  # 2049
IMAGES_MAGIC = 0x0803  # 2051

_GZIP_MAGIC = b"\x1f\x8b"
_SLICE = 2**18  # bytes that are received or unpacked at a time
_SIGNATURE_SOURCE_URL = DEFAULT_SOURCE_URL  # the default that signatures keep, even if it changes

# ---------------------------------------------------------------------------------------------
# Download


def maybe_download(filename, work_directory, source_url):
    """Return the path of a data file, downloaded first if it is not there.

    Args:
      filename: name in the folder; with "labels" in it a label file, else an image file.
      work_directory: the folder, a str or path object; made if it is missing.
      source_url: URL of the file itself. The default mirror's URL stands for all of MIRRORS.

    Returns:
      The path as a str: of the file, or of its uncompressed twin (the name without ".gz") if
      only that is there. A valid file is never replaced; a damaged one is kept under a name
      that ends in ".damaged".

    Raises:
      OSError: no source had the file, or the folder cannot be used.
    """
    base_url, slash, remote_name = source_url.rpartition("/")
    path = os.path.join(work_directory, filename)
    path, _ = _read_or_download(path, _mirrors(base_url + slash), remote_name)
    return path


def _mirrors(source_url):
    """Return the base URLs to try for source_url, as a new list: all MIRRORS for the default one.

    A DEFAULT_SOURCE_URL that was changed without MIRRORS is a source of the user's own.
    """
    if source_url in (None, "", _SIGNATURE_SOURCE_URL):
        source_url = DEFAULT_SOURCE_URL
    is_default = source_url in (_SIGNATURE_SOURCE_URL, *MIRRORS[:1])
    return list(MIRRORS) if is_default else [source_url]


def _read_or_download(path, mirrors, remote_name):
    """Return the path of a data file or of its uncompressed twin, and the uint8 array in it.

    Mirrors that fail are moved to the end of the list `mirrors`.
    """
    magic = LABELS_MAGIC if "labels" in os.path.basename(path) else IMAGES_MAGIC
    damage = ""
    for candidate in [path, path[:-len(".gz")]] if path.endswith(".gz") else [path]:
        try:
            with open(candidate, "rb") as f:
                identity = os.fstat(f.fileno())
                content = _read_idx(f, magic)
        except (FileNotFoundError, NotADirectoryError):
            continue
        except ValueError as error:
            damage += _set_aside(candidate, identity, str(error))
            continue
        _remove_leftovers(path)
        return candidate, content

    _make_folder(os.path.dirname(path) or os.curdir)
    body, content = _download(path, mirrors, remote_name, magic, damage)
    _save(body, path)
    _remove_leftovers(path)
    return path, content


def _set_aside(path, identity, problem):
    """Rename a damaged file, tell so on standard error, and return what was told."""
    kept = f"{path}.{secrets.token_hex(4)}.damaged"
    try:
        os.rename(path, kept)
    except FileNotFoundError:
        return ""  # another process was quicker
    except OSError as error:
        raise OSError(error.errno, f"{problem}; {error.strerror} to rename it "
                      "(delete it, or name another folder)", path) from None
    if not os.path.samestat(identity, os.stat(kept)):
        os.replace(kept, path)  # another process had put a good file there in the meantime
        return ""
    message = f"{problem}; the damaged file is kept as {kept}\n"
    sys.stderr.write(message)
    return message


def _make_folder(directory):
    """Make the folder, with its parents, if it is not there."""
    try:
        os.makedirs(directory, exist_ok=True)
    except OSError as error:
        reason = "Not a folder" if isinstance(error, FileExistsError) else error.strerror
        raise OSError(error.errno, f"{reason} (name another folder for the MNIST files)",
                      directory) from None


def _download(path, mirrors, remote_name, magic, damage):
    """Return the first valid body that a mirror sends, and the array in it."""
    directory, filename = os.path.split(path)
    failures = ""
    for mirror in list(mirrors):
        url = mirror + remote_name
        # None for a file that is not official: then any file of the right kind will do.
        official = OFFICIAL_FILES.get(filename) if mirror in MIRRORS else None
        try:
            body = _fetch(url, filename, official[0] if official else MAX_BYTES)
            return body, _verify(body, official, magic)
        except (OSError, http.client.HTTPException, ValueError) as error:
            failures += f"  {url}: {error}\n"
            mirrors.remove(mirror)
            mirrors.append(mirror)  # not tried first for the next file
    raise OSError(
        f"{damage}{filename} could not be downloaded:\n{failures}"
        f"Put the four files ({', '.join(OFFICIAL_FILES)}) into {directory or os.curdir} by hand, "
        "name another source_url, or do without MNIST: fake_data=True "
        "(mnist_softmax.py --fake_data) draws digits.")


def _fetch(url, filename, limit):
    """Return the body at url, a bytearray of at most `limit` bytes, trying again what may pass."""
    attempt = 1
    while True:
        try:
            with urllib.request.urlopen(url, timeout=TIMEOUT) as response:
                return _receive(response, filename, limit)
        except (OSError, http.client.HTTPException) as error:
            if attempt >= ATTEMPTS or not _may_pass(error):
                raise
        time.sleep(2 ** (attempt - 1))  # 1 s, 2 s, 4 s, …
        attempt += 1


def _may_pass(error):
    """Return whether the same request may succeed in a moment."""
    if isinstance(error, urllib.error.HTTPError):
        return error.code == 429 or error.code >= 500
    reason = getattr(error, "reason", error)  # URLError wraps what went wrong
    return isinstance(reason, (
        socket.timeout, TimeoutError, ConnectionResetError, ConnectionAbortedError,
        BrokenPipeError, http.client.IncompleteRead))


def _receive(response, filename, limit):
    """Return the body of a response, and show on standard error how it arrives."""
    announced = getattr(response, "length", None)  # None: the server does not say
    if announced is not None and announced > limit:
        raise ValueError(f"announces {announced} bytes, expected at most {limit}")
    shows_bar = sys.stderr.isatty()
    body = bytearray()
    try:
        while len(body) <= limit:
            piece = response.read1(min(_SLICE, limit + 1 - len(body)))  # what has arrived
            if not piece:
                break
            body += piece
            if shows_bar:
                sys.stderr.write("\r" + _progress(filename, len(body), announced))
                sys.stderr.flush()
    finally:
        if shows_bar and body:
            sys.stderr.write("\n")
    if len(body) > limit:
        raise ValueError(f"sends more than the expected {limit} bytes")
    if announced is not None and len(body) < announced:
        raise http.client.IncompleteRead(bytes(body), announced - len(body))
    if not shows_bar:
        sys.stderr.write(f"{filename}: {len(body) / 1e6:.3f} MB from {response.geturl()}\n")
    return body


def _progress(filename, received, total):
    """Return for instance "t10k-images-idx3-ubyte.gz [#####     ] 0.824 of 1.649 MB"."""
    if not total:
        return f"{filename} {received / 1e6:.3f} MB"
    bar = "#" * (30 * received // total)
    return f"{filename} [{bar:<30}] {received / 1e6:.3f} of {total / 1e6:.3f} MB"


def _verify(body, official, magic):
    """Return the array in a downloaded body; raise ValueError if it is not the file expected."""
    if official:
        size, sha256 = official
        if len(body) != size:
            raise ValueError(f"sends {len(body)} bytes, expected {size}")
        found = hashlib.sha256(body).hexdigest()
        if found != sha256:
            raise ValueError(f"sends a file with SHA-256 {found}, expected {sha256}")
    if not body.startswith(_GZIP_MAGIC):
        raise ValueError(f"sends no gzip file, it begins with {bytes(body[:16])}")
    return _parse_idx(io.BytesIO(body), magic)


def _save(body, path):
    """Write a file beside `path` and move it there in one step: it is there whole or not at all."""
    temporary = f"{path}.{secrets.token_hex(4)}.incomplete"
    try:
        with open(temporary, "xb") as f:
            f.write(body)
        os.replace(temporary, path)
    except OSError as error:
        # Another process that finished first may have taken ours for a leftover: no harm done.
        if not os.path.exists(path):
            raise OSError(error.errno, f"{error.strerror} (make room, or name another folder)",
                          path) from None
    finally:
        with contextlib.suppress(OSError):
            os.remove(temporary)


def _remove_leftovers(path):
    """Remove what processes that were killed while they wrote `path` have left beside it."""
    for leftover in glob.glob(glob.escape(path) + ".*.incomplete"):
        with contextlib.suppress(OSError):
            os.remove(leftover)


# ---------------------------------------------------------------------------------------------
# Parse


def extract_images(f):
    """Return the images in an IDX file, uint8 [number, rows, columns, 1], values 0 to 255.

    Args:
      f: path of the file, or an open binary file; gzipped, or already uncompressed.

    Raises:
      ValueError: it is not one complete IDX file of images; the message names it.
      OSError: it cannot be read.
    """
    return _read_idx(f, IMAGES_MAGIC)


def extract_labels(f, one_hot=False, num_classes=10):
    """Return the labels in an IDX file: uint8 [number], or one-hot float64 [number, num_classes].

    Args:
      f: path of the file, or an open binary file; gzipped, or already uncompressed.
      one_hot: whether to turn the labels into one-hot rows.
      num_classes: length of a one-hot row.

    Raises:
      ValueError: it is not one complete IDX file of labels, or a label does not fit num_classes.
      OSError: it cannot be read.
    """
    labels = _read_idx(f, LABELS_MAGIC)
    return dense_to_one_hot(labels, num_classes) if one_hot else labels


def dense_to_one_hot(labels_dense, num_classes):
    """Return one-hot rows, float64 [number, num_classes], of integer labels [number].

    Raises:
      ValueError: a label is not in 0 … num_classes - 1. (TensorFlow 1.15 silently set a bit in
        another example's row.)
    """
    labels_dense = np.asarray(labels_dense).ravel()
    misfits = labels_dense[(labels_dense < 0) | (labels_dense >= num_classes)]
    if len(misfits):
        raise ValueError(f"label {misfits[0]} does not fit num_classes={num_classes}: labels go "
                         "from 0 to num_classes - 1, so num_classes must be larger than each one")
    labels_one_hot = np.zeros((len(labels_dense), num_classes))
    labels_one_hot[np.arange(len(labels_dense)), labels_dense] = 1
    return labels_one_hot


def _read_idx(f, magic):
    """Return the array in an IDX file, given as a path or an open file; an error names the file."""
    if isinstance(f, (str, bytes, os.PathLike)):
        with open(f, "rb") as opened:
            return _read_idx(opened, magic)
    try:
        return _parse_idx(f, magic)
    except ValueError as error:
        kind = "label" if magic == LABELS_MAGIC else "image"
        name = getattr(f, "name", f)
        raise ValueError(f"{name} is not a valid MNIST {kind} file and has to be fetched again: "
                         f"{error}") from None


def _parse_idx(f, magic):
    """Return the uint8 array in an open IDX file, or raise ValueError.

    An IDX file is a header of big-endian 32-bit integers (the magic number, then each dimension)
    and the array's bytes. Nothing in it is believed before it is checked: memory is taken only
    for what the file can really hold, and no more is unpacked than its header announces.
    """
    try:
        content, length, most = _open_content(f)
        shape = _read_header(content, magic)
        size = 1
        for dimension in shape:
            size *= dimension
        announced = 4 + 4 * len(shape) + size
        if announced > most or announced % 2**32 != length % 2**32:
            raise ValueError(f"its header announces {announced} bytes for the shape {shape}, "
                             f"but the length found is {length}")
        array = _read_array(content, size)
        if content.read(1):  # reading up to the end also checks the checksum
            raise ValueError(f"it holds more than the {announced} bytes that its header announces")
    except (EOFError, OSError, zlib.error) as error:
        if getattr(error, "errno", None):
            raise  # the disk's trouble, not the file's
        raise ValueError(f"its data is damaged: {error}") from None
    return array.reshape((*shape, 1) if magic == IMAGES_MAGIC else shape)


def _open_content(f):
    """Return the content of an open file, unpacked if it is gzipped, as another open file.

    Returns:
      The content; its length in bytes, modulo 2**32 if it is gzipped; and a limit to its length.
    """
    if not f.seekable():
        f = io.BytesIO(f.read())
    start = f.tell()
    f.seek(0, os.SEEK_END)
    file_bytes = f.tell() - start
    f.seek(start)
    if f.read(len(_GZIP_MAGIC)) != _GZIP_MAGIC:
        f.seek(start)
        return f, file_bytes, file_bytes
    # A gzip stream ends with the length of its content modulo 2**32 (RFC 1952). To check it is
    # also to refuse what gzip.GzipFile takes: zeros or a second stream after the first.
    f.seek(start + max(file_bytes - 4, 0))
    length = int.from_bytes(f.read(4), "little")
    f.seek(start)
    return gzip.GzipFile(fileobj=f), length, 1032 * file_bytes  # deflate's best is 1032 to 1


def _read_header(content, magic):
    """Return the shape that an IDX header announces."""
    dimensions = magic & 0xFF
    header = content.read(4 + 4 * dimensions)
    if header[:4] != struct.pack(">I", magic):
        raise ValueError(f"it begins with {header[:4]} instead of the magic number {magic}")
    if len(header) < 4 + 4 * dimensions:
        raise ValueError(f"it ends within its header, after {len(header)} bytes")
    shape = struct.unpack(f">{dimensions}I", header[4:])
    if 0 in shape:
        raise ValueError(f"its header announces the empty shape {shape}")
    return shape


def _read_array(content, size):
    """Return the next `size` bytes as a uint8 array, read in slices to hold them only once."""
    array = np.empty(size, np.uint8)
    filled = 0
    while filled < size:
        piece = content.read(min(_SLICE, size - filled))
        if not piece:
            raise EOFError(f"it ends {size - filled} bytes too early")
        array[filled:filled + len(piece)] = np.frombuffer(piece, np.uint8)
        filled += len(piece)
    return array


# ---------------------------------------------------------------------------------------------
# Drawn digits, for where there is no MNIST

_GLYPHS = """
    .###. ..#.. .###. ##### ...#. ##### ..##. ##### .###. .###.
    #...# .##.. #...# ....# ..##. #.... .#... ....# #...# #...#
    #...# ..#.. ....# ...#. .#.#. ####. #.... ...#. #...# #...#
    #...# ..#.. ...#. ..##. #..#. ....# ####. ..#.. .###. .####
    #...# ..#.. ..#.. ....# ##### ....# #...# ..#.. #...# ....#
    #...# ..#.. .#... #...# ...#. #...# #...# ..#.. #...# ...#.
    .###. .###. ##### .###. ...#. .###. .###. ..#.. .###. .##..
"""


def _draw_digits(number):
    """Return drawn digits, uint8 [number, 28, 28, 1], and their labels, uint8 [number].

    The same for the same number on every machine: RandomState's streams are frozen, and all
    arithmetic is on integers.
    """
    rows = [[list(cell) for cell in line.split()] for line in _GLYPHS.strip().splitlines()]
    glyphs = (np.array(rows) == "#").astype(np.uint8).swapaxes(0, 1)  # [10, 7, 5]
    shapes = []
    for height, width in itertools.product((14, 17, 20), (10, 13, 16)):
        top, left = (28 - height) // 2, (28 - width) // 2
        scaled = np.zeros((10, 28, 28), np.uint8)
        scaled[:, top:top + height, left:left + width] = glyphs[
            :, np.arange(height)[:, np.newaxis] * 7 // height, np.arange(width) * 5 // width]
        # How many of the 3 x 3 pixels around each one are set: cut off low it makes a thick
        # stroke with soft edges, cut off high a thin one.
        around = sum(np.roll(scaled, move, axis=(1, 2)) for move in _moves(1, 1))
        shapes += [around.clip(cut, cut + 4) - cut for cut in (0, 2, 3)]
    moved = np.array([np.roll(shapes, move, axis=(2, 3)) for move in _moves(2, 3)])

    random = RandomState(0)
    labels = random.randint(10, size=number).astype(np.uint8)
    images = moved[random.randint(len(moved), size=number),
                   random.randint(len(shapes), size=number), labels]  # values 0 to 4
    images *= random.randint(16, 49, size=(number, 1, 1)).astype(np.uint8)  # brightness
    images += np.frombuffer(random.bytes(images.size), np.uint8).reshape(images.shape) // 4
    return images[..., np.newaxis], labels


def _moves(down, right):
    """Return all steps (rows, columns) of at most `down` rows and `right` columns."""
    return list(itertools.product(range(-down, down + 1), range(-right, right + 1)))


# ---------------------------------------------------------------------------------------------
# Batches


class DataSet:
    """Images with their labels, served in batches.

    Images are kept as they come from the file and converted when they are used: a batch when it
    is drawn, the whole set once `.images` is asked for. Shuffling moves indices, so `.images` and
    `.labels` keep the file's order, and what is written into them reaches the next batches.
    """

    def __init__(self, images, labels, fake_data=False, one_hot=False, dtype=np.float32,
                 reshape=True, seed=None):
        """Make a set of images and labels; the arrays are kept, not copied.

        Args:
          images: [number, rows, columns, depth], values 0 to 255.
          labels: [number] or one-hot [number, num_classes].
          fake_data: whether to draw 10,000 digits in place of `images` and `labels`.
          one_hot: whether the labels of these drawn digits are one-hot; not used otherwise.
          dtype: float32 turns 0 to 255 into 0.0 to 1.0, uint8 leaves images as they are. As NumPy
            dtype, name, or TensorFlow dtype.
          reshape: whether to flatten each image, [number, rows * columns * depth].
          seed: makes the batches repeatable: those that TensorFlow 1.15 drew for this seed. With
            None they follow the seed of `tf.set_random_seed`, if it has been called before, else
            NumPy's global generator.

        Raises:
          ValueError: images and labels differ in number.
          TypeError: another dtype.
        """
        self._to_float = _image_dtype(dtype) == np.float32  # still to be done on _images
        if fake_data:
            images, labels = _draw_digits(10000)
            labels = dense_to_one_hot(labels, 10) if one_hot else labels
        images, labels = np.asarray(images), np.asarray(labels)
        if len(images) != len(labels):
            raise ValueError(f"{len(images)} images do not go with {len(labels)} labels: "
                             "each image needs one label")
        if reshape:
            images = images.reshape(len(images), int(np.prod(images.shape[1:])))
        self._images = images
        self._labels = labels
        self._fake_data = fake_data
        self._drawn = None  # made by next_batch, if it is asked for digits that this set has not
        self._options = {"dtype": dtype, "reshape": reshape, "seed": seed}
        self._random = _random_generator(seed)
        self._order = np.arange(len(images))
        self._index_in_epoch = 0
        self._epochs_completed = 0

    def __repr__(self):
        dtype = np.dtype(np.float32) if self._to_float else self._images.dtype
        return (f"<DataSet: images {dtype} {list(self._images.shape)}, "
                f"labels {self._labels.dtype} {list(self._labels.shape)}>")

    @property
    def images(self):
        """All images, in the file's order: float32 or uint8, [number, pixels] or 4-D."""
        if self._to_float:
            self._images = _scale(self._images)
            self._to_float = False
        return self._images

    @property
    def labels(self):
        """All labels, in the file's order: uint8 [number] or one-hot float64."""
        return self._labels

    @property
    def num_examples(self):
        """How many images the set has."""
        return len(self._labels)

    @property
    def epochs_completed(self):
        """How many times the batches have gone through the whole set."""
        return self._epochs_completed

    def next_batch(self, batch_size, fake_data=False, shuffle=True):
        """Return the images and the labels of the next `batch_size` examples.

        At the end of an epoch a batch takes what is left and goes on with the next epoch.

        Args:
          batch_size: 1 to num_examples.
          fake_data: whether to return drawn digits, whatever the set holds.
          shuffle: whether to shuffle before the first epoch and when this batch starts another.

        Returns:
          Two arrays of batch_size rows, like those of `.images` and `.labels`.

        Raises:
          ValueError: batch_size is out of range.
        """
        if fake_data and not self._fake_data:
            if self._drawn is None:
                one_hot = self._labels.ndim > 1
                self._drawn = DataSet([], [], fake_data=True, one_hot=one_hot, **self._options)
            return self._drawn.next_batch(batch_size, shuffle=shuffle)
        if not 1 <= batch_size <= self.num_examples:
            raise ValueError(f"batch_size is {batch_size}; it must be from 1 to {self.num_examples}"
                             ", the number of examples in this set")
        start = self._index_in_epoch
        if shuffle and start == 0 and self._epochs_completed == 0:
            self._shuffle()
        end = start + batch_size
        indices = self._order[start:end]
        if end > self.num_examples:
            self._epochs_completed += 1
            if shuffle:
                self._shuffle()
            end -= self.num_examples
            indices = np.concatenate((indices, self._order[:end]))
        self._index_in_epoch = end
        images = self._images[indices]
        return _scale(images) if self._to_float else images, self._labels[indices]

    def _shuffle(self):
        """Permute the order in hand, with the draws that TensorFlow 1.15 made."""
        permutation = np.arange(self.num_examples)
        (self._random or np.random).shuffle(permutation)
        self._order = self._order[permutation]


def _image_dtype(dtype):
    """Return one of the two dtypes of images, given as NumPy's, TensorFlow's or a name."""
    with contextlib.suppress(TypeError):
        image_dtype = np.dtype(getattr(dtype, "as_numpy_dtype", dtype))
        if image_dtype in (np.float32, np.uint8):
            return image_dtype
    raise TypeError(f"images cannot be of dtype {dtype!r}: choose float32 or uint8")


def _scale(images):
    """Return images 0 to 255 as float32 0.0 to 1.0, rounded as TensorFlow 1.15 did."""
    return np.multiply(images, np.float32(1 / 255), dtype=np.float32)


def _random_generator(seed):
    """Return the set's own generator, or None where the batches follow NumPy's global one."""
    tf = sys.modules.get("tensorflow")  # looked up, as importing it would take seconds
    if seed is None and tf:
        tf1 = getattr(tf.compat, "v1", tf)  # where old code runs, "tensorflow" may be compat.v1
        seed = tf1.get_seed(None)[0]
    # The modulus is TensorFlow 1.15's: it takes every integer for a seed.
    return None if seed is None else RandomState(seed % (2**31 - 1))


class Datasets(collections.namedtuple("Datasets", "train validation test")):
    """The three `DataSet`s of `read_data_sets`."""

    __slots__ = ()

    @property
    def valid(self):
        """The validation set, by the name that the tutorial calls it."""
        return self.validation


# ---------------------------------------------------------------------------------------------
# All of it


def read_data_sets(train_dir, fake_data=False, one_hot=False, dtype=np.float32, reshape=True,
                   validation_size=5000, seed=None, source_url=DEFAULT_SOURCE_URL, num_classes=10):
    """Return MNIST as three `DataSet`s, of 55,000, 5,000 and 10,000 examples.

    Args:
      train_dir: the folder for the four files, a str or path object. What is missing there is
        downloaded; valid files are used whatever they hold: MNIST, Fashion-MNIST, own images.
      fake_data: whether to draw digits instead: 70,000, the same every time, with neither disk nor
        network. (TensorFlow 1.15 gave rows of ones, on which nothing can be learned.)
      one_hot: whether labels are one-hot rows, float64 [number, num_classes], else uint8 [number].
      dtype, reshape, seed: as for `DataSet`. The default is float32 [number, rows * columns].
      validation_size: how many training examples, the first ones, become the validation set.
      source_url: where the files are, in place of MIRRORS: a URL to which a file's name is
        appended, so it ends with a slash. Its files may hold anything in MNIST's format.
      num_classes: length of a one-hot row.

    Raises:
      OSError: a file could not be downloaded, read or written.
      ValueError: the files do not go together, or an argument does not fit them.
      TypeError: another dtype than float32 or uint8.
    """
    if fake_data:
        images, labels = _draw_digits(70000)
        train_images, test_images = images[:60000], images[60000:]
        train_labels, test_labels = labels[:60000], labels[60000:]
    else:
        mirrors = _mirrors(source_url)
        train_images, train_labels = _read_pair("train", train_dir, mirrors)
        test_images, test_labels = _read_pair("t10k", train_dir, mirrors)
    if not 0 <= validation_size <= len(train_images):
        raise ValueError(f"validation_size is {validation_size}; it must be from 0 to "
                         f"{len(train_images)}, the number of training examples")
    if one_hot:
        train_labels = dense_to_one_hot(train_labels, num_classes)
        test_labels = dense_to_one_hot(test_labels, num_classes)

    options = {"dtype": dtype, "reshape": reshape, "seed": seed}
    data_sets = Datasets(
        train=DataSet(train_images[validation_size:], train_labels[validation_size:], **options),
        validation=DataSet(
            train_images[:validation_size], train_labels[:validation_size], **options),
        test=DataSet(test_images, test_labels, **options))
    for data_set in data_sets:
        data_set._fake_data = fake_data
    return data_sets


def _read_pair(prefix, directory, mirrors):
    """Return the images and the labels in the two files whose names begin with `prefix`."""
    (images_path, images), (labels_path, labels) = (
        _read_or_download(os.path.join(directory, filename), mirrors, filename)
        for filename in (f"{prefix}-images-idx3-ubyte.gz", f"{prefix}-labels-idx1-ubyte.gz"))
    if len(images) != len(labels):
        raise ValueError(f"{len(images)} images in {images_path} do not go with {len(labels)} "
                         f"labels in {labels_path}: replace one of the two files")
    return images, labels
