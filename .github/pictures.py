"""Draw README's pictures beside this file. It trains the tutorial's model on MNIST first."""
import os
import pathlib
import runpy
import sys
import types

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
script = types.SimpleNamespace(**runpy.run_path("mnist_softmax.py"))
# The script has shuffled its training images. These are in the order of the files.
mnist = script.input_data.read_data_sets("MNIST_data/", one_hot=True)
W = script.W.eval()
LIMIT = abs(W).max() / 2  # the few weights beyond it share a colour, or all others would be pale


def write(x, y, text, size=15, weight="bold", ha="center", va="center_baseline", **options):
    """Write text around a point, with the printer's signs for minus and times."""
    text = str(text).replace("-", "\N{MINUS SIGN}").replace(" x ", " \N{MULTIPLICATION SIGN} ")
    plt.text(x, y, text, size=size, weight=weight, ha=ha, va=va, **options)


def arrow(start, end, color=GREY, gap=3):
    """Draw an arrow from one point to another, which ends a gap before it."""
    style = {"arrowstyle": "-|>", "linewidth": 1.6, "shrinkA": 3, "shrinkB": gap}
    plt.annotate("", end, start, arrowprops={"color": color, **style})


def frame(left, top, width, height):
    """Draw a frame around a place."""
    plt.gca().add_patch(
        plt.Rectangle((left, top), width, height, fill=False, ec=ORANGE, lw=2.5, zorder=3))


def zoom(place, other):
    """Draw frames around two places, (left, top, width, height), and two lines between them."""
    (left, top, width, height), (other_left, other_top, _, other_height) = place, other
    frame(*place)
    frame(*other)
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


def gallery(images, captions, columns, side, gap, size, wrong=(), signed=False, **options):
    """Show images in rows, each above its caption, which is orange if the answer is wrong."""
    left = (800 - columns * side - (columns - 1) * gap) / 2
    for place, (image, caption) in enumerate(zip(images, captions)):
        row, column = divmod(place, columns)
        x, y = left + column * (side + gap), 20 + row * (side + 2.4 * size)
        show(x, y, side, side, image.reshape(28, 28), signed=signed)
        color = ORANGE if place in wrong else GREY
        write(x + side / 2, y + side + size, caption, size, color=color, **options)


def color_bar(y):
    """Draw what the colours of weights mean."""
    show(310, y - 8, 180, 16, [np.linspace(-1, 1, 180)], signed=True)
    write(298, y, f"against the digit: {-LIMIT:.2f} or less", ha="right")
    write(502, y, f"for the digit: {LIMIT:.2f} or more", ha="left")


def digits():
    """Draw the first four images of the file, each above its label."""
    gallery(mnist.validation.images[:4], mnist.validation.labels.argmax(axis=1), 4, 160, 26, 22)


def answers():
    """Draw the first thirty test images, each above the model's answer."""
    images, truth = mnist.test.images[:30], mnist.test.labels[:30].argmax(axis=1)
    guesses = script.y.eval({script.x: images}).argmax(axis=1)
    captions = [a if a == b else f"{a}, not {b}" for a, b in zip(guesses, truth)]
    gallery(images, captions, 10, 70, 8, 16, wrong=np.flatnonzero(guesses != truth))


def means():
    """Draw the mean of each digit's training images."""
    truth = mnist.train.labels.argmax(axis=1)
    images = [mnist.train.images[truth == digit].mean(axis=0) for digit in range(10)]
    gallery(images, range(10), 10, 70, 8, 16)


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
            ("images", "784 pixels", 200, 392, pixels, 1, 168),
            ("labels", "10 digits", 616, 150, mnist.train.labels, 10, 784)):
        show(left, 100, width, 256, values[:16], 16, columns)
        show(left, 372, width, 48, values[-3:], 3, columns)
        write(left + width / 2, 20, f"mnist.train.{name}", 16, family="monospace")
        write(left + width / 2, 46, size)
        write(left + width / 2, 364, "⋮")
        write(side, 270, f"55,000 {name}", rotation=90, va="center")
    zoom((200, 100, 392, 16), (616, 100, 150, 16))
    show(8, 20, 140, 140, mnist.train.images[0].reshape(28, 28))
    # Row 9 of the image, whose 28 pixels take 14 of the picture in the flattened image.
    frame(8, 64, 140, 7)
    frame(326, 100, 14, 16)
    plt.plot([148, 333, 333], [67.5, 67.5, 80], ORANGE)
    arrow((333, 67.5), (333, 100), ORANGE)
    write(345, 84, "one row: 28 pixels", ha="left", color=ORANGE)
    for x, y, text in ((78, 176, "image 0, 28 x 28"), (205, 84, 0), (576, 84, 783), (186, 108, 0),
                       (162, 412, "54,999")):
        write(x, y, text)
    for digit in range(10):
        write(623.5 + 15 * digit, 84, digit, color=ORANGE if digit == 7 else GREY)


def weights():
    """Draw what the weights say about each digit."""
    gallery(W.T / LIMIT, range(10), 5, 140, 15, 18, signed=True)
    color_bar(408)


def growth():
    """Draw how the weights of two digits grow in training, and with them the accuracy."""
    validation = {script.x: mnist.validation.images, script.y_: mnist.validation.labels}
    train = script.input_data.read_data_sets("MNIST_data/", one_hot=True, seed=0).train
    script.tf.global_variables_initializer().run()
    for step in range(1, 1001):
        images, labels = train.next_batch(100)
        script.train_step.run({script.x: images, script.y_: labels})
        if step in (1, 10, 100, 1000):
            middle = 146 + 184 * np.log10(step)
            write(middle, 20, f"step {step:,}")
            for digit, top in ((0, 38), (1, 222)):
                image = script.W.eval()[:, digit].reshape(28, 28) / LIMIT
                show(middle - 84, top, 168, 168, image, signed=True)
            write(middle, 408, f"accuracy {script.accuracy.eval(validation):.3f}")
    write(38, 122, 0, 22)
    write(38, 306, 1, 22)
    color_bar(450)


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
    plt.axes((0.07, 0.19, 0.91, 0.78), xlim=(0, 1), ylim=(-0.3, 5.6),
             xlabel="probability of the right digit", ylabel="loss")
    curve = np.linspace(0.003, 1, 500)
    plt.plot(curve, -np.log(curve), GREY, linewidth=2)
    arrow((0.99, 1), (0.99, 0.01), ORANGE, gap=6)
    for probability, words, x, y in (
            (0.01, "sure and wrong: ", 0.025, 4.61), (0.1, "blind guess: ", 0.115, 2.5),
            (0.9, "", 0.875, 0.5), (0.99, "sure and right: ", 0.76, 1.2)):
        plt.plot(probability, -np.log(probability), "o", color=ORANGE)
        write(x, y, f"{words}{-np.log(probability):.2f}", ha="left")


def descent():
    """Draw gradient descent on one weight, with a learning rate that suits and one too large."""
    for left, rate, arrows in ((0.08, 0.3, 1), (0.58, 1.05, 3)):  # later arrows would be too short
        plt.axes((left, 0.17, 0.4, 0.73), xlim=(-3, 9), ylim=(-2, 18), yticks=[0, 5, 10, 15],
                 xlabel="weight w", ylabel="loss", title=f"learning rate {rate}")
        plt.xticks([0, 3, 6], ["0", "3 (lowest)", "6"])
        curve = np.linspace(-2, 8, 200)
        plt.plot(curve, (curve - 3) ** 2, GREY, linewidth=2)
        w = 3 - 3 * (1 - 2 * rate) ** np.arange(4)  # each is w - rate * 2 * (w - 3) of the last w
        losses = (w - 3) ** 2
        plt.plot(w, losses, "o", color=ORANGE)
        for x, y, text in zip(w, losses, ["w = 0", *w[1:].round(2)]):
            write(x, y, f"  {text}  ", 14, ha="left" if x > 2.6 else "right", va="top")
        # Each step goes along the arrow, and from there straight to the bowl.
        for i in range(arrows):
            arrow((w[i], losses[i]), (w[i + 1], losses[i]), ORANGE, gap=0)
            plt.plot([w[i + 1], w[i + 1]], losses[i:i + 2], ":", color=ORANGE)
        plt.plot([-0.4, 1.2], [11.4, 1.8], "--", color=ORANGE)
        write(0.4, 4.6, "slope -6", 14, ha="right")
        write(0.3, 10, f"{rate} x 6 = {w[1]:.2g}", 14, ha="left")


def mistakes():
    """Draw the first validation images that the model misreads, with two of its probabilities."""
    images, truth = mnist.validation.images, mnist.validation.labels.argmax(axis=1)
    percent = 100 * script.y.eval({script.x: images})
    guesses = percent.argmax(axis=1)
    wrong = np.flatnonzero(guesses != truth)[:5]
    captions = [f"a {b}, read as {a}\n{a}: {percent[i, a]:.2g}%, {b}: {percent[i, b]:.2g}%"
                for i, a, b in zip(wrong, guesses[wrong], truth[wrong])]
    gallery(images[wrong], captions, 5, 140, 15, 14, va="top")


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


# growth comes last, because it initializes the model and trains it once more.
for draw, height in ((answers, 350), (digits, 224), (grid, 432), (tensors, 436), (means, 126),
                     (weights, 430), (network, 410), (loss, 320), (descent, 380), (mistakes, 216),
                     (convolution, 286), (growth, 472)):
    # All lengths are pixels, as Matplotlib's points are if there are 72 dots to the inch.
    plt.figure(figsize=(800 / 72, height / 72), dpi=72).add_axes((0, 0, 1, 1)).axis("off")
    plt.axis([0, 800, height, 0])
    draw()
    plt.savefig(f".github/{draw.__name__}.png", transparent=True)
