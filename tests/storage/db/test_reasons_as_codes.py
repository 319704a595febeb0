"""Sentences that released versions stored become reasons with codes and parameters."""

from __future__ import annotations

from importlib import import_module

import pytest

from storage.messages import all_codes, describe
from storage.reasons import LEGACY_TEXT, Reason

MIGRATION = import_module("storage.db.migrations.0021_reasons_as_codes")
reason_of = MIGRATION.reason_of

SENTENCES = {
    "answered 404": Reason("http_status", status=404),
    "answered 403 with a captcha": Reason(
        "status_with_block_page", status=403, page=Reason("page_captcha")
    ),
    "shows a page of a parked or expired domain": Reason(
        "shows_block_page", page=Reason("page_parked")
    ),
    "leads off the site, to moi.vn": Reason("off_site", host="moi.vn"),
    "page of 20 bytes, more than 10": Reason("page_too_large", size=20, limit=10),
    "no title: none of ['h1', \"a[b='c']\"] is on the page": Reason(
        "no_title_by_rules", rules=["h1", "a[b='c']"]
    ),
    "now at https://a.vn/b, and edited with it": Reason("now_at_and_edited", url="https://a.vn/b"),
    "status 200: Trang mới": Reason("titled_page", status=200, title="Trang mới"),
    "answered twice": Reason("legacy_text", text="answered twice"),
}


@pytest.mark.parametrize("sentence", SENTENCES)
def test_stored_sentence_becomes_a_reason(sentence: str) -> None:
    assert Reason.from_dict(reason_of(sentence)) == SENTENCES[sentence]


@pytest.mark.parametrize("sentence", [text for text, _ in MIGRATION._SENTENCES if "{" not in text])
def test_sentence_without_parameters_becomes_a_code(sentence: str) -> None:
    reason = Reason.from_dict(reason_of(sentence))
    assert reason.code in set(all_codes()) - {LEGACY_TEXT}
    assert describe(reason)
