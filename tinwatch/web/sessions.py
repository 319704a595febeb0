"""Who is logged in, and who tried too often. In memory: a restart of the server logs everyone out.

A session's id is random, so the cookie does not reveal the access token.
"""

from __future__ import annotations

import secrets
from time import monotonic

SESSION_SECONDS = 30 * 24 * 3600
MAX_FAILURES = 10  # wrong tokens of an address ...
FAILURE_SECONDS = 300  # ... in this time
MAX_ADDRESSES = 10_000  # of which failures are remembered


class Sessions:
    """The sessions of one server."""

    def __init__(self) -> None:
        self._ends: dict[str, float] = {}  # id -> monotonic time

    def begin(self) -> str:
        now = monotonic()
        self._ends = {name: end for name, end in self._ends.items() if end > now}
        session = secrets.token_urlsafe(32)
        self._ends[session] = now + SESSION_SECONDS
        return session

    def is_valid(self, session: str) -> bool:
        return self._ends.get(session, 0.0) > monotonic()

    def end(self, session: str) -> None:
        self._ends.pop(session, None)


class LoginThrottle:
    """Counts wrong tokens by client address."""

    def __init__(self) -> None:
        self._failures: dict[str, list[float]] = {}  # address -> monotonic times

    def failed(self, address: str) -> None:
        """Count a wrong token; the oldest address is forgotten if there are too many."""
        recent = [*self._recent(address), monotonic()]
        self._failures.pop(address, None)
        self._failures[address] = recent
        if len(self._failures) > MAX_ADDRESSES:
            del self._failures[next(iter(self._failures))]

    def wait_seconds(self, address: str) -> int:
        """Return how long no token of this address is accepted, 0 if one is."""
        recent = self._recent(address)
        if len(recent) < MAX_FAILURES:
            return 0
        return max(1, int(recent[0] + FAILURE_SECONDS - monotonic()))

    def _recent(self, address: str) -> list[float]:
        since = monotonic() - FAILURE_SECONDS
        return [t for t in self._failures.get(address, ()) if t > since][-MAX_FAILURES:]
