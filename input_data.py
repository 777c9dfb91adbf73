"""Fetch MNIST, read it, and hand it out in batches: TensorFlow 1's `input_data`, on NumPy alone.

A drop-in for `tensorflow.examples.tutorials.mnist.input_data`, which TensorFlow 2 dropped:

    import input_data
    mnist = input_data.read_data_sets("MNIST_data/", one_hot=True)
    batch_xs, batch_ys = mnist.train.next_batch(100)

It also runs an old script unedited, on TensorFlow 2: python input_data.py old_script.py

"TensorFlow 1.15" below means TensorFlow 1.15.5, against whose own batches this module is tested.
"""
import collections
import contextlib
import gzip
import hashlib
import io
import operator
import os
import pathlib
import secrets
import struct
import sys
import time
import types
import zlib

import numpy as np
from numpy.random import RandomState  # now, as NumPy 2 otherwise loads it at the first batch

# What source_url is by default. It stands for all MIRRORS, and so does the address of Yann LeCun's
# own site, which hundreds of scripts name and which no longer serves the files.
DEFAULT_SOURCE_URL = "https://storage.googleapis.com/cvdf-datasets/mnist/"
LECUN_URL = "http://yann.lecun.com/exdb/mnist/"

# What you may change: each is read when it is used.
MIRRORS = [DEFAULT_SOURCE_URL, "https://ossci-datasets.s3.amazonaws.com/mnist/"]  # in this order
ATTEMPTS = 3  # how often each of them is asked for a file
TIMEOUT = 20  # seconds without a byte, after which a try is given up
MIN_SPEED = 10_000  # bytes a second, on average, below which it is given up after TIMEOUT, too
MAX_BYTES = 2**30  # the largest content, gzipped or not, that is downloaded or read

# The SHA-256 of what the four files hold when unpacked: MNIST is known by this, however its files
# are packed or named.
MNIST_SHA256 = {
    "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}

# ---- The data sets ---------------------------------------------------------------------------


def read_data_sets(train_dir, fake_data=False, one_hot=False, dtype=np.float32, reshape=True,
                   validation_size=5000, seed=None, source_url=DEFAULT_SOURCE_URL, num_classes=10):
    """Return MNIST as three `DataSet`s, of 55,000, 5,000 and 10,000 examples.

    Args:
      train_dir: the folder of the four files, made if it is missing. What is not there is
        downloaded. A whole file is used as it is, and never replaced.
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
      TypeError: dtype is neither float32 nor uint8, or a number is not an integer.
    """
    # One generator for the three sets, as in TensorFlow 1.15: their batches draw from one stream.
    options = {"dtype": _image_dtype(dtype), "reshape": reshape, "seed": _random_generator(seed)}
    if fake_data:
        _tell("These are drawn digits: what is learned from them says nothing about MNIST.\n")
        images, labels = _draw_digits(70000)
        train, test = (images[:60000], labels[:60000]), (images[60000:], labels[60000:])
    else:
        wanted = {name + ".gz": name + ".gz" for name in MNIST_SHA256}
        paths, arrays = zip(*_get_files(train_dir, wanted, source_url))
        train, test = arrays[:2], arrays[2:]
        for place, (images, labels) in ((0, train), (2, test)):
            if len(images) != len(labels):
                raise ValueError(f"{len(images)} images in {paths[place]} do not go with "
                                 f"{len(labels)} labels in {paths[place + 1]}: replace one of them")
    if not 0 <= _integer("validation_size", validation_size) <= len(train[0]):
        raise ValueError(f"validation_size is {validation_size}; it must be from 0 to "
                         f"{len(train[0])}, the number of training examples")
    if one_hot:
        train, test = ((images, dense_to_one_hot(labels, num_classes))
                       for images, labels in (train, test))
    validation = [array[:validation_size] for array in train]
    train = [array[validation_size:] for array in train]
    return Datasets(*(DataSet(*part, **options) for part in (train, validation, test)))


def load_mnist(train_dir="MNIST-data"):
    """Return `read_data_sets(train_dir)`: its name in `tf.contrib.learn.datasets.mnist`."""
    return read_data_sets(train_dir)


class Datasets(collections.namedtuple("Datasets", "train validation test")):
    """The three `DataSet`s of `read_data_sets`; `valid` is another name of `validation`."""

    valid = property(operator.attrgetter("validation"))


class DataSet:
    """Images with their labels, served in batches.

    Attributes, to be read:
      images: all images, float32 or uint8, [number, pixels] or [number, rows, columns, depth].
      labels: all labels, uint8 [number] or one-hot float64 [number, num_classes].
      num_examples: how many of them, the first ones, the batches are made of.
      epochs_completed: how many times the batches have gone beyond the end of the set.

    `images` and `labels` keep the file's order; what is written into them reaches the next batches.
    Old scripts also read and set `_images`, `_labels`, `_num_examples`, `_epochs_completed` and
    `_index_in_epoch`, which mean what they meant in TensorFlow 1.15.
    """

    images = property(operator.attrgetter("_images"))
    labels = property(operator.attrgetter("_labels"))
    num_examples = property(operator.attrgetter("_num_examples"))
    epochs_completed = property(operator.attrgetter("_epochs_completed"))

    def __init__(self, images, labels, fake_data=False, one_hot=False, dtype=np.float32,
                 reshape=True, seed=None):
        """Make a set of images [number, rows, columns, depth], 0 to 255, and their labels.

        Arrays are kept, not copied, except images that become floats and are not uint8. fake_data
        draws 10,000 digits instead, with one-hot labels if one_hot says so. The rest is as in
        `read_data_sets`, but two sets made by hand have a generator each, even of one seed.
        (TensorFlow 1.15 seeded NumPy's global one, which they shared.)
        """
        if fake_data:
            images, labels = _draw_digits(10000)
            labels = dense_to_one_hot(labels, 10) if one_hot else labels
        images, labels = np.asarray(images), np.asarray(labels)
        if len(images) != len(labels):
            raise ValueError(f"{len(images)} images do not go with {len(labels)} labels")
        if reshape:
            images = images.reshape(len(images), int(np.prod(images.shape[1:])))
        is_float, self._pixels = _image_dtype(dtype) == np.float32, images
        if not is_float or images.dtype != np.uint8:
            self._images = _scale(images) if is_float else images
        self._labels = labels
        self._num_examples = len(labels)
        self._epochs_completed = self._index_in_epoch = 0
        self._order = np.arange(len(labels))  # of the examples in this epoch
        self._ordered = len(labels)  # how many there were when the order was made
        self._random = _random_generator(seed)

    def __getattr__(self, name):
        """Scale all images, where they are uint8 and are to be floats, when they are asked for."""
        if name != "_images":
            raise AttributeError(name)
        self._images = _scale(self._pixels)
        return self._images

    def __repr__(self):
        images = vars(self).get("_images")
        dtype, images = ("float32", self._pixels) if images is None else (images.dtype, images)
        return (f"<DataSet: images {dtype} {list(images.shape)}, "
                f"labels {self._labels.dtype} {list(self._labels.shape)}>")

    def next_batch(self, batch_size, fake_data=False, shuffle=True):
        """Return the images and the labels of the next `batch_size` examples, 0 or more.

        At the end of an epoch a batch takes what is left and goes on with the next one, or with as
        many as it needs. shuffle tells whether the epochs that it begins are shuffled. fake_data
        has no effect; old scripts give it. ValueError: below 0, or more than 0 from an empty set.
        """
        batch_size, images = _integer("batch_size", batch_size), vars(self).get("_images")
        if batch_size < 0 or (batch_size and not self._num_examples):
            raise ValueError(f"there is no batch of {batch_size} in {self._num_examples} examples")
        number = len(self._pixels if images is None else images)
        if number != self._ordered:  # a script has put in more examples, or fewer
            kept = self._order[self._order < number]
            self._order = np.append(kept, np.arange(self._ordered, number))
            self._ordered = number
        start, end = self._index_in_epoch, self._index_in_epoch + batch_size
        if shuffle and self._epochs_completed == start == 0:
            self._shuffle()
        parts = []
        while end > self._num_examples:
            parts.append(self._order[start:self._num_examples])
            was_beyond = start > self._num_examples  # which a script has lowered
            start, end = 0, end - self._num_examples
            self._epochs_completed += 1
            if shuffle:
                self._shuffle()
            if was_beyond:  # as TensorFlow 1.15, whatever the size of the batch comes out as
                break
        self._index_in_epoch = end
        rows = np.concatenate([*parts, self._order[start:end]])
        images = _scale(_rows(self._pixels, rows)) if images is None else _rows(images, rows)
        return images, _rows(self._labels, rows)

    def _shuffle(self):
        """Shuffle what is in order now, as TensorFlow 1.15 shuffled the shuffled arrays."""
        permutation = np.arange(self._num_examples)
        (self._random or np.random).shuffle(permutation)
        self._order = self._order[permutation]


def _rows(array, places):
    """Return array[places]; `take` does it in half the time, but copies what is not contiguous."""
    if isinstance(array, np.ndarray) and array.flags.c_contiguous:
        return array.take(places, axis=0)
    return array[places]


def _scale(images):
    """Return images 0 to 255 as float32 0.0 to 1.0, rounded as TensorFlow 1.15 did."""
    return np.multiply(images, np.float32(1 / 255), dtype=np.float32, casting="unsafe")


def _integer(name, value):
    """Return an argument as an int; what is not an integer is a TypeError that names it."""
    try:
        return operator.index(value)
    except TypeError:
        raise TypeError(f"{name} is {value!r}, but it must be an integer") from None


def _image_dtype(dtype):
    """Return one of the two dtypes of images, given as NumPy's, TensorFlow's or a name."""
    if dtype is float or (isinstance(dtype, str) and dtype == "float"):
        dtype = np.float32  # which TensorFlow takes these for
    with contextlib.suppress(TypeError):  # of what NumPy does not know
        image_dtype = np.dtype(getattr(dtype, "as_numpy_dtype", dtype))
        if image_dtype in (np.float32, np.uint8):
            return image_dtype
    raise TypeError(f"images cannot be of dtype {dtype!r}: choose float32 or uint8")


def _random_generator(seed):
    """Return the generator that a seed means, or None where batches follow NumPy's global one."""
    if isinstance(seed, RandomState):
        return seed  # of a read_data_sets call, for its three sets
    no_seed = 87654321  # what TensorFlow's get_seed gives where the graph has no seed
    op_seed = 1 if seed is None else _integer("seed", seed)
    seeds = no_seed, op_seed % (2**31 - 1)
    # TensorFlow is only looked up, and may be half imported. Given a seed, get_seed draws no random
    # number; of (0, 0) it makes (0, 2**31 - 1).
    with contextlib.suppress(AttributeError):
        seeds = sys.modules.get("tensorflow").compat.v1.get_seed(op_seed)
    used = seeds[0] if seed is None else seeds[1]
    return None if seed is None and used == no_seed else RandomState(used)


# ---- How a file is read ----------------------------------------------------------------------

_UNSIGNED_BYTE = 0x08
_ITEM_SIZES = {_UNSIGNED_BYTE: 1, 0x09: 1, 0x0B: 2, 0x0C: 4, 0x0D: 4, 0x0E: 8}  # by IDX's type code
_SLICE = 2**18  # bytes that are unpacked or received at a time


class _DamagedError(ValueError):
    """What was read is not one whole IDX file."""


def extract_images(f):
    """Return the images in an IDX file, uint8 [number, rows, columns, 1], values 0 to 255.

    f is its path, or an open binary file; gzipped or not. What is not one whole IDX file of images
    is a ValueError that names it; what cannot be read is an OSError.
    """
    return _read_idx(f, "idx3")


def extract_labels(f, one_hot=False, num_classes=10):
    """Return the labels in an IDX file: uint8 [number], or one-hot float64 [number, num_classes].

    f and the errors are as for `extract_images`; a label that does not fit is a ValueError, too.
    """
    labels = _read_idx(f, "idx1")
    return dense_to_one_hot(labels, num_classes) if one_hot else labels


def dense_to_one_hot(labels_dense, num_classes):
    """Return one-hot rows, float64 [number, num_classes], of labels [number].

    A label that is not one of 0 to num_classes - 1 is a ValueError; TensorFlow 1.15 set a bit in
    another row. Booleans are 0 and 1.
    """
    labels = np.ravel(labels_dense)
    if len(labels) != len(labels_dense):
        raise ValueError(f"labels of shape {np.shape(labels_dense)} are not one label a row")
    one_hot = labels[:, np.newaxis] == np.arange(_integer("num_classes", num_classes))
    misfits = labels[~one_hot.any(axis=1)]
    if len(misfits):
        raise ValueError(f"label {misfits[0]} does not fit num_classes={num_classes}: labels go "
                         "from 0 to num_classes - 1, so num_classes must be larger than each one")
    return one_hot.astype(np.float64)


def _read_idx(f, kind):
    """Return the array in a path or open file; the errors are `_parse_idx`'s, with its name."""
    with contextlib.nullcontext(f) if hasattr(f, "read") else open(f, "rb") as opened:
        body = opened.read()
        try:
            return _parse_idx(body, kind)
        except ValueError as error:
            raise type(error)(f"{getattr(opened, 'name', 'the file')} {error}") from None


def _parse_idx(body, kind):
    """Return the array in the bytes of an IDX file: uint8 [number] or [number, rows, columns, 1].

    An IDX file is two zero bytes, the type of its numbers, how many dimensions it has, each of
    them as a big-endian 32-bit integer, and the numbers (described on LeCun's MNIST page). It may
    be gzipped. Its header is not believed: memory is taken only for what is there.

    Raises:
      _DamagedError: this is not one whole IDX file.
      ValueError: it is, but holds more than MAX_BYTES, or not what its kind says: a file's name, in
        which idx3 stands for images and idx1 for labels.
    """
    stream, content = io.BytesIO(body), bytearray()
    if body.startswith(b"\x1f\x8b"):
        stream = gzip.GzipFile(fileobj=stream)
    try:
        magic = stream.read(4)
        if len(magic) < 4 or magic[:2] != b"\0\0" or magic[2] not in _ITEM_SIZES:
            raise _DamagedError(f"is not an IDX file: it begins with {magic + stream.read(12)}")
        shape = struct.unpack(f">{magic[3]}I", stream.read(4 * magic[3]))
        size = _ITEM_SIZES[magic[2]] * np.prod(np.array(shape, object))  # exact, however large
        if size > MAX_BYTES:
            raise ValueError(f"announces {size} bytes, more than input_data.MAX_BYTES: raise that")
        for piece in iter(lambda: stream.read(min(_SLICE, size + 1 - len(content))), b""):
            content.extend(piece)
    except (EOFError, OSError, struct.error, zlib.error) as error:
        raise _DamagedError(f"is damaged: {error}") from None
    if len(content) != size:
        found = "more" if len(content) > size else len(content)
        raise _DamagedError(f"is damaged: it announces {size} bytes, {shape}, and holds {found}")
    ranks = (3,) if "idx3" in kind else (1,) if "idx1" in kind else (1, 3)
    if magic[2] != _UNSIGNED_BYTE or magic[3] not in ranks or not size:
        raise ValueError(f"is whole, but of type {magic[2]} and shape {shape}; wanted are unsigned "
                         f"bytes (type 8) in {' or '.join(map(str, ranks))} dimensions")
    return np.frombuffer(content, np.uint8).reshape(shape if magic[3] == 1 else (*shape, 1))


# ---- How a file is fetched -------------------------------------------------------------------


def maybe_download(filename, work_directory, source_url=None):
    """Return the path (str) of a data file in a folder, downloaded first if it is not there.

    source_url: the URL of the file itself; None, or one at DEFAULT_SOURCE_URL or LECUN_URL, stands
    for all MIRRORS. The path may be that of the file unpacked. OSError: it could not be downloaded,
    read or written. ValueError: there is a whole file of this name, but it holds something else.
    """
    base_url, _, remote_name = (source_url or "").rpartition("/")
    return _get_files(work_directory, {filename: remote_name or filename}, base_url)[0][0]


def _get_files(folder, wanted, source_url):
    """Return [(path, array)] of files, {name in the folder: name at the source}, fetching some."""
    folder = os.path.expanduser(os.fspath(folder))
    if folder.partition("/")[0][2:].endswith(":"):  # no drive has so long a name
        raise ValueError(f"{folder} is not a folder of this computer: copy the files into one")
    sources, is_mnist = _sources(source_url)
    files = {name: _find(os.path.join(folder, name)) for name in wanted}
    found = {MNIST_SHA256.get(_unpacked(name)): file for name, file in files.items() if file}
    for sha256, (path, array) in found.items() if is_mnist and len(found) < len(wanted) else ():
        if _content_sha256(array) != sha256:
            raise OSError(f"{path} is not MNIST's, so what is missing beside it is not fetched: "
                          "give the source_url of that data, or name another folder")
    for name, remote_name in wanted.items():
        if not files[name]:
            sha256 = MNIST_SHA256.get(_unpacked(remote_name)) if is_mnist else None
            path = os.path.join(folder, name)
            array, source = _download(path, sources, remote_name, sha256)
            files[name] = path, array
            sources.sort(key=source.__ne__)  # the one that worked is asked first for the next file
    return list(files.values())


def _sources(source_url):
    """Return the base URLs to ask, in order, and whether they must send MNIST itself."""
    def address(url):
        return url.partition("://")[2].rstrip("/").lower()
    if not source_url or address(source_url) in map(address, (DEFAULT_SOURCE_URL, LECUN_URL)):
        return list(MIRRORS), True
    return [source_url], address(source_url) in map(address, MIRRORS)


def _find(path):
    """Return (path, array) of a data file that is whole, under its name or unpacked, or None.

    Some unpackers take the name that the official files carry inside, train-images.idx3-ubyte, and
    some make a folder for each file.
    """
    unpacked = _unpacked(path)
    folder, name = os.path.split(unpacked)
    others = [os.path.join(place, part + end) for place in (folder, unpacked)
              for part in (name, name.replace("-idx", ".idx")) for end in ("", ".gz")]
    for candidate in [path, *filter(os.path.isfile, others)]:
        with contextlib.suppress(FileNotFoundError, _DamagedError):
            if not os.path.isdir(candidate):
                return candidate, _read_idx(candidate, name)
    return None


def _unpacked(name):
    return name[:-len(".gz")] if name.endswith(".gz") else name


def _content_sha256(array):
    """Return the SHA-256 of the unpacked IDX file that holds an array."""
    shape = array.shape[:3]  # without the depth of images
    header = struct.pack(f">HBB{len(shape)}I", 0, _UNSIGNED_BYTE, len(shape), *shape)
    return hashlib.sha256(header + array.tobytes()).hexdigest()


def _download(path, sources, remote_name, sha256):
    """Put in its place the first right file that a source sends; return its array and the source.

    sha256: what its content must have; None: any whole file of its kind will do.
    """
    answers = {}
    context = _tls_context() if any(url.lower().startswith("https:") for url in sources) else None
    for attempt in range(ATTEMPTS):
        asked = [source for source in sources if not _is_final(answers.get(source))]
        time.sleep(attempt if asked else 0)  # longer before each round, for what may pass
        for source in asked:
            url = source + ("" if source.endswith(("/", "=")) else "/") + remote_name
            _tell(f"Downloading {url}\n")
            try:
                body = _fetch(url, context)
                array = _parse_idx(body, os.path.basename(path))
                if sha256 not in (None, _content_sha256(array)):
                    raise ValueError(f"is not MNIST's: unpacked, its SHA-256 is not {sha256}")
            except Exception as error:  # whatever it is, the next source may do better
                answers[source] = error
            else:
                _place(body, path)
                return array, source
    state = "is not a whole IDX file (it stays as it is)" if os.path.exists(path) else "is missing"
    lines = [f"{path} {state} and could not be downloaded:",
             *(f"  {remote_name} from {source}: {answer}" for source, answer in answers.items()),
             f"Put the four files ({'.gz, '.join(MNIST_SHA256)}.gz) there by hand, name another "
             "source_url, or draw digits with fake_data=True (mnist_softmax.py --fake_data)."]
    # What a server says must not steer the terminal.
    raise OSError("\n".join("".join(c if c.isprintable() else "?" for c in line) for line in lines))


def _is_final(error):
    """Return whether it is of no use to ask again: the server says no, or the URL is none."""
    if hasattr(error, "code"):
        return 400 <= error.code < 500 and error.code not in (408, 429)
    return "unknown url type" in str(error)


def _tls_context():
    """Return whom to trust: the system's authorities, and those that TensorFlow brings along."""
    context = None
    with contextlib.suppress(ImportError, OSError):
        import ssl  # which some builds of Python lack
        context = ssl.create_default_context()
        import certifi  # Python from python.org knows no authorities on macOS
        context.load_verify_locations(certifi.where())
    return context


def _fetch(url, context):
    """Return the body at url, of at most MAX_BYTES."""
    import urllib.request  # which costs 50 ms, only here
    body, start = bytearray(), time.monotonic()
    with urllib.request.urlopen(url, timeout=TIMEOUT, context=context) as response:
        for piece in iter(lambda: response.read1(_SLICE), b""):
            body.extend(piece)
            _tell(f"{len(body) / 1e6:.3f} MB\r", on_terminal=True)
            if len(body) > MAX_BYTES:
                raise ValueError(f"is longer than input_data.MAX_BYTES, {MAX_BYTES}")
            seconds = time.monotonic() - start
            if seconds > TIMEOUT and len(body) < MIN_SPEED * seconds:
                raise TimeoutError(f"only {len(body)} bytes in {seconds:.0f} seconds")
    _tell("\n", on_terminal=True)
    return bytes(body)


def _place(body, path):
    """Put a file in its place in one step; a damaged one that is there is first copied aside."""
    temporary = pathlib.Path(f"{path}.{secrets.token_hex(4)}.incomplete")
    try:
        os.makedirs(os.path.dirname(path) or os.curdir, exist_ok=True)
        with contextlib.suppress(FileNotFoundError):
            old = pathlib.Path(path).read_bytes()
            if not _find(path):
                kept = f"{path}.{hashlib.sha256(old).hexdigest()[:8]}.damaged"
                temporary.write_bytes(old)
                temporary.replace(kept)
                _tell(f"{path} was damaged; what it held is kept in {kept}\n")
        temporary.write_bytes(body)
        temporary.replace(path)
    except OSError as error:
        if not _find(path):  # another process may have brought it
            reason = f"{error.strerror} (make room, or name another folder)"
            raise OSError(error.errno, reason, path) from None
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()


def _tell(text, on_terminal=False):
    """Write text to standard error, perhaps only if that is a terminal."""
    with contextlib.suppress(AttributeError, OSError, ValueError):  # it is None, full or closed
        if sys.stderr.isatty() or not on_terminal:
            sys.stderr.write(text)
            sys.stderr.flush()


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


# ---- TensorFlow 1's names, on TensorFlow 2 ---------------------------------------------------


def restore_tensorflow_1():
    """Let `import tensorflow` mean TensorFlow 1 in this process, with this module where it was.

    Call it in a REPL or a notebook, even if the old lines have just failed there, or above a
    script's other imports. Then this module is `tensorflow.examples.tutorials.mnist.input_data`,
    and in `tensorflow.contrib.learn.python.learn.datasets` it is `mnist`, and what was in `base`.
    The rest of `tf.contrib` is an AttributeError. On TensorFlow 1 nothing changes.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    import tensorflow.compat.v1 as tf
    datasets = "tensorflow.contrib.learn.python.learn.datasets."
    if tf.__version__.startswith("1.") or datasets + "mnist" in sys.modules:
        return
    tf.logging.set_verbosity(tf.logging.ERROR)
    tf.disable_v2_behavior()
    sys.modules["tensorflow"] = tf.compat.v1 = tf  # the same module by either name
    for name in ("tensorflow.examples.tutorials.mnist.input_data", datasets + "base",
                 datasets + "mnist"):
        _add_module(name, sys.modules[__name__])
    # Where a pickled set looks for its class.
    DataSet.__module__ = Datasets.__module__ = datasets + "mnist"
    tf.contrib.learn.datasets = tf.contrib.learn.python.learn.datasets
    tf.contrib.learn.datasets.load_dataset = lambda name, *_: getattr(
        tf.contrib.learn.datasets.mnist, "load_" + name)()


def _add_module(name, module):
    """Let a module be found under a dotted name, in every form of import."""
    package_name, _, child = name.rpartition(".")
    if package_name not in sys.modules:
        _add_module(package_name, _OldPackage(package_name))
    sys.modules[name] = module
    setattr(sys.modules[package_name], child, module)


class _OldPackage(types.ModuleType):
    """A package of TensorFlow 1, of which little is left."""

    __path__ = ()

    def __getattr__(self, name):
        raise AttributeError(f"TensorFlow 2 dropped {self.__name__}.{name}; README.md, 'What "
                             "TensorFlow 2 removed', says what takes the place of some of it")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.stderr.write("usage: python input_data.py old_script.py [its arguments]\n")
        sys.exit(2)
    del sys.argv[0]
    path = os.path.abspath(sys.argv[0])
    with open(path, "rb") as f:
        code = compile(f.read(), path, "exec", dont_inherit=True)
    restore_tensorflow_1()
    sys.path.append(sys.path[0])  # for a script that imports input_data by this name
    sys.path[0] = os.path.dirname(os.path.realpath(path))
    # Not with runpy, which has one name for __file__, an absolute path here, and sys.argv[0].
    script = sys.modules["__main__"] = types.ModuleType("__main__")
    script.__file__ = path
    exec(code, script.__dict__)
