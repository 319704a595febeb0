"""A child process that stops when its parent dies, even if the parent was killed.

The parent holds the write end of a pipe and never writes. When it dies, the operating system
closes the pipe, and the child sends itself SIGTERM.
"""

from __future__ import annotations

import os
import signal
import threading

LIFELINE_VARIABLE = "TINWATCH_LIFELINE"  # environment variable: standard input is such a pipe


def child_environment() -> dict[str, str]:
    """Return the environment for a child whose standard input is the pipe."""
    return os.environ | {LIFELINE_VARIABLE: "1"}


def exit_with_parent() -> None:
    """Watch the pipe if the parent set one up. Grandchildren inherit neither pipe nor variable."""
    if os.environ.pop(LIFELINE_VARIABLE, None) is not None:
        exit_when_closed(0)


def exit_when_closed(pipe: int) -> None:
    """Watch a pipe (its file descriptor) from a thread."""
    threading.Thread(target=_wait, args=(pipe,), name="lifeline", daemon=True).start()


def _wait(pipe: int) -> None:
    while os.read(pipe, 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
