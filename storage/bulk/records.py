"""The records of a piece, read by FastWARC, past those that are damaged.

FastWARC reads at full speed. After an error, records are read one by one as everywhere else
(storage/archive/warc_file.py) until the damage is passed, so that both readers skip the same.
"""

from __future__ import annotations

import sys
import zlib
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import IO, Any, cast

from storage.archive.decoding import MAX_BODY_BYTES
from storage.archive.errors import UnreadableRecord
from storage.archive.reader import RECORD_TYPES, StoredRecord, parse_warc_date
from storage.archive.warc_file import (
    CONTENT_LENGTH,
    GZIP,
    GZIP_MAGIC,
    MAX_RECORD_BYTES,
    RECORD_START,
    OneStreamError,
    find_packed_record,
    read_member,
)
from storage.bulk.pieces import Piece, PieceStream, open_piece
from storage.extras import optional_extra
from storage.messages.reasons_crawl import CrawlReason
from storage.reasons import Reason

with optional_extra("bulk"):
    from fastwarc.warc import ArchiveIterator, WarcRecordType

WINDOW_BYTES = 1 << 20  # searched at once for the begin of a record
HEAD_BYTES = 1024  # that find_packed_record needs of a member
DAMAGE = (OSError, EOFError, ValueError, zlib.error, UnicodeError)
CONTENT_TYPE = "Content-Type"
RECORD_END = b"\r\n\r\n"
Wanted = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Entry:
    """A wanted record, or damage.

    Attributes:
        offset: where it begins in the file
        record: None for damage
        reason: why it cannot be read
        url: of a record that cannot be read, if it shows one
    """

    offset: int
    record: StoredRecord | None
    reason: Reason | None = None
    url: str | None = None


@dataclass(slots=True)
class PieceReader:
    """Reads the wanted records that begin in a piece.

    Attributes:
        first: where the first record of the piece begins; None if none begins there
        next: where the first record behind the piece begins, or the end of the file; without
            meaning if `first` is None
        seen: number of records of all types
    """

    piece: Piece
    wanted: Wanted
    first: int | None = None
    next: int = 0
    seen: int = 0
    _damaged_at: int | None = None

    def entries(self) -> Generator[Entry, None, None]:
        """Yield records and damage in order of their offsets. Raise OSError."""
        with open_piece(self.piece) as opened:
            if self.piece.records:
                yield from self._listed(PieceStream(opened, self.piece))
                return
            stream = PieceStream(opened, self.piece)
            self.next = self.piece.limit
            position = self._first_record(stream)
            if position is not None and position < self.piece.end:
                self.first = position
                yield from self._entries(stream, position)

    def _first_record(self, stream: PieceStream) -> int | None:
        if self.piece.begins_at is not None:
            return self.piece.begins_at
        return next_record(stream, self.piece.start, before=self.piece.end)

    def _entries(self, stream: PieceStream, start: int) -> Iterator[Entry]:
        if (one_stream := _one_stream(stream, start)) is not None:
            yield Entry(start, None, one_stream)
            return
        position: int | None = start
        while position is not None and position < self.piece.end:
            last, done, error = position, False, None
            stream.seek(position)
            try:
                for record in _iterator(stream):
                    if record.stream_pos >= self.piece.end:
                        self.next = record.stream_pos
                        return
                    last, done = record.stream_pos, False
                    entry = self._entry(record)
                    self.seen, done = self.seen + 1, True
                    if entry is not None:
                        yield entry
            except DAMAGE as problem:
                error = problem
            if error is None:
                position = yield from self._behind_last(stream, last)
            else:
                position = yield from self._past_damage(stream, last, done=done)
        self.next = self.piece.limit if position is None else position

    def _past_damage(
        self, stream: PieceStream, position: int, *, done: bool
    ) -> Generator[Entry, None, int | None]:
        """Read records one by one from `position` until one is damaged; return what follows it.

        `done`: the record at `position` has been yielded.
        """
        found: int | None = position
        while found is not None and found < self.piece.end:
            position = found
            try:
                data, following = _record_at(stream, position)
            except DAMAGE as error:
                self.seen += not done
                yield Entry(position, None, _damaged(error))
                return next_record(stream, position + 1, packed=self._packing(stream))
            if not done:
                self.seen += 1
                try:
                    for record in _iterator(BytesIO(data)):
                        if (entry := self._entry(record, position)) is not None:
                            yield entry
                except DAMAGE as error:  # complete, but no record of the format
                    yield Entry(position, None, _damaged(error))
            done = False
            found = following if following < self.piece.limit else None
        return found

    def _packing(self, stream: PieceStream) -> bool | None:
        """Return whether the file's records are packed; None if its begin does not show it."""
        if _is_packed(stream, self.piece.base):
            return True
        stream.seek(self.piece.base)
        return False if stream.read(len(RECORD_START)) == RECORD_START else None

    def _behind_last(self, stream: PieceStream, last: int) -> Generator[Entry, None, int | None]:
        """Return where records go on behind the one with which FastWARC came to the end, or None.

        A record that states too great a length takes those behind it for its own. It, or one of a
        packed file that is cut off, is damage.
        """
        found = None
        if _is_packed(stream, last):
            end = _end_of_member(stream, last)
            if end is not None:
                found = next_record(stream, end, packed=True) if end < self.piece.limit else None
                if found is None:
                    return None
        elif _stated_end(stream, last) > self.piece.limit:
            found = next_record(stream, last + 1, packed=False)
            if found is None:
                return None
        else:
            return None
        if self._damaged_at != last:
            yield Entry(last, None, _damaged(EOFError("its end is missing")))
        return found

    def _listed(self, stream: PieceStream) -> Iterator[Entry]:
        """Yield the records that an index lists."""
        for offset, length in self.piece.records:
            self.seen += 1
            stream.seek(offset)
            data = stream.read(length)
            try:
                record = next(_iterator(BytesIO(data)), None)
                if record is None:
                    raise ValueError("no record begins there")
                entry = self._entry(record, offset)
            except DAMAGE as error:
                entry = Entry(offset, None, _damaged(error))
            if entry is not None:
                yield entry

    def _entry(self, record: Any, offset: int | None = None) -> Entry | None:
        """Return the entry of a wanted record. `offset`: if FastWARC reads it out of its file."""
        if str(record.record_type) not in RECORD_TYPES:  # requests and metadata have its URL, too
            return None
        url = (record.headers.get("WARC-Target-URI") or "").strip("<>")
        if not self.wanted(url):
            return None
        offset = record.stream_pos if offset is None else offset
        try:
            return Entry(offset, stored_record(record))
        except ValueError as error:  # the record, not the bytes of the file
            self._damaged_at = offset
            return Entry(offset, None, _damaged(error), url)


def stored_record(record: Any) -> StoredRecord:
    """Return what FastWARC's record holds. Raise ValueError, or OSError for damaged bytes."""
    named = record.headers.get
    moment = parse_warc_date(named("WARC-Date") or "")
    kind = str(record.record_type)
    status, headers = 200, [(CONTENT_TYPE, named(CONTENT_TYPE) or "")]
    if kind != "resource":
        record.parse_http()
        http = record.http_headers
        if http is None or (http.status_code is None and kind == "response"):
            raise ValueError("it holds no HTTP response")
        status, headers = int(http.status_code or 0), list(http.astuples())
    stated = record.content_length
    payload = record.reader.read(MAX_BODY_BYTES + 1)
    if len(payload) <= MAX_BODY_BYTES and len(payload) < stated:
        raise ValueError(f"its end is missing: {stated - len(payload)} bytes")
    return StoredRecord.of(named, moment, status, headers, payload, kind)


def record_at(file: str, offset: int) -> StoredRecord:
    """Return one record of a file. Raise BadInput or UnreadableRecord."""
    piece = Piece(file, "", 0, sys.maxsize, offset, sys.maxsize, offset)
    reader = PieceReader(piece, lambda url: True)
    with closing(reader.entries()) as entries:
        entry = next(entries, None)
    if entry is None or entry.record is None:
        nothing = Reason(CrawlReason.RECORD_DAMAGED, error="no record begins there")
        reason = (entry.reason if entry else None) or nothing
        raise UnreadableRecord(Path(file), offset, reason)
    return entry.record


def records_at(
    file: str, offsets: Iterable[int]
) -> Generator[tuple[int, StoredRecord | Reason], None, None]:
    """Yield records of a file, or why they cannot be read, by their offsets. Raise BadInput.

    Sorted offsets are read fastest.
    """
    piece = Piece(file, "", 0, sys.maxsize, 0, sys.maxsize, 0)
    with open_piece(piece) as opened:
        stream = PieceStream(opened, piece)
        for offset in offsets:
            yield offset, _stored_at(stream, offset)


def _stored_at(stream: PieceStream, offset: int) -> StoredRecord | Reason:
    stream.seek(offset)
    try:
        for record in _iterator(stream):
            return stored_record(record)
    except DAMAGE as error:
        return _damaged(error)
    return _damaged(EOFError("no record begins there"))


def next_record(
    stream: PieceStream, position: int, *, packed: bool | None = None, before: int | None = None
) -> int | None:
    """Return where the first record at `position` or behind it begins; None if none does.

    Args:
        packed: whether records are gzip members; None if it is unknown
        before: about where to stop looking
    """
    stream.seek(position)
    data, start = stream.read(WINDOW_BYTES + HEAD_BYTES), position
    while data and (before is None or start < before):
        found = None if packed is False else find_packed_record(data)
        plain = None if packed else _find_plain_record(data)
        starts = [one for one in (found, plain) if one is not None]
        if starts:
            return start + min(starts)
        if len(data) < WINDOW_BYTES + HEAD_BYTES:
            return None
        start += WINDOW_BYTES
        data = data[WINDOW_BYTES:] + stream.read(WINDOW_BYTES)
    return None


def _find_plain_record(data: bytes) -> int | None:
    """Return where a record begins that is not packed: behind the end of another one."""
    found = data.find(RECORD_END + RECORD_START + b"1.")
    return None if found < 0 else found + len(RECORD_END)


def _is_packed(stream: PieceStream, position: int | None) -> bool:
    stream.seek(position or 0)
    return stream.read(len(GZIP_MAGIC)) == GZIP_MAGIC


def _one_stream(stream: PieceStream, position: int) -> Reason | None:
    """Return why no record of a file can be read by its offset, or None."""
    if not _is_packed(stream, position):
        return None
    try:
        read_member(cast(IO[bytes], stream), position)
    except OneStreamError as error:
        return _damaged(error)
    except DAMAGE:
        return None
    return None


def _end_of_member(stream: PieceStream, position: int) -> int | None:
    """Return where a gzip member ends; None if it is cut off."""
    stream.seek(position)
    member = zlib.decompressobj(wbits=GZIP)
    while not member.eof:
        chunk = member.unconsumed_tail or stream.read(WINDOW_BYTES)
        if not chunk:
            return None
        member.decompress(chunk, WINDOW_BYTES)
    return stream.tell() - len(member.unused_data)


def _stated_end(stream: PieceStream, position: int) -> int:
    """Return where a record that is not packed ends by its header."""
    stream.seek(position)
    head, end, _ = stream.read(HEAD_BYTES * 16).partition(RECORD_END)
    stated = CONTENT_LENGTH.search(head + end)
    return position + len(head + end) + (int(stated[1]) if stated else 0)


def _record_at(stream: PieceStream, position: int) -> tuple[bytes, int]:
    """Return one record and where the next one begins. Raise an exception of DAMAGE."""
    if _is_packed(stream, position):
        return read_member(cast(IO[bytes], stream), position)
    stream.seek(position)
    head, _, _ = stream.read(WINDOW_BYTES).partition(RECORD_END)
    stated = CONTENT_LENGTH.search(head + RECORD_END)
    if not head.startswith(RECORD_START) or stated is None:
        raise ValueError("no record begins there")
    size = len(head) + len(RECORD_END) + int(stated[1])
    if size > MAX_RECORD_BYTES:
        raise ValueError(f"it is larger than {MAX_RECORD_BYTES} bytes")
    stream.seek(position)
    data = stream.read(size + len(RECORD_END))
    if len(data) < size:
        raise ValueError(f"its end is missing: {size - len(data)} bytes")
    if data[size:] != RECORD_END:
        raise ValueError("another record does not follow where it ends")
    return data, position + len(data)


def _iterator(stream: Any) -> Iterator[Any]:
    return iter(ArchiveIterator(stream, WarcRecordType.any_type, parse_http=False))


def _damaged(error: Exception) -> Reason:
    return Reason(CrawlReason.RECORD_DAMAGED, error=" ".join(str(error).split()))
