"""MNIST in batches: TensorFlow 1's `input_data` module, using only NumPy.

A drop-in replacement for `tensorflow.examples.tutorials.mnist.input_data`, removed in TensorFlow 2:

    import input_data
    mnist = input_data.read_data_sets("MNIST_data/", one_hot=True)
    mnist.train.images, mnist.train.labels  # float32 [55000, 784], float64 [55000, 10]
    batch_xs, batch_ys = mnist.train.next_batch(100)

It can also run an old TensorFlow 1 script unchanged: python input_data.py old_script.py
"""
import collections
import gzip
import hashlib
import http.client
import importlib.util
import io
import operator
import os
import re
import runpy
import secrets
import struct
import sys
import time
import traceback
import types
import urllib.request
import zlib

import numpy as np

# MNIST's files, in the order of the four arrays that _read_files returns, each with the SHA-256 of
# its uncompressed contents.
FILES = {
    "train-images-idx3-ubyte.gz":
        "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train-labels-idx1-ubyte.gz":
        "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "t10k-images-idx3-ubyte.gz":
        "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "t10k-labels-idx1-ubyte.gz":
        "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}

MAX_MNIST_BYTES = 47_040_016  # the size of the largest of them, uncompressed

DEFAULT_SOURCE_URL = "https://storage.googleapis.com/cvdf-datasets/mnist/"
LECUN_URL = "http://yann.lecun.com/exdb/mnist/"  # many scripts name it, but it no longer has MNIST

# Settings. A program can change them at any time.
# The last mirror uses plain HTTP, for computers that cannot verify certificates. This is safe
# because every file from a mirror must match FILES.
MIRRORS = [DEFAULT_SOURCE_URL, "https://ossci-datasets.s3.amazonaws.com/mnist/",
           "http://storage.googleapis.com/cvdf-datasets/mnist/"]
ATTEMPTS = 3  # how many times to try each URL of a file
TIMEOUT = 10  # seconds to wait for data before a download is given up
MAX_SECONDS = 600  # seconds until a download is given up even if data still arrives
MAX_BYTES = 2**30  # the maximum size of a download, and of a file's uncompressed contents


# ---- The data sets ------------------------------------------------------------------------------

def read_data_sets(train_dir, fake_data=False, one_hot=False, dtype=np.float32, reshape=True,
                   validation_size=5000, seed=None, source_url=DEFAULT_SOURCE_URL, num_classes=10):
    """Return MNIST as a `Datasets` tuple: 55,000 training, 5,000 validation, 10,000 test examples.

    Args:
      train_dir: the folder for the four files. Missing files are downloaded from MIRRORS.
      fake_data: True to generate 70,000 digits instead, the same ones each time, without using
        the network or the disk. (TensorFlow 1.15 repeated one all-black image.)
      one_hot: True for one-hot labels, float64 [number, num_classes]; False for class numbers,
        int64 [number].
      dtype: float32 for pixels from 0.0 to 1.0, or uint8 for pixels from 0 to 255.
      reshape: True for flat images, [number, pixels]; False for [number, rows, columns, 1].
      validation_size: how many training examples to set aside for validation.
      seed: an integer makes the batches repeatable: TensorFlow 1.15's, if nothing else uses
        np.random. The default is `tf.set_random_seed`'s seed, or else NumPy's global generator.
      source_url: the URL of a folder with other data in MNIST's format.
      num_classes: the number of classes, which is the length of a one-hot label.

    Raises:
      OSError: a file could not be downloaded, read or written.
      ValueError: the files do not match one another or an argument.
      TypeError: dtype is neither float32 nor uint8, or an argument that must be an integer is not.
    """
    # As in TensorFlow 1.15, the three sets share one random number generator, passed as their seed.
    options = {"dtype": _image_dtype(dtype), "reshape": reshape, "seed": _generator(seed)}
    validation_size = operator.index(validation_size)
    if fake_data:
        images, labels = _generate_digits(60000, seed=1)
        test_images, test_labels = _generate_digits(10000, seed=2)
    else:
        images, labels, test_images, test_labels = _read_files(train_dir, source_url)
    if not 0 <= validation_size <= len(images):
        raise ValueError(f"validation_size is {validation_size}, not from 0 to {len(images)}")
    if one_hot:
        labels = dense_to_one_hot(labels, num_classes)
        test_labels = dense_to_one_hot(test_labels, num_classes)
    return Datasets(
        train=DataSet(images[validation_size:], labels[validation_size:], **options),
        validation=DataSet(images[:validation_size], labels[:validation_size], **options),
        test=DataSet(test_images, test_labels, **options))


def load_mnist(train_dir="MNIST-data"):
    """Return `read_data_sets(train_dir)`, as `load_mnist` in tf.contrib.learn did."""
    return read_data_sets(train_dir)


class Datasets(collections.namedtuple("Datasets", "train validation test")):
    """Three `DataSet`s. `valid`, used by some tutorials, is an alias for `validation`."""

    valid = property(lambda self: self.validation)


class DataSet:
    """Images with their labels, handed out in batches.

    As in TensorFlow 1.15, each epoch reorders `images` and `labels` themselves, and scripts may
    set `_images`, `_labels`, `_num_examples`, `_epochs_completed`, and `_index_in_epoch`. Several
    threads must not use one set at the same time.
    """

    images = property(lambda self: self._images, doc="All images, in this epoch's order.")
    labels = property(lambda self: self._labels, doc="All labels, in this epoch's order.")
    num_examples = property(lambda self: self._num_examples, doc="The number of examples.")
    epochs_completed = property(lambda self: self._epochs_completed, doc="Epochs completed so far.")

    def __init__(self, images, labels, fake_data=False, one_hot=False, dtype=np.float32,
                 reshape=True, seed=None):
        """Create a set from images [number, rows, columns, depth], pixels 0 to 255, and labels.

        fake_data and one_hot are ignored. dtype, reshape, and seed are as in `read_data_sets`.
        Raises ValueError if the numbers of images and labels differ.
        """
        if len(images) != len(labels):
            raise ValueError(f"{len(images)} images but {len(labels)} labels: they must match")
        if reshape:
            images = images.reshape(len(images), int(np.prod(images.shape[1:])))  # even if empty
        self._pixels = images  # from 0 to 255 while _unscaled
        self._unscaled = _image_dtype(dtype) == np.float32
        self._labels = labels
        self._num_examples = len(images)
        self._epochs_completed = 0
        self._index_in_epoch = 0
        self._generator = _generator(seed)

    @property
    def _images(self):
        """All images, kept as bytes and scaled batch by batch until a script asks for them all."""
        if self._unscaled:
            self._pixels, self._unscaled = _scale(self._pixels), False
        return self._pixels

    @_images.setter
    def _images(self, images):
        self._pixels, self._unscaled = images, False

    def next_batch(self, batch_size, fake_data=False, shuffle=True):
        """Return the next batch as (images, labels).

        Args:
          batch_size: how many examples to return. A batch can run on into the next epoch.
          fake_data: ignored (old scripts pass it).
          shuffle: whether to shuffle each epoch that begins in this batch.

        Raises ValueError if batch_size is negative or there are no examples.
        """
        size, total = operator.index(batch_size), self._num_examples
        if size < 0 or (size > 0 and total == 0):
            raise ValueError(f"cannot take batch_size={size} from {total} examples")
        start = min(self._index_in_epoch, total)  # a script may have lowered the total
        if shuffle and start == 0 and self._epochs_completed == 0:
            self._shuffle()
        end = start + size
        parts = [self._examples(start, end)]
        while end > total:
            end -= total
            if shuffle:
                self._shuffle()
            self._epochs_completed += 1
            parts.append(self._examples(0, end))
        self._index_in_epoch = end
        # np.concatenate copies even a single part, so a script can safely modify its batch.
        images = np.concatenate([images for images, _ in parts])
        labels = np.concatenate([labels for _, labels in parts])
        return (_scale(images) if self._unscaled else images), labels

    def _examples(self, start, end):
        """Return the images and labels from start to end, or to the end of the epoch."""
        end = min(end, self._num_examples)
        return self._pixels[start:end], self._labels[start:end]

    def _shuffle(self):
        """Shuffle the images and labels together."""
        order = np.arange(self._num_examples)
        (self._generator or np.random).shuffle(order)
        pixels = np.take(self._pixels, order, axis=0)
        labels = np.take(self._labels, order, axis=0)
        self._pixels, self._labels = pixels, labels  # only now, in case of Ctrl-C


def _scale(images):
    """Scale pixels from 0..255 to float32 0.0..1.0, rounding as TensorFlow 1.15 did."""
    return images.astype(np.float32) * np.float32(1 / 255)


def _image_dtype(dtype):
    """Return NumPy's float32 or uint8 dtype, given a NumPy dtype, a TensorFlow dtype or a name."""
    image_dtype = np.dtype(getattr(dtype, "as_numpy_dtype", dtype))
    if image_dtype not in (np.float32, np.uint8):
        raise TypeError(f"images cannot have dtype {dtype!r}: choose float32 or uint8")
    return image_dtype


def _generator(seed):
    """Return a seed's generator, or None for NumPy's global one. A generator is returned as is."""
    if seed is None:
        seed = _graph_seed()
    if seed is None or isinstance(seed, np.random.RandomState):
        return seed
    seed = 0 if seed == 0.0 else operator.index(seed)  # a codelab sets 0.0
    return np.random.RandomState(seed % (2**31 - 1))  # TensorFlow's seed range


def _graph_seed():
    """Return the seed set by `tf.set_random_seed`, or None."""
    tensorflow = sys.modules.get("tensorflow")  # importing it would take seconds
    if not hasattr(tensorflow, "compat"):
        return None
    return tensorflow.compat.v1.get_default_graph().seed


# ---- Reading files ------------------------------------------------------------------------------

# A file that has been read. The SHA-256 is that of its uncompressed contents.
_IdxFile = collections.namedtuple("_IdxFile", "path array sha256")

# What reading a damaged file can raise.
_READ_ERRORS = (ValueError, OSError, EOFError, struct.error, zlib.error)


def extract_images(f):
    """Return the images in an IDX file, uint8 [number, rows, columns, 1].

    f is a path or an open binary file, gzipped or not. Raises ValueError if the file is damaged or
    holds no images.
    """
    return _read_idx(f, "images").array


def extract_labels(f, one_hot=False, num_classes=10):
    """Return the labels in an IDX file, int64 [number] or one-hot float64 [number, num_classes].

    f is as in `extract_images`. Raises ValueError if the file is damaged or has no labels, or if a
    label does not fit num_classes. (TensorFlow 1.15 returned uint8, in which 3 * 100 overflows.)
    """
    labels = _read_idx(f, "labels").array
    return dense_to_one_hot(labels, num_classes) if one_hot else labels


def dense_to_one_hot(labels_dense, num_classes):
    """Return labels [number] as one-hot rows, float64 [number, num_classes].

    Raises ValueError if a label is not from 0 to num_classes - 1, or if they are one-hot already.
    """
    labels = np.ravel(labels_dense)
    if len(labels) != len(labels_dense):
        raise ValueError(f"labels must be one number each, not {np.shape(labels_dense)} (one-hot?)")
    misfits = labels[~np.isin(labels, range(num_classes))]
    if len(misfits) > 0:
        raise ValueError(f"label {misfits[0]} is not one of 0 to {num_classes - 1} (num_classes)")
    return (labels[:, np.newaxis] == np.arange(num_classes)).astype(np.float64)


def _read_idx(f, kind):
    """Return the _IdxFile of "images" or "labels" at a path or in an open file."""
    if not hasattr(f, "read"):
        with open(f, "rb") as opened:
            return _read_idx(opened, kind)
    path = getattr(f, "name", "") or "the file"
    try:
        return _parse_idx(path, f.read(), kind, MAX_BYTES)
    except _READ_ERRORS as error:
        raise ValueError(f"{path} cannot be used: {error}") from None


def _parse_idx(path, body, kind, max_bytes, sha256=None):
    """Return the _IdxFile in the bytes of an IDX file of "images" or "labels", gzipped or not.

    An IDX file, as LeCun's page describes, is two zero bytes, the type of its values (8: unsigned
    byte), the number of dimensions, the size of each dimension as a big-endian 32-bit integer, and
    the values. Images have three dimensions and become uint8 [number, rows, columns, 1]; labels
    have one and become int64 [number]. A file that is too large, or whose SHA-256 is not the one
    that it must have, raises a ValueError before it takes more memory.
    """
    dimensions = 1 if kind == "labels" else 3
    stream = io.BytesIO(body)
    if body.startswith(b"\x1f\x8b"):  # the gzip signature
        stream = gzip.GzipFile(fileobj=stream)
    magic = stream.read(4)
    if magic != bytes([0, 0, 8, dimensions]):
        raise ValueError(f"not IDX {kind}: begins with {magic + stream.read(12)!r}")
    sizes = stream.read(4 * dimensions)
    shape = struct.unpack(f">{dimensions}I", sizes)
    count = np.prod(np.array(shape, object))  # Python integers do not overflow
    if count > max_bytes:
        raise ValueError(f"header declares {count} bytes, more than {max_bytes}")
    values = stream.read(count + 1)  # one more, to find excess bytes and make gzip check its CRC
    if len(values) != count:
        raise ValueError(f"does not hold exactly the {count} bytes that its header declares")
    digest = hashlib.sha256(magic + sizes)
    digest.update(values)
    if sha256 not in (None, digest.hexdigest()):
        raise ValueError(f"SHA-256 is {digest.hexdigest()[:8]}..., not {sha256[:8]}...")
    array = np.frombuffer(values, np.uint8).reshape(shape)
    array = array.astype(np.int64) if kind == "labels" else array[..., np.newaxis]
    return _IdxFile(path, array, digest.hexdigest())


# ---- Finding and downloading files --------------------------------------------------------------

def maybe_download(filename, work_directory, source_url=None):
    """Return the path of an IDX file in a folder, downloading the file if it is missing.

    The file found may be an uncompressed copy. source_url is the URL of the file itself. Without
    one, MNIST's file of that name is downloaded. Raises ValueError if MNIST has none.
    """
    path = os.path.join(os.path.expanduser(work_directory), filename)
    file = _find(path)
    if file is None:
        source, _, name = (source_url or "").rpartition("/")
        file = _download(path, source, name or filename, must_be_mnist=_is_mnist(source))
    return file.path


def _read_files(folder, source_url):
    """Return the arrays in a folder's four files, downloading any that are missing."""
    paths = {name: os.path.join(os.path.expanduser(folder), name) for name in FILES}
    files = {name: _find(path) for name, path in paths.items()}
    must_be_mnist = _must_be_mnist(files, source_url)
    for name in FILES:
        if files[name] is None:
            files[name] = _download(paths[name], source_url, name, must_be_mnist)
    images, labels, test_images, test_labels = (file.array for file in files.values())
    if (len(images) != len(labels) or len(test_images) != len(test_labels)
            or images.shape[1:] != test_images.shape[1:]):
        shapes = ", ".join(f"{file.path} {file.array.shape}" for file in files.values())
        raise ValueError(f"these files do not belong together; replace the wrong ones: {shapes}")
    return images, labels, test_images, test_labels


def _must_be_mnist(files, source_url):
    """Return whether missing files must be MNIST's. Raise or warn if the files found do not fit.

    They must be if source_url is MNIST's or one of its files is there already: with one data set's
    images and another's labels, training would go wrong without an error.
    """
    missing = [name for name, file in files.items() if file is None]
    mnist = [file.path for name, file in files.items() if file and file.sha256 == FILES[name]]
    other = [file.path for name, file in files.items() if file and file.sha256 != FILES[name]]
    must_be_mnist = _is_mnist(source_url) or bool(mnist)
    if missing and other and must_be_mnist:
        raise OSError(f"{other[0]} holds other data, so MNIST's {missing[0]} is not added to it. "
                      "Add your own file of that name, or use another folder.")
    if mnist and other:
        _log(f"{mnist[0]} is MNIST's, but {other[0]} is not.")
    elif other and must_be_mnist:
        _log(f"{other[0]} is not MNIST's.")
    elif mnist and not _is_mnist(source_url):
        _log(f"Using MNIST's {mnist[0]}. If {source_url} has other data, use another folder.")
    return must_be_mnist


def _is_mnist(source_url):
    """Return whether a source has MNIST itself. An empty one means the mirrors."""
    known = [_without_scheme(url) for url in (DEFAULT_SOURCE_URL, LECUN_URL, *MIRRORS)]
    return not source_url or _without_scheme(source_url) in known


def _without_scheme(url):
    """Return a URL in lower case, without its scheme and final slashes."""
    return url.split("://", 1)[-1].rstrip("/").lower()


def _find(path):
    """Return the _IdxFile of the first intact file with one of the usual names, or None.

    Unpacking tools drop the ".gz". Some restore the name stored inside the official files, which
    has a dot before "idx".
    """
    unpacked = path[:-len(".gz")] if path.endswith(".gz") else path
    dotted = re.sub(r"-(idx\d-ubyte)$", r".\1", unpacked)
    for candidate in dict.fromkeys([unpacked + ".gz", unpacked, dotted + ".gz", dotted]):
        if os.path.isfile(candidate):
            try:
                return _read_idx(candidate, _kind(path))
            except ValueError as error:
                _log(error)
    return None


def _kind(path):
    """Return what a file holds, "labels" or "images", judging by its name."""
    return "labels" if "label" in os.path.basename(path) else "images"


def _download(path, source_url, name, must_be_mnist):
    """Download a file from its source (MNIST's from a mirror), save it, and return its _IdxFile."""
    if must_be_mnist and name not in FILES:
        raise ValueError(f"MNIST has no file {name!r}, only {', '.join(FILES)}")
    os.makedirs(os.path.dirname(path) or os.curdir, exist_ok=True)
    sources = MIRRORS if _is_mnist(source_url) else [source_url]
    sha256 = FILES[name] if must_be_mnist else None
    max_bytes = MAX_MNIST_BYTES if must_be_mnist else MAX_BYTES
    problems = {}
    for attempt in range(ATTEMPTS):
        time.sleep(attempt)  # not at all, then 1 second, then 2
        for source in sources:
            url = source.rstrip("/") + "/" + name
            _log(f"Downloading {url}")
            try:
                body = _read_url(url, max_bytes)
                file = _parse_idx(path, body, _kind(path), max_bytes, sha256)
            except (*_READ_ERRORS, http.client.HTTPException) as error:
                # Escape and shorten it, so that it can neither control nor flood the terminal.
                problems[url] = repr(f"{type(error).__name__}: {error}"[:200])
                _log(f"  {problems[url]}")
            else:
                _save(body, path)
                return file
    reasons = "".join(f"  {url}: {problem}\n" for url, problem in problems.items())
    advice = "Check the network and the address, or put the file there yourself."
    if must_be_mnist:
        advice += " For generated digits, pass fake_data=True, or --fake_data to the script."
    raise OSError(f"{path} could not be downloaded:\n{reasons}{advice}")


def _read_url(url, max_bytes):
    """Return the body at a URL, and show on a terminal how much of it has arrived."""
    deadline = time.monotonic() + MAX_SECONDS
    on_terminal = hasattr(sys.stderr, "isatty") and sys.stderr.isatty()
    body = bytearray()
    with urllib.request.urlopen(url, timeout=TIMEOUT) as response:
        try:
            for piece in iter(lambda: response.read1(2**18), b""):  # whatever has arrived
                body += piece
                if len(body) > max_bytes:
                    raise ValueError(f"larger than {max_bytes} bytes")
                if time.monotonic() > deadline:
                    raise TimeoutError(f"not complete after {MAX_SECONDS} seconds")
                if on_terminal:
                    _log(f"\r  {len(body) / 1e6:.1f} MB", end="")
        finally:
            if on_terminal:
                _log("")
    return bytes(body)


def _save(body, path):
    """Save a downloaded file, and keep the damaged file that it replaces as NAME.damaged."""
    if os.path.exists(path):
        with open(path, "rb") as f:
            old = f.read()
        if old != body:  # equal if another process saved it first
            _write_atomically(old, path + ".damaged")
    _write_atomically(body, path)


def _write_atomically(body, path):
    """Write a file so that a partial file never appears at `path`."""
    # tempfile would make a file that only its owner can read.
    temporary = f"{path}.{secrets.token_hex(8)}.incomplete"
    try:
        with open(temporary, "xb") as f:
            f.write(body)
        os.replace(temporary, path)
    finally:
        if os.path.exists(temporary):
            os.remove(temporary)


def _log(text, end="\n"):
    """Print to standard error, if there is one. (`file=None` would mean standard output.)"""
    if sys.stderr is not None:
        print(text, end=end, file=sys.stderr, flush=True)


# ---- Generated digits, for use without MNIST -----------------------------------------------------

_PATTERNS = [
    "### .#. ### ### #.# ### ### ### ### ###",
    "#.# ##. ..# ..# #.# #.. #.. ..# #.# #.#",
    "#.# .#. ### ### ### ### ### ..# ### ###",
    "#.# .#. #.. ..# ..# ..# #.# ..# #.# ..#",
    "### ### ### ### ..# ### ### ..# ### ###"]


def _generate_digits(number, seed):
    """Return generated digits, uint8 [number, 28, 28, 1], and their labels, int64 [number].

    Each image shows one of _PATTERNS, four times as large, near the middle of random noise.
    """
    rows = [[list(pattern) for pattern in line.split()] for line in _PATTERNS]
    digits = (np.array(rows) == "#").repeat(4, axis=0).repeat(4, axis=2)  # [row, digit, column]
    generator = np.random.RandomState(seed)
    labels = generator.randint(10, size=number, dtype=np.int64)
    corners = generator.randint(7, size=(number, 2), dtype=np.int64)
    images = generator.randint(92, size=(number, 28, 28), dtype=np.uint8)
    for image, label, (top, left) in zip(images, labels, corners):
        image[1 + top:21 + top, 5 + left:17 + left] += np.uint8(128) * digits[:, label]
    return images[..., np.newaxis], labels


# ---- TensorFlow 1's names on TensorFlow 2 -------------------------------------------------------

def restore_tensorflow_1():
    """Make `import tensorflow` mean TensorFlow 1 in this process, with this module at its old path.

    Call it before running old code, or after that code has failed. With the package tf_keras, it
    also restores Keras 2, tf.layers, tf.nn.rnn_cell, and tf.contrib.rnn; with tf_slim,
    tf.contrib's layers, slim, and framework. On TensorFlow 1, it only silences some messages.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    if importlib.util.find_spec("tf_keras"):
        os.environ.setdefault("TF_USE_LEGACY_KERAS", "1")
    import tensorflow.compat.v1 as tf
    if tf.__version__.startswith("1.") or "tensorflow.contrib" in sys.modules:
        return  # nothing to do, or already done
    tf.logging.set_verbosity(tf.logging.ERROR)
    tf.disable_v2_behavior()
    for function in ("sigmoid", "softmax", "sparse_softmax"):
        _require_named_arguments(tf.nn, function + "_cross_entropy_with_logits")
    tf.__path__.extend(sys.modules["tensorflow"].__path__)  # where `import tensorflow.keras` looks
    tf.python = sys.modules["tensorflow.python"]
    tf.compat.v1 = sys.modules["tensorflow"] = tf  # the same module under either name
    for name in ("examples.tutorials.mnist.input_data", "contrib.learn.python.learn.datasets.mnist",
                 "contrib.learn.python.learn.datasets.base",
                 "g3doc.tutorials.mnist.input_data"):  # in TensorFlow 0.5
        _add_module("tensorflow." + name, sys.modules[__name__])
    tf.contrib.learn.datasets = tf.contrib.learn.python.learn.datasets
    tf.contrib.learn.datasets.load_dataset = _load_dataset
    _add_contrib(tf)


def _require_named_arguments(module, name):
    """Make a function refuse arguments by position, as TensorFlow 1.15 did.

    In TensorFlow 0.x, logits came first; in TensorFlow 2, labels do. So a call by position would
    compute a wrong loss without an error.
    """
    function = getattr(module, name)
    def named_only(*args, **named):
        if args:
            raise ValueError(
                f"Only call `{name}` with named arguments (labels=..., logits=..., ...)")
        return function(**named)
    setattr(module, name, named_only)


def _add_contrib(tf):
    """Add the parts of tf.contrib that tf_slim and tf_keras have, if they are installed."""
    if importlib.util.find_spec("tf_slim"):
        import tf_slim
        for name in ("layers", "layers.python.layers", "slim", "framework", "framework.python.ops"):
            _add_copy("tensorflow.contrib." + name, tf_slim)
    if "tf_keras" in sys.modules:
        sys.modules.setdefault("keras", tf.keras)  # unless Keras 3 is loaded
    try:
        _add_copy("tensorflow.contrib.rnn", tf.nn.rnn_cell)
    except ImportError:
        return  # TensorFlow uses Keras 3, which has no cells
    tf.contrib.rnn.static_rnn = tf.nn.static_rnn
    tf.contrib.rnn.static_bidirectional_rnn = tf.nn.static_bidirectional_rnn


def _add_copy(name, original):
    """Add a module with the public names of another one."""
    module = types.ModuleType(name)
    vars(module).update({public: getattr(original, public)
                         for public in dir(original) if not public.startswith("_")})
    _add_module(name, module)


def _add_module(name, module):
    """Make a module importable under a dotted name, creating the packages above it."""
    package_name, _, child = name.rpartition(".")
    if package_name not in sys.modules:
        package = types.ModuleType(package_name)
        package.__path__ = []  # which makes it a package
        _add_module(package_name, package)
    sys.modules[name] = module
    setattr(sys.modules[package_name], child, module)


def _load_dataset(name, size="small", test_with_fake_data=False):
    """Replace `tf.contrib.learn.datasets.load_dataset`. Of five data sets, only MNIST remains."""
    if name != "mnist":
        raise ValueError(f"data set {name!r} was removed with tf.contrib; only 'mnist' remains")
    return load_mnist()


def _run_old_script():
    """Run the script named on the command line as Python would, but with TensorFlow 1's names."""
    del sys.argv[0]
    usage = "usage: python input_data.py old_script.py [arguments]"
    if not sys.argv:
        sys.exit(usage)
    script = sys.argv[0]
    if script.endswith(".ipynb") or not os.path.isfile(script):
        sys.exit(f"{script!r} is not a script file (in a module or a notebook, call "
                 f"input_data.restore_tensorflow_1() instead); {usage}")
    restore_tensorflow_1()
    sys.path[0] = os.path.dirname(os.path.realpath(script))
    own_copy = os.path.join(sys.path[0], "input_data.py")
    if os.path.exists(own_copy) and not os.path.samefile(own_copy, __file__):
        _log(f"`import input_data` will load {own_copy}. If that is an old copy of TensorFlow's, "
             "delete it to use this module.")
        del sys.modules["input_data"]
    try:
        runpy.run_path(script, run_name="__main__")
    except Exception:
        traceback.print_exc()
        sys.exit("If this mentions tf.contrib, tf.layers, or Keras: pip install tf-keras tf_slim\n"
                 "Other messages are explained in .github/old-scripts.md, beside README.md.")


if __name__ == "__main__":
    import input_data  # as a module, so that scripts importing it get this same one
    input_data._run_old_script()
