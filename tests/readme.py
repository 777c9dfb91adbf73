"""README's code blocks and commands, as its readers copy them."""
import re

from conftest import PROJECT

TEXT = (PROJECT / "README.md").read_text(encoding="utf-8")


def section(heading):
    """Return what stands under a heading, up to the next one of the same level or above."""
    level = len(heading.partition(" ")[0])
    _, found, rest = TEXT.partition(f"\n{heading}\n")
    assert found, f"README has no heading {heading!r}"
    return re.split(rf"^#{{1,{level}}} ", rest, maxsplit=1, flags=re.MULTILINE)[0]


def blocks(text, kind):
    """Return the contents of all fenced blocks of one kind."""
    return re.findall(rf"^```{kind}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def steps(text):
    """Return [(Python block, what stands under it as its output)]."""
    return re.findall(r"^```python\n(.*?)^```$(?:\n\n```text\n(.*?)^```$)?", text,
                      re.MULTILINE | re.DOTALL)


def commands(text):
    """Return [(command, what it prints)] of all console blocks."""
    return [(command, output) for block in blocks(text, "console")
            for command, output in re.findall(r"^\$ (.*)\n((?:[^$].*\n)*)", block, re.MULTILINE)]


OLD_SCRIPTS = section("## An old script or page that no longer runs?")
IN_PLACE_OF_OLD_IMPORTS, TF1 = blocks(OLD_SCRIPTS, "python")
