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
        "SELECT key, outcome, detail FROM failed_checks JOIN articles ON articles.id = article "
        "WHERE run = 2"
    )
    port = crawl.report["port"]
    home = f"http://127.0.0.1:{port}"
    assert {int(key): (outcome, Reason.from_json(detail)) for key, outcome, detail in checks} == {
        101: ("404", Reason("http_status", status=404)),
        102: ("soft 404", Reason("not_found_phrase", quote="Trang bạn tìm không tồn tại")),
        105: ("redirect", Reason("redirect", url=f"{home}/")),
        107: ("redirect", Reason("off_site", host="bao-khac.example")),
    }
    stats = crawl.stats(2)
    assert (stats["missing"], stats["missing_live"], stats["quarantined"]) == (4, 4, 1)
    assert stats["redirected_to"] == {"bao-khac.example": 1}
    assert stats["rechecked_live"] == stats["rechecked"] == 30


def test_login_page_is_blocked_not_missing(crawls: dict[str, Crawled]) -> None:
    crawl = crawls["absent"]
    assert crawl.stats(2)["blocked"] == 1
    assert crawl.problems(2)["104"] == shows_page(BlockPage.PAGE_LOGIN)


def test_empty_template_is_unreadable_and_an_error_page_failed(crawls: dict[str, Crawled]) -> None:
    problems = crawls["absent"].problems(2)
    assert problems["103"].code == "no_title_by_rules"
    assert problems["106"].code == "redirect_to_error_page"


def test_moves_are_found_by_redirect_and_by_canonical_link(crawls: dict[str, Crawled]) -> None:
    """A canonical link to the front page, or to a page that names this one, is no move."""
    crawl = crawls["absent"]
    moves = crawl.rows(
        "SELECT old.key, new.key, detail ->> 'via' FROM events "
        "JOIN articles AS old ON old.id = article "
        "JOIN articles AS new ON new.id = detail ->> 'to_article' WHERE kind = 'moved'"
    )
    assert sorted(moves) == [("108", "608", "redirect"), ("109", "609", "canonical")]
    kinds = Counter(crawl.rows("SELECT kind FROM events WHERE run IN (2, 3)"))
    assert kinds == {("moved",): 2}


def test_article_restored_before_confirmation_has_no_event(crawls: dict[str, Crawled]) -> None:
    crawl = crawls["absent"]
    assert [v for n in crawl.report["batches"] for v in n["verdicts"]] == [["passed", None]] * 4
    missed = {("101",), ("102",), ("105",), ("107",)}
    assert missed < set(crawl.rows("SELECT key FROM articles WHERE status = 'live'"))


def test_article_back_at_its_old_address_is_found_if_the_new_one_is_missing(
    crawls: dict[str, Crawled],
) -> None:
    crawl = crawls["absent"]
    assert 108 not in crawl.articles_requested(3)
    assert 108 in crawl.articles_requested(4)
    events = "SELECT kind, key FROM events JOIN articles ON articles.id = article WHERE run = 4"
    assert crawl.rows(events) == [("restored", "108")]
    moved = crawl.rows("SELECT key FROM articles WHERE status NOT IN ('live')")
    assert sorted(moved) == [("109",), ("608",)]


def test_article_with_its_id_at_another_address_has_moved(crawls: dict[str, Crawled]) -> None:
    crawl = crawls["elsewhere"]
    moves = crawl.rows(
        "SELECT key, articles.url, detail ->> 'from_url', detail ->> 'via' FROM events "
        "JOIN articles ON articles.id = article WHERE kind = 'moved'"
    )
    home = f"http://127.0.0.1:{crawl.report['port']}"
    old = {key: f"{home}/thoi-su/chuyen-cua-xa-bai{key}.html" for key in range(101, 111)}
    assert sorted(moves) == [
        ("101", f"{home}/xa-hoi/chuyen-cua-xa-bai101.html", old[101], "listing"),
        ("102", f"{home}/chuyen/102/", old[102], "redirect"),
        ("103", f"{home}/chuyen/103/", old[103], "redirect"),
        ("104", f"{home}/xa-hoi/chuyen-cua-xa-bai104.html", old[104], "redirect"),
        ("107", f"{home}/xa-hoi/chuyen-cua-xa-bai107.html", old[107], "redirect"),
        ("110", f"{home}/chuyen/110/", old[110], "canonical"),
    ]
    assert Counter(crawl.rows("SELECT kind FROM events WHERE run > 1")) == {("moved",): 6}
    assert crawl.rows("SELECT count(*) FROM failed_checks") == [(0,)]


def test_unknown_form_of_an_address_is_a_problem_of_the_module(crawls: dict[str, Crawled]) -> None:
    codes = [
        Counter(problem["reason"]["code"] for problem in crawls["elsewhere"].stats(run)["problems"])
        for run in (2, 3)
    ]
    assert codes == [
        {"unknown_url_form": 3, "shows_block_page": 1, "shows_error_page": 1},
        {"unknown_url_form": 3},
    ]


def test_databases_that_are_down_are_one_outage_and_no_redesign(crawls: dict[str, Crawled]) -> None:
    crawl = crawls["databases_down"]
    verdicts = [v[0] for batch in crawl.report["batches"] for v in batch["verdicts"]]
    assert verdicts == ["passed", "outage", "outage", "passed"]
    kinds = crawl.rows("SELECT kind, run FROM events WHERE run > 1")
    assert kinds == [("outage", 2), ("recovered", 4)]


def test_links_of_a_listing_are_relative_to_its_base(crawls: dict[str, Crawled]) -> None:
    assert crawls["databases_down"].keys() == set(range(101, 111))


def test_outage_goes_on_until_articles_are_read_again(crawls: dict[str, Crawled]) -> None:
    crawl = crawls["down"]
    verdicts = [v[0] for batch in crawl.report["batches"] for v in batch["verdicts"]]
    assert verdicts == ["passed", "outage", "outage", "outage", "outage", "passed"]
    kinds = crawl.rows("SELECT kind, run FROM events WHERE run > 1")
    assert kinds == [("outage", 2), ("recovered", 6)]
