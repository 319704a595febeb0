"""A home with an edited article, one with hostile text, and one with few fields."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from storage.articles.repository import add_article
from storage.articles.revisions import add_revision
from storage.exports.registry import Format
from storage.exports.selection import select_articles
from storage.home import Home, open_home
from storage.models import Article, Author, Block, Caption, RevisionCause, Source
from storage.runs.repository import start_run
from storage.runs.sites import SiteFacts, register_site

FIRST = datetime(2025, 3, 9, 18, 30, tzinfo=UTC)
SHA256 = "f7" * 32
PLAIN = Article(
    site="alpha", key="142041", url="https://alpha.vn/tin/bai-142041.html?a=1&b=50%25_x#c",
    title="Tổ công nghệ số đến từng nhà", title_folded="to cong nghe so den tung nha",
    lead="Người già trong ấp được chỉ cách nộp hồ sơ ngay tại nhà.", dateline=None,
    body=(
        Block("paragraph", "Sáng thứ bảy, ba bạn trẻ mang máy tính bảng đến ấp Bình Hòa."),
        Block("subhead", "Việc làm trong hai buổi"),
        Block("list item", "Cài ứng dụng"), Block("list item", "Nộp hồ sơ"),
        Block("quote", "Tôi tự làm được rồi"),
        Block("table row", "Ấp | Số hồ sơ"), Block("table row", "Bình Hòa | 857"),
        Block("subhead", "Còn khó"),
    ),
    captions=(Caption("Hướng dẫn tại nhà. Ảnh: Quang Tấn", "Quang Tấn"),),
    published="2025-03-07T08:15:00+07:00", published_as_printed="07/03/2025 08:15",
    updated=None, updated_as_printed=None, time_known=True,
    authors=(
        Author("Nguyễn Thị Hà Thu", "person", ("text", "photo")),
        Author("Trường Sơn", "person", ("text",)),
        Author("Quang Tấn", "person", ("photo",)),
        Author("Đài Truyền thanh Long Mỹ", "organisation", ("compilation",)),
    ),
    byline_as_printed="Bài, ảnh: Hà Thu", source=Source("TTXVN"), source_as_printed="Theo TTXVN",
    section="Xây dựng Đảng", tags=("chuyển đổi số", "Long Mỹ"), images=(), language="vi",
)  # fmt: skip
HOSTILE = (
    "<script>x</script>\r\nER  - \r\nTY  - BOOK\n\u2028TI  - giả } @book{giả, title={{x}} "
    '\\input{x} %&$#_~^ "><img onerror=y> ]]> \u202eđảo\x00\x0b\x1b[31m\ud800\ufffe =HYPERLINK(1)'
)
BAD = replace(
    PLAIN, key="../../Tin tức/}{,ER  - ", url="https://alpha.vn/\r\nER  - {x}\\%20",
    title=HOSTILE, lead=HOSTILE, body=tuple(
        Block(kind, HOSTILE)
        for kind in ("paragraph", "subhead", "quote", "list item", "table row")
    ),
    captions=(Caption(HOSTILE, HOSTILE),), authors=(Author(HOSTILE, "person", ("text",)),),
    byline_as_printed=HOSTILE, source=Source(HOSTILE, HOSTILE), section=HOSTILE, tags=(HOSTILE,),
)  # fmt: skip
BARE = replace(
    PLAIN, key="text-0123456789ab", url=None, title="Tin vắn", lead=None, body=(),
    captions=(), published=None, time_known=None, source=None, section=None, tags=(),
    authors=(Author("Minh Đức", "person", ("photo",)),), byline_as_printed=None,
)  # fmt: skip


def stored(db: Database, record: Article, capture: int | None, *, day: int = 0) -> int:
    """Puts a record there as it is; what is known already gets a further revision."""
    at = FIRST + timedelta(days=day)
    row = db.execute("SELECT id FROM articles WHERE key = ?", [record.key]).fetchone()
    run = start_run(db, record.site, "replay", at, None)
    article = row[0] if row else add_article(db, record, run, at, checked=at)
    number = add_revision(
        db, article, PLAIN, cause=RevisionCause.SITE, observed=at, run=run, capture=capture,
        extractor_version="1.a", fingerprint=f"{record.key}{day}",
    )  # fmt: skip
    text = json.dumps(record.to_dict())  # in ASCII, which half a surrogate pair can be stored in
    db.execute("UPDATE revisions SET record = ? WHERE article = ? AND number = ?",
               [text, article, number])  # fmt: skip
    return int(article)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = open_home(tmp_path / "home")
    db = home.database()
    facts = ("hau-giang", "newspaper", "P", "live", "1.a")
    register_site(db, SiteFacts("alpha", "Báo Alpha & Bạn", *facts))
    for day in (0, 1):
        db.execute(
            "INSERT INTO captures (site, url, captured_at, http_status, sha256, length, warc, "
            "warc_offset) VALUES ('alpha', ?, ?, 200, ?, 9, 'alpha/2025-03-09.warc.gz', ?)",
            [PLAIN.url, f"2025-03-{9 + day:02}T18:30:00Z", SHA256, 1234 * day],
        )
    old = replace(PLAIN, title="Tổ công nghệ số đến nhà")
    stored(db, old, 1)
    stored(db, PLAIN, 2, day=1)
    stored(db, BAD, 2)
    stored(db, BARE, None)
    db.conn.commit()
    db.close()
    return home


@pytest.fixture
def exported(home: Home) -> Callable[..., Any]:
    """Called with a format, its bytes, or the folder that it made."""

    def export(form: Format, **choice: Any) -> Any:
        db = home.database()
        try:
            with select_articles(db, home.captures, **choice) as articles:
                if form.shape == "folder":
                    folder = home.path / f"{form.name}-out"
                    folder.mkdir()
                    form.writer()(articles, folder)
                    return folder
                stream = io.BytesIO()
                written = form.writer()(articles, stream)
                assert written == sum(1 for _ in articles.rows())
                return stream.getvalue()
        finally:
            db.close()

    return export


@pytest.fixture
def hostile() -> str:
    return HOSTILE
