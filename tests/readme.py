"""The pages of the project: their sections, blocks, and commands, as readers copy them."""
import re

from project import PROJECT


def page(path):
    return (PROJECT / path).read_text(encoding="utf-8")


README = page("README.md")
OLD_SCRIPTS = page(".github/old-scripts.md")
TUTORIAL_JA = page(".github/tutorial.ja.md")
ARTICLE_JA = page(".github/article.ja.md")
ORIGINAL = page("tests/original.txt")  # the original tutorial's lines of code, as printed there


def section(text, heading):
    """Return the text below a heading, up to the next one of its level or above."""
    level = heading.index(" ")
    _, found, rest = text.partition(f"\n{heading}\n")
    assert found, f"there is no heading {heading!r}"
    return re.split(rf"^#{{2,{level}}} ", rest, maxsplit=1, flags=re.MULTILINE)[0]


def blocks(text, kind="[a-z]+"):
    """Return the contents of the fenced blocks of a kind, or of all."""
    return re.findall(rf"^```{kind}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def block_with(text, words):
    """Return the one block that contains these words."""
    found = [block for block in blocks(text) if words in block]
    assert len(found) == 1, f"{len(found)} blocks contain {words!r}"
    return found[0]


def steps(text):
    """Return (block, output) of each block of the tutorial; the output is in the block below."""
    return re.findall(r"^```python\n(.*?)^```$(?:\n\n```text\n(.*?)^```$)?", text,
                      re.MULTILINE | re.DOTALL)


def pictures(text):
    """Return the names of the pictures that a page shows, in its order."""
    return re.findall(r"^!\[.+\]\((?:\.github/)?(.*\.png)\)$", text, re.MULTILINE)


def rows(text, first_column):
    """Return the rows, as lists of cells, of all tables whose first column has this name."""
    tables = re.findall(rf"^\| {first_column} \|.*\n\|[-|]+\n((?:\|.*\n)+)", text, re.MULTILINE)
    return [row.strip("| ").split(" | ") for row in "".join(tables).splitlines()]


def codes(cell):
    """Return the text of each code span in a cell."""
    return [double or single for double, single in re.findall("``(.+?)``|`(.+?)`", cell)]


def commands(text):
    """Return the lines of a page's blocks for a terminal."""
    return "".join(blocks(text, "shell") + blocks(text, "bat")).splitlines()


def command_with(words):
    """Return README's one command that contains these words, as arguments for Python."""
    (command,) = [line for line in commands(README) if words in line]
    program, *arguments = command.replace(".venv/bin/", "").split()
    return arguments if program == "python" else ["-m", program, *arguments]
