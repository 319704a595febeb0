"""WARC 1.1 records (ISO 28500:2017) as bytes, each a gzip member.

No header has a control character, whatever a server sends: each run of them becomes a space
(RFC 9110, section 5.5). All other bytes of an HTTP header are written as they were received.
"""

from __future__ import annotations

import hashlib
import re
from base64 import b32encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from storage.archive.reader import Headers
from storage.archive.warc_file import GZIP
from storage.db.connection import utc_text
from storage.version import VERSION

try:
    from isal.isal_zlib import compress
except ImportError:  # isal has no wheel for this machine
    from zlib import compress

# isal takes a sixth of the time of zlib's level 3, and records are 4 % longer. Reading is zlib's
# work, because isal accepts more damaged headers.
GZIP_LEVEL = 2
IDENTICAL_PAYLOAD = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
CONTROLS = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]+")  # a tab may stand in a header
NOT_IN_NAME = re.compile(r"[^!-9;-~]")  # of a header
WARCINFO = (
    f"software: tinwatch/{VERSION}\r\n"
    "format: WARC File Format 1.1\r\n"
    "conformsTo: http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/\r\n"
    "robots: obey\r\n"
).encode()


@dataclass(frozen=True, slots=True)
class SentRequest:
    """A request as it was sent. `start_line`: "GET /path HTTP/1.1"."""

    start_line: str
    headers: Headers


def new_record_id() -> str:
    return f"<urn:uuid:{uuid4()}>"


def warc_record(
    kind: str, at: datetime, fields: Mapping[str, str | None], *block: bytes, record_id: str = ""
) -> bytes:
    """Return a record. `fields`: named fields besides the common ones; None leaves one out.

    `block`: the parts of the record's content.
    """
    digest = hashlib.sha256()
    for part in block:
        digest.update(part)
    named = {
        "WARC-Type": kind,
        "WARC-Record-ID": record_id or new_record_id(),
        "WARC-Date": utc_text(at),
        **fields,
        "WARC-Block-Digest": digest_label(digest.hexdigest()),
        "Content-Length": str(sum(map(len, block))),
    }
    lines = _header_lines([(k, v) for k, v in named.items() if v is not None])
    head = f"WARC/1.1\r\n{lines}\r\n".encode("utf-8", "replace")
    data = b"".join([head, *block, b"\r\n\r\n"])
    return compress(data, GZIP_LEVEL, wbits=GZIP)


def warcinfo_record(at: datetime, file_name: str) -> bytes:
    """Return the record at the head of a file. It names the software, no person and no host."""
    fields = {"WARC-Filename": file_name, "Content-Type": "application/warc-fields"}
    return warc_record("warcinfo", at, fields, WARCINFO)


def request_record(
    url: str, at: datetime, request: SentRequest, response_id: str, ip_address: str | None
) -> bytes:
    """Return the record of the request that brought a response."""
    fields = {
        "WARC-Target-URI": url,
        "WARC-IP-Address": ip_address,
        "WARC-Concurrent-To": response_id,
        "Content-Type": "application/http; msgtype=request",
    }
    return warc_record("request", at, fields, http_head(request.start_line, request.headers))


def http_head(start_line: str, headers: Headers) -> bytes:
    """Return an HTTP message without its body."""
    text = f"{CONTROLS.sub(' ', start_line)}\r\n{_header_lines(headers)}\r\n"
    return text.encode("utf-8", "surrogateescape")


def digest_label(sha256: str) -> str:
    """Return a digest as WARC writes it: algorithm, and bytes in base 32.

    The label is not "sha-256" as in later drafts of the standard: FastWARC does not know it.
    """
    return f"sha256:{b32encode(bytes.fromhex(sha256)).decode()}"


def _header_lines(headers: Headers) -> str:
    return "".join(
        f"{NOT_IN_NAME.sub('_', name) or '_'}: {CONTROLS.sub(' ', value)}\r\n"
        for name, value in headers
    )
