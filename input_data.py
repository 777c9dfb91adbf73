"""Fetch MNIST, read it, and hand it out in batches: TensorFlow 1's `input_data`, on NumPy alone.

A drop-in for `tensorflow.examples.tutorials.mnist.input_data`, which TensorFlow 2 dropped:

    import input_data
    mnist = input_data.read_data_sets("MNIST_data/", one_hot=True)
    batch_xs, batch_ys = mnist.train.next_batch(100)

"TensorFlow 1.15" below means TensorFlow 1.15.5, against whose own batches this module is tested.
"""
import collections
import contextlib
import glob
import gzip
import hashlib
import http.client
import io
import os
import secrets
import ssl
import struct
import sys
import time
import urllib.request
import zlib

import numpy as np
from numpy.random import RandomState  # NumPy 2 would else load numpy.random at the first batch

# ---- What may be changed: it is read when it is used -----------------------------------------

# Copies of the files that Yann LeCun's own site no longer serves, in the order they are tried. To
# have others, change MIRRORS; DEFAULT_SOURCE_URL stands for all of them.
DEFAULT_SOURCE_URL = "https://storage.googleapis.com/cvdf-datasets/mnist/"
MIRRORS = [DEFAULT_SOURCE_URL, "https://ossci-datasets.s3.amazonaws.com/mnist/"]

ATTEMPTS = 3  # rounds over all sources of a file
TIMEOUT = 20  # seconds without a byte before a try is given up
MIN_SPEED = 10_000  # bytes a second of a file, on average, that keep a try alive after TIMEOUT
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

# ---- The data sets ---------------------------------------------------------------------------


def read_data_sets(train_dir, fake_data=False, one_hot=False, dtype=np.float32, reshape=True,
                   validation_size=5000, seed=None, source_url=DEFAULT_SOURCE_URL, num_classes=10):
    """Return MNIST as three `DataSet`s, of 55,000, 5,000 and 10,000 examples.

    Args:
      train_dir: the folder of the four files, a str or path object; made if it is missing. What
        is not there is downloaded; a valid file is used, whatever it shows, and never replaced.
      fake_data: whether to draw digits instead: 70,000, the same every time, with neither disk nor
        network. (TensorFlow 1.15 gave rows of ones, on which nothing can be learned.)
      one_hot: whether labels are one-hot rows, float64 [number, num_classes], else uint8 [number].
      dtype: float32 for images from 0.0 to 1.0, uint8 for 0 to 255; NumPy's, TensorFlow's, a name.
      reshape: whether images are rows, [number, rows * columns], else [number, rows, columns, 1].
      validation_size: how many training examples, the first ones, become the validation set.
      seed: an integer repeats the batches that TensorFlow 1.15 drew for it. With None they follow
        the seed of `tf.set_random_seed`, if that was called before, else NumPy's global generator.
      source_url: where the files are, in place of MIRRORS: a URL to which a file's name is
        appended. They may hold anything in MNIST's format.
      num_classes: length of a one-hot row.

    Raises:
      OSError: a file could not be downloaded, read or written.
      ValueError: the files do not go together, or an argument does not fit them.
      TypeError: dtype is neither float32 nor uint8.
    """
    # One generator for the three sets, as in TensorFlow 1.15: their batches draw from one stream.
    options = {"dtype": _image_dtype(dtype), "reshape": reshape, "seed": _random_generator(seed)}
    if fake_data:
        _tell("These are drawn digits: what is learned from them says nothing about MNIST.\n")
        images, labels = _draw_digits(70000)
        train_images, test_images = np.split(images, [60000])
        train_labels, test_labels = np.split(labels, [60000])
    else:
        sources = _sources(source_url)
        # (path, array) of each, in the order of OFFICIAL_FILES.
        files = [_get_file(os.path.join(train_dir, name), sources, name) for name in OFFICIAL_FILES]
        for (images_path, images), (labels_path, labels) in (files[:2], files[2:]):
            if len(images) != len(labels):
                raise ValueError(f"{len(images)} images in {images_path} do not go with "
                                 f"{len(labels)} labels in {labels_path}: replace one of the two")
        train_images, train_labels, test_images, test_labels = (array for _, array in files)
    if not 0 <= validation_size <= len(train_images):
        raise ValueError(f"validation_size is {validation_size}; it must be from 0 to "
                         f"{len(train_images)}, the number of training examples")
    if one_hot:
        train_labels = dense_to_one_hot(train_labels, num_classes)
        test_labels = dense_to_one_hot(test_labels, num_classes)
    parts = [(train_images[validation_size:], train_labels[validation_size:]),
             (train_images[:validation_size], train_labels[:validation_size]),
             (test_images, test_labels)]
    return Datasets(*(DataSet(*part, **options) for part in parts))


class Datasets(collections.namedtuple("Datasets", "train validation test")):
    """The three `DataSet`s of `read_data_sets`."""

    @property
    def valid(self):
        """The validation set, by the name that the tutorial calls it."""
        return self.validation


class DataSet:
    """Images with their labels, served in batches.

    Attributes:
      images: all images, float32 or uint8, [number, pixels] or [number, rows, columns, depth].
      labels: all labels, uint8 [number] or one-hot float64 [number, num_classes].
      num_examples: how many there are of each.
      epochs_completed: how many times the batches have gone beyond the end of the set.

    `images` and `labels` keep the file's order; what is written into them reaches the next batches.
    """

    def __init__(self, images, labels, fake_data=False, one_hot=False, dtype=np.float32,
                 reshape=True, seed=None):
        """Make a set of images [number, rows, columns, depth], 0 to 255, and their labels.

        The arrays are kept; only images that are not uint8 are copied. fake_data draws 10,000
        digits instead, with one-hot labels if one_hot says so. The rest is as in `read_data_sets`.
        """
        self._to_float = _image_dtype(dtype) == np.float32
        if fake_data:
            images, labels = _draw_digits(10000)
            labels = dense_to_one_hot(labels, 10) if one_hot else labels
        if len(images) != len(labels):
            raise ValueError(f"{len(images)} images do not go with {len(labels)} labels: "
                             "each image needs one label")
        if reshape:
            images = images.reshape(len(images), int(np.prod(images.shape[1:])))
        if self._to_float and images.dtype != np.uint8:
            images = _scale(images)  # so that only what is still to be scaled is uint8
        self._images = images
        self.labels = labels
        self.num_examples = len(labels)
        self._random = _random_generator(seed)
        self._order = np.arange(len(labels))
        self._queue = self._order[:0]  # what is left of the order in this epoch
        self._epochs_begun = 0

    def __repr__(self):
        dtype = np.dtype(np.float32) if self._to_float else self._images.dtype
        return (f"<DataSet: images {dtype} {list(self._images.shape)}, "
                f"labels {self.labels.dtype} {list(self.labels.shape)}>")

    @property
    def images(self):
        self._images = self._convert(self._images)  # not before somebody asks for all of them
        return self._images

    @property
    def epochs_completed(self):
        return max(self._epochs_begun - 1, 0)

    def next_batch(self, batch_size, fake_data=False, shuffle=True):
        """Return the images and the labels of the next `batch_size` examples, 1 or more.

        At the end of an epoch a batch takes what is left and goes on with the next one, or with as
        many as it needs. shuffle tells whether the epochs that it begins are shuffled. fake_data
        has no effect; old scripts give it. Below 1, or from an empty set: ValueError.
        """
        if batch_size < 1 or not self.num_examples:
            raise ValueError(f"batch_size is {batch_size} and the set has {self.num_examples} "
                             "examples: both must be 1 or more")
        while len(self._queue) < batch_size:
            self._epochs_begun += 1
            if shuffle:  # what is in order now, as TensorFlow 1.15 shuffled the shuffled arrays
                permutation = np.arange(self.num_examples)
                (self._random or np.random).shuffle(permutation)
                self._order = self._order[permutation]
            self._queue = np.concatenate((self._queue, self._order))
        indices, self._queue = np.split(self._queue, [batch_size])
        return self._convert(self._images[indices]), self.labels[indices]

    def _convert(self, images):
        """Return images as they are handed out; their dtype tells if that is still to be done."""
        return _scale(images) if self._to_float and images.dtype == np.uint8 else images


def _scale(images):
    """Return images 0 to 255 as float32 0.0 to 1.0, rounded as TensorFlow 1.15 did."""
    return np.multiply(images, np.float32(1 / 255), dtype=np.float32)


def _image_dtype(dtype):
    """Return one of the two dtypes of images, given as NumPy's, TensorFlow's or a name."""
    with contextlib.suppress(TypeError):
        image_dtype = np.dtype(getattr(dtype, "as_numpy_dtype", dtype))
        if image_dtype in (np.float32, np.uint8):
            return image_dtype
    raise TypeError(f"images cannot be of dtype {dtype!r}: choose float32 or uint8")


def _random_generator(seed):
    """Return the generator that a seed means, or None where batches follow NumPy's global one."""
    if isinstance(seed, RandomState):
        return seed  # of a read_data_sets call, for its three sets
    tf = sys.modules.get("tensorflow")  # looked up, as importing it would take seconds
    if seed is None:
        with contextlib.suppress(AttributeError):  # not there, or only half imported by now
            # Where old code runs, "tensorflow" may be compat.v1 itself.
            seed = getattr(tf.compat, "v1", tf).get_seed(None)[0]
    # The modulus is TensorFlow 1.15's: it takes every integer for a seed.
    return None if seed is None else RandomState(int(seed) % (2**31 - 1))


# ---- How a file is read ----------------------------------------------------------------------

# IDX magic numbers: two zero bytes, 8 for unsigned bytes, and the number of dimensions
# (described on LeCun's MNIST page, http://yann.lecun.com/exdb/mnist/).
LABELS_MAGIC = 0x0801  # 2049
IMAGES_MAGIC = 0x0803  # 2051
_GZIP_MAGIC = b"\x1f\x8b"
_SLICE = 2**18  # bytes that are unpacked or received at a time


def _magic(path):
    """Return the magic number that a data file must have, by its name."""
    return LABELS_MAGIC if "labels" in os.path.basename(path) else IMAGES_MAGIC


def extract_images(f):
    """Return the images in an IDX file, uint8 [number, rows, columns, 1], values 0 to 255.

    f is its path, or an open binary file; gzipped or not. What is not one complete IDX file of
    images is a ValueError that names it; what cannot be read is an OSError.
    """
    return _read_idx(f, IMAGES_MAGIC)


def extract_labels(f, one_hot=False, num_classes=10):
    """Return the labels in an IDX file: uint8 [number], or one-hot float64 [number, num_classes].

    f and the errors are as for `extract_images`; a label that does not fit is a ValueError, too.
    """
    labels = _read_idx(f, LABELS_MAGIC)
    return dense_to_one_hot(labels, num_classes) if one_hot else labels


def dense_to_one_hot(labels_dense, num_classes):
    """Return one-hot rows, float64 [number, num_classes], of integer labels [number].

    A label outside 0 … num_classes - 1 is a ValueError; TensorFlow 1.15 set a bit in another row.
    """
    labels_dense = np.ravel(labels_dense)
    misfits = labels_dense[(labels_dense < 0) | (labels_dense >= num_classes)]
    if len(misfits):
        raise ValueError(f"label {misfits[0]} does not fit num_classes={num_classes}: labels go "
                         "from 0 to num_classes - 1, so num_classes must be larger than each one")
    return np.eye(num_classes)[labels_dense]


def _read_idx(f, magic):
    """Return the uint8 array in an IDX file, given as a path or an open file.

    An IDX file is a header of big-endian 32-bit integers (the magic number, then each dimension)
    and the array's bytes. The header is not believed: memory is taken only for what is there, and
    no more is unpacked than it announces, and one byte to see whether there is more.
    """
    if not hasattr(f, "read"):
        with open(f, "rb") as opened:
            return _read_idx(opened, magic)
    kind, dimensions = ("image", 3) if magic == IMAGES_MAGIC else ("label", 1)
    problem = (f"{getattr(f, 'name', 'this')} is not a valid MNIST {kind} file "
               "and has to be fetched again: ")
    body, content = f.read(), bytearray()
    unpacked = io.BytesIO(body)
    if body.startswith(_GZIP_MAGIC):
        unpacked = gzip.GzipFile(fileobj=unpacked)
    try:
        header = unpacked.read(4 + 4 * dimensions)
        if header[:4] != struct.pack(">I", magic):
            raise ValueError(f"{problem}it begins with {header[:4]}, not the magic number {magic}")
        shape = struct.unpack(f">{dimensions}I", header[4:])
        size = np.prod(np.array(shape, object))  # of Python integers: exact, however large
        for piece in iter(lambda: unpacked.read(min(_SLICE, size + 1 - len(content))), b""):
            content.extend(piece)
    except (EOFError, OSError, struct.error, zlib.error) as error:
        raise ValueError(f"{problem}its data is damaged: {error}") from None
    if len(content) != size or size == 0:
        found = "more" if len(content) > size else len(content) or "nothing"
        raise ValueError(f"{problem}its header announces {size} bytes for the shape {shape}, "
                         f"but it holds {found}")
    return np.frombuffer(content, np.uint8).reshape((*shape, 1) if kind == "image" else shape)


# ---- How a file is fetched -------------------------------------------------------------------


def maybe_download(filename, work_directory, source_url):
    """Return the path (str) of a data file in a folder, downloaded first if it is not there.

    With "labels" in its name it is a label file, else an image file. source_url is the URL of the
    file itself; the default mirror's stands for all MIRRORS. The path may be that of the unpacked
    twin, without ".gz". A damaged file is kept as ".damaged". OSError: no source or folder works.
    """
    base_url, slash, remote_name = source_url.rpartition("/")
    path = os.path.join(work_directory, filename)
    return _get_file(path, _sources(base_url + slash), remote_name)[0]


def _sources(source_url):
    """Return the base URLs to try, in order: all MIRRORS for the default one."""
    is_default = (source_url or DEFAULT_SOURCE_URL).rstrip("/") == DEFAULT_SOURCE_URL.rstrip("/")
    return list(MIRRORS) if is_default else [source_url]


def _get_file(path, sources, remote_name):
    """Return the path of a data file or its unpacked twin, and the array; fetch what is missing."""
    path = os.path.expanduser(path)
    damage = ""
    for candidate in (path, path[:-len(".gz")]) if path.endswith(".gz") else (path,):
        try:
            found = candidate, _read_idx(candidate, _magic(path))
            break
        except FileNotFoundError:
            continue
        except ValueError as error:
            kept = f"{candidate}.{secrets.token_hex(4)}.damaged"
            with contextlib.suppress(FileNotFoundError):  # another process was quicker
                os.rename(candidate, kept)
                damage += _tell(f"{error}; the damaged file is kept as {kept}\n")
    else:
        found = path, _download(path, sources, remote_name, damage)
    # What processes that were killed while they wrote this file have left beside it.
    for leftover in glob.glob(glob.escape(path) + ".*.incomplete"):
        with contextlib.suppress(OSError):
            os.remove(leftover)
    return found


def _download(path, sources, remote_name, damage):
    """Save the first valid file that a source sends, and return the array in it."""
    directory, filename = os.path.split(path)
    if set(sources) & set(MIRRORS):
        _refuse_to_mix(path, damage)
    answers = {}
    for attempt in range(ATTEMPTS):
        time.sleep(attempt)  # longer before each round, for what may pass
        for source in list(sources):
            url = source + ("" if source.endswith(("/", "=")) else "/") + remote_name
            official = OFFICIAL_FILES.get(remote_name) if source in MIRRORS else None
            try:
                body = _fetch(url, filename, official)
                array = _read_idx(io.BytesIO(body), _magic(filename))
            except (OSError, http.client.HTTPException, ValueError) as error:
                answer = f"  {url}: {error}"  # whose words must not steer the terminal
                answers[url] = "".join(c if c.isprintable() else "?" for c in answer)
                sources.append(sources.pop(0))  # so it is not tried first for the next file
            else:
                _save(body, path)
                return array
    raise OSError("\n".join([
        f"{damage}{filename} could not be downloaded:", *answers.values(),
        f"Put the four files ({', '.join(OFFICIAL_FILES)}) into {directory or os.curdir} by hand, "
        "name another source_url, or do without MNIST: fake_data=True "
        "(mnist_softmax.py --fake_data) draws digits."]))


def _refuse_to_mix(path, damage):
    """Raise OSError if this file of MNIST would come to lie among valid files of other data."""
    for name, (size, _) in OFFICIAL_FILES.items():
        other = os.path.join(os.path.dirname(path), name)
        other = other if os.path.exists(other) else other[:-len(".gz")]
        if os.path.exists(other) and os.path.getsize(other) != size:
            with contextlib.suppress(ValueError):  # a damaged file is no data
                _read_idx(other, _magic(name))
                raise OSError(f"{damage}{path} is missing and not fetched from MIRRORS: {other} is "
                              f"not MNIST's own file of {size} bytes. Give the source_url of that "
                              "data, put the file there by hand, or name another folder.")


def _fetch(url, filename, official):
    """Return the body at url, a gzip file; official: the size and SHA-256 that it must have."""
    context = ssl.create_default_context()
    # Python from python.org knows no certificate authorities on macOS. TensorFlow brings some.
    with contextlib.suppress(ImportError, OSError):
        import certifi
        context.load_verify_locations(certifi.where())
    limit = official[0] if official else MAX_BYTES
    body = bytearray()
    try:
        with urllib.request.urlopen(url, timeout=TIMEOUT, context=context) as response:
            total = (getattr(response, "length", None) or limit) / 1e6
            start = time.monotonic()
            for piece in iter(lambda: response.read1(min(_SLICE, limit + 1 - len(body))), b""):
                body.extend(piece)
                _tell(f"{filename}: {len(body) / 1e6:.3f} of {total:.3f} MB\r", on_terminal=True)
                seconds = time.monotonic() - start
                if seconds > TIMEOUT and len(body) < MIN_SPEED * seconds:
                    raise TimeoutError(f"sends only {len(body)} bytes in {seconds:.0f} seconds")
    finally:
        if body:
            _tell(f"{filename}: {len(body) / 1e6:.3f} MB from {url}\n")
    if len(body) > limit:
        raise ValueError(f"sends more than the expected {limit} bytes")
    if official and official != (len(body), hashlib.sha256(body).hexdigest()):
        raise ValueError(f"sends {len(body)} bytes, expected {limit} with SHA-256 {official[1]}")
    if not body.startswith(_GZIP_MAGIC):
        raise ValueError(f"sends no gzip file, it begins with {bytes(body[:16])}")
    return body


def _save(body, path):
    """Write a file beside `path` and move it there in one step: it is there whole or not at all."""
    temporary = f"{path}.{secrets.token_hex(4)}.incomplete"
    try:
        os.makedirs(os.path.dirname(path) or os.curdir, exist_ok=True)
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


def _tell(text, on_terminal=False):
    """Write text to standard error, perhaps only if that is a terminal, and return it."""
    with contextlib.suppress(AttributeError, OSError, ValueError):  # it is None, full or closed
        if sys.stderr.isatty() or not on_terminal:
            sys.stderr.write(text)
            sys.stderr.flush()
    return text


# ---- Drawn digits, for where there is no MNIST -----------------------------------------------

_GLYPHS = """
    .###. ..#.. .###. ##### ...#. ##### ..##. ##### .###. .###.
    #...# .##.. #...# ....# ..##. #.... .#... ....# #...# #...#
    #...# ..#.. ....# ...#. .#.#. ####. #.... ...#. #...# #...#
    #...# ..#.. ...#. ..##. #..#. ....# ####. ..#.. .###. .####
    #...# ..#.. ..#.. ....# ##### ....# #...# ..#.. #...# ....#
    #...# ..#.. .#... #...# ...#. #...# #...# ..#.. #...# ...#.
    .###. .###. ##### .###. ...#. .###. .###. ..#.. .###. .##.."""


def _draw_digits(number):
    """Return drawn digits, uint8 [number, 28, 28, 1], and their labels, uint8 [number]."""
    rows = [[list(cell) for cell in line.split()] for line in _GLYPHS.strip().splitlines()]
    glyphs = (np.array(rows) == "#").astype(np.uint8).swapaxes(0, 1)  # [10, 7, 5]
    digits = np.pad(glyphs.repeat(3, 1).repeat(3, 2), [(0, 0), (3, 4), (6, 7)], "constant")
    moved = np.array([np.roll(digits, (down, right), axis=(1, 2))
                      for down in range(-3, 4) for right in range(-6, 7)])  # [91, 10, 28, 28]
    random = RandomState(0)  # its stream is frozen: the same digits every time and everywhere
    labels = random.randint(10, size=number).astype(np.uint8)
    images = moved[random.randint(len(moved), size=number), labels]
    images *= random.randint(24, 193, size=(number, 1, 1)).astype(np.uint8)  # brightness
    images += np.frombuffer(random.bytes(images.size), np.uint8).reshape(images.shape) // 4  # noise
    return images[..., np.newaxis], labels
