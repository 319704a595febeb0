"""Asking by province: every command that takes one gives its sites, all of them and no other."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from crawlers.registry import all_sites
from storage.provinces.lookup import formers_of, present_of, present_provinces
from storage.runs.sites import SiteFacts, register_site
from tinwatch.commands.app import app

if TYPE_CHECKING:
    from tests.conftest import Watcher

PLACES = {"haugiang": "hau-giang", "cantho": "can-tho", "backan": "bac-kan", "old": "no-such"}
NIGHT = "2025-04-08T01:30:00+07:00"
COMMANDS = ("events", "articles", "runs")


@pytest.fixture
def home(
    watcher: Watcher, day: Callable[[float], datetime], monkeypatch: pytest.MonkeyPatch
) -> Path:
    """One night over four sites, of which the last carries a province that nobody knows."""
    for site, province in PLACES.items():
        watcher.batch(watcher.read(site=site, title=f"Tin của {site}"), site=site, batch=NIGHT)
        facts = SiteFacts(site, site, province, "newspaper", "P", "live", "1.first")
        register_site(watcher.db, facts)
    monkeypatch.setenv("TINWATCH_HOME", str(watcher.home.path))
    return watcher.home.path


def call(*words: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, list(words), env={"COLUMNS": "300"})
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.stdout, done.stderr


def rows(*words: str) -> list[dict[str, Any]]:
    code, out, err = call(*words, "--json")
    assert (code, err) == (0, "")
    return [json.loads(line) for line in out.splitlines()]


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    ("words", "sites"),
    [
        ((), {"haugiang", "cantho", "backan", "old"}),
        (("--former-province", "Hậu Giang"), {"haugiang"}),
        (("--former-province", "can tho"), {"cantho"}),
        (("--province", "Cần Thơ"), {"haugiang", "cantho"}),
        (("--province", "can-tho", "--former-province", "haugiang"), {"haugiang"}),
        (("--province", "thái nguyên"), {"backan"}),
        (("--province", "Huế"), set()),
        (("--province", "Huế", "--province", "can-tho"), {"haugiang", "cantho"}),
        (("--former-province", "bac-kan", "--former-province", "can-tho"), {"backan", "cantho"}),
        (("--site", "cantho", "--former-province", "hau-giang"), set()),
        (("--site", "haugiang", "--province", "can-tho"), {"haugiang"}),
    ],
)
def test_province_filters_by_site(
    command: str, words: tuple[str, ...], sites: set[str], home: Path
) -> None:
    assert {row["site"] for row in rows(command, *words)} == sites


def test_report_of_a_province(home: Path) -> None:
    (report,) = rows("report", "--province", "Cần Thơ")
    assert [site["site"] for site in report["sites"]] == ["cantho", "haugiang"]
    assert report["provinces"] == ["can-tho", "hau-giang", "soc-trang"]
    assert report["totals"]["new"] == 2
    (whole,) = rows("report")
    assert "provinces" not in whole
    assert len(whole["sites"]) == 4
    _, out, _ = call("report", "--former-province", "Hậu Giang")
    assert "only sites of the former hau-giang" in out
    assert "(1 site," in out
    assert "cantho" not in out


def test_report_of_a_province_without_a_run(home: Path) -> None:
    (whole,) = rows("report")
    (report,) = rows("report", "--province", "Huế")
    assert (report["sites"], report["totals"]) == ([], {})
    assert report["observed_at"] == whole["observed_at"]
    _, out, _ = call("report", "--province", "Huế")
    assert "no site was read" in out


def test_article_has_former_and_present_province(home: Path) -> None:
    found = {row["site"]: (row["province"], row["province_now"]) for row in rows("articles")}
    assert found == {
        "haugiang": ("hau-giang", "can-tho"),
        "cantho": ("can-tho", "can-tho"),
        "backan": ("bac-kan", "thai-nguyen"),
        "old": ("no-such", None),
    }


@pytest.mark.parametrize("command", [*COMMANDS, "report", "sites"])
@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--province", "Hậu Giang"), "--former-province hau-giang, or --province can-tho"),
        (("--province", "Cần Tho Lớn"), "no province 'Cần Tho Lớn'; is it Cần Thơ (can-tho)?"),
        (("--former-province", "[red]x"), "no former province '[red]x'"),
        (("--province", "Huế", "--former-province", "Cà Mau"), "not in Huế"),
    ],
)
def test_wrong_province_exits_with_usage_error(
    command: str, words: tuple[str, ...], message: str, home: Path
) -> None:
    code, out, err = call(command, *words)
    assert (code, out) == (2, "")
    assert message in err


def test_run_and_province_exclude_each_other(home: Path) -> None:
    code, _, err = call("report", "--run", "1", "--province", "Huế")
    assert code == 2
    assert "--run" in err


def test_sites_by_province() -> None:
    found = {row["site"]: row for row in rows("sites", "--province", "Cần Thơ")}
    formers = {one.slug for one in formers_of("can-tho")}
    assert set(found) == {n for n, site in all_sites().items() if site.province in formers}
    assert {"cantho", "haugiang"} <= set(found)
    assert {row["province_now"] for row in found.values()} == {"can-tho"}
    code, out, _ = call("sites", "--former-province", "Hậu Giang")
    assert code == 0
    assert "hau-giang, now can-tho" in out
    assert "Báo Cần Thơ" not in out


def test_every_site_is_under_one_present_province() -> None:
    every = [
        row["site"] for one in present_provinces() for row in rows("sites", "--province", one.slug)
    ]
    assert sorted(every) == sorted(all_sites())


def test_provinces_list_former_provinces_and_sites() -> None:
    found = {row["province"]: row for row in rows("provinces")}
    assert list(found) == [one.slug for one in present_provinces()]
    for name, site in all_sites().items():
        formers = found[present_of(site.province).slug]["formers"]
        assert [f["province"] for f in formers if name in f["sites"]] == [site.province]
    assert found["lao-cai"]["code"]["number"] == "15"
    assert found["lao-cai"]["code"]["valid_from"] == "2025-07-01"
    _, out, _ = call("provinces")
    assert len(out.splitlines()) == 34
    assert "Cần Thơ + Hậu Giang + Sóc Trăng" in out
