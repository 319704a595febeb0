"""A web archive: the list of its captures (CDX API) and the captures themselves.

cdx_toolkit knows the dialects of CDX, and the indexes of Common Crawl by date. It does not honour
Retry-After, so requests are made here: one at a time, with pauses, and without redirects, which an
archive needs for none of this.
"""

from __future__ import annotations

import re
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from socket import gaierror
from typing import Any, NamedTuple
from urllib.parse import quote, urlsplit

from crawlers.backfill.selection import ArchivedCapture
from crawlers.middlewares.private_network import DEFAULT_PORTS
from storage.archive.decoding import MAX_BODY_BYTES, DecodingError, codings_of, decode
from storage.archive.errors import CaptureError
from storage.archive.reader import DECODED_HEADERS, Headers, Record, read_records
from storage.extras import optional_extra
from storage.messages import ReasonError
from storage.messages.reasons_crawl import CrawlReason
from storage.network import host_and_port, may_connect
from storage.reasons import Reason

with optional_extra("backfill"):
    import urllib3
    from cdx_toolkit import CDXFetcher, cdx_to_captures

INTERNET_ARCHIVE, COMMON_CRAWL = "internet-archive", "common-crawl"
SOURCES = {INTERNET_ARCHIVE: "ia", COMMON_CRAWL: "cc"}  # name -> cdx_toolkit's
COMMON_CRAWL_DATA = "https://data.commoncrawl.org"
NO_IMAGES = {INTERNET_ARCHIVE: "!mime:image/.*", COMMON_CRAWL: "!~mime:image/.*"}
EARLIEST = date(1996, 1, 1)  # without a date, cdx_toolkit asks Common Crawl for one year only
# The Internet Archive admits 30 searches and 600 captures a minute and asks clients to stay below.
PAUSE_SECONDS, SEARCH_PAUSE_SECONDS = 1.0, 2.5
MAX_INDEX_BYTES = 512 << 20
MAX_TRIES = 5
# What a line of an index raises that is no JSON, nested too deeply, or of another shape.
BAD_LINE = (ValueError, LookupError, TypeError, AttributeError, RecursionError)
RETRIES = urllib3.Retry(
    total=8, redirect=False, backoff_factor=1, backoff_max=120,
    status_forcelist=(429, 500, 502, 503, 504, 509), respect_retry_after_header=True,
)  # fmt: skip
TIMESTAMP = "%Y%m%d%H%M%S"
REPLAYED = re.compile(r"/\d{14}(?:id_)?/(https?://.*)")  # in a Location that the archive rewrote
ORIGINAL = "x-archive-orig-"  # before the name of a header that the archive would not send itself
KEPT_HEADERS = ("content-type", "content-encoding", "location")  # the others may be the archive's


class ArchiveError(ReasonError, RuntimeError):
    """The archive does not answer, or does not replay a capture that its index lists."""

    @property
    def fatal(self) -> bool:
        """Whether other captures would fail, too."""
        return self.reason.code != CrawlReason.NOT_REPLAYED


@dataclass(slots=True)
class Archive:
    """A web archive: one of SOURCES, or the URL of a pywb collection.

    Attributes:
        pause: least seconds between two requests
        bad_lines: of the index, which could not be read
        repeats_pages: whether the index gave a page again in place of a later one
    """

    source: str
    user_agent: str
    allow_private_hosts: tuple[str, ...] = ()
    pause: float = PAUSE_SECONDS
    bad_lines: int = 0
    repeats_pages: bool = False
    _pool: urllib3.PoolManager = field(init=False)
    _next_request: float = 0.0

    def __post_init__(self) -> None:
        self.source = self.source.rstrip("/")
        self._pool = urllib3.PoolManager(
            headers={"User-Agent": self.user_agent, "Accept-Encoding": "identity"},
            retries=RETRIES, timeout=60, maxsize=1,
        )  # fmt: skip

    def captures(
        self, host: str, since: date | None = None, until: date | None = None
    ) -> Iterator[ArchivedCapture]:
        """Yield the captures of a host, with and without www. Raise ArchiveError."""
        more: dict[str, Any] = {"to": f"{until:%Y%m%d}235959"} if until else {}
        if self.source in NO_IMAGES:
            more["filter"] = NO_IMAGES[self.source]
        start = since or EARLIEST
        try:
            index = _Index(self)  # cdx_toolkit asks Common Crawl for the list of its indexes
        except (ValueError, RuntimeError, OSError) as error:
            raise _unavailable(self.source, str(error)) from error
        for row in index.iter(host, matchType="host", from_ts=f"{start:%Y%m%d}", **more):
            capture = _capture(row)
            if capture is None:
                self.bad_lines += 1
            else:
                yield capture

    def query(self, url: str, params: dict[str, Any], *, paged: bool) -> list[Any] | None:
        """Return one page of an index; None behind the last. Raise ArchiveError."""
        fields = {"from": params["from_ts"], **params, "page": params["page"] if paged else None}
        del fields["from_ts"]
        fields = {name: value for name, value in fields.items() if value is not None}
        text = ""
        for attempt in range(MAX_TRIES):
            before = text
            response, body = self._get(url, fields, SEARCH_PAUSE_SECONDS, MAX_INDEX_BYTES)
            if response.status == 400:  # no such page
                return None
            text = body.decode("utf-8", "replace")
            if response.status not in (200, 404) or (response.status == 404 and text[:1] != "{"):
                raise _unavailable(url, f"HTTP {response.status}")
            if not text.strip():
                return None
            try:
                rows = list(cdx_to_captures(_Answer(response.status, text)))
            except BAD_LINE:  # it ends in the middle of a line
                rows = None
            # A list (Internet Archive) ends with its bracket, lines end with a line feed. Nothing
            # shows that an answer without a length ends too early, but behind a whole line.
            is_whole = response.status == 404 or text.endswith(("\n", "]")) or text == before
            if rows is not None and is_whole:
                return rows
            time.sleep(min(self.pause, 1) * 2**attempt)
        return self._readable(url, text)

    def _readable(self, url: str, text: str) -> list[Any]:
        """Return the lines that can be read of an answer that is damaged each time.

        Raise ArchiveError if it has none, as every further page may be so.
        """
        rows = []
        for line in text.splitlines():
            try:
                rows += cdx_to_captures(_Answer(200, line))
            except BAD_LINE:
                self.bad_lines += 1
        if not rows:
            raise _unavailable(url, "no line of its index can be read")
        return rows

    def replay_url(self, capture: ArchivedCapture) -> str:
        """Return the address of a capture in the archive: of the bytes as they were received."""
        if capture.location is not None:
            file, offset = capture.location
            return f"{COMMON_CRAWL_DATA}/{file}#bytes={offset}-{offset + capture.length - 1}"
        root = "https://web.archive.org/web" if self.source == INTERNET_ARCHIVE else self.source
        url = quote(capture.url, safe="/:?&=%+,;@!$'()*~#[]")
        return f"{root}/{capture.captured_at:{TIMESTAMP}}id_/{url}"

    def fetch(self, capture: ArchivedCapture) -> Record:
        """Return a capture with its own headers. Raise ArchiveError or DecodingError."""
        if capture.location is not None:
            return self._fetch_range(capture)
        address = self.replay_url(capture)
        response, body = self._get(address, None, self.pause, MAX_BODY_BYTES)
        if "Memento-Datetime" not in response.headers:  # RFC 7089: what the archive says itself
            raise ArchiveError(Reason(CrawlReason.NOT_REPLAYED, status=response.status))
        headers = _own_headers(response.headers.items())
        codings = codings_of(v for k, v in headers if k.lower() == "content-encoding")
        kept = [(k, v) for k, v in headers if k.lower() not in DECODED_HEADERS]
        return Record(
            capture.url, capture.captured_at, response.status, kept, decode(body, codings), 0,
            source_url=address,
        )  # fmt: skip

    def _fetch_range(self, capture: ArchivedCapture) -> Record:
        address, _, range_ = self.replay_url(capture).partition("#")
        response, body = self._get(address, None, self.pause, MAX_BODY_BYTES, {"Range": range_})
        if response.status != 206:
            raise ArchiveError(Reason(CrawlReason.NOT_REPLAYED, status=response.status))
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "record.warc.gz")
            file.write_bytes(body)
            try:
                found = next(read_records(file), None)
            except CaptureError as error:
                raise _unavailable(address, str(error)) from error
        if found is None:
            raise ArchiveError(Reason(CrawlReason.NOT_REPLAYED, status=response.status))
        return Record(
            found.url, found.captured_at, found.status, found.headers, found.body, 0,
            source_url=self.replay_url(capture),
        )  # fmt: skip

    def _get(
        self, url: str, fields: dict[str, Any] | None, pause: float, limit: int,
        headers: dict[str, str] | None = None,
    ) -> tuple[urllib3.BaseHTTPResponse, bytes]:  # fmt: skip
        """Return a response and its body as received. Raise ArchiveError."""
        self._refuse_private(url)
        error: Exception | None = None
        for _ in range(MAX_TRIES):
            time.sleep(max(0.0, self._next_request - time.monotonic()))
            try:
                response = self._pool.request(
                    "GET", url, fields=fields, preload_content=False, redirect=False,
                    headers={**self._pool.headers, **(headers or {})},
                )  # fmt: skip
                body = _read(response, limit)
            except urllib3.exceptions.HTTPError as problem:
                error = problem
                if isinstance(problem, urllib3.exceptions.MaxRetryError):
                    break
            else:
                return response, body
            finally:
                own = self.source not in SOURCES
                self._next_request = time.monotonic() + (self.pause if own else pause)
        raise _unavailable(url, str(error)) from error

    def _refuse_private(self, url: str) -> None:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or DEFAULT_PORTS[parts.scheme]
        try:
            allowed = may_connect(host, port, self.allow_private_hosts)
        except gaierror as error:
            raise _unavailable(url, error.strerror or str(error)) from error
        if not allowed:
            raise ArchiveError(Reason(CrawlReason.PRIVATE_HOST, host=host_and_port(host, port)))


class _Answer(NamedTuple):
    """What cdx_to_captures() needs of a response."""

    status_code: int
    text: str


class _Index(CDXFetcher):  # type: ignore[misc]
    """cdx_toolkit's iterator over the pages of an index, with the requests of Archive."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        self.seen: set[tuple[int, int]] = set()  # endpoint and hash of the captures of each page
        source = archive.source
        super().__init__(SOURCES.get(source, f"{source}/cdx"))

    def get_for_iter(
        self, endpoint: int, page: int, params: dict[str, Any], index_list: list[str]
    ) -> tuple[str, list[Any]]:
        if endpoint >= len(index_list):
            return "last endpoint", []
        paged = self.archive.source in SOURCES  # a plain pywb gives all at once, for every page
        if page and not paged:
            return "last page", []
        found = self.archive.query(index_list[endpoint], {**params, "page": page}, paged=paged)
        if found is None or self._is_repeated(endpoint, found):
            return "last page", []
        return "ok", found

    def _is_repeated(self, endpoint: int, rows: list[Any]) -> bool:
        """Whether a page has the captures of an earlier one, as if the archive ignored its number.

        It would do so for each further page.
        """
        page = endpoint, hash(frozenset(map(_capture, rows)))
        if page not in self.seen:
            self.seen.add(page)
            return False
        self.archive.repeats_pages |= bool(rows)
        return True


def _capture(row: Any) -> ArchivedCapture | None:
    """Return the capture that a line of the index names, or None if it is damaged."""
    try:
        at = datetime.strptime(row["timestamp"], TIMESTAMP).replace(tzinfo=UTC)
        length = row.get("length", "0")
        texts = row["url"], row.get("status", "-"), row.get("digest", "")
        "".join(texts).encode()  # raises if one is no text, or has a surrogate
        location = None
        if "filename" in row and row.get("source") is None:
            location = row["filename"], int(row["offset"])
        url, status, digest = texts
        return ArchivedCapture(
            url, at, status, digest, int(length) if length.isdecimal() else 0, location
        )
    except BAD_LINE:
        return None


def _own_headers(headers: Iterable[tuple[str, str]]) -> Headers:
    """Return the headers that the site sent, without those of the archive.

    The codings are those of this response: an archive may have undone the site's.
    """
    own: Headers = []
    for name, value in headers:
        lower = name.lower()
        if lower.startswith(ORIGINAL):
            name = name[len(ORIGINAL) :]
            if name.lower() not in (*KEPT_HEADERS, *DECODED_HEADERS):
                own.append((name, value))
        elif lower == "location":
            replayed = REPLAYED.search(value)
            own.append((name, replayed[1] if replayed else value))
        elif lower in KEPT_HEADERS:
            own.append((name, value))
    return own


def _read(response: urllib3.BaseHTTPResponse, limit: int) -> bytes:
    """Return the body as received. Raise DecodingError if it is too large."""
    body = bytearray()
    try:
        for chunk in response.stream(1 << 16, decode_content=False):
            body += chunk
            if len(body) > limit:
                raise DecodingError(Reason(CrawlReason.RESPONSE_TOO_LARGE))
    except BaseException:
        response.close()
        raise
    response.release_conn()
    return bytes(body)


def _unavailable(url: str, error: str) -> ArchiveError:
    return ArchiveError(Reason(CrawlReason.ARCHIVE_UNAVAILABLE, url=url, error=error))
