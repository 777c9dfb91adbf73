"""Draw README's pictures, of MNIST_data/, into .github/."""
import pathlib
import runpy
import sys

import matplotlib.pyplot as plt
import numpy as np

# GitHub shows README on white or on black. So the ground is transparent, what is drawn on it has
# colours halfway between the two, and only images are white, like paper.
GREY, ORANGE, PALE = "#787e87", "#d9620b", "#c8ced6"
ARROW = {"arrowstyle": "-|>", "color": GREY, "linewidth": 1.6, "shrinkA": 3, "shrinkB": 3}
plt.rcParams.update({key: GREY for key, value in plt.rcParams.items() if value == "black"})
plt.rcParams.update({"font.size": 15, "text.hinting": "none", "mathtext.default": "bf",
                     "axes.labelweight": "bold", "axes.titleweight": "bold"})


def write(x, y, text, size=15, ha="center", va="center_baseline", weight="bold", **options):
    """Write text around a point, with the signs of print for minus and times."""
    text = str(text).replace("-", "\u2212").replace(" x ", " \u00d7 ")
    plt.text(x, y, text, size=size, ha=ha, va=va, weight=weight, **options)


def mark(*places):
    """Draw frames around two places, (left, top, width, height), and lines between them."""
    (left, top, width, height), (to_left, to_top, _, to_height) = places
    plt.plot([left + width, to_left], [[top, top + height], [to_top, to_top + to_height]], ORANGE)
    for x, y, *size in places:
        plt.gca().add_patch(plt.Rectangle((x, y), *size, fill=False, ec=ORANGE, lw=2.5, zorder=3))


def show(left, top, width, height, values, rows=1, columns=1, signed=False, numbers=False):
    """Show values, 0 white to 1 black or -1 red to 1 blue, with lines between rows and columns."""
    x, y = np.linspace(left, left + width, columns + 1), np.linspace(top, top + height, rows + 1)
    plt.imshow(values, "bwr_r" if signed else "gray_r", vmin=-1 if signed else 0, vmax=1,
               extent=(x[0], x[-1], y[-1], y[0]), aspect="auto", interpolation="nearest")
    plt.hlines(y, x[0], x[-1], PALE, linewidth=0.8)
    plt.vlines(x, y[0], y[-1], PALE, linewidth=0.8)
    for (row, column), value in np.ndenumerate(values) if numbers else ():
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
    mark((97, 139, 154, 154), (388, 20, 392, 392))


def tensors():
    """Draw the arrays of images and labels, a row an example, and mark the first example."""
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
    mark((100, 90, 392, 16), (604, 90, 150, 16))
    write(548, 112, f"one image,\nits label: {values[0].argmax()}", va="top", color=ORANGE)
    for x, y, number in ((105, 74, 0), (476, 74, 783), (86, 98, 0), (62, 402, "54,999"),
                         *((611.5 + 15 * digit, 74, digit) for digit in range(10))):
        write(x, y, number)


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
    """Draw softmax regression with three inputs and three outputs."""
    plt.plot([610, 610], [60, 390], GREY, linewidth=64, solid_capstyle="butt")
    write(610, 225, "softmax", 21, rotation=90, color="white", va="center")
    for i, y in ((1, 95), (2, 225), (3, 355)):
        arrows = [((448, y - 50), (448, y - 19)), ((467, y), (581, y)), ((639, y), (733, y))]
        for j in (1, 2, 3):
            # A line from input j to sum i. The weight is in a gap of it, where no two lines meet.
            points = [(48 + 400 * share, y + 130 * (j - i) * (1 - share))
                      for share in (0.05, 0.67, 0.75, 0.82, 0.953)]
            plt.plot(*zip(*points[:2]), GREY)
            write(*points[2], f"$W_{{{i},{j}}}$", 19)
            arrows.append(points[3:])
        for start, end in arrows:
            plt.annotate("", end, start, arrowprops=ARROW)
        for x, text in ((48, f"$x_{i}$"), (448, "+"), (752, f"$y_{i}$")):
            plt.plot(x, y, "o", color=GREY, markersize=44)
            write(x, y, text, 21, color="white")
        write(448, y - 62, f"$b_{i}$", 21)
        write(524, y - 14, f"$evidence_{i}$")


def descent():
    """Draw gradient descent on one weight, with a learning rate that suits and one too large."""
    for left, rate, reach in ((0.08, 0.3, 3.5), (0.58, 1.05, 5.5)):
        plt.axes((left, 0.17, 0.4, 0.7), title=f"learning rate {rate}", xlabel="weight w",
                 ylabel="loss")
        curve = np.linspace(3 - reach, 3 + reach, 200)
        plt.plot(curve, (curve - 3) ** 2, GREY, linewidth=2)
        w = 3 - 3 * (1 - 2 * rate) ** np.arange(5)  # each is w - rate * 2 * (w - 3) of the last w
        points = list(zip(w, (w - 3) ** 2))
        plt.plot(*zip(*points), "o", color=ORANGE)
        for (x, y), after in zip(points, points[1:]):
            if abs(after[0] - x) > 0.2:  # there is room
                plt.annotate("", after, (x, y), arrowprops={**ARROW, "color": ORANGE})
                write(x, y, f"  {x:.3g}  ", 13, va="top", ha="left" if x > 3 else "right")


def convolution():
    """Draw a convolution by two pixels at a time, with a window that answers to strokes across."""
    image = mnist.train.images[0].reshape(28, 28)
    window = np.repeat([[-1], [0.5], [1], [0.5], [-1]], 5, axis=1)
    sums = sum(weight * np.roll(image, (1 - row, 1 - column), axis=(0, 1))[::2, ::2]
               for (row, column), weight in np.ndenumerate(window))  # the image's edges are white
    show(50, 20, 196, 196, image)
    show(340, 58, 120, 120, window, 5, 5, signed=True, numbers=True)
    show(580, 48, 140, 140, sums.clip(0) / sums.max(), 14, 14)
    mark((127, 69, 35, 35), (340, 58, 120, 120))
    mark((340, 58, 120, 120), (640, 88, 10, 10))
    write(148, 234, "image,\n28 x 28", va="top")
    write(400, 234, "one window\nof weights,\n5 x 5", va="top")
    write(650, 234, "its sum in every\nsecond place,\n14 x 14", va="top")


project = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(project))
sys.argv = ["mnist_softmax.py", "--data_dir", str(project / "MNIST_data"), "--seed", "0"]
script = runpy.run_path(str(project / "mnist_softmax.py"))
mnist, W = script["mnist"], script["sess"].run(script["W"])
for draw, height in ((digits, 224), (grid, 432), (tensors, 424), (weights, 412), (network, 410),
                     (descent, 340), (convolution, 310)):
    # All lengths are pixels, as Matplotlib's points are if there are 72 dots to the inch.
    plt.figure(figsize=(800 / 72, height / 72), dpi=72).add_axes((0, 0, 1, 1)).axis("off")
    plt.axis([0, 800, height, 0])
    draw()
    plt.savefig(project / ".github" / f"{draw.__name__}.png", transparent=True,
                metadata={"Software": None})
