"""Archives and datasets in object storage: a server with the protocol of S3 on the loopback."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
import s3fs
from moto.server import ThreadedMotoServer

from tests.crawlers.bulk.archives import extract, extract_alone, rows, sample_archive

KEYS = {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_DEFAULT_REGION": "us-east-1"}  # fmt: skip


@pytest.fixture
def server() -> Iterator[str]:
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


def without_place(found: list[dict[str, object]]) -> list[dict[str, object]]:
    """Rows without what depends on the address of their file."""
    return [{k: v for k, v in row.items() if k not in ("warc", "capture")} for row in found]


def test_reads_from_s3_and_writes_to_s3(server: str, tmp_path: Path) -> None:
    files = sample_archive(tmp_path / "warc", (1, 2), only=("haugiang",))
    for bucket in ("store", "team"):
        urlopen(Request(f"{server}/{bucket}", method="PUT")).close()
    store = s3fs.S3FileSystem(key="key", secret="secret", endpoint_url=server)
    for file in files:
        store.put_file(str(file), f"store/2025/{file.name}")
    options = ("--workers", "2")
    row = extract(
        ["s3://store/2025/*.warc.gz"], "s3://team/corpus", *options, AWS_ENDPOINT_URL=server, **KEYS
    )
    assert (row["failed"], row["skipped"]) == (0, 0)
    again = extract(
        ["s3://store/2025/*.warc.gz"], "s3://team/corpus", *options, AWS_ENDPOINT_URL=server, **KEYS
    )
    assert again["skipped"] == again["tasks"] == 2
    store.get("team/corpus", str(tmp_path / "corpus"), recursive=True)
    extract_alone(tmp_path / "alone", files, split_bytes=1 << 30)
    for table in ("articles", "captures"):
        found, expected = rows(tmp_path / "corpus", table), rows(tmp_path / "alone", table)
        assert without_place(found) == without_place(expected)
        assert found[0]["warc"].startswith("s3://store/2025/")
