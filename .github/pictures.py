"""Draw README's pictures beside this file. It trains the tutorial's model on MNIST first."""
import os
import pathlib
import runpy
import sys

import matplotlib.pyplot as plt
import numpy as np

# GitHub shows README on white or on black. So the pictures are transparent, and their words and
# lines have colours that stand out on both. Only images have a ground of their own, white paper.
GREY, ORANGE, PALE = "#757b84", "#cf5c08", "#c8ced6"
plt.rcParams.update({
    "text.color": GREY, "axes.edgecolor": GREY, "axes.labelcolor": GREY, "xtick.color": GREY,
    "ytick.color": GREY, "font.size": 15, "axes.labelweight": "bold", "axes.titleweight": "bold",
    "mathtext.default": "bf", "text.hinting": "none"})

os.chdir(pathlib.Path(__file__).resolve().parent.parent)
sys.path.insert(0, os.getcwd())
sys.argv = ["mnist_softmax.py", "--seed", "0"]  # which gives the model that README shows
script = runpy.run_path("mnist_softmax.py")
# The script has shuffled its training images. These are in the order of the files.
mnist = script["input_data"].read_data_sets("MNIST_data/", one_hot=True)
W = script["sess"].run(script["W"])
predictions = script["sess"].run(script["y"], {script["x"]: mnist.validation.images})


def write(x, y, text, size=15, weight="bold", ha="center", va="center_baseline", **options):
    """Write text around a point, with the printer's signs for minus and times."""
    text = str(text).replace("-", "\N{MINUS SIGN}").replace(" x ", " \N{MULTIPLICATION SIGN} ")
    plt.text(x, y, text, size=size, weight=weight, ha=ha, va=va, **options)


def arrow(start, end, color=GREY, gap=3):
    """Draw an arrow from one point to another, which ends a gap before it."""
    style = {"arrowstyle": "-|>", "linewidth": 1.6, "shrinkA": 3, "shrinkB": gap}
    plt.annotate("", end, start, arrowprops={"color": color, **style})


def zoom(place, other):
    """Draw frames around two places, (left, top, width, height), and two lines between them."""
    (left, top, width, height), (other_left, other_top, _, other_height) = place, other
    for x, y, *size in (place, other):
        plt.gca().add_patch(plt.Rectangle((x, y), *size, fill=False, ec=ORANGE, lw=2.5, zorder=3))
    plt.plot([left + width, other_left], [top, other_top], ORANGE)
    plt.plot([left + width, other_left], [top + height, other_top + other_height], ORANGE)


def show(left, top, width, height, values, rows=1, columns=1, signed=False, numbers=False):
    """Show values, 0 white to 1 black or -1 red to 1 blue, with lines between rows and columns."""
    x, y = np.linspace(left, left + width, columns + 1), np.linspace(top, top + height, rows + 1)
    plt.imshow(values, "bwr_r" if signed else "gray_r", vmin=-1 if signed else 0, vmax=1,
               extent=(x[0], x[-1], y[-1], y[0]), aspect="auto", interpolation="nearest")
    plt.hlines(y, x[0], x[-1], PALE, linewidth=0.8)
    plt.vlines(x, y[0], y[-1], PALE, linewidth=0.8)
    if numbers:
        for (row, column), value in np.ndenumerate(values):
            number = f"{round(float(value), 1):g}".replace("0.", ".")
            write(x[column:column + 2].mean(), y[row:row + 2].mean(), number, 14, weight="normal",
                  color="white" if abs(value) > 0.5 else "black")


def digits():
    """Draw the first four images of the file, each above its label."""
    for i in range(4):
        show(41 + 186 * i, 20, 160, 160, mnist.validation.images[i].reshape(28, 28))
        write(121 + 186 * i, 202, mnist.validation.labels[i].argmax(), 22)


def grid():
    """Draw an image of a 1, and beside it the middle of it as numbers."""
    image = mnist.validation.images[3].reshape(28, 28)
    show(20, 62, 308, 308, image, 28, 28)
    show(388, 20, 392, 392, image[7:21, 7:21], 14, 14, numbers=True)
    zoom((97, 139, 154, 154), (388, 20, 392, 392))


def tensors():
    """Draw the arrays of images and labels, an example in each row, and mark the first one."""
    pixels = mnist.train.images.reshape(-1, 392, 2).mean(axis=2)  # two share one of the picture
    for name, size, left, width, values, columns, side in (
            ("images", "784 pixels", 100, 392, pixels, 1, 24),
            ("labels", "10 digits", 604, 150, mnist.train.labels, 10, 776)):
        show(left, 90, width, 256, values[:16], 16, columns)
        show(left, 362, width, 48, values[-3:], 3, columns)
        write(left + width / 2, 20, f"mnist.train.{name}", 16, family="monospace")
        write(left + width / 2, 46, size)
        write(left + width / 2, 354, "⋮")
        write(side, 250, f"55,000 {name}", rotation=90, va="center")
    zoom((100, 90, 392, 16), (604, 90, 150, 16))
    write(548, 112, f"one image,\nits label: {values[0].argmax()}", va="top", color=ORANGE)
    for x, y, number in ((105, 74, 0), (476, 74, 783), (86, 98, 0), (62, 402, "54,999")):
        write(x, y, number)
    for digit in range(10):
        write(611.5 + 15 * digit, 74, digit)


def weights():
    """Draw what the weights say about each digit."""
    for i in range(10):
        left, top = 22 + 155 * (i % 5), 34 + 172 * (i // 5)
        show(left, top, 136, 136, W[:, i].reshape(28, 28) / abs(W).max(), signed=True)
        write(left + 68, top - 15, i, 18)
    show(300, 374, 200, 16, [np.linspace(-1, 1, 200)], signed=True)
    write(288, 382, "against the digit", ha="right")
    write(512, 382, "for the digit", ha="left")


def network():
    """Draw softmax regression with three inputs and three outputs, and README's numbers."""
    matrix, inputs, biases = [[2, -1, 0], [1, 1, -1], [0, 1, 1]], [1, 0, 0.5], [0, 0.5, -0.5]
    evidence = np.dot(matrix, inputs) + biases
    outputs = np.exp(evidence) / np.exp(evidence).sum()
    for i, y in ((1, 95), (2, 225), (3, 355)):
        for j in (1, 2, 3):
            # A line from input j to its weight for sum i, and an arrow from there to the sum.
            weight_y = y + 36 * (j - 2)
            plt.plot([44, 270], [y + 130 * (j - i), weight_y], GREY)
            write(320, weight_y, f"$W_{{{i},{j}}}$ = {matrix[i - 1][j - 1]}", 16)
            arrow((370, weight_y), (446, y), gap=24)
        write(446, y - 62, f"$b_{i}$ = {biases[i - 1]}", 16)
        arrow((446, y - 50), (446, y), gap=24)
        arrow((467, y), (594, y))
        arrow((654, y), (748, y), gap=24)
        write(530, y - 15, f"$evidence_{i}$ = {evidence[i - 1]:g}", 13)
        for x, text in ((44, f"$x_{i}$"), (446, "+"), (748, f"$y_{i}$")):
            plt.plot(x, y, "o", color=GREY, markersize=44)
            write(x, y, text, 21, color="white")
        write(44, y + 34, f"= {inputs[i - 1]}")
        write(748, y + 34, f"= {outputs[i - 1]:.2f}")
    plt.gca().add_patch(plt.Rectangle((594, 59), 60, 332, color=GREY))
    write(624, 225, "softmax", 21, rotation=90, color="white", va="center")


def loss():
    """Draw what a probability of the right digit costs."""
    plt.axes((0.25, 0.2, 0.5, 0.74), xlabel="probability of the right digit", ylabel="loss")
    curve = np.linspace(0.004, 1, 500)
    plt.plot(curve, -np.log(curve), GREY, linewidth=2)
    for probability in (0.99, 0.9, 0.1, 0.01):
        plt.plot(probability, -np.log(probability), "o", color=ORANGE)
        ha = "center" if probability == 0.9 else "left"  # there is little room beside 0.99
        write(probability, 0.2 - np.log(probability), f" {-np.log(probability):.2f}", 13, ha=ha,
              va="bottom")
    plt.xlim(0, 1.15)


def descent():
    """Draw gradient descent on one weight, with a learning rate that suits and one too large."""
    for left, rate, reach in ((0.08, 0.3, 3.5), (0.58, 1.05, 5.8)):
        title = f"learning rate {rate}"
        plt.axes((left, 0.17, 0.4, 0.7), title=title, xlabel="weight w", ylabel="loss")
        curve = np.linspace(3 - reach, 3 + reach, 200)
        plt.plot(curve, (curve - 3) ** 2, GREY, linewidth=2)
        w = 3 - 3 * (1 - 2 * rate) ** np.arange(4)  # each is w - rate * 2 * (w - 3) of the last w
        points = list(zip(w, (w - 3) ** 2))
        plt.plot(*zip(*points), "o", color=ORANGE)
        write(*points[0], "0  ", ha="right", va="top")
        for start, end in zip(points, points[1:]):
            if abs(end[0] - start[0]) > 0.5:  # there is room
                arrow(start, end, ORANGE)
                write(*end, f"  {end[0]:.3g}  ", ha="left" if end[0] > 3 else "right", va="top")


def mistakes():
    """Draw the first validation images that the model misreads, and how sure it was."""
    truth, guesses = mnist.validation.labels.argmax(axis=1), predictions.argmax(axis=1)
    for place, i in enumerate(np.flatnonzero(guesses != truth)[:5]):
        caption = f"a {truth[i]}, read as {guesses[i]}\n{100 * predictions[i].max():.0f}%"
        show(22 + 155 * place, 20, 136, 136, mnist.validation.images[i].reshape(28, 28))
        write(90 + 155 * place, 168, caption, va="top", linespacing=1.4)


def convolution():
    """Draw a convolution by two pixels at a time, with a filter that answers to strokes across."""
    image = mnist.train.images[0].reshape(28, 28)
    strokes = np.repeat([[-1], [0.5], [1], [0.5], [-1]], 5, axis=1)
    patches = np.lib.stride_tricks.sliding_window_view(np.pad(image, (1, 2)), (5, 5))[::2, ::2]
    output = (patches * strokes).sum(axis=(2, 3))
    show(30, 20, 224, 224, image)
    show(330, 57, 150, 150, strokes, 5, 5, signed=True, numbers=True)
    show(560, 27, 210, 210, output.clip(0) / output.max(), 14, 14)
    zoom((118, 76, 40, 40), (330, 57, 150, 150))
    zoom((330, 57, 150, 150), (650, 87, 15, 15))
    write(138, 62, "patch", color=ORANGE)
    write(142, 266, "image, 28 x 28")
    write(405, 266, "a filter of weights, 5 x 5")
    write(665, 266, "its output, 14 x 14")


for draw, height in ((digits, 224), (grid, 432), (tensors, 424), (weights, 412), (network, 410),
                     (loss, 300), (descent, 340), (mistakes, 222), (convolution, 286)):
    # All lengths are pixels, as Matplotlib's points are if there are 72 dots to the inch.
    plt.figure(figsize=(800 / 72, height / 72), dpi=72).add_axes((0, 0, 1, 1)).axis("off")
    plt.axis([0, 800, height, 0])
    draw()
    plt.savefig(f".github/{draw.__name__}.png", transparent=True, metadata={"Software": None})
