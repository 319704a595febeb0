"""pywb indexes and replays our WARC files: responses, revisits, coded bodies."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from urllib.request import urlopen

import brotli
import pytest

from storage.archive.warc_record import SentRequest
from storage.archive.writer import CaptureWriter
from tests.pywb_server.server import serve
from tests.storage.archive.sample_page import HTML, NOON, URL

PAGE = "<html><h1>Mương nước về ruộng</h1></html>".encode()
SENT = SentRequest("GET /bai-1.html HTTP/1.1", [("Host", "alpha.vn")])


@pytest.mark.slow
def test_pywb_replays_every_capture(pywb: Path, tmp_path: Path) -> None:
    writer = CaptureWriter(tmp_path / "captures", "alpha")
    coded = [*HTML, ("Content-Encoding", "br"), ("X-Sau", "một\r\nhai")]
    for hours, headers, body in (
        (0, HTML, PAGE), (1, HTML, PAGE), (2, coded, brotli.compress(PAGE * 2)),
    ):  # fmt: skip
        name = writer.write_response(
            URL, NOON + timedelta(hours=hours), 200, "OK", headers, body,
            ip_address="203.0.113.7", request=SENT,
        ).warc  # fmt: skip
    writer.close()
    with serve(pywb, tmp_path / "pywb", tmp_path / "captures" / name) as root:
        index = urlopen(f"{root}/cdx?url={URL}&output=json").read().splitlines()
        assert [json.loads(line)["mime"] for line in index] == [
            "text/html", "warc/revisit", "text/html",
        ]  # fmt: skip
        for hours, expected in ((0, PAGE), (1, PAGE), (2, PAGE * 2)):
            moment = f"{NOON + timedelta(hours=hours):%Y%m%d%H%M%S}"
            with urlopen(f"{root}/{moment}mp_/{URL}") as replayed:
                assert "Mương nước về ruộng" in replayed.read().decode()
            with urlopen(f"{root}/{moment}id_/{URL}") as replayed:
                body = replayed.read()
                if replayed.headers.get("Content-Encoding") == "br":
                    body = brotli.decompress(body)
                assert body == expected
