"""README's code blocks and commands, as its readers copy them."""
import re

from conftest import PROJECT

TEXT = (PROJECT / "README.md").read_text(encoding="utf-8")


def section(heading):
    """Return what stands under a heading, up to the next one of the same level."""
    level = heading.partition(" ")[0]
    _, found, rest = TEXT.partition(f"\n{heading}\n")
    assert found, f"README has no heading {heading!r}"
    return re.split(rf"^{level} ", rest, maxsplit=1, flags=re.MULTILINE)[0]


def python_blocks(text):
    return re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def commands(text):
    """Return [(command, what it prints)] of all console blocks."""
    blocks = re.findall(r"^```console\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return [(command, output) for block in blocks
            for command, output in re.findall(r"^\$ (.*)\n((?:[^$].*\n)*)", block, re.MULTILINE)]
