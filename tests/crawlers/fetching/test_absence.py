"""Articles that are not at their URL: missing, moved, behind a login, and restored."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from storage.messages.reasons_pages import BlockPage, shows_page
from storage.reasons import Reason

if TYPE_CHECKING:
    from tests.crawlers.fetching.conftest import Crawled


def test_failed_checks_have_outcome_and_reason(crawls: dict[str, Crawled]) -> None:
    crawl = crawls["absent"]
    checks = crawl.rows(
        "SELECT key, outcome, detail FROM failed_checks JOIN articles ON articles.id = article"
    )
    port = crawl.report["port"]
    home = f"http://127.0.0.1:{port}"
    assert {int(key): (outcome, Reason.from_json(detail)) for key, outcome, detail in checks} == {
        101: ("404", Reason("http_status", status=404)),
        102: ("soft 404", Reason("not_found_phrase", quote="Trang bạn tìm không tồn tại")),
        103: ("soft 404", Reason("empty_template")),
        105: ("redirect", Reason("redirect", url=f"{home}/")),
        106: (
            "soft 404",
            Reason(
                "redirect_to_error_page",
                url=f"{home}/loi.aspx?aspxerrorpath=/thoi-su/chuyen-cua-xa-bai106.html",
            ),
        ),
        107: ("redirect", Reason("off_site", host="bao-khac.example")),
    }
    stats = crawl.stats(2)
    assert (stats["missing"], stats["missing_live"], stats["hollow"]) == (6, 6, 1)
    assert stats["redirected_to"] == {"bao-khac.example": 1}
    assert stats["rechecked_live"] == stats["rechecked"] == 30


def test_login_page_is_blocked_not_missing(crawls: dict[str, Crawled]) -> None:
    crawl = crawls["absent"]
    assert crawl.stats(2)["blocked"] == 1
    assert crawl.problems(2) == {"104": shows_page(BlockPage.PAGE_LOGIN)}


def test_moves_are_found_by_redirect_and_by_canonical_link(crawls: dict[str, Crawled]) -> None:
    """A canonical link to the front page, or to a page that names this one, is no move."""
    crawl = crawls["absent"]
    moves = crawl.rows(
        "SELECT old.key, new.key, detail ->> 'via' FROM events "
        "JOIN articles AS old ON old.id = article "
        "JOIN articles AS new ON new.id = detail ->> 'to_article' WHERE kind = 'moved'"
    )
    assert sorted(moves) == [("108", "608", "redirect"), ("109", "609", "canonical")]
    kinds = Counter(crawl.rows("SELECT kind FROM events WHERE run > 1"))
    assert kinds == {("moved",): 2}


def test_article_restored_before_confirmation_has_no_event(crawls: dict[str, Crawled]) -> None:
    crawl = crawls["absent"]
    statuses = Counter(crawl.rows("SELECT status FROM articles"))
    assert statuses == {("live",): 30, ("moved",): 2}
    assert [v for n in crawl.report["batches"] for v in n["verdicts"]] == [["passed", None]] * 3
