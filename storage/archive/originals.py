"""Where the bytes are that revisit records repeat.

A revisit (WARC 1.1, section 6.7) names the record with its bytes by the digest of their payload, by
URL and date, or by both.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from storage.archive.warc_file import entries

Location = tuple[Path, int]  # file and offset
_Key = tuple[str, ...]


class Reference(NamedTuple):
    """What a revisit says of the record with its bytes; empty if it does not say it.

    Attributes:
        digest: WARC-Payload-Digest
        url, date: WARC-Refers-To-Target-URI and WARC-Refers-To-Date
    """

    digest: str
    url: str
    date: str


class Originals:
    """Finds originals in WARC files of any number. A file is read when it is needed first."""

    def __init__(self, files: Iterable[Path]) -> None:
        self._unread = list(files)
        self._found: dict[_Key, Location] = {}

    def find(self, reference: Reference) -> Location | None:
        """Return where an original is, or None. Raise an exception of warc_file.UNREADABLE."""
        while True:
            for key in _keys(reference):
                if key in self._found:
                    return self._found[key]
            if not self._unread:
                return None
            file = self._unread.pop(0)
            for key, offset in _keys_of_records(file):
                self._found.setdefault(key, (file, offset))


def original_in(file: Path, reference: Reference) -> Location | None:
    """Return where an original is in a file, or None. Raise as `Originals.find`."""
    if not file.exists():
        return None
    status = file.stat()
    offsets = _offsets(file, status.st_size, status.st_mtime_ns)
    found = (offsets.get(key) for key in _keys(reference))
    return next(((file, offset) for offset in found if offset is not None), None)


@lru_cache(maxsize=16)
def _offsets(file: Path, size: int, mtime_ns: int) -> dict[_Key, int]:
    """Return the offsets of originals. Size and time: the cache misses if the file changed."""
    offsets: dict[_Key, int] = {}
    for key, offset in _keys_of_records(file):
        offsets.setdefault(key, offset)
    return offsets


def _keys(reference: Reference) -> Iterator[_Key]:
    """Yield the keys of records that a revisit may mean: of another digest it means none."""
    digest, url, date = reference
    if digest:
        yield (digest.upper(),)
    yield (url, date, "")
    if not digest:
        yield (url, date)


def _keys_of_records(file: Path) -> Iterator[tuple[_Key, int]]:
    for entry in entries(file):
        if entry.record is None or entry.record.rec_type not in ("response", "resource"):
            continue
        named = entry.record.rec_headers.get_header
        digest = named("WARC-Payload-Digest") or ""
        place = (named("WARC-Target-URI") or "").strip("<>"), named("WARC-Date") or ""
        yield (digest.upper(),) if digest else (*place, ""), entry.offset
        yield place, entry.offset
