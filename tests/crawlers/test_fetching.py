"""Fetching, against a real host on 127.0.0.1 that has every fault (faulty_server.py)."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from warcio.archiveiterator import ArchiveIterator

from crawlers.fence import is_private
from crawlers.observe import UNASKED
from crawlers.patience import asked_wait
from schedules.cadence import CONTROLS
from storage.warc import read_records

SCRIPT = Path(__file__).with_name("crawl_faulty_site.py")
SCENARIOS = (
    "faults", "incremental", "limited", "much_later", "stopped", "absent", "fenced", "disguised",
    "robots_down", "slowly", "conditional", "caught", "probed", "mapped", "mapped_late",
)  # fmt: skip
DELAY = 0.06  # as the script sets it; Scrapy varies it by half
TIME_LIMIT = 300
AT_ONCE = 8  # more would keep each other from the delay that is measured


@dataclass(frozen=True)
class Crawled:
    """What one scenario left: the host's own log, and a home with database and captures."""

    home: Path
    told: dict[str, Any]

    def log(self, night: int) -> list[dict[str, Any]]:
        return [seen for seen in self.told["log"] if seen["night"] == night]

    def paths(self, night: int) -> list[str]:
        return [seen["path"] for seen in self.log(night)]

    def articles_asked(self, night: int) -> list[int]:
        return [int(p.split("-bai")[1].split(".")[0]) for p in self.paths(night) if "-bai" in p]

    def rows(self, sql: str, *values: Any) -> list[Any]:
        db = sqlite3.connect(self.home / "tinwatch.db")
        try:
            return db.execute(sql, values).fetchall()
        finally:
            db.close()

    def stats(self, run: int) -> dict[str, Any]:
        [(text,)] = self.rows("SELECT stats FROM runs WHERE id = ?", run)
        found: dict[str, Any] = json.loads(text)
        return found

    def problems(self, run: int) -> dict[str, str]:
        """Reasons by article key, or by path where the page is no article."""
        found = {}
        for problem in self.stats(run)["problems"]:
            path = "/" + problem["url"].split("/", 3)[3]
            found[path.split("-bai")[-1].removesuffix(".html")] = problem["reason"]
        return found

    def keys(self) -> set[int]:
        return {int(key) for (key,) in self.rows("SELECT key FROM articles")}

    def records(self) -> Iterator[tuple[str, str, int]]:
        """(kind, path, status) of every WARC record; a wrong digest raises."""
        for file in sorted(self.home.glob("captures/*/*.warc.gz")):
            with file.open("rb") as stream:
                for record in ArchiveIterator(stream, check_digests="raise"):
                    record.content_stream().read()
                    url = record.rec_headers.get_header("WARC-Target-URI")
                    status = int(record.http_headers.get_statuscode())
                    yield record.rec_type, "/" + url.split("/", 3)[3], status


def crawled(folder: Path, name: str) -> Crawled:
    command = [sys.executable, str(SCRIPT), str(folder / name), name]
    done = subprocess.run(
        command, capture_output=True, text=True, cwd=SCRIPT.parents[2], timeout=TIME_LIMIT,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"{name}: {done.stderr}"
    return Crawled(folder / name, json.loads(done.stdout))


@pytest.fixture(scope="module")
def crawls(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Crawled]:
    """All scenarios, several at once: they wait more than they work."""
    folder = tmp_path_factory.mktemp("fetching")
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return dict(zip(SCENARIOS, pool.map(partial(crawled, folder), SCENARIOS), strict=True))


@pytest.fixture(scope="module")
def faults(crawls: dict[str, Crawled]) -> Crawled:
    return crawls["faults"]


# Faults


def test_every_fault_is_reported_by_name(faults: Crawled) -> None:
    port = faults.told["port"]
    problems = faults.problems(1)
    [other_port] = [problems.pop("218")]
    assert problems == {
        "/hong/": "answered 500",
        "201": "no answer in time",
        "202": "answered 500",
        "203": "answered 503",
        "206": "the connection broke off",
        "210": "redirects in a circle, or too often",
        "211": "empty body",
        "212": "larger than the limit for a page",
        "213": "the answer broke off",
        "216": "leads off the site, to bao-khac.example",
        "217": "leads off the site, to 169.254.169.254",
        "219": "is application/pdf, not a page",
        "220": "answered 404",
        "221": "robots.txt forbids it",
        "222": "answered 302",
    }
    assert other_port.startswith("leads off the site, to 127.0.0.1:")
    assert not other_port.endswith(f":{port}")


def test_everything_else_is_stored(faults: Crawled) -> None:
    stored = {int(k) for (k,) in faults.rows("SELECT key FROM articles WHERE first_run = 1")}
    assert stored == {*range(101, 121), 204, 205, 207, 208, 209, 214, 215, 301, 302}
    assert faults.stats(1)["listings_failed"] == 1
    assert faults.stats(1)["ended"] == "finished"


def test_text_is_read_whatever_the_charset_claims(faults: Crawled) -> None:
    """UTF-8 under a false or unknown name, windows-1258, gzip, broken HTML: the same sentences."""
    rows = faults.rows(
        "SELECT key, record FROM articles JOIN revisions ON article = articles.id "
        "WHERE key IN ('207', '208', '209', '214', '215')"
    )
    assert len(rows) == 5
    for key, text in rows:
        record = json.loads(text)
        assert record["title"].startswith("Xã "), key
        assert f"đợt {key}" in record["title"]
        assert record["body"][0]["text"].startswith(f"Gà mới gáy, {key} gia đình ở xã"), key
        assert "không ai phải nhắc ai" in record["body"][1]["text"], key
        assert record["authors"][0]["name"] == "Minh Tâm"


def test_what_could_not_be_read_is_asked_for_again_the_next_night(faults: Crawled) -> None:
    mended = {201, 202, 206, 211, 212}
    assert mended <= set(faults.articles_asked(2))
    assert mended <= faults.keys()
    wanted = dict(faults.rows("SELECT key, tries FROM wanted"))
    assert not {str(key) for key in mended} & set(wanted)
    assert wanted["203"] == 2


def test_pages_that_fail_every_night_are_no_outage(faults: Crawled) -> None:
    assert [v for night in faults.told["nights"] for v in night["verdicts"]] == [
        ["passed", None],
        ["passed", None],
    ]


def test_an_edit_is_found_and_a_404_is_only_a_suspicion(faults: Crawled) -> None:
    kinds = Counter(faults.rows("SELECT kind FROM events WHERE run = 2"))
    assert kinds == {("new",): 5, ("edited",): 1}
    assert faults.rows("SELECT key FROM articles WHERE status = 'suspect'") == [("104",)]
    assert faults.rows("SELECT outcome FROM checks") == [("404",)]


# The archive


def test_every_response_is_in_the_archive(faults: Crawled) -> None:
    """All that the host sent whole, and nothing else; warcio checks each digest."""
    kept = Counter(path for _, path, _ in faults.records())
    sent = Counter(seen["path"] for seen in faults.told["log"])
    lost = {key: f"/thoi-su/chuyen-cua-xa-bai{key}.html" for key in (201, 206, 212, 213)}
    for key, path in lost.items():
        assert path not in kept or key in (201, 206, 212), path
        assert kept[path] < sent[path]
    assert {p: n for p, n in sent.items() if p not in lost.values()} == {
        p: n for p, n in kept.items() if p not in lost.values()
    }


def test_a_fault_is_kept_with_its_status(faults: Crawled) -> None:
    statuses = {(path.split("-bai")[-1], status) for _, path, status in faults.records()}
    for key, status in ((202, 500), (203, 503), (204, 429), (210, 302), (220, 404)):
        assert (f"{key}.html", status) in statuses


def test_unchanged_bytes_become_revisits(crawls: dict[str, Crawled]) -> None:
    crawl = crawls["incremental"]
    records = [r for r in crawl.records() if "-bai" in r[1]]
    kinds = Counter(kind for kind, _, _ in records)
    assert kinds == {"response": 22, "revisit": CONTROLS + 22}
    firsts = [path for kind, path, _ in records if kind == "response"]
    assert len(set(firsts)) == 22
    assert crawl.stats(3)["unchanged"] == 22


# Manners


def quiet(crawl: Crawled, night: int) -> list[dict[str, Any]]:
    """The log without the page that resets its connections.

    A connection that breaks under a request is opened again at once by Twisted.
    """
    return [s for s in crawl.log(night) if not ("-bai206." in s["path"] and night == 1)]


@pytest.mark.parametrize("scenario", ["faults", "incremental", "limited"])
def test_one_request_at_a_time_with_the_delay_between(
    crawls: dict[str, Crawled], scenario: str
) -> None:
    crawl = crawls[scenario]
    for night in (1, 2):
        seen = quiet(crawl, night)
        assert len(seen) > 5
        assert {one["others"] for one in seen} == {0}
        gaps = sorted(b["at"] - a["at"] for a, b in pairwise(seen))
        # On a busy machine the host reads its clock late as often as not, which makes one gap long
        # and the next one short; without a delay the median is a few milliseconds.
        assert gaps[len(gaps) // 2] >= DELAY * 0.6, gaps
        assert sum(gaps) / len(gaps) >= DELAY * 0.9


@pytest.mark.parametrize(("key", "least"), [(204, 2.0), (205, 1.8)])
def test_retry_after_is_obeyed(faults: Crawled, key: int, least: float) -> None:
    """No page of the site is asked for while it asked to be left alone."""
    log = faults.log(1)
    asked = [i for i, seen in enumerate(log) if f"-bai{key}." in seen["path"]]
    assert len(asked) == 2
    assert log[asked[0] + 1]["at"] - log[asked[0]]["at"] >= least


def test_a_host_that_says_tomorrow_is_left_alone(crawls: dict[str, Crawled]) -> None:
    crawl = crawls["much_later"]
    assert "-bai103." in crawl.paths(1)[-1]
    reason = "ended early: the host asks to come back in 86400 seconds"
    assert crawl.told["nights"][0]["verdicts"] == [["failed", reason]]
    assert crawl.told["nights"][1]["verdicts"] == [["passed", None]]
    assert crawl.keys() == set(range(101, 111))
    kinds = Counter(crawl.rows("SELECT kind FROM events"))
    assert kinds == {("new",): 10}


def test_where_robots_txt_answers_5xx_nothing_is_asked(crawls: dict[str, Crawled]) -> None:
    """RFC 9309, 2.3.1.4: 5xx forbids all, 4xx nothing. What is not asked for is not missing."""
    crawl = crawls["robots_down"]
    assert crawl.paths(2) == ["/robots.txt"]
    assert len(crawl.articles_asked(3)) == 5
    reasons = set(crawl.problems(2).values())
    assert reasons == {"robots.txt cannot be read: answered 503"}
    [[verdict, reason]] = crawl.told["nights"][1]["verdicts"]
    assert (verdict, reason) == ("outage", "robots.txt cannot be read: answered 503")
    assert not crawl.stats(2).get("missing")


def test_crawl_delay_is_obeyed(crawls: dict[str, Crawled]) -> None:
    times = [seen["at"] for seen in crawls["slowly"].log(1)]
    assert len(times) > 4
    assert (times[-1] - times[0]) / (len(times) - 1) > 1.4  # on the mean: a busy host is late


def test_robots_txt_is_obeyed(faults: Crawled) -> None:
    for night in (1, 2):
        assert faults.paths(night)[0] == "/robots.txt"
        assert [p for p in faults.paths(night) if p.startswith("/noi-bo/")] == []


def test_the_user_agent_names_a_contact(crawls: dict[str, Crawled]) -> None:
    agents = {seen["agent"] for crawl in crawls.values() for seen in crawl.told["log"]}
    assert agents == {
        "tinwatch/0.1 (news archive for research; toasoan@thu-nghiem.example)",
    }


def test_no_connection_leaves_the_site(crawls: dict[str, Crawled]) -> None:
    """Not to another host, a cloud's metadata address, or another port of the same machine."""
    for name in ("faults", "incremental", "limited", "much_later", "stopped"):
        told = crawls[name].told
        assert told["connected"] == [f"127.0.0.1:{told['port']}"], name
        assert told["resolved"] in ([], ["127.0.0.1"]), name
        assert told["other_log"] == []


def test_private_addresses_are_refused(crawls: dict[str, Crawled]) -> None:
    crawl = crawls["fenced"]
    assert crawl.told["connected"] == crawl.told["log"] == []
    refused = "refused: 127.0.0.1 lies in a private network"
    assert crawl.problems(1) == {"/thoi-su/": refused, "/rss/tin-moi.rss": refused}


def test_a_name_that_leads_to_a_private_address_is_refused(crawls: dict[str, Crawled]) -> None:
    crawl = crawls["disguised"]
    assert crawl.told["connected"] == crawl.told["log"] == []
    reason = "the host's name is not known, or leads into a private network"
    assert crawl.problems(1) == {"/thoi-su/": reason, "/rss/tin-moi.rss": reason}
    log = (crawl.home / "crawl.log").read_text(encoding="utf-8")
    assert "refused: noi-bo.example resolves to 127.0.0.1, a private address" in log
    assert crawl.told["nights"][0]["healthy"] is False


@pytest.mark.parametrize(
    ("address", "private"),
    [
        ("127.0.0.1", True), ("10.1.2.3", True), ("169.254.169.254", True), ("0.0.0.0", True),
        ("[::1]", True), ("::ffff:127.0.0.1", True), ("fe80::1", True), ("100.64.0.1", True),
        ("8.8.8.8", False), ("bao.example", False),
    ],
)  # fmt: skip
def test_private(address: str, private: bool) -> None:
    assert is_private(address) is private


# Only what is needed


def test_the_second_night_reads_only_what_is_new_or_due(crawls: dict[str, Crawled]) -> None:
    crawl = crawls["incremental"]
    asked = crawl.articles_asked(2)
    assert {105, 119, 121} <= set(asked)  # two are due, one is new; the others are controls
    assert len(asked) == len(set(asked)) == 1 + CONTROLS
    others = [p for p in crawl.paths(2) if "-bai" not in p]
    # Page 2 is looked at because page 1 held something new, and holds nothing new itself.
    assert others == ["/robots.txt", "/thoi-su/", "/rss/tin-moi.rss", "/thoi-su/trang-2"]
    assert crawl.rows("SELECT summary FROM events WHERE run = 2") == [
        (crawl.rows("SELECT record ->> 'title' FROM revisions WHERE run = 2")[0][0],)
    ]


def test_a_night_without_news_reads_the_first_page(crawls: dict[str, Crawled]) -> None:
    crawl = crawls["incremental"]
    others = [p for p in crawl.paths(3) if "-bai" not in p]
    assert others == ["/robots.txt", "/thoi-su/", "/rss/tin-moi.rss"]
    assert sorted(crawl.articles_asked(3)) == list(range(100, 122))


def test_limit_stops_in_time_and_loses_nothing(crawls: dict[str, Crawled]) -> None:
    crawl = crawls["limited"]
    assert sorted(crawl.articles_asked(1)) == [110, 111, 112]
    assert "/thoi-su/trang-2" not in crawl.paths(1)
    assert sorted(crawl.articles_asked(2)) == list(range(100, 113))  # the known as controls
    assert crawl.keys() == set(range(100, 113))


def test_a_stop_by_hand_does_not_wait_for_a_host_s_patience(crawls: dict[str, Crawled]) -> None:
    crawl = crawls["stopped"]
    assert crawl.told["nights"][0]["verdicts"] == [["failed", "ended early: stopped by hand"]]
    nights = [crawl.log(1)[-1]["at"], crawl.log(2)[0]["at"]]
    assert nights[1] - nights[0] < 60  # the host had asked for 250 seconds
    assert crawl.keys() == {101, 102, 103}
    assert crawl.rows("SELECT count(*) FROM events WHERE kind = 'new'") == [(3,)]


# What is not where it was


def test_signs_of_a_takedown_are_counted_and_told_apart(crawls: dict[str, Crawled]) -> None:
    crawl = crawls["absent"]
    checks = crawl.rows(
        "SELECT key, outcome, detail FROM checks JOIN articles ON articles.id = article"
    )
    port = crawl.told["port"]
    home = f"http://127.0.0.1:{port}"
    assert {int(key): (outcome, detail) for key, outcome, detail in checks} == {
        101: ("404", "answered 404"),
        102: ("soft 404", "says “Trang bạn tìm không tồn tại”"),
        103: ("soft 404", "neither title nor text is on the page"),
        105: ("redirect", f"redirects to {home}/"),
        106: (
            "soft 404",
            "redirects to an error page, "
            f"{home}/loi.aspx?aspxerrorpath=/thoi-su/chuyen-cua-xa-bai106.html",
        ),
        107: ("redirect", "leads off the site, to bao-khac.example"),
    }
    stats = crawl.stats(2)
    assert (stats["missing"], stats["missing_live"], stats["hollow"]) == (6, 6, 1)
    assert stats["redirected_to"] == {"bao-khac.example": 1}
    assert stats["rechecked_live"] == stats["rechecked"] == 30


def test_a_login_page_is_a_block_and_no_takedown(crawls: dict[str, Crawled]) -> None:
    crawl = crawls["absent"]
    assert crawl.stats(2)["blocked"] == 1
    assert crawl.problems(2) == {"104": "shows a login page"}


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


def test_what_comes_back_before_it_is_confirmed_was_never_told(crawls: dict[str, Crawled]) -> None:
    crawl = crawls["absent"]
    statuses = Counter(crawl.rows("SELECT status FROM articles"))
    assert statuses == {("live",): 30, ("moved",): 2}
    assert [v for n in crawl.told["nights"] for v in n["verdicts"]] == [["passed", None]] * 3


# Conditional requests


def test_only_a_trusted_site_is_asked_whether_pages_changed(crawls: dict[str, Crawled]) -> None:
    """Two articles change honestly and are read; one changes behind a 304 until it is read whole.

    That lie ends the trust: on the sixth night every page is fetched whole again.
    """
    crawl = crawls["conditional"]
    asked = {n: sum(bool(seen["condition"]) for seen in crawl.log(n)) for n in range(1, 7)}
    assert asked == {1: 0, 2: 0, 3: 11, 4: 10, 5: 3, 6: 0}
    counted = [
        [crawl.stats(run).get(name, 0) for name in ("audited", "lies", "not_modified", "edited")]
        for run in range(1, 7)
    ]
    assert counted == [
        [0, 0, 0, 0], [11, 0, 0, 0], [0, 0, 8, 2], [1, 0, 10, 0], [8, 1, 3, 1], [11, 0, 0, 0],
    ]  # fmt: skip
    edits = crawl.rows("SELECT run, key FROM events JOIN articles ON articles.id = article "
                       "WHERE kind = 'edited' ORDER BY run, key")  # fmt: skip
    assert edits == [(3, "101"), (3, "106"), (5, "110")]
    assert [v for n in crawl.told["nights"] for v in n["verdicts"]] == [["passed", None]] * 6


def test_a_304_is_a_check_that_found_the_article(crawls: dict[str, Crawled]) -> None:
    crawl = crawls["conditional"]
    assert crawl.stats(3)["rechecked_live"] == 12
    assert crawl.rows("SELECT count(*) FROM checks WHERE run = 4") == [(0,)]
    [(started, ended)] = crawl.rows("SELECT started_at, ended_at FROM runs WHERE id = 6")
    times = crawl.rows("SELECT last_seen FROM articles")
    assert all(started <= seen <= ended for (seen,) in times)


def test_a_304_that_was_not_asked_is_a_failed_fetch(crawls: dict[str, Crawled]) -> None:
    crawl = crawls["conditional"]
    assert crawl.problems(3)["111"] == UNASKED
    assert crawl.rows("SELECT status FROM articles WHERE key = '111'") == [("live",)]


def test_a_304_is_kept_as_a_revisit(crawls: dict[str, Crawled]) -> None:
    crawl = crawls["conditional"]
    kinds = Counter(kind for kind, path, status in crawl.records() if status == 304)
    assert kinds == {"revisit": 21, "response": 1}
    [file] = crawl.home.glob("captures/*/*.warc.gz")
    kept = [record for record in read_records(file) if record.not_modified]
    assert len(kept) == 21
    assert all(record.status == 200 and b"noi-dung" in record.body for record in kept)


def test_a_lie_ends_the_trust_within_the_run(crawls: dict[str, Crawled]) -> None:
    """The first page is read whole. A request or two are on their way by then; no more is asked."""
    crawl = crawls["caught"]
    asked = [bool(seen["condition"]) for seen in crawl.log(3) if "-bai" in seen["path"]]
    assert len(asked) == 30
    assert asked[0] is False
    assert 0 <= sum(asked) <= 3
    assert not any(asked[4:])
    stats = crawl.stats(3)
    assert stats["lies"] == 30 - stats.get("not_modified", 0)


def test_who_answers_304_whatever_is_asked_is_found_by_a_probe(crawls: dict[str, Crawled]) -> None:
    """A changed page is asked for by its old name. The honest one sends it, the deaf one lies."""
    crawl = crawls["probed"]
    assert sorted(seen["path"][-6:] for seen in crawl.log(3) if seen["condition"]) == [
        "1.html", "6.html",
    ]  # fmt: skip
    counted = [
        [crawl.stats(run).get(name, 0) for name in ("audited", "probed", "lies", "edited")]
        for run in range(1, 5)
    ]
    assert counted == [[0, 0, 0, 0], [6, 0, 0, 0], [4, 2, 1, 2], [5, 0, 0, 0]]
    assert crawl.rows("SELECT lies FROM audits WHERE run = 3") == [(1,)]
    assert [crawl.stats(run)["rechecked"] for run in (2, 3, 4)] == [6, 6, 6]


def test_a_probe_is_not_kept_and_says_nothing_of_the_article(crawls: dict[str, Crawled]) -> None:
    crawl = crawls["probed"]
    assert 304 not in {status for kind, path, status in crawl.records()}
    pages = [path for kind, path, status in crawl.records() if "-bai" in path]
    assert len(pages) == 4 * 6
    assert crawl.problems(3) == {}


# Sitemaps


def sitemap_counts(crawl: Crawled, runs: int) -> list[list[int]]:
    names = ("lastmods_audited", "lastmods_lied", "rechecked", "edited")
    return [[crawl.stats(run).get(name, 0) for name in names] for run in range(1, runs + 1)]


def test_a_believed_sitemap_spares_checks_until_it_lies(crawls: dict[str, Crawled]) -> None:
    crawl = crawls["mapped"]
    assert sitemap_counts(crawl, 6) == [
        [0, 0, 0, 0], [10, 0, 14, 0], [0, 0, 5, 1], [9, 0, 14, 1], [10, 1, 14, 0], [10, 0, 14, 0],
    ]  # fmt: skip
    assert set(crawl.articles_asked(3)) == {107, 111, 112, 113, 114}
    assert [v for n in crawl.told["nights"] for v in n["verdicts"]] == [["passed", None]] * 6


def test_what_a_believed_sitemap_says_moved_is_checked_first(crawls: dict[str, Crawled]) -> None:
    crawl = crawls["mapped"]
    assert set(crawl.articles_asked(3)[:3]) == {107, 111, 112}
    paths = crawl.paths(3)
    assert paths.index("/sitemap.xml") < min(paths.index(p) for p in paths if "-bai" in p)


def test_a_sitemap_that_is_a_night_late_does_not_lie(crawls: dict[str, Crawled]) -> None:
    crawl = crawls["mapped_late"]
    assert sitemap_counts(crawl, 4) == [
        [0, 0, 0, 0], [11, 0, 11, 0], [10, 0, 11, 1], [10, 0, 11, 0],
    ]  # fmt: skip


def test_a_sitemap_in_which_most_moved_at_once_tells_nothing(crawls: dict[str, Crawled]) -> None:
    """Nothing is due but the controls."""
    assert crawls["mapped_late"].stats(5)["rechecked"] == CONTROLS


def test_an_unknown_scenario_is_named() -> None:
    command = [sys.executable, str(SCRIPT), "nowhere", "no_such"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert "no scenario 'no_such'; there are faults, " in done.stderr


# Retry-After itself


@pytest.mark.parametrize(
    ("status", "value", "seconds"),
    [
        (503, "120", 120), (429, " 7 ", 7), (200, "120", None), (503, None, None),
        (503, "soon", None), (503, "", None), (503, "-5", None), (503, "\xb2", None),
        (429, "Wed, 21 Oct 2015 07:28:00 GMT", 0), (429, "Wed, 21 Oct 2015 07:28:00 -0000", 0),
        (503, "9" * 5000, 999_999_999),
    ],
)  # fmt: skip
def test_asked_wait(status: int, value: str | None, seconds: int | None) -> None:
    from scrapy.http import Response

    headers = {} if value is None else {"Retry-After": value.encode("latin-1")}
    response = Response("http://bao.example/", status=status, headers=headers)
    assert asked_wait(response) == seconds
