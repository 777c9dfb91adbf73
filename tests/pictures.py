"""Draw README's pictures from MNIST in MNIST_data/: python tests/pictures.py [FOLDER]

FOLDER is where they go; without it, .github/, from where README shows them.
"""
import pathlib
import runpy
import sys

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patches import Circle, ConnectionPatch, FancyBboxPatch, Rectangle

PROJECT = pathlib.Path(__file__).resolve().parent.parent
MNIST_DIR = PROJECT / "MNIST_data"
sys.path.insert(0, str(PROJECT))

import input_data  # noqa: E402

# All lengths are in pixels; Matplotlib's points are pixels too, at 72 of them to the inch.
WIDTH, MARGIN = 800, 20
TEXT, LINE, PALE, PAPER, MARK = "#24292f", "#8c959f", "#d0d7de", "#f6f8fa", "#cf5a00"
matplotlib.use("Agg")
plt.rcParams.update({
    "figure.dpi": 72, "savefig.dpi": 72, "font.size": 15, "mathtext.fontset": "cm",
    "text.color": TEXT, "axes.labelcolor": TEXT, "xtick.color": TEXT, "ytick.color": TEXT,
    "axes.edgecolor": LINE, "axes.linewidth": 1, "patch.linewidth": 1.4,
    "xtick.major.size": 0, "ytick.major.size": 0})


def new_picture(height):
    """Return an empty white picture, so many pixels high."""
    return plt.figure(figsize=(WIDTH / 72, height / 72), facecolor="white")


def add_axes(picture, left, top, width, height):
    """Return axes of so many pixels, their place counted from the picture's top left corner."""
    total = 72 * picture.get_figheight()
    place = (left / WIDTH, 1 - (top + height) / total, width / WIDTH, height / total)
    return picture.add_axes(place, xticks=[], yticks=[])


def show_ink(axes, values):
    """Show numbers from 0, white paper, to 1, black ink."""
    axes.imshow(values, cmap="gray_r", vmin=0, vmax=1, aspect="auto", interpolation="nearest")


def draw_lines(axes, rows, columns=1):
    """Draw faint lines between rows and between columns."""
    for row in range(1, rows):
        axes.axhline(row - 0.5, color=PALE, linewidth=0.7)
    for column in range(1, columns):
        axes.axvline(column - 0.5, color=PALE, linewidth=0.7)


def draw_frame(axes, left, top, width, height):
    """Draw a frame around some cells, to mark them."""
    axes.add_patch(Rectangle((left - 0.5, top - 0.5), width, height, fill=False, edgecolor=MARK,
                             linewidth=3, zorder=4, clip_on=False))


def connect(axes, point, other_axes, other_point):
    """Draw a line from a point in one axes to a point in another."""
    axes.figure.add_artist(ConnectionPatch(point, other_point, "data", "data", axesA=axes,
                                           axesB=other_axes, color=MARK, linewidth=1.4))


def draw_digits(mnist):
    """Draw the first four images of the file, each above its label."""
    picture = new_picture(230)
    for place in range(4):
        axes = add_axes(picture, 41 + 186 * place, MARGIN, 160, 160)
        show_ink(axes, mnist.validation.images[place].reshape(28, 28))
        axes.set_xlabel(mnist.validation.labels[place].argmax(), fontsize=22)
    return picture


def draw_grid(mnist):
    """Draw an image of a 1, and beside it the middle of it as numbers."""
    picture = new_picture(432)
    image = mnist.validation.images[3].reshape(28, 28)
    start, side = 7, 14
    middle = image[start:start + side, start:start + side]

    digit = add_axes(picture, MARGIN, 62, 308, 308)
    show_ink(digit, image)
    draw_lines(digit, 28, 28)
    draw_frame(digit, start, start, side, side)

    table = add_axes(picture, 388, MARGIN, 392, 392)
    show_ink(table, middle)
    draw_lines(table, side, side)
    draw_frame(table, 0, 0, side, side)
    for (row, column), value in np.ndenumerate(middle):
        number = f"{value:.1f}".replace("0.0", "0").replace("1.0", "1").replace("0.", ".")
        table.text(column, row, number, ha="center", va="center", fontsize=14,
                   color="white" if value > 0.5 else "black")

    for edge in (-0.5, side - 0.5):  # of the table; the frame in the image has the same two
        connect(digit, (start + side - 0.5, start + edge), table, (-0.5, edge))
    return picture


def draw_tensors(mnist):
    """Draw the arrays of images and labels, a row an example, and mark the first example."""
    picture = new_picture(430)
    first, last = 16, 3  # so many rows, with an ellipsis between them
    rows = [*range(first), *range(-last, 0)]
    shown = len(rows) + 1
    # Two pixels of an image share one of the picture.
    pixels = mnist.train.images[rows].reshape(len(rows), 392, 2).mean(axis=2)
    labels = mnist.train.labels[rows]

    images_axes = add_axes(picture, 104, 90, 392, 16 * shown)
    labels_axes = add_axes(picture, 596, 90, 150, 16 * shown)
    for axes, values in ((images_axes, pixels), (labels_axes, labels)):
        ellipsis = np.zeros((1, values.shape[1]))
        show_ink(axes, np.vstack([values[:first], ellipsis, values[first:]]))
        axes.text((values.shape[1] - 1) // 2, first, "⋮", ha="center", va="center",
                  weight="bold")
        draw_frame(axes, 0, 0, values.shape[1], 1)
        axes.xaxis.set(label_position="top", ticks_position="top")
    draw_lines(images_axes, shown)
    draw_lines(labels_axes, shown, 10)

    images_axes.set(xticks=[0, 391], xticklabels=["0", "783"], xlabel="784 pixels",
                    yticks=[0, 5, 10, 15, first, shown - 1],
                    yticklabels=["0", "5", "10", "15", "⋮", "54,999"], ylabel="55,000 images")
    labels_axes.yaxis.set_label_position("right")
    labels_axes.set(xticks=range(10), xlabel="10 digits", ylabel="55,000 labels")
    images_axes.set_title("mnist.train.images", family="monospace", fontsize=16, pad=12)
    labels_axes.set_title("mnist.train.labels", family="monospace", fontsize=16, pad=12)
    connect(images_axes, (391.5, 0), labels_axes, (-0.5, 0))
    digit = labels[0].argmax()
    picture.text(546 / WIDTH, 1 - 104 / 430, f"one image,\nits label: {digit}", color=MARK,
                 ha="center", va="top")
    return picture


def draw_weights():
    """Train as the script does with seed 0, and draw what its weights say about each digit."""
    sys.argv = ["mnist_softmax.py", "--data_dir", str(MNIST_DIR), "--seed", "0"]
    script = runpy.run_path(str(PROJECT / "mnist_softmax.py"))
    weights = script["sess"].run(script["W"])
    strongest = abs(weights).max()
    colours = plt.get_cmap("bwr_r", 257)  # an odd number, so that the middle is white

    picture = new_picture(412)
    for digit in range(10):
        row, column = divmod(digit, 5)
        axes = add_axes(picture, 22 + 155 * column, 34 + 172 * row, 136, 136)
        shown = axes.imshow(weights[:, digit].reshape(28, 28), cmap=colours,
                            vmin=-strongest, vmax=strongest, interpolation="nearest")
        axes.set_title(digit, fontsize=18, pad=4)
    scale = add_axes(picture, 300, 376, 200, 14)
    picture.colorbar(shown, scale, orientation="horizontal", ticks=[])
    picture.text(290 / WIDTH, 28 / 412, "against the digit", ha="right", va="center")
    picture.text(510 / WIDTH, 28 / 412, "for the digit", ha="left", va="center")
    return picture


def draw_network():
    """Draw softmax regression with three inputs and three outputs."""
    picture = new_picture(410)
    axes = add_axes(picture, 0, 0, WIDTH, 410)
    axes.set(xlim=(0, WIDTH), ylim=(410, 0))
    axes.axis("off")
    x_at, sum_at, softmax_at, y_at = 48, 448, 610, 752  # from the left
    heights = {1: 95, 2: 225, 3: 355}  # from the top
    radius = 22
    box = {"facecolor": PAPER, "edgecolor": TEXT}

    def write(x, y, text, size=24, **options):
        axes.text(x, y, text, ha="center", va="center", fontsize=size, **options)

    def node(x, y, text):
        axes.add_patch(Circle((x, y), radius, **box))
        write(x, y, text)

    def arrow(start, end, gap=0):
        axes.annotate("", end, start, zorder=0, arrowprops={
            "arrowstyle": "-|>", "color": LINE, "shrinkA": 0, "shrinkB": gap})

    for i, height in heights.items():
        node(x_at, height, f"$x_{i}$")
        node(sum_at, height, "+")
        node(y_at, height, f"$y_{i}$")
        for j, start in heights.items():
            arrow((x_at, start), (sum_at, height), radius)
            # Three quarters along, no two of the nine lines are at the same height.
            write(0.25 * x_at + 0.75 * sum_at, 0.25 * start + 0.75 * height, f"$W_{{{i},{j}}}$",
                  21, bbox={"facecolor": "white", "edgecolor": "none", "pad": 1})
        arrow((sum_at, height - 46), (sum_at, height), radius)
        write(sum_at, height - 62, f"$b_{i}$")
        arrow((sum_at, height), (softmax_at - 32, height))
        write(524, height - 14, f"$\\mathrm{{evidence}}_{i}$", 18)
        arrow((softmax_at + 32, height), (y_at, height), radius)
    axes.add_patch(FancyBboxPatch((softmax_at - 32, 60), 64, 330, **box,
                                  boxstyle="round,pad=0,rounding_size=8"))
    write(softmax_at, 225, "softmax", 21, rotation=90)
    return picture


def main():
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else PROJECT / ".github"
    mnist = input_data.read_data_sets(MNIST_DIR, one_hot=True)
    pictures = {"digits": draw_digits(mnist), "grid": draw_grid(mnist),
                "tensors": draw_tensors(mnist), "weights": draw_weights(),
                "network": draw_network()}
    for name, picture in pictures.items():
        picture.savefig(folder / f"{name}.png", metadata={"Software": None},
                        pil_kwargs={"optimize": True})


if __name__ == "__main__":
    main()
