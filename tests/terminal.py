"""A real interactive Python on a pseudo-terminal, to paste into."""
import os
import re
import sys

import pytest


class Terminal:
    """Python, or IPython, as somebody sits before it."""

    def __init__(self, folder, *arguments, **environment):
        pexpect = pytest.importorskip("pexpect", reason="no pseudo-terminals without pexpect")
        if not hasattr(pexpect, "spawn"):
            pytest.skip("pexpect has no pseudo-terminals on Windows")
        self.process = pexpect.spawn(
            sys.executable, list(arguments or ["-q"]), cwd=str(folder), encoding="utf-8",
            timeout=3600, dimensions=(50, 200), maxread=2**16,
            env={**os.environ, "TERM": "xterm", "PROMPT_TOOLKIT_NO_CPR": "1", **environment})
        # Since 3.13 Python's own REPL takes a paste as one piece, like IPython's.
        self.brackets_pastes = bool(arguments) or sys.version_info >= (3, 13)
        self.shown = ""
        self.pastes = 0
        self.process.expect(r">>> |In \[1\]:")

    def paste(self, text):
        """Paste text, as a terminal delivers it, press Enter as often as needed, and wait."""
        if self.brackets_pastes:
            self.process.send(f"\x1b[200~{text}\x1b[201~\r")
        else:
            self.process.send(text if text.endswith("\n") else text + "\n")
        self.pastes += 1  # the echo of the next line is not yet its output
        self.process.send(f"\rimport sys; print('do' + 'ne {self.pastes}', file=sys.stderr)\r")
        self.process.expect(f"done {self.pastes}\r?\n")
        self.shown += self.process.before

    def printed(self):
        """Return what was shown, without colours and cursor movements; fail if it was an error."""
        text = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]|\x1b[=>]", "", self.shown)
        for error in ("Traceback", "SyntaxError", "IndentationError"):
            assert error not in text, text
        return text.replace("\r", "")

    def accuracies(self):
        return [float(number) for number in re.findall(r"^(0\.\d+)$", self.printed(), re.MULTILINE)]

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.process.ptyproc.delayafterterminate = 1  # second: a large process ends slowly
        self.process.close(force=True)
