"""Clustering of articles into stories, in any order of arrival, and their merges and splits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from itertools import permutations
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from pipelines.items import ArticleMoved
from pipelines.stories.comparison import compare_members
from storage.stories.repository import current_story, members, story_of, story_summaries

if TYPE_CHECKING:
    from tests.conftest import Watcher

Day = Callable[[float], datetime]
WORDS = (
    "bản làng nương rẫy suối đường trường lớp trạm xá cầu treo mùa vụ thóc ngô chè quế hồi bò dê "
    "lợn gà vịt ong mật măng nấm rừng đồi núi sông hồ bể nước điện sáng xóm thôn chợ phiên hội "
    "xuân hè thu đông nắng mưa sương gió sớm trưa chiều tối vui buồn già trẻ gái trai"
)


def prose(seed: int, paragraphs: int = 8) -> list[str]:
    """Paragraphs that share no sentence with each other or with those of other seeds."""
    chance = Random(seed)
    return [
        " ".join(chance.choices(WORDS.split(), k=28)).capitalize() + "." for _ in range(paragraphs)
    ]


def put(watcher: Watcher, site: str, at: datetime, body: list[str], **fields: Any) -> int:
    key = fields.pop("key", site)
    watcher.batch(
        watcher.read(site=site, key=key, at=at, body=body, lead=None, **fields), site=site, at=at
    )
    row = watcher.db.execute("SELECT id FROM articles WHERE site = ? AND key = ?", [site, key])
    return int(row.fetchone()[0])


def stories(watcher: Watcher) -> list[set[str]]:
    return [{m.site for m in members(watcher.db, row.story)} for row in story_summaries(watcher.db)]


def test_single_article_is_no_story(watcher: Watcher, day: Day) -> None:
    assert story_of(watcher.db, put(watcher, "alpha", day(0), prose(1))) is None


@pytest.mark.parametrize("order", list(permutations("abc")))
def test_partial_reprints_join_their_original_in_any_order(
    watcher: Watcher, day: Day, order: tuple[str, ...]
) -> None:
    text = prose(1)
    bodies = {"a": text, "b": [*text[:3], *prose(2, 4)], "c": [*text[5:], *prose(3, 4)]}
    dates = {"a": "07/04/2025 06:00", "b": "07/04/2025 09:00", "c": "07/04/2025 11:00"}
    for number, name in enumerate(order):
        put(watcher, name, day(number), bodies[name], published=dates[name])
    assert stories(watcher) == [{"a", "b", "c"}]


def test_digest_of_two_texts_does_not_merge_them(watcher: Watcher, day: Day) -> None:
    one, two = prose(1), prose(2)
    put(watcher, "alpha", day(0), one, published="07/04/2025 06:00")
    put(watcher, "beta", day(0.1), two, published="07/04/2025 07:00")
    put(watcher, "digest", day(1), [*one[:6], *two[:4]], published="08/04/2025 06:00")
    assert stories(watcher) == [{"alpha", "digest"}]


def test_stories_with_one_text_are_merged_with_an_event(watcher: Watcher, day: Day) -> None:
    text = prose(1)
    first = put(watcher, "a", day(0), text[:4])
    put(watcher, "b", day(0), text[:4])
    second = put(watcher, "c", day(0), text[4:])
    put(watcher, "d", day(0), text[4:])
    kept, merged = story_of(watcher.db, first), story_of(watcher.db, second)
    assert kept is not None
    assert merged is not None
    assert kept != merged
    put(watcher, "c", day(1), text, key="c")  # an edit gives it the whole text
    put(watcher, "a", day(1), text, key="a")
    assert current_story(watcher.db, merged) == kept
    events = [e for e in watcher.events() if e.kind == "story_merged"]
    assert [e.detail for e in events] == [{"story": kept, "merged_story": merged}]


def test_rewritten_article_leaves_its_story_with_an_event(watcher: Watcher, day: Day) -> None:
    put(watcher, "alpha", day(0), prose(1))
    other = put(watcher, "beta", day(0), prose(1))
    put(watcher, "beta", day(1), prose(2))
    assert story_of(watcher.db, other) is None
    assert stories(watcher) == []
    assert [e.kind for e in watcher.events()][-1] in ("story_split", "edited")
    assert "story_split" in watcher.kinds()


def test_bulletins_with_other_numbers_are_no_story(watcher: Watcher, day: Day) -> None:
    def bulletin(chance: Random) -> list[str]:
        lines = prose(1, 5)
        return [
            " ".join(str(chance.randint(10, 99)) if n % 6 == 3 else w
                     for n, w in enumerate(line.split())) + "."
            for line in lines
        ]  # fmt: skip

    for week in range(4):
        put(watcher, "alpha", day(week), bulletin(Random(week)), key=str(week))
        put(watcher, "beta", day(week), bulletin(Random(100 + week)), key=str(week))
    assert stories(watcher) == []


def test_common_quotation_is_no_story(watcher: Watcher, day: Day) -> None:
    quotation = f"“{prose(9, 1)[0]}”, đồng chí bí thư nói tại buổi làm việc."
    put(watcher, "alpha", day(0), [*prose(1, 2), quotation])
    put(watcher, "beta", day(0), [*prose(2, 2), quotation])
    assert stories(watcher) == []


def test_article_twice_on_one_site_is_one_story(watcher: Watcher, day: Day) -> None:
    put(watcher, "alpha", day(0), prose(1), key="5")
    put(watcher, "alpha", day(0), prose(1), key="6", title="Tựa đã sửa")
    [row] = story_summaries(watcher.db)
    assert (row.articles, row.sites) == (2, 1)


def test_comparison_shows_edits_that_a_reprint_missed(watcher: Watcher, day: Day) -> None:
    text = prose(1)
    first = put(watcher, "alpha", day(0), text, published="07/04/2025 06:00")
    put(watcher, "beta", day(0.2), text[:6], title="Khác", published="07/04/2025 09:00")
    edited = [text[0].replace(".", " với ba mươi hai hộ."), *text[1:]]
    put(watcher, "alpha", day(1), edited, published="07/04/2025 06:00")
    story = story_of(watcher.db, first)
    assert story is not None
    compared = compare_members(watcher.db, story)
    assert compared.first.member.site == "alpha"
    [reprint] = compared.others
    assert reprint.headline_changed
    assert reprint.closest_revision == 1
    assert "ba mươi hai hộ" in (reprint.missed_edit_summary or "")
    assert (
        reprint.kept_sentences,
        len(reprint.added_sentences),
        len(reprint.removed_sentences),
    ) == (5, 1, 3)


def test_moved_article_is_no_reprint_of_itself(watcher: Watcher, day: Day) -> None:
    text = prose(1)
    put(watcher, "alpha", day(0), text, key="old")
    page = watcher.read(site="alpha", key="new", at=day(1), body=text, lead=None).page
    moved = ArticleMoved(1, "https://alpha.vn/bai-old.html", page, None, day(1))
    watcher.batch(moved, site="alpha", at=day(1))
    put(watcher, "alpha", day(2), [*text, *prose(2, 1)], key="new")
    assert watcher.kinds() == ["new", "moved", "edited"]
    assert stories(watcher) == []
