"""Pages in legacy encodings (TCVN3, VNI): a warning, or conversion with `repair_text`."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawlers.extraction.article import extract_article
from crawlers.platforms.generic import ANY_URL, generic_site
from crawlers.registry import get_site
from pipelines.record.normalise import normalise
from pipelines.text.encodings.tables import TCVN3_CODES, VNI_CODES
from storage.messages.reasons_warnings import WarningCode
from storage.models import Article
from storage.reasons import Reason

URL = "https://baogialai.com.vn/cay-cau-moi-post990012.html"
TEXT = (
    "Bà con hai bên suối đợi cây cầu này đã nhiều năm, hôm nay xe chở mía chạy qua được rồi.",
    "Già làng nhắc lũ trẻ giữ cho lòng cầu sạch sẽ, đừng để rác kẹt dưới chân trụ mỗi khi mưa lớn.",
)


CODES = {"TCVN3": TCVN3_CODES, "VNI": VNI_CODES}


def encode(text: str, trouble: str) -> str:
    """Return the text in a legacy encoding."""
    first: dict[str, str] = {}
    for code, letter in CODES[trouble].items():
        first.setdefault(letter, code)
    return text.translate(str.maketrans(first))


def page(paragraphs: list[str]) -> bytes:
    body = "".join(f"<p>{text}</p>" for text in paragraphs)
    return (
        '<html><head><meta charset="utf-8"></head><body><div class="article">'
        '<h1 class="article__title cms-title">Tin</h1><time class="time">11/03/2025 08:00</time>'
        f'<div class="article__body cms-body">{body}</div></div></body></html>'
    ).encode()


def read(body: bytes) -> Article:
    captured_at = datetime(2025, 3, 12, tzinfo=UTC)
    return normalise(extract_article(body, URL, get_site("gialai"), captured_at, "text/html"))


@pytest.mark.parametrize("trouble", ["TCVN3", "VNI"])
def test_legacy_text_gives_a_warning(trouble: str) -> None:
    article = read(page([encode(text, trouble) for text in TEXT]))
    assert Reason(WarningCode.LEGACY_ENCODING, encoding=trouble) in article.warnings


@pytest.mark.parametrize("trouble", ["TCVN3", "VNI"])
def test_repair_text_converts_legacy_text(trouble: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(get_site("gialai"), "repair_text", True)
    article = read(page([encode(text, trouble) for text in TEXT]))
    assert [block.text for block in article.body] == list(TEXT)
    assert Reason(WarningCode.LEGACY_ENCODING_CONVERTED, encoding=trouble) in article.warnings


def test_unicode_text_gives_no_warning() -> None:
    assert read(page(list(TEXT))).warnings == ()


@pytest.mark.parametrize("trouble", ["TCVN3", "VNI"])
@pytest.mark.parametrize("repair", [True, False])
def test_legacy_text_without_rules(trouble: str, repair: bool) -> None:
    site = type("Repaired", (generic_site("baothu.vn", ANY_URL),), {"repair_text": repair})
    title = "Bản Lướt có cây cầu treo mới"
    body = page([encode(text, trouble) for text in TEXT])
    body = body.replace(b"Tin</h1>", f"{encode(title, trouble)}</h1>".encode())
    article = normalise(extract_article(body, URL, site, datetime(2025, 3, 12, tzinfo=UTC)))
    code = WarningCode.LEGACY_ENCODING_CONVERTED if repair else WarningCode.LEGACY_ENCODING
    assert Reason(code, encoding=trouble) in article.warnings
    assert (article.title == title) is repair
    assert ([block.text for block in article.body] == list(TEXT)) is repair


@pytest.mark.parametrize("repair", [True, False])
def test_legacy_text_that_the_rules_do_not_find(
    repair: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The generic extractor's text is converted once, or warned of, and so is the title."""
    monkeypatch.setattr(get_site("gialai"), "repair_text", repair)
    title = "Bản Lướt có cây cầu treo mới"
    body = page([encode(text, "TCVN3") for text in TEXT]).replace(
        b">Tin<", f">{encode(title, 'TCVN3')}<".encode()
    )
    article = read(body.replace(b"article__body cms-body", b"khung"))
    texts = (article.title, *(block.text for block in article.body))
    assert (texts == (title, *TEXT)) is repair
    codes = [warning.code for warning in article.warnings if "legacy" in warning.code]
    assert codes == ["legacy_encoding_converted" if repair else "legacy_encoding"]
