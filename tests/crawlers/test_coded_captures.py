"""Real captures in br, zstd and doubled codings (../shared): every record is read back."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage.archive.integrity import check_file
from storage.archive.reader import read_records

SHARED = Path(__file__).resolve().parents[3] / "shared"
FILES = [
    *(f"cases/encodings/{name}.warc.gz" for name in (
        "w_br", "w_double", "w_gzip", "w_x-gzip", "w_zstd", "wx_one_br",
    )),
    *(f"captures/cms/wordpress-{name}.warc.gz" for name in ("brotli-1", "brotli-2", "zstd")),
]  # fmt: skip


@pytest.mark.realpages
@pytest.mark.parametrize("name", FILES)
def test_real_coded_captures_are_read_back(name: str) -> None:
    file = SHARED / name
    if not file.exists():
        pytest.skip(f"{file} is not here")
    records = list(read_records(file))
    pages = [record for record in records if b"</html>" in record.body]
    assert len(pages) > 5
    check = check_file(file)
    assert (check.damaged, check.changed, check.undecodable) == ({}, [], {})
    assert len(check.payloads) >= len(records)
