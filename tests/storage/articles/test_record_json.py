"""Warnings of records: stored as reasons, output as sentences and codes."""

from __future__ import annotations

from storage.articles.record_json import output_record
from storage.messages.reasons_warnings import DateProblem, WarningCode
from storage.models import Article
from storage.reasons import LEGACY_TEXT, Reason

SENTENCE = "title: the page's metadata says 'Đội bò'"


def record(*warnings: object) -> dict[str, object]:
    lists = ("body", "captions", "authors", "tags", "images")
    return {
        **dict.fromkeys(Article.__dataclass_fields__),
        **dict.fromkeys(lists, ()),
        "fields": {},
        "warnings": list(warnings),
    }


def test_warning_is_stored_with_its_code_and_output_with_its_sentence() -> None:
    problem = Reason(DateProblem.DATE_TOO_OLD, printed="5/3/1890", year=1990)
    warnings = (
        Reason(WarningCode.TITLE_DIFFERS_FROM_METADATA, stated="Đội bò"),
        Reason(WarningCode.DATE_BROKEN, field="published", problem=problem),
    )
    article = Article.from_dict(record(*(warning.to_dict() for warning in warnings)))
    assert article.warnings == warnings
    output = output_record(article.to_dict())
    assert output["warnings"] == [SENTENCE, "published: '5/3/1890': before 1990"]
    assert output["warning_codes"] == ["title_differs_from_metadata", "date_broken"]


def test_sentence_of_an_old_record_stays_readable() -> None:
    article = Article.from_dict(record(SENTENCE))
    assert article.warnings == (Reason(LEGACY_TEXT, text=SENTENCE),)
    for stored in (record(SENTENCE), article.to_dict()):
        output = output_record(stored)
        assert output["warnings"] == [SENTENCE]
        assert output["warning_codes"] == [LEGACY_TEXT]
