"""The blocks and commands of README and of the Japanese page, as their readers copy them."""
import re

from project import PROJECT

README = (PROJECT / "README.md").read_text(encoding="utf-8")
JAPANESE = (PROJECT / ".github" / "tutorial.ja.md").read_text(encoding="utf-8")


def section(heading):
    """Return the text under a heading of README, up to the next one of its level or above."""
    level = heading.index(" ")
    _, found, rest = README.partition(f"\n{heading}\n")
    assert found, f"README has no heading {heading!r}"
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


def commands(text):
    """Return the command lines in a text."""
    return "".join(blocks(text, "shell")).splitlines()


def codes(text, column):
    """Return what is between backquotes in a column of a text's tables."""
    rows = re.findall(r"^\| (.*) \|$", text, re.MULTILINE)
    return [code for row in rows for code in re.findall("`(.*?)`", row.split(" | ")[column])]
