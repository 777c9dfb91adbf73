"""A real interactive Python on a pseudo-terminal, to paste into."""
import os
import re
import sys

import pytest


class Terminal:
    """A REPL whose output goes to the file printed.txt, separate from the echo of pasted text."""

    def __init__(self, folder):
        pytest.importorskip("pty", reason="Windows has no pseudo-terminals")
        pexpect = pytest.importorskip("pexpect")
        self.process = pexpect.spawn(
            sys.executable, ["-q"], cwd=str(folder), env={**os.environ, "TERM": "xterm"},
            encoding="utf-8", timeout=600, dimensions=(50, 200), maxread=2**16)
        self.brackets_pastes = sys.version_info >= (3, 13)  # and takes a paste as one piece
        self.pastes = 0
        self.output = folder / "printed.txt"
        self.output.write_text("")
        self.process.expect(">>> ")
        self.paste(f"import sys; sys.stdout = open('{self.output.name}', 'w', buffering=1)")

    def paste(self, text, may_fail=False):
        """Paste text, press Enter, wait until it is done, and return what it printed."""
        before = self.output.stat().st_size
        if self.brackets_pastes:
            text = f"\x1b[200~{text}\x1b[201~\r"
        self.pastes += 1
        # The echo of this line is not what is waited for: "done" is in two pieces there.
        marker = f"import sys; print('do' + 'ne {self.pastes}', file=sys.stderr)\r"
        self.process.send(text.rstrip("\n") + "\n\r" + marker)
        self.process.expect(f"done {self.pastes}\r?\n")
        shown = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]|\x1b[=>]|\r", "", self.process.before)
        assert may_fail or not re.search("Traceback|SyntaxError|IndentationError", shown), shown
        return self.output.read_bytes()[before:].decode()

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.process.ptyproc.delayafterterminate = 1  # second: a large process ends slowly
        self.process.close(force=True)


def numbers(text):
    """Return the numbers in a text, in its order."""
    return [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", text)]
