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
import io
import operator
import os
import runpy
import secrets
import struct
import sys
import time
import types
import urllib.request
import zlib

import numpy as np

# The MNIST files, in _read_files's order, each with the SHA-256 of its uncompressed contents.
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

DEFAULT_SOURCE_URL = "https://storage.googleapis.com/cvdf-datasets/mnist/"
LECUN_URL = "http://yann.lecun.com/exdb/mnist/"  # in hundreds of scripts, but no longer has MNIST

# Settings. A program can change them at any time.
# The last mirror uses plain HTTP, for computers that cannot verify certificates. This is safe
# because the contents of every file they send are checked against FILES.
MIRRORS = [DEFAULT_SOURCE_URL, "https://ossci-datasets.s3.amazonaws.com/mnist/",
           "http://storage.googleapis.com/cvdf-datasets/mnist/"]
ATTEMPTS = 3  # how many times to try each mirror for a file
TIMEOUT = 20  # seconds without data before giving up on a server
MAX_BYTES = 2**30  # the maximum size of a download, and of a file's contents


# ---- The data sets ------------------------------------------------------------------------------


def read_data_sets(train_dir, fake_data=False, one_hot=False, dtype=np.float32, reshape=True,
                   validation_size=5000, seed=None, source_url=DEFAULT_SOURCE_URL, num_classes=10):
    """Return MNIST as a `Datasets` tuple: 55,000 training, 5,000 validation, 10,000 test examples.

    Args:
      train_dir: the folder for the four files. Missing files are downloaded from MIRRORS.
      fake_data: True to generate digits instead, the same 70,000 each time, without using the
        network or the disk.
      one_hot: True for one-hot labels, float64 [number, num_classes]; False for class numbers,
        int64 [number].
      dtype: float32 for pixels from 0.0 to 1.0, or uint8 for pixels from 0 to 255.
      reshape: True for flat images, [number, pixels]; False for [number, rows, columns, 1].
      validation_size: how many training examples to set aside for validation.
      seed: an integer for repeatable batches, TensorFlow 1.15's if the script draws nothing else
        from np.random. The default is `tf.set_random_seed`'s seed, or NumPy's global generator.
      source_url: the URL of a folder with other data in MNIST's format.
      num_classes: the length of a one-hot row.

    Raises:
      OSError: a file could not be downloaded, read or written.
      ValueError: the files do not match one another or an argument.
      TypeError: dtype is neither float32 nor uint8, or an argument that must be an integer is not.
    """
    # As in TensorFlow 1.15, the three sets share one random number generator, passed as their seed.
    options = {"dtype": _image_dtype(dtype), "reshape": reshape, "seed": _random_generator(seed)}
    validation_size = operator.index(validation_size)
    if fake_data:
        images, labels = _generate_digits(60000, seed=1)
        test_images, test_labels = _generate_digits(10000, seed=2)
    else:
        images, labels, test_images, test_labels = _read_files(train_dir, source_url)
    if not 0 <= validation_size <= len(images):
        raise ValueError(f"validation_size is {validation_size}; choose 0 to {len(images)}")
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
    set `_images`, `_labels`, `_num_examples`, `_epochs_completed` and `_index_in_epoch`.
    """

    images = property(lambda self: self._images, doc="All images, in this epoch's order.")
    labels = property(lambda self: self._labels, doc="All labels, in this epoch's order.")
    num_examples = property(lambda self: self._num_examples, doc="The number of examples.")
    epochs_completed = property(lambda self: self._epochs_completed, doc="Epochs completed so far.")

    def __init__(self, images, labels, fake_data=False, one_hot=False, dtype=np.float32,
                 reshape=True, seed=None):
        """Create a set from images [number, rows, columns, depth], pixels 0 to 255, and labels.

        fake_data and one_hot are ignored. dtype, reshape and seed are as in `read_data_sets`.

        Raises:
          ValueError: the numbers of images and labels differ.
          TypeError: dtype is neither float32 nor uint8, or seed is not an integer.
        """
        if len(images) != len(labels):
            raise ValueError(f"{len(images)} images need as many labels, not {len(labels)}")
        if reshape:
            images = images.reshape(len(images), int(np.prod(images.shape[1:])))  # even if empty
        self._stored_images = images
        self._must_scale = _image_dtype(dtype) == np.float32
        self._labels = labels
        self._num_examples = len(images)
        self._epochs_completed = 0
        self._index_in_epoch = 0
        self._generator = _random_generator(seed)

    @property
    def _images(self):
        """All images, kept as bytes and scaled batch by batch until a script asks for them all."""
        if self._must_scale:
            self._images = _scale(self._stored_images)
        return self._stored_images

    @_images.setter
    def _images(self, images):
        self._stored_images = images
        self._must_scale = False

    def next_batch(self, batch_size, fake_data=False, shuffle=True):
        """Return the next batch as (images, labels).

        Args:
          batch_size: how many examples to return. A batch can run on into the next epoch.
          fake_data: ignored (old scripts pass it).
          shuffle: whether to shuffle each epoch that begins in this batch.

        Raises:
          ValueError: batch_size is negative, or there are no examples.
          TypeError: batch_size is not an integer.
        """
        total = self._num_examples
        wanted = operator.index(batch_size)
        if wanted < 0 or (wanted > 0 and total == 0):
            raise ValueError(f"cannot take batch_size={wanted} from {total} examples")
        start = min(self._index_in_epoch, total)  # a script may have lowered the total
        if shuffle and start == 0 and self._epochs_completed == 0:
            self._shuffle()
        parts = []
        while start + wanted > total:
            parts.append((self._stored_images[start:total], self._labels[start:total]))
            wanted -= total - start
            start = 0
            self._epochs_completed += 1
            if shuffle:
                self._shuffle()
        end = start + wanted
        parts.append((self._stored_images[start:end], self._labels[start:end]))
        self._index_in_epoch = end
        # np.concatenate copies even a single part, so a script can safely modify its batch.
        images, labels = (np.concatenate(arrays) for arrays in zip(*parts))
        if self._must_scale:
            images = _scale(images)
        return images, labels

    def _shuffle(self):
        """Shuffle the images and labels together."""
        order = np.arange(self._num_examples)
        (self._generator or np.random).shuffle(order)
        self._stored_images = np.take(self._stored_images, order, axis=0)
        self._labels = np.take(self._labels, order, axis=0)


def _scale(images):
    """Scale pixels from 0..255 to float32 0.0..1.0, rounding as TensorFlow 1.15 did."""
    return images.astype(np.float32) * np.float32(1 / 255)


def _image_dtype(dtype):
    """Return NumPy's float32 or uint8 dtype, given a NumPy dtype, a TensorFlow dtype or a name."""
    image_dtype = np.dtype(getattr(dtype, "as_numpy_dtype", dtype))
    if image_dtype not in (np.float32, np.uint8):
        raise TypeError(f"images cannot have dtype {dtype!r}: choose float32 or uint8")
    return image_dtype


def _random_generator(seed):
    """Return a seed's generator, or None for NumPy's global one. A generator is returned as is."""
    if seed is None and hasattr(sys.modules.get("tensorflow"), "compat"):  # if it is imported
        seed = sys.modules["tensorflow"].compat.v1.get_default_graph().seed  # by set_random_seed
    if seed is None or isinstance(seed, np.random.RandomState):
        return seed
    seed = 0 if seed == 0.0 else operator.index(seed)  # a well-known codelab passes 0.0
    return np.random.RandomState(seed % (2**31 - 1))  # TensorFlow's seed range


# ---- Reading files ------------------------------------------------------------------------------


def extract_images(f):
    """Return the images in an IDX file, uint8 [number, rows, columns, 1].

    f is a path or an open binary file, gzipped or not. A ValueError means that the file is damaged
    or does not hold images.
    """
    return _read_idx(f, "images")


def extract_labels(f, one_hot=False, num_classes=10):
    """Return the labels in an IDX file, int64 [number] or one-hot float64 [number, num_classes].

    f and the errors are as in `extract_images`. A label that does not fit num_classes also raises
    a ValueError. (TensorFlow 1.15 returned uint8, in which NumPy 2 computes 3 * 100 as 44.)
    """
    labels = _read_idx(f, "labels")
    return dense_to_one_hot(labels, num_classes) if one_hot else labels


def dense_to_one_hot(labels_dense, num_classes):
    """Return labels [number] as one-hot rows, float64 [number, num_classes].

    A label outside the range 0 to num_classes - 1 raises a ValueError.
    """
    labels = np.reshape(labels_dense, len(labels_dense))  # fails if they are already one-hot
    if not np.isin(labels, range(num_classes)).all():
        raise ValueError(f"num_classes={num_classes} does not fit {labels.min()} to {labels.max()}")
    return np.eye(num_classes)[labels.astype(int)]


def _read_idx(f, kind):
    """Return the images or labels from a path or an open file. A ValueError names the file."""
    if not hasattr(f, "read"):
        with open(f, "rb") as opened:
            return _read_idx(opened, kind)
    try:
        return _parse_idx(f.read(), kind)
    except (ValueError, EOFError, zlib.error) as error:
        raise ValueError(f"{getattr(f, 'name', 'the file')} cannot be used: {error}") from None


def _parse_idx(body, kind):
    """Return the "images" or "labels" in the bytes of an IDX file, gzipped or not.

    An IDX file, as LeCun's page describes, is two zero bytes, the type of its values (8: unsigned
    byte), the number of dimensions, the size of each dimension as a big-endian 32-bit integer, and
    the values. Images have three dimensions and become uint8 [number, rows, columns, 1]; labels
    have one and become int64 [number]. A ValueError says why the file cannot be used.
    """
    dimensions = 1 if kind == "labels" else 3
    stream = io.BytesIO(body)
    if body.startswith(b"\x1f\x8b"):  # the gzip signature
        stream = gzip.GzipFile(fileobj=stream)
    try:
        magic = stream.read(4)
        if magic != bytes([0, 0, 8, dimensions]):
            raise ValueError(f"it begins with {magic + stream.read(12)!r}, unlike IDX {kind}")
        shape = struct.unpack(f">{dimensions}I", stream.read(4 * dimensions))
        size = np.prod(np.array(shape, object))  # Python integers do not overflow
        if size > MAX_BYTES:
            raise ValueError(f"its header declares {size} bytes, more than input_data.MAX_BYTES")
        content = stream.read(size + 1)  # reading one extra byte also makes gzip check its CRC
    except (EOFError, OSError, struct.error, zlib.error) as error:
        raise ValueError(f"it is damaged: {error}") from None
    if len(content) != size:
        raise ValueError(f"it does not hold exactly the {size} bytes that its header declares")
    array = np.frombuffer(content, np.uint8).reshape(shape)
    return array.astype(np.int64) if kind == "labels" else array[..., np.newaxis]


def _sha256(array):
    """Rebuild the uncompressed IDX file that an array came from, and return its SHA-256."""
    shape = array.shape[:3]  # an image's last axis, of length 1, is not in the file
    header = struct.pack(f">4B{len(shape)}I", 0, 0, 8, len(shape), *shape)
    return hashlib.sha256(header + array.astype(np.uint8).tobytes()).hexdigest()


# ---- Finding and downloading files --------------------------------------------------------------


def maybe_download(filename, work_directory, source_url=None):
    """Return the path of an IDX file in a folder, downloading the file if it is missing.

    The path may lead to an uncompressed copy. source_url is the file's URL. Without one, the file
    must be MNIST's. An OSError means that the file could not be downloaded, read or written.
    """
    path = os.path.join(os.path.expanduser(work_directory), filename)
    base_url, _, remote_name = (source_url or "").rpartition("/")
    remote_name = remote_name or filename
    sources, must_be_mnist = _sources(base_url)
    path, _ = _find(path, remote_name) or _download(path, remote_name, sources, must_be_mnist)
    return path


def _read_files(folder, source_url):
    """Return the arrays in a folder's four files, downloading any that are missing."""
    folder = os.path.expanduser(folder)
    sources, must_be_mnist = _sources(source_url)
    files = {name: _find(os.path.join(folder, name), name) for name in FILES}
    missing = [name for name in FILES if files[name] is None]
    if must_be_mnist and missing:
        _refuse_mixture(files, missing)
    if not must_be_mnist:
        _warn_of_mnist(files, source_url)
    for name in missing:
        files[name] = _download(os.path.join(folder, name), name, sources, must_be_mnist)
    images, labels, test_images, test_labels = (array for path, array in files.values())
    if (len(images) != len(labels) or len(test_images) != len(test_labels)
            or images.shape[1:] != test_images.shape[1:]):
        shapes = ", ".join(f"{name} {array.shape}" for name, (path, array) in files.items())
        raise ValueError(f"the files in {folder} do not match; replace the wrong ones: {shapes}")
    return images, labels, test_images, test_labels


def _sources(source_url):
    """Return the URLs to try, in order, and whether they must serve MNIST itself."""
    known = [_comparable(url) for url in (DEFAULT_SOURCE_URL, LECUN_URL, *MIRRORS)]
    if not source_url or _comparable(source_url) in known:
        return list(MIRRORS), True  # a copy, because _download reorders it
    return [source_url], False


def _comparable(url):
    """Return a URL in lower case, without its scheme and final slashes."""
    return url.split("://", 1)[-1].rstrip("/").lower()


def _kind(path, remote_name):
    """Return what a file holds, "labels" or "images", judging by its local and remote names."""
    return "labels" if "label" in os.path.basename(path) + remote_name else "images"


def _find(path, remote_name):
    """Return (path, array) for the first intact file with one of the usual names, or None.

    Unpacking tools drop the ".gz". Some restore the name stored inside the official files, which
    has a dot before "idx".
    """
    folder, name = os.path.split(path)
    unpacked = name[:-len(".gz")] if name.endswith(".gz") else name
    dotted = unpacked.replace("-idx", ".idx")
    for candidate in dict.fromkeys([unpacked + ".gz", unpacked, dotted + ".gz", dotted]):
        candidate_path = os.path.join(folder, candidate)
        if os.path.isfile(candidate_path):
            try:
                return candidate_path, _read_idx(candidate_path, _kind(path, remote_name))
            except ValueError as error:
                _log(error)
    return None


def _refuse_mixture(files, missing):
    """Raise an OSError if a file holds other data, since the missing ones would be MNIST's."""
    for name, found in files.items():
        if found and _sha256(found[1]) != FILES[name]:
            raise OSError(f"{found[0]} holds other data, so MNIST's {missing[0]} is not downloaded "
                          "to the same folder. Add your own file of that name, pass the "
                          "source_url of your data, or use another folder.")


def _warn_of_mnist(files, source_url):
    """Warn if a file is MNIST's although source_url points to other data."""
    for name, found in files.items():
        if found and _sha256(found[1]) == FILES[name]:
            _log(f"Using MNIST's {found[0]}. If {source_url} has other data, use another folder.")


def _download(path, remote_name, sources, must_be_mnist):
    """Download a file, move the source that sent it to the front, and return (path, array)."""
    folder = os.path.dirname(path) or os.curdir
    os.makedirs(folder, exist_ok=True)
    problems = {}
    for attempt in range(ATTEMPTS):
        time.sleep(attempt)
        for source in sources:
            url = source.rstrip("/") + "/" + remote_name
            _log(f"Downloading {url}")
            try:
                body = _fetch(url)
                array = _parse_idx(body, _kind(path, remote_name))
                digest = _sha256(array)
                if must_be_mnist and digest != FILES.get(remote_name):
                    raise ValueError(f"SHA-256 is {digest[:8]}..., not {FILES[remote_name][:8]}...")
            except Exception as error:  # whatever went wrong, the next source may work
                problems[source] = repr(str(error)[:200])  # it cannot control or flood the terminal
                _log(f"  {problems[source]}")
            else:
                _save(body, path)
                sources.remove(source)
                sources.insert(0, source)  # tried first for the next file
                return path, array
    reasons = "".join(f"  {source}: {problem}\n" for source, problem in problems.items())
    raise OSError(
        f"{path} could not be downloaded:\n{reasons}"
        "Without a network, use fake_data=True, or run: python mnist_softmax.py --fake_data\n"
        f"Or put the four files into {folder} yourself: {', '.join(FILES)}.\n"
        "Or pass a source_url that serves them.")


def _fetch(url):
    """Return the body at a URL, or raise a ValueError if it is larger than MAX_BYTES."""
    body = bytearray()
    with urllib.request.urlopen(url, timeout=TIMEOUT) as response:
        while len(body) <= MAX_BYTES:
            piece = response.read(2**18)
            if not piece:
                return bytes(body)
            body += piece
    raise ValueError("it is larger than input_data.MAX_BYTES")


def _save(body, path):
    """Save a downloaded file. Any file already there is unusable and is kept as NAME.damaged."""
    if os.path.exists(path):
        with open(path, "rb") as f:
            old = f.read()
        if old != body:  # equal if another process saved it first
            _write(old, path + ".damaged")
    _write(body, path)


def _write(body, path):
    """Write a file atomically, so that a partial file never appears at `path`."""
    temporary = f"{path}.{secrets.token_hex(8)}.incomplete"
    try:
        with open(temporary, "xb") as f:
            f.write(body)
        os.replace(temporary, path)
    finally:
        if os.path.exists(temporary):
            os.remove(temporary)


def _log(text):
    """Print to standard error, if there is one. (`file=None` would mean standard output.)"""
    print(text, file=sys.stderr or io.StringIO(), flush=True)


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

    Call this first, or even after old code has failed. On TensorFlow 1, it replaces nothing.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    import tensorflow.compat.v1 as tf
    if tf.__version__.startswith("1.") or "tensorflow.contrib" in sys.modules:
        return  # nothing to restore
    tf.logging.set_verbosity(tf.logging.ERROR)
    tf.disable_v2_behavior()
    tf.__path__.extend(sys.modules["tensorflow"].__path__)  # where tensorflow.keras is found
    tf.compat.v1 = sys.modules["tensorflow"] = tf  # the same module under either name
    _add_module("tensorflow.examples.tutorials.mnist.input_data", sys.modules[__name__])
    _add_module("tensorflow.g3doc.tutorials.mnist.input_data", sys.modules[__name__])  # version 0.5
    _add_module("tensorflow.contrib.learn.python.learn.datasets.base", sys.modules[__name__])
    _add_module("tensorflow.contrib.learn.python.learn.datasets.mnist", sys.modules[__name__])
    tf.contrib.learn.datasets = tf.contrib.learn.python.learn.datasets
    tf.contrib.learn.datasets.load_dataset = _load_dataset


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
    script = sys.argv[1] if len(sys.argv) > 1 else ""
    if not os.path.isfile(script):
        sys.exit(f"cannot find {script!r}; usage: python input_data.py old_script.py [arguments]")
    del sys.argv[0]
    restore_tensorflow_1()
    sys.path[0] = os.path.dirname(os.path.realpath(script))
    own_copy = os.path.join(sys.path[0], "input_data.py")
    if os.path.exists(own_copy) and not os.path.samefile(own_copy, __file__):
        _log(f"If the script imports input_data, it will get {own_copy}. If that file is an old "
             "copy from TensorFlow, delete it to use this module instead.")
        del sys.modules["input_data"]
    runpy.run_path(script, run_name="__main__")


if __name__ == "__main__":
    import input_data  # as a module, so that any script importing it gets this same copy
    input_data._run_old_script()
