"""A process that ends with the one that started it, even where that one was killed.

The parent holds one end of a pipe and never writes. When it dies, however it dies, the system
closes the pipe, and the child stops itself as a SIGTERM would.
"""

from __future__ import annotations

import os
import signal
import threading

MARK = "TINWATCH_LIFELINE"  # in the environment: standard input is such a pipe


def environment() -> dict[str, str]:
    """The environment of a child whose standard input is the pipe."""
    return os.environ | {MARK: "1"}


def end_with_parent() -> None:
    """Watches the pipe, where there is one. The mark is not handed on: the pipe is not either."""
    if os.environ.pop(MARK, None) is not None:
        threading.Thread(target=_wait, name="lifeline", daemon=True).start()


def _wait() -> None:
    while os.read(0, 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
