"""WARC files by ISO 28500, as warcio and FastWARC read them, whatever a server sends."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from fastwarc.warc import ArchiveIterator
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage.archive.errors import UnreadableRecord
from storage.archive.reader import read_body, read_records
from storage.archive.warc_record import SentRequest
from storage.archive.writer import Capture, CaptureWriter
from storage.reasons import Reason
from tests.storage.archive.sample_page import BODY, HTML, NOON, URL, Check

SENT = SentRequest("GET /bai-1.html HTTP/1.1", [("Host", "alpha.vn"), ("User-Agent", "tinwatch")])
HOSTILE = [
    ("Content-Type", "text/html\r\nX-Injected: 1"),
    ("X-Sau\x00 Dòng:", "hai\ndòng \x7f\x1b[31m"),
    ("", "không tên"),
    ("Set-Cookie", "a=1"),
    ("Set-Cookie", "b=2"),
]


def write(writer: CaptureWriter, hours: int = 0, body: bytes = BODY, **more: object) -> Capture:
    given = {"request": SENT, "ip_address": "203.0.113.7"} | more
    return writer.write_response(URL, NOON + timedelta(hours=hours), 200, "OK", HTML, body, **given)


def fastwarc_check(file: Path) -> None:
    command = [Path(sys.executable).with_name("fastwarc"), "check", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "verified successfully" in done.stdout
    assert "without digest" not in done.stdout


def records(file: Path) -> list[tuple[str, dict[str, str], bytes]]:
    """Type, named fields and content of each record, as FastWARC reads them."""
    with file.open("rb") as stream:
        return [
            (str(record.record_type), dict(record.headers), record.reader.read())
            for record in ArchiveIterator(stream, parse_http=False)
        ]


def test_a_file_begins_with_warcinfo_and_holds_requests_beside_responses(
    tmp_path: Path, writer: CaptureWriter, check: Check
) -> None:
    first, again = write(writer), write(writer, 1)
    writer.write_resource("urn:x", NOON, "text/plain", b"van ban")
    writer.close()
    file = tmp_path / first.warc
    check(file)
    fastwarc_check(file)
    found = records(file)
    assert [kind for kind, _, _ in found] == [
        "warcinfo", "response", "request", "revisit", "request", "resource",
    ]  # fmt: skip
    (_, info, text), (_, response, _), (_, request, sent), (_, revisit, head) = found[:4]
    assert info["WARC-Filename"] == file.name
    assert b"software: tinwatch/" in text
    assert b"robots: obey" in text
    assert b"host" not in text
    assert response["WARC-IP-Address"] == request["WARC-IP-Address"] == "203.0.113.7"
    assert request["WARC-Concurrent-To"] == response["WARC-Record-ID"]
    assert sent == b"GET /bai-1.html HTTP/1.1\r\nHost: alpha.vn\r\nUser-Agent: tinwatch\r\n\r\n"
    assert revisit["WARC-Profile"].endswith("/warc/1.1/revisit/identical-payload-digest")
    assert revisit["WARC-Payload-Digest"] == response["WARC-Payload-Digest"]
    assert revisit["WARC-Refers-To-Target-URI"] == URL
    assert revisit["WARC-Refers-To-Date"] == response["WARC-Date"]
    assert head.endswith(b"\r\n\r\n")
    assert again.offset == first.offset > 0
    assert writer.written == {first.warc: [0, file.stat().st_size]}
    assert [r.kind for r in read_records(file)] == ["response", "revisit", "resource"]


def test_warcinfo_stands_once_in_a_file(tmp_path: Path) -> None:
    for hours in range(3):
        writer = CaptureWriter(tmp_path, "alpha")
        name = write(writer, hours).warc
        writer.close()
    assert [kind for kind, _, _ in records(tmp_path / name)].count("warcinfo") == 1


def test_no_header_has_a_control_character(
    tmp_path: Path, writer: CaptureWriter, check: Check
) -> None:
    sent = SentRequest("GET /\r\nX-Injected: 1 HTTP/1.1", HOSTILE)
    url = f"{URL}?a=\r\nWARC-Injected: 1"
    name = writer.write_response(
        url, NOON, 200, "OK\r\nX-Injected: 1", HOSTILE, BODY, request=sent
    ).warc
    writer.close()
    check(tmp_path / name)
    fastwarc_check(tmp_path / name)
    for _, fields, content in records(tmp_path / name):
        assert not [key for key in fields if "Injected" in key]
        head = content.partition(b"\r\n\r\n")[0].replace(b"\r\n", b"")
        assert not [byte for byte in head if (byte < 32 and byte != 9) or byte == 127]
        assert b"\nX-Injected" not in content
    [record] = read_records(tmp_path / name)
    assert record.body == BODY
    assert [v for k, v in record.headers if k == "Set-Cookie"] == ["a=1", "b=2"]
    assert "không tên" in [v for k, v in record.headers if k == "_"]


def test_bytes_of_a_header_are_written_as_they_came(tmp_path: Path, writer: CaptureWriter) -> None:
    value = b"/tin/vi\xe1\xbb\x87t-\xe9".decode("utf-8", "surrogateescape")
    name = writer.write_response(URL, NOON, 302, "Found", [("Location", value)], b"").warc
    writer.close()
    [content] = [content for kind, _, content in records(tmp_path / name) if kind == "response"]
    assert b"Location: /tin/vi\xe1\xbb\x87t-\xe9\r\n" in content


@given(
    headers=st.lists(st.tuples(st.text(max_size=8), st.text(max_size=20)), max_size=4),
    body=st.binary(max_size=50),
)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_header_is_read_back_with_its_body(
    tmp_path_factory: pytest.TempPathFactory, headers: list[tuple[str, str]], body: bytes
) -> None:
    headers = [(k, v.encode("utf-8", "ignore").decode()) for k, v in headers]
    headers = [(k, v) for k, v in headers if "content" not in k.lower()]
    folder = tmp_path_factory.mktemp("any")
    writer = CaptureWriter(folder, "alpha")
    capture = writer.write_response(URL, NOON, 200, "OK", headers, body)
    writer.close()
    with (folder / capture.warc).open("rb") as stream:
        found = ArchiveIterator(stream, parse_http=False)
        kinds = [str(record.record_type) for record in found if record.verify_block_digest()]
    assert kinds == ["warcinfo", "response"]
    assert read_body(folder, capture.warc, capture.offset, capture.sha256, URL).body == body


def test_another_record_in_the_place_of_a_capture_is_an_error(
    tmp_path: Path, writer: CaptureWriter
) -> None:
    """As after a restore of files and a database of two moments: never the wrong page."""
    capture, other = write(writer), write(writer, 1, b"khac")
    writer.close()
    for sha256, url in ((other.sha256, URL), (capture.sha256, f"{URL}?p=2"), (None, "https://x/")):
        with pytest.raises(UnreadableRecord) as caught:
            read_body(tmp_path, capture.warc, capture.offset, sha256, url)
        assert caught.value.reason == Reason("record_mismatch")
    assert read_body(tmp_path, capture.warc, capture.offset, capture.sha256, URL).body == BODY
