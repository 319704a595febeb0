"""Lines that change on many articles in one run are template; edits of one article are not."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pipelines.boilerplate.rechecked import RecheckedLines
from pipelines.record.normalise import normalise
from pipelines.record.raw_article import RawArticle
from storage.models import Article, Block

OWN = ("Bà con thôn {n} góp công.", "Đường mới dài {n} mét.", "Ai cũng vui.")


def article(number: int, *more: str, kind: str = "paragraph") -> Article:
    texts = [text.format(n=number) for text in OWN]
    blocks = [Block("paragraph", text) for text in texts]
    blocks += [Block(kind, text) for text in more]  # type: ignore[arg-type]
    return normalise(
        RawArticle("alpha", str(number), None, datetime(2025, 4, 7, tzinfo=UTC), "1", title="Tựa",
                   blocks=blocks)
    )  # fmt: skip


def rechecked(pairs: list[tuple[Article, Article]], unchanged: int = 0) -> set[str]:
    lines = RecheckedLines(articles=len(pairs) + unchanged)
    for old, new in pairs:
        lines.add_change(old, new)
    return {line.split(":")[0] for line in lines.template_lines()}


def counters(count: int, kind: str = "paragraph") -> list[tuple[Article, Article]]:
    return [
        (
            article(n, f"Đã phục vụ: {n} bạn", kind=kind),
            article(n, f"Đã phục vụ: {n + 50} bạn", kind=kind),
        )
        for n in range(count)
    ]


def test_counter_on_a_site_of_eight_articles() -> None:
    assert rechecked(counters(8)) == rechecked(counters(3, "quote"), 5) == {"Đã phục vụ"}


def test_line_that_shows_only_at_rechecks() -> None:
    pairs = [(article(n), article(n, f"Ra mắt được {n} hôm")) for n in range(8)]
    assert len(rechecked(pairs)) == 1
    assert len(rechecked([(new, old) for old, new in pairs])) == 1
    assert rechecked(pairs[:4], 4) == set()


@pytest.mark.parametrize(
    ("pairs", "unchanged"),
    [(counters(2), 6), (counters(3), 10), (counters(8, "table row"), 0)],
    ids=["two articles", "a few of many", "rows of a table"],
)
def test_few_changes_are_edits(pairs: list[tuple[Article, Article]], unchanged: int) -> None:
    assert rechecked(pairs, unchanged) == set()


def test_edits_of_words_are_edits() -> None:
    pairs = [(article(n, f"Bí thư số {n}"), article(n, f"Bị thư số {n}")) for n in range(4)]
    assert rechecked(pairs, 2) == set()
