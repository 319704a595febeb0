"""Wrong calls and unusable homes: message and exit code."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from storage.home import open_home

Call = Callable[..., tuple[int, str, str]]
Rows = Callable[[str], list[dict[str, Any]]]
USAGE = [
    (["crawl", "nosuch"], "no site 'nosuch'; tinwatch sites lists them"),
    (["crawl", "hau-giang"], "no site 'hau-giang'; is it haugiang"),
    (["crawl", "baocantho.com"], "no site 'baocantho.com'; is it cantho"),
    (["crawl"], "missing argument SITE"),
    (["crawl", "yenbai"], "yenbai is an archive: the bloc was dissolved"),
    (["crawl", "laocai", "yenbai"], "Use --replay FILE, or tinwatch import --site"),
    (["crawl", "laocai", "--as-of", "2025-01-01"], "--as-of needs --replay"),
    (["nightly", "--as-of", "2025-01-01"], "--as-of needs --replay"),
    (["crawl", "laocai", "--recheck", "often"], "--recheck often: use due, all, none"),
    (["crawl", "laocai", "--limit", "-1"], "--limit"),
    (["crawl", "laocai", "--replay", "none.warc"], "none.warc: there is no such file"),
    (["nightly", "nosuch"], "no site 'nosuch'"),
    (["import", "a.html", "--site", "nosuch"], "no site 'nosuch'"),
    (["import", "a.html"], "a.html: there is no such file"),
    (
        ["import", "a.html", "b.html", "--site", "laocai", "--url", "x"],
        "--url needs exactly one file",
    ),
    (["import", "a.html", "--site", "laocai", "--captured-at", "yesterday"], "yesterday"),
    (["nosuch"], "no such command 'nosuch'"),
    (["--home", "x", "serve"], "tinwatch COMMAND --home"),
    (["-x"], "no such option -x"),
    (["events", "--since", "-1"], "--since: '-1' is less than 0"),
    (["import", "."], "there is no HTML, text, WARC or WACZ file in this folder"),
    (["events", "--since", str(10**30)], "--since"),
    (["report", "--run", str(10**30)], "--run"),
    (
        ["backfill", "laocai", "--since", "2025-02-01", "--until", "2025-01-31"],
        "ends on 2025-01-31, before it begins on 2025-02-01",
    ),
    (["backfill", "laocai", "--since", "31/31/2025"], "31/31/2025"),
]


@pytest.mark.parametrize(("words", "said"), USAGE, ids=[" ".join(c[0])[:40] for c in USAGE])
def test_wrong_call_exits_with_usage_error(
    call: Call, words: list[str], said: str, tmp_path: Path
) -> None:
    code, out, err = call(*words, "--home", tmp_path / "home")
    assert (code, out) == (2, "")
    assert said in " ".join(err.split())
    assert "Traceback" not in err


def test_period_of_a_bulk_job_must_not_be_reversed(call: Call) -> None:
    days = ("--since", "2025-02-01", "--until", "2025-01-31")
    code, out, err = call("bulk", "extract", "a.warc", "--out", "b", *days)
    assert (code, out) == (2, "")
    assert "ends on 2025-01-31, before it begins on 2025-02-01" in " ".join(err.split())


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["crawl", "nosuch"], "không có trang 'nosuch'"),
        (["crawl", "baocantho.com"], "có phải cantho"),
        (["show", "99"], "không có bài '99'"),
        (["events", "--province", "Atlantis"], "không có tỉnh 'Atlantis'"),
        (["events", "--province", "Yên Bái"], "Yên Bái là tỉnh cũ"),
        (["story", "x"], "STORY: 'x' không phải là số nguyên Trợ giúp: "),
        (["evidence", "1"], "thiếu tùy chọn --output"),
        (["count", "x", "--by", "hour"], "'hour' không phải là một trong: day, week"),
        (["story", "99"], "không có câu chuyện 99"),
        (["publish-run", "99"], "không có lần chạy 99"),
        (["events", "--run", "99"], "không có lần chạy 99"),
        (["events", "--from", "2025-13"], "'2025-13' không phải ngày tháng; hãy viết 2025-03-31"),
    ],
    ids=lambda value: value[0],
)
def test_failed_lookups_are_described_in_vietnamese(
    call: Call, monkeypatch: pytest.MonkeyPatch, words: list[str], said: str, tmp_path: Path
) -> None:
    open_home(tmp_path / "home").database().close()
    monkeypatch.setenv("TINWATCH_LANGUAGE", "vi")
    code, out, err = call(*words, "--home", tmp_path / "home")
    assert (code, out) == (2, "")
    assert said in " ".join(err.split())


@pytest.mark.parametrize(
    ("file", "content", "words", "code", "said"),
    [
        ("settings.toml", "x = 1", ["runs"], 3, "không có thiết lập 'x'"),
        ("settings.toml", "night_at = 1", ["runs"], 3, "giờ trong ngày"),
        ("alerts.toml", "[[subscription]]\nto = 1", ["alert"], 3, "phải là danh sách chữ"),
        ("tinwatch.db", "no database" * 100, ["runs"], 3, "không mở được"),
        ("a.warc", "no WARC", ["nightly", "--replay", "{home}/a.warc"], 2, "không có phản hồi"),
    ],
    ids=["setting", "value", "subscription", "database", "WARC"],
)
def test_unusable_files_are_described_in_vietnamese(
    call: Call, monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
    file: str, content: str, words: list[str], code: int, said: str,
) -> None:  # fmt: skip
    home = tmp_path / "home"
    open_home(home).database().close()
    (home / file).write_text(content, "utf-8")
    monkeypatch.setenv("TINWATCH_LANGUAGE", "vi")
    found, out, err = call(*(word.format(home=home) for word in words), "--home", home)
    assert (found, out) == (code, "")
    assert said in " ".join(err.split())


@pytest.mark.parametrize(
    "content", [b"", b"just text\n", b"<html>not a warc</html>", b"\x1f\x8b\x08broken", b"\0" * 999]
)
@pytest.mark.parametrize("name", ["x.warc", "x.warc.gz"])
def test_replay_file_that_is_not_a_warc(
    call: Call, tmp_path: Path, content: bytes, name: str
) -> None:
    (tmp_path / name).write_bytes(content)
    code, out, err = call("crawl", "laocai", "--replay", name, "--home", tmp_path / "home")
    assert (code, out) == (2, "")
    assert name in err


READING = (["events"], ["report"], ["articles"], ["show", "1"], ["diff", "1"])


@pytest.mark.parametrize("words", READING, ids=lambda words: words[0])
def test_missing_home_is_an_error(call: Call, tmp_path: Path, words: list[str]) -> None:
    code, out, err = call(*words, "--home", tmp_path / "none")
    assert (code, out) == (3, "")
    assert "there is no database in" in err
    assert "crawl or import something first" in err
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(
    "words", [*READING, ["crawl", "laocai"], ["nightly"], ["demo"],
              ["import", "a.html", "--site", "laocai"]],
    ids=lambda words: words[0],
)  # fmt: skip
def test_unwritable_home_is_an_error(call: Call, tmp_path: Path, words: list[str]) -> None:
    (tmp_path / "file").write_text("x")
    code, out, err = call(*words, "--home", tmp_path / "file" / "home")
    assert (code, out) == (3, "")
    assert "error:" in err


@pytest.mark.parametrize("words", READING, ids=lambda words: words[0])
@pytest.mark.parametrize("kept", [0, 100, 8192])
def test_damaged_database_is_an_error(call: Call, fed: Path, words: list[str], kept: int) -> None:
    file = fed / "tinwatch.db"
    data = file.read_bytes()
    file.write_bytes(data[:kept] + b"\xab" * (len(data) - kept))
    code, _, err = call(*words, "--home", fed)
    assert code == 3
    assert "error:" in err
    assert "Traceback" not in err


def test_invalid_settings_name_file_and_setting(call: Call, fed: Path) -> None:
    (fed / "settings.toml").write_text("dealy = 1\n")
    code, _, err = call("events", "--home", fed)
    assert code == 3
    assert "settings.toml: 'dealy' is no setting" in " ".join(err.split())


MISSING = [
    (["show", "99"], "no article '99'"),
    (["show", "https://nowhere.vn/1"], "no article 'https://nowhere.vn/1'"),
    (["diff", "1", "7"], "no revision 7; the highest number is 2"),
    (["report", "--run", "99"], "no run 99"),
    (["events", "--kind", "gone"], "no event kind gone; use: new, edited"),
    (["events", "--site", "nosuch"], "no site 'nosuch'"),
    (["articles", "--site", "nosuch"], "no site 'nosuch'"),
]


@pytest.mark.parametrize(("words", "said"), MISSING, ids=[" ".join(c[0]) for c in MISSING])
def test_unknown_article_run_or_site_is_named(
    call: Call, fed: Path, words: list[str], said: str
) -> None:
    code, out, err = call(*words, "--home", fed)
    assert (code, out) == (2, "")
    assert said in " ".join(err.split())


def test_empty_database_has_no_batch(call: Call, tmp_path: Path) -> None:
    open_home(tmp_path / "home").database().close()
    assert call("report", "--home", tmp_path / "home")[0] == 2
    assert call("events", "--home", tmp_path / "home") == (0, "", "no events match\n")
    assert call("articles", "--json", "--home", tmp_path / "home") == (0, "", "")


@pytest.mark.parametrize(
    "error", [KeyError("x"), ValueError("x"), TypeError("x"), AttributeError("x"), IndexError("x")]
)
def test_error_of_our_own_is_logged_with_its_traceback(
    call: Call, fed: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def broken(*unused: object, **named: object) -> None:
        raise error

    monkeypatch.setattr("tinwatch.commands.pin.canaries.pinned", broken)
    code, out, err = call("pins", "--home", fed)
    assert (code, out) == (1, "")
    log = fed / "log" / "tinwatch.log"
    assert type(error).__name__ in err
    assert "Traceback" not in err
    assert str(log) in "".join(err.split("\n"))
    text = log.read_text("utf-8")
    assert "Traceback" in text
    assert "in broken" in text


def test_error_of_our_own_without_a_home_shows_its_traceback(
    call: Call, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("tinwatch.commands.sites.chosen_provinces", lambda *_: {}["x"])
    code, out, err = call("sites")
    assert (code, out) == (1, "")
    assert "Traceback" in err
    assert not (tmp_path / "data").exists()
