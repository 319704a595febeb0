"""Text of a page in a legacy encoding such as TCVN3: a warning, or its conversion to Unicode."""

from __future__ import annotations

from dataclasses import replace

from crawlers.site_config import SiteConfig
from pipelines.record.raw_article import RawArticle
from pipelines.text.encodings.repair import convert_to_unicode, detect_encoding_problem
from pipelines.text.normal_forms import clean, one_line
from storage.messages.reasons_warnings import WarningCode
from storage.reasons import Reason

SOFT_HYPHEN = "\u00ad"  # the letter ư in TCVN3, which clean() removes


def clean_unless_legacy(text: str) -> str:
    """Return the text cleaned, or as one line if cleaning would remove letters of TCVN3."""
    if SOFT_HYPHEN in text and detect_encoding_problem(text) is not None:
        return one_line(text)
    return clean(text)


def handle_legacy_text(page: RawArticle, site: type[SiteConfig], encoding_problem: str) -> None:
    """Warn of TCVN3, VNI and the like, or convert them if the site sets `repair_text`."""
    if not site.repair_text:
        page.legacy_encoding = encoding_problem
        page.warnings.append(Reason(WarningCode.LEGACY_ENCODING, encoding=encoding_problem))
        return
    page.warnings.append(Reason(WarningCode.LEGACY_ENCODING_CONVERTED, encoding=encoding_problem))
    for field in ("title", "lead", "byline", "source", "section"):
        value = getattr(page, field)
        setattr(page, field, convert_to_unicode(value, encoding_problem) if value else value)
    page.blocks = [
        replace(block, text=convert_to_unicode(block.text, encoding_problem))
        for block in page.blocks
    ]
    page.captions = [convert_to_unicode(caption, encoding_problem) for caption in page.captions]
