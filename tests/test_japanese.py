"""The Japanese pages beside README and beside the original page."""
import re

import pytest
import readme
from readme import ARTICLE_JA, OLD_SCRIPTS, ORIGINAL, README, TUTORIAL_JA


def sections(text):
    """Return {heading: what stands below it} of a page. (A comment in code is no heading.)"""
    _, *parts = re.split(r"^(#+ .*)\n\n", text, flags=re.MULTILINE)
    return dict(zip(parts[::2], parts[1::2]))


ENGLISH = sections(README.partition("\n## An old script")[0])  # the Japanese tutorial ends here
JAPANESE = sections(TUTORIAL_JA)
PAIRS = {heading: (ENGLISH[heading], japanese)
         for heading, japanese in zip(ENGLISH, JAPANESE.values())}
SHARED = {
    "blocks and outputs": readme.blocks,
    "pictures": readme.pictures,
    "formulas and hidden parts": re.compile(r"^\$\$.*\$\$$|^</details>$", re.MULTILINE).findall,
}


def test_the_japanese_tutorial_has_readmes_sections():
    levels = re.compile(r"^#+ ", re.MULTILINE).findall

    assert levels("\n".join(JAPANESE)) == levels("\n".join(ENGLISH)) != []


@pytest.mark.parametrize("find", SHARED.values(), ids=SHARED)
@pytest.mark.parametrize(("english", "japanese"), PAIRS.values(), ids=PAIRS)
def test_a_japanese_section_shows_what_readmes_shows(english, japanese, find):
    assert find(japanese) == find(english)


def test_the_companion_has_the_original_pages_lines():
    assert readme.block_with(ARTICLE_JA, "tutorials.mnist import") == ORIGINAL


@pytest.mark.parametrize("words", ["restore_tensorflow_1", "softmax_cross_entropy"])
def test_the_companion_has_blocks_of_readme(words):
    assert readme.block_with(ARTICLE_JA, words) in README


def test_the_companion_names_what_the_messages_of_the_other_pages_name():
    names = re.findall("(?<!`name )'[^'`]+'", readme.section(ARTICLE_JA, "## エラーが出たときは"))

    assert names
    assert [name for name in names if name not in README + OLD_SCRIPTS] == []
