"""The check of retired domains: politeness, states, history and the command."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from crawlers.registry import get_site
from schedules.monitoring.findings import Finding
from schedules.monitoring.host_checks import retired_domains
from schedules.monitoring.site_history import SiteHistory
from storage.checks.retired_domains import DomainAnswer, DomainState, newest_checks, save_answers
from storage.db.connection import open_database
from storage.home import HomeError
from storage.messages import describe
from storage.messages.reasons_domains import DomainPage
from storage.messages.reasons_monitoring import MonitoringReason
from storage.reasons import Reason
from storage.version import user_agent
from tinwatch.commands import domains
from tinwatch.commands.app import app

SCRIPT = Path(__file__).with_name("check_retired_domains.py")
NOW = datetime(2026, 3, 9, 3, 0, tzinfo=UTC)
WEEK = timedelta(weeks=1)


def asked(folder: Path, what: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, str(SCRIPT), str(folder), what],
        cwd=SCRIPT.parents[3], capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    result: dict[str, Any] = json.loads(done.stdout)
    return result


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return asked(tmp_path_factory.mktemp("retired"), "all")


def test_each_domain_gets_its_state(result: dict[str, Any]) -> None:
    assert result["states"] == {
        "redirects": "redirects", "refreshes": "redirects", "elsewhere": "elsewhere",
        "parked": "parked", "answers": "answers", "large": "answers", "private": "elsewhere",
        "circle": "dead", "forbidden": "unknown", "robots_down": "unknown",
        "refused": "dead", "no_name": "dead", "no_name_either": "dead",
    }  # fmt: skip
    rows = result["rows"]
    assert rows["redirects"]["host"] == rows["refreshes"]["host"] == result["live"]
    assert rows["elsewhere"]["host"] == result["foreign"]
    assert Reason.of(rows["elsewhere"]["detail"]) == Reason(
        "titled_page", status=200, title="Nhà hàng Bến Cũ"
    )
    assert Reason.of(rows["refused"]["detail"]) == Reason("connection_refused")
    assert Reason.of(rows["no_name"]["detail"]) == Reason("no_address")
    assert Reason.of(rows["forbidden"]["detail"]) == Reason("robots_forbidden")


def test_each_domain_is_requested_once_and_politely(result: dict[str, Any]) -> None:
    hosts = result["asked"]
    assert hosts.pop("live") == []  # the nightly crawl asks it
    agents = {agent for host in hosts.values() for _, agent in host}
    assert agents == {user_agent("a@b.example")}
    paths = {name: [path for path, _ in host] for name, host in hosts.items()}
    assert paths.pop("forbidden") == paths.pop("robots_down") == ["/robots.txt"]
    assert paths.pop("foreign") == ["/robots.txt", "/an"]
    assert paths.pop("circle") == ["/robots.txt", *["/"] * 6]
    assert all(asked == ["/robots.txt", "/"] for asked in paths.values())


def test_redirect_into_private_network_is_not_followed(result: dict[str, Any]) -> None:
    row = result["rows"]["private"]
    assert row["host"] == "169.254.169.254"
    assert Reason.of(row["detail"]) == Reason("private_host", host="169.254.169.254")
    assert result["connected"] == ["127.0.0.1"]


def test_if_no_domain_is_reachable_nothing_is_stored(tmp_path: Path) -> None:
    reason = Reason.of(asked(tmp_path, "dead")["error"])
    assert (reason.code, reason.params["domains"]) == (DomainPage.DOMAINS_UNREACHABLE, 3)
    assert describe(reason.params["reason"]) in describe(reason)
    assert newest_checks(open_database(tmp_path / "tinwatch.db")) == []


def test_stopped_check_stores_its_answers(tmp_path: Path) -> None:
    assert asked(tmp_path, "stopped") == {"error": "KeyboardInterrupt"}
    found = newest_checks(open_database(tmp_path / "tinwatch.db"))
    assert 2 <= len(found) < 13
    assert [one.state for one in found].count("redirects") == 2


def checked(folder: Path, *answers: tuple[str, str]) -> Any:
    """A database of weekly checks of one domain, the newest at NOW."""
    db = open_database(folder / "tinwatch.db")
    for week, (state, host) in enumerate(answers):
        moment = NOW - (len(answers) - 1 - week) * WEEK
        detail = Reason("http_status", status=week)
        answer = DomainAnswer("alpha", "cu.alpha.vn", DomainState(state), host, detail)
        save_answers(db, [answer], moment)
    return db


def test_history_is_stored_if_the_state_changed(tmp_path: Path) -> None:
    home = ("redirects", "alpha.vn")
    db = checked(tmp_path, home, home, ("dead", ""), ("dead", ""))
    rows = list(
        db.query(
            "SELECT state, json_extract(detail, '$.params.status'), since, checked_at "
            "FROM domain_checks"
        )
    )
    assert [tuple(row.values()) for row in rows] == [
        ("redirects", 1, "2026-02-16T03:00:00Z", "2026-02-23T03:00:00Z"),
        ("dead", 3, "2026-03-02T03:00:00Z", "2026-03-09T03:00:00Z"),
    ]
    (newest,) = newest_checks(db, "alpha")
    assert (newest.before, newest.host_before, newest.led_home) == ("redirects", "alpha.vn", True)
    assert not newest.changed
    assert newest_checks(db, "beta") == []


def signs(db: Any, later: timedelta = timedelta(0)) -> list[Finding]:
    return [*retired_domains(SiteHistory("alpha", NOW + later, domains=tuple(newest_checks(db))))]


@pytest.mark.parametrize(
    ("answers", "now", "before"),
    [
        (
            [("redirects", "alpha.vn"), ("parked", "")],
            MonitoringReason.DOMAIN_PARKED,
            MonitoringReason.DOMAIN_REDIRECTS,
        ),
        (
            [("redirects", "alpha.vn"), ("elsewhere", "x.vn")],
            MonitoringReason.DOMAIN_ELSEWHERE,
            MonitoringReason.DOMAIN_REDIRECTS,
        ),
        (
            [("redirects", "alpha.vn"), ("dead", "")],
            MonitoringReason.DOMAIN_DEAD,
            MonitoringReason.DOMAIN_REDIRECTS,
        ),
        (
            [("redirects", "a.vn"), ("unknown", ""), ("parked", "")],
            MonitoringReason.DOMAIN_PARKED,
            MonitoringReason.DOMAIN_UNKNOWN,
        ),
        ([("redirects", "alpha.vn"), ("unknown", "")], None, None),
        ([("redirects", "alpha.vn"), ("answers", "")], None, None),
        ([("dead", ""), ("redirects", "alpha.vn")], None, None),
        ([("dead", ""), ("parked", "")], None, None),
        ([("parked", "")], None, None),
    ],
)
def test_lost_domain_is_a_finding(
    answers: list[tuple[str, str]],
    now: MonitoringReason | None,
    before: MonitoringReason | None,
    tmp_path: Path,
) -> None:
    db = checked(tmp_path, *answers)
    found = signs(db)
    assert [one.severity for one in found] == (["warning"] if now else [])
    for one in found:
        state, detail = (one.reason.params["now"].params[name] for name in ("state", "detail"))
        assert (state.code, detail) == (now, Reason("http_status", status=len(answers) - 1))
        assert one.reason.params["before"].code == before
    assert signs(db, WEEK) == []


@pytest.mark.parametrize(("state", "code"), [("redirects", 0), ("parked", 1), ("unknown", 0)])
def test_command_lists_changed_domains_first(
    state: str, code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def check(home: Any, sites: Any) -> Any:
        (site,) = sites
        db = home.database()
        first = [
            DomainAnswer(site.name, name, DomainState.REDIRECTS, "x.vn")
            for name in ("a.vn", "b.vn")
        ]
        save_answers(db, first, NOW - WEEK)
        detail = Reason("legacy_text", text="[red]\x1b[31m")
        changed = replace(first[1], state=DomainState(state), detail=detail)
        save_answers(db, [first[0], changed], NOW)
        return newest_checks(db)

    monkeypatch.setattr(domains, "check_domains", check)
    name = "hanoi"
    assert get_site(name).retired_domains
    command = ["domains", "--site", name, "--home", str(tmp_path)]
    done = CliRunner().invoke(app, command)
    assert done.exit_code == code, done.output
    lines = done.stdout.splitlines()
    assert ("b.vn" in lines[0]) == (state != "redirects")
    assert lines[-1] == f"2 retired domains checked, {int(state != 'redirects')} changed"
    assert "\x1b[31m" not in done.stdout
    assert "[red]" in done.stdout


def test_command_json_and_usage_errors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(home: Any, sites: Any) -> Any:
        raise HomeError("none of 30 domains can be reached")

    monkeypatch.setattr(domains, "check_domains", nothing)
    run = CliRunner().invoke
    assert run(app, ["domains", "--home", str(tmp_path)]).exit_code == 3
    assert run(app, ["domains", "--site", "khongco", "--home", str(tmp_path)]).exit_code == 2
    monkeypatch.setattr(domains, "check_domains", lambda home, sites: newest(home))

    def newest(home: Any) -> Any:
        save_answers(home.database(), [DomainAnswer("hanoi", "a.vn", DomainState.DEAD)], NOW)
        return newest_checks(home.database())

    done = run(app, ["domains", "--site", "hanoi", "--json", "--home", str(tmp_path)])
    assert done.exit_code == 0
    row = json.loads(done.stdout)
    assert (row["domain"], row["state"], row["changed"]) == ("a.vn", "dead", False)
