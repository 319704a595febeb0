"""Output for programs: JSON Lines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

from storage.models import Article
from tinwatch.demo import sample_sites

Call = Callable[..., tuple[int, str, str]]
Rows = Callable[[str], list[dict[str, Any]]]
OBSERVED = {
    "id", "province", "province_now", "first_seen", "last_seen", "last_checked", "status",
    "revisions", "capture", "reader", "warning_codes",
}  # fmt: skip


def test_events_as_json(call: Call, rows: Rows, fed: Path) -> None:
    code, out, err = call("events", "--json", "--home", fed)
    found = rows(out)
    assert (code, err) == (0, "")
    assert [row["kind"] for row in found] == ["new", "new", "new", "edited", "edited"]
    assert [row["id"] for row in found] == [1, 2, 3, 4, 5]
    for row in found:
        assert set(row) >= {
            "id", "kind", "site", "url", "article", "observed_at", "summary", "run",
        }  # fmt: skip
    assert found[3]["changed"] == ["title"]
    assert found[3]["class"] == "title"
    assert found[3]["url"] == "https://laocai.vn/bai-1.html"
    later = rows(call("events", "--json", "--since", 3, "--home", fed)[1])
    assert later == found[3:]
    assert call("events", "--json", "--home", fed)[1] == out
    assert len(rows(call("events", "--json", "--kind", "new", "--home", fed)[1])) == 3


def test_articles_as_json(call: Call, rows: Rows, fed: Path) -> None:
    code, out, _ = call("articles", "--json", "--home", fed)
    found = rows(out)
    assert code == 0
    assert [row["key"] for row in found] == ["1", "2", "3"]
    for row in found:
        assert set(row) == {f.name for f in fields(Article)} | OBSERVED | {"warning_codes"}
    assert [row["status"] for row in found] == ["live", "live", "suspect"]
    assert [row["revisions"] for row in found] == [2, 2, 1]
    assert found[0]["title"] == "Tựa sau"
    assert found[0]["first_seen"] == "2025-04-07T18:30:00Z"
    assert rows(call("articles", "--json", "--site", "gialai", "--home", fed)[1]) == []


def test_show_diff_and_report_as_json(call: Call, rows: Rows, fed: Path) -> None:
    (shown,) = rows(call("show", "1", "--json", "--home", fed)[1])
    assert {line["what"] for line in shown["history"]} == {
        "revision 1", "revision 2", "new", "edited",
    }  # fmt: skip
    (by_url,) = rows(call("show", "https://laocai.vn/bai-1.html", "--json", "--home", fed)[1])
    assert by_url == shown
    (found,) = rows(call("diff", "1", "--json", "--home", fed)[1])
    assert (found["from_revision"], found["to_revision"], found["class"]) == (1, 2, "title")
    spans = found["fields"][0]["parts"][0]
    assert " ".join(s["text"] for s in spans if s["op"] != "added") == "Tựa đầu"
    (report,) = rows(call("report", "--json", "--home", fed)[1])
    assert report["totals"] == {"edited": 2}
    assert [s["title"] for s in report["suspects"]] == ["Sẽ mất"]
    (first,) = rows(call("report", "--json", "--run", 1, "--home", fed)[1])
    assert first["totals"] == {"new": 3}


def test_sites_as_json(call: Call, rows: Rows) -> None:
    code, out, _ = call("sites", "--json")
    found = rows(out)
    assert code == 0
    assert {row["site"] for row in found} >= set(sample_sites.sites())
    for row in found:
        assert row["domains"]
        assert row["status"] in ("live", "archive")
        assert bool(row["status_note"]) is (row["status"] == "archive")


def test_sites_lists_each_site(call: Call) -> None:
    code, out, _ = call("sites")
    assert code == 0
    assert all(site[:8] in out for site in sample_sites.sites())
