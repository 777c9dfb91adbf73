"""A real interactive Python on a pseudo-terminal, to paste into."""
import os
import re
import sys

import pytest


class Terminal:
    """A REPL. `shown` is all that it has shown so far."""

    def __init__(self, folder):
        pytest.importorskip("pty", reason="Windows has no pseudo-terminals")
        pexpect = pytest.importorskip("pexpect")
        self.process = pexpect.spawn(
            sys.executable, ["-q"], cwd=str(folder), env={**os.environ, "TERM": "xterm"},
            encoding="utf-8", timeout=600, dimensions=(50, 200), maxread=2**16)
        self.folder = folder
        self.brackets_pastes = sys.version_info >= (3, 13)  # and takes a paste as one piece
        self.shown = ""
        self.pastes = 0
        self.process.expect(">>> ")

    def paste(self, text):
        """Paste text, press Enter, and wait until it is done."""
        if self.brackets_pastes:
            text = f"\x1b[200~{text}\x1b[201~\r"
        self.pastes += 1
        # The echo of this line is not what is waited for: "done" is in two pieces there.
        marker = f"import sys; print('do' + 'ne {self.pastes}', file=sys.stderr)\r"
        self.process.send(text.rstrip("\n") + "\n\r" + marker)
        self.process.expect(f"done {self.pastes}\r?\n")
        self.shown += self.process.before

    def printed(self):
        """Return what was shown, without colours and cursor movements; fail if it was an error."""
        text = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]|\x1b[=>]|\r", "", self.shown)
        assert not re.search("Traceback|SyntaxError|IndentationError", text), text
        return text

    def accuracies(self):
        """Return the numbers that stand on a line of their own."""
        return [float(number) for number in re.findall(r"^(0\.\d+)$", self.printed(), re.MULTILINE)]

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.process.ptyproc.delayafterterminate = 1  # second: a large process ends slowly
        self.process.close(force=True)


def paste_all(terminal, blocks):
    """Paste blocks one by one and return what each printed, kept apart from the echo of a paste."""
    terminal.paste("import sys; sys.stdout = open('printed.txt', 'w', buffering=1)")
    output = terminal.folder / "printed.txt"
    printed = []
    for block in blocks:
        before = output.stat().st_size
        terminal.paste(block)
        printed.append(output.read_bytes()[before:].decode())
    terminal.printed()  # fails if there was an error
    return printed


def numbers(text):
    """Return the numbers in a text, in its order."""
    return [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", text)]
