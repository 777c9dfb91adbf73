"""The Japanese pages beside README and beside the original page."""
import re

import pytest
import readme
from original import ORIGINAL
from readme import ARTICLE_JA, README, TUTORIAL_JA

# README's sections up to the last one that the Japanese tutorial has, and their counterparts.
SECTIONS = {
    "# MNIST For ML Beginners": "# ML初心者のためのMNIST",
    "## Run it": "## 動かす",
    "## The tutorial": "## チュートリアル",
    "### The data": "### データ",
    "### A baseline to beat": "### 超えるべきベースライン",
    "### Softmax regression": "### ソフトマックス回帰",
    "### The graph": "### グラフ",
    "### The loss": "### 損失",
    "### Gradient descent": "### 勾配降下法",
    "### Training": "### 訓練",
    "### Evaluation": "### 評価",
    "### A closer look at the model": "### モデルをくわしく見る",
    "### Read a digit of your own": "### 自分で書いた数字を読ませる",
    "### Exercises": "### 練習問題",
    "## What next?": "## 次は?",
    "### Another optimizer": "### 別のオプティマイザ",
    "### A hidden layer": "### 隠れ層",
    "### A convolution": "### 畳み込み",
    "### More exercises": "### 続きの練習問題",
    "### The same model today": "### 同じモデルの今の書き方",
}


def headings(text):
    without_blocks = re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    return re.findall(r"^#+ .*$", without_blocks, re.MULTILINE)


def parts(text, names):
    """Return the text below each of a page's headings, up to the next heading."""
    pattern = "|".join(re.escape(f"\n{name}\n") for name in names)
    return dict(zip(names, re.split(pattern, "\n" + text)[1:]))


ENGLISH = parts(README.split("\n## An old script")[0], SECTIONS)
JAPANESE = parts(TUTORIAL_JA, SECTIONS.values())
each_section = pytest.mark.parametrize(("english", "japanese"), SECTIONS.items())


def test_the_japanese_tutorial_has_readmes_sections():
    assert headings(README)[:len(SECTIONS)] == list(SECTIONS)
    assert headings(TUTORIAL_JA) == list(SECTIONS.values())


@each_section
def test_a_japanese_section_has_readmes_blocks_and_outputs(english, japanese):
    assert readme.blocks(JAPANESE[japanese]) == readme.blocks(ENGLISH[english])


@each_section
def test_a_japanese_section_shows_readmes_pictures(english, japanese):
    assert readme.pictures(JAPANESE[japanese]) == readme.pictures(ENGLISH[english])


@each_section
def test_a_japanese_section_has_readmes_formulas_and_details(english, japanese):
    marks = re.compile(r"^\$\$.*\$\$$|^</details>$", re.MULTILINE)

    assert marks.findall(JAPANESE[japanese]) == marks.findall(ENGLISH[english])


def test_the_companion_repeats_lines_of_readme_and_of_the_article():
    own_block = readme.block_with(ARTICLE_JA, "validation =")
    lines = "".join(readme.blocks(ARTICLE_JA)).replace(own_block, "").splitlines()

    assert lines
    assert [line for line in lines if line not in README and line not in ORIGINAL] == []


def test_the_companion_names_what_the_messages_of_the_other_pages_name():
    names = re.findall("`[^`]*'([^`]+)'[^`]*`", ARTICLE_JA.split("## エラー")[1].split("\n## ")[0])

    assert names
    assert [name for name in names if name not in README + readme.OLD_SCRIPTS] == []
