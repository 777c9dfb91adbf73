"""The Japanese pages beside README and beside the original page."""
import re

import pytest
import readme
from readme import ARTICLE_JA, OLD_SCRIPTS, ORIGINAL, README, TUTORIAL_JA

# What the Japanese tutorial shares with README: the levels of headings (a comment in code is no
# heading), blocks with their outputs, pictures, formulas, and the ends of hidden parts.
SHARED = re.compile(
    r"^#+ (?=[^\n]*\n\n)|^```.*?^```$|\w+\.png(?=\)$)|^\$\$[^\n]*\$\$$|^</details>$",
    re.MULTILINE | re.DOTALL)


def test_the_japanese_tutorial_matches_readme_part_by_part():
    english = README.partition("\n## An old script")[0]

    assert SHARED.findall(TUTORIAL_JA) == SHARED.findall(english) != []


def test_the_companion_has_the_original_pages_lines():
    assert readme.block_with(ARTICLE_JA, "tutorials.mnist import") == ORIGINAL


@pytest.mark.parametrize("words", ["restore_tensorflow_1", "softmax_cross_entropy"])
def test_the_companion_has_blocks_of_readme(words):
    assert readme.block_with(ARTICLE_JA, words) in README


def test_names_in_the_companions_messages_occur_on_other_pages():
    messages = readme.section(ARTICLE_JA, "## エラーが出たときは")
    names = set(re.findall("(?<!`name )'[^'`]+'", messages))

    assert set() < names <= set(re.findall("'[^'`]+'", README + OLD_SCRIPTS))
