"""tinwatch.open: a home as data frames."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest

import tinwatch
from storage.db.connection import DatabaseError
from storage.home import HomeError
from tinwatch.notebook import frames

if TYPE_CHECKING:
    from tests.conftest import Watcher

Day = Callable[[float], datetime]
ROOT = Path(__file__).resolve().parents[3]
URL = "https://alpha.vn/bai-1.html"
BRIDGE = "Cây cầu gỗ bắc qua suối đã mục hai nhịp, xe máy phải vòng ba cây số mới sang được chợ."
YARD = "Chiều chủ nhật, trai làng lát lại gạch sân đình để kịp ngày hội đầu tháng."


@pytest.fixture
def watch(watcher: Watcher, day: Day) -> tinwatch.notebook.watch.Archive:
    watcher.batch(
        watcher.read(title="Mương mới"),
        watcher.read(key="2", title="Cầu gỗ", published="05/04/2025", lead=None, body=[BRIDGE]),
        watcher.read(key="3", title="Sân đình", published=None, lead=None, body=[YARD]),
    )
    watcher.batch(watcher.read(at=day(1), title="Mương đã thông"), at=day(1))
    watcher.batch(watcher.read(site="beta", at=day(2), title="Chép lại"), site="beta", at=day(2))
    return tinwatch.open(watcher.home.path)


def test_columns_have_documented_types(watch: tinwatch.notebook.watch.Archive) -> None:
    found = watch.articles(site="alpha")
    assert list(found.columns) == list(frames.ARTICLE)
    assert str(found["published"].dtype) == "datetime64[us, Asia/Ho_Chi_Minh]"
    assert str(found["first_seen"].dtype) == "datetime64[us, UTC]"
    assert str(found["id"].dtype) == str(found["story"].dtype) == "Int64"
    assert str(found["site"].dtype) == "category"
    timed, dated, undated = found["published"]
    assert timed == pd.Timestamp("2025-04-07T08:15+07:00")
    assert dated == pd.Timestamp("2025-04-05T00:00+07:00")
    assert pd.isna(undated)
    assert found["time_known"].tolist() == [True, False, pd.NA]
    assert found["authors"].tolist()[0] == ["Hà Thu"]
    assert found["text"][0].startswith("Hơn bốn mươi hộ dân")
    assert watch.text(1) == found["text"][0]


def test_types_do_not_depend_on_the_rows(watch: tinwatch.notebook.watch.Archive) -> None:
    some, none = watch.articles(), watch.articles("khôngcótừnày")
    assert none.empty
    for column, kind in frames.ARTICLE.items():
        if kind != "category":  # whose values are part of the type
            assert some[column].dtype == none[column].dtype, column


def test_article_filters(watch: tinwatch.notebook.watch.Archive) -> None:
    assert watch.articles("cau go", columns=["title"])["title"].tolist() == ["Cầu gỗ"]
    assert watch.articles('title:"muong moi"', columns=["title"])["title"].tolist() == [
        "Mương đã thông"
    ]
    assert len(watch.articles(former_province="Lào Cai")) == 4
    assert watch.articles(former_province="Cần Thơ").empty
    newest = int(watch.events()["id"].max())
    assert watch.articles(since_event=newest).empty
    assert watch.articles(since_event=newest - 1, columns=["site"])["site"].tolist() == ["beta"]


def test_day_falls_back_to_first_seen_and_says_so(watch: tinwatch.notebook.watch.Archive) -> None:
    found = watch.articles(site="alpha", columns=["day", "day_source"])
    assert str(found["day"].dtype) == "datetime64[us]"
    assert found["day"].dt.date.astype(str).tolist() == ["2025-04-07", "2025-04-05", "2025-04-08"]
    assert found["day_source"].tolist() == ["published", "published", "first_seen"]
    undated = watch.articles(first=date(2025, 4, 8), last=date(2025, 4, 8), columns=["title"])
    assert undated["title"].tolist() == ["Sân đình"]


def test_dates_times_and_lists_are_filters(watch: tinwatch.notebook.watch.Archive) -> None:
    for day_or_time in (
        "2025-04-07", date(2025, 4, 7), datetime(2025, 4, 7, 22),
        pd.Timestamp("2025-04-06T20:00Z"), pd.Timestamp("2025-04-07"),
    ):  # fmt: skip
        found = watch.articles(first=day_or_time, last=day_or_time, site="alpha")
        assert found["title"].tolist() == ["Mương đã thông"], day_or_time
    both = ["alpha", "beta"]
    for sites in (both, tuple(both), pd.Series(both), watch.articles()["site"].unique()):
        assert len(watch.articles(site=sites)) == len(watch.articles()) == 4
        assert len(watch.events(site=sites)) == len(watch.events())
        assert watch.search("chép lại", site=sites)["site"].tolist() == ["beta"]
    assert watch.search("chép lại", site="alpha").empty
    assert watch.search("chép lại", last=date(2025, 4, 1)).empty
    assert len(watch.articles(province=["Lào Cai", "Cần Thơ"])) == 4
    assert watch.articles(former_province=["Cần Thơ", "Hậu Giang"]).empty
    assert len(watch.events(kind=["new", "edited"])) == len(watch.events()) - len(
        watch.events(kind="reposted")
    )


def test_revisions_texts_and_differences(watch: tinwatch.notebook.watch.Archive) -> None:
    both = watch.revisions(URL, columns=["revision", "title"])
    assert both.values.tolist() == [[1, "Mương mới"], [2, "Mương đã thông"]]
    assert len(watch.revisions(site="alpha")) == 4
    changed = watch.diff(URL).query("op != 'same'")
    assert set(changed["field"]) == {"title"}
    assert changed["text"].tolist() == ["mới", "đã thông"]
    assert watch.diff(URL, 2, 2).empty
    assert watch.diff(2).empty
    assert watch.text(both.index[0] + 1, 1).startswith("Hơn bốn mươi")


def test_events_since_an_id_are_in_order(watch: tinwatch.notebook.watch.Archive) -> None:
    found = watch.events()
    assert found["kind"].tolist()[:4] == ["new", "new", "new", "edited"]
    assert found["class"].tolist()[3] == "title"
    assert found["detail"][3]["changed"] == ["title"]
    assert watch.events(int(found["id"][3]))["id"].tolist() == found["id"].tolist()[4:]
    assert watch.events(kind="edited")["article"].tolist() == [1]


def test_stories_name_the_first_publisher(watch: tinwatch.notebook.watch.Archive) -> None:
    (number,) = watch.stories()["story"]
    output = watch.story(number)
    assert output["site"].tolist() == ["alpha", "beta"]
    assert output["first"].tolist() == [True, False]
    assert output.attrs["why"]
    assert watch.stories(since="2030-01-01").empty


def test_search_returns_the_best_match_first(watch: tinwatch.notebook.watch.Archive) -> None:
    found = watch.search("chép lại")
    assert found["title"].tolist() == ["Chép lại"]
    assert isinstance(found["snippet"][0], str)
    assert watch.search("cau go", most=1)["article"].tolist() == [2]


def test_invalid_arguments_raise(watch: tinwatch.notebook.watch.Archive) -> None:
    with pytest.raises(KeyError, match="no article '99'"):
        watch.text(99)
    with pytest.raises(KeyError, match="no revision 7"):
        watch.text(1, 7)
    with pytest.raises(ValueError, match="no column 'titel'; there are: id, site"):
        watch.articles(columns=["titel"])
    with pytest.raises(KeyError, match="no site 'gamma' in this home; there are: alpha, beta"):
        watch.articles(site="gamma")
    with pytest.raises(ValueError, match="exclude each other"):
        watch.revisions(1, site="alpha")
    with pytest.raises(ValueError, match="parenthesis"):
        watch.articles("(cầu")


def test_connection_is_read_only(watch: tinwatch.notebook.watch.Archive) -> None:
    with watch, pytest.raises(sqlite3.OperationalError, match="readonly"):
        watch.db.execute("DELETE FROM runs")
    with pytest.raises(sqlite3.ProgrammingError):
        watch.events()


def test_unreadable_home_raises(tmp_path: Path) -> None:
    with pytest.raises(HomeError, match="there is no database in"):
        tinwatch.open(tmp_path)
    assert not list(tmp_path.iterdir())
    sqlite3.connect(tmp_path / "tinwatch.db").execute("CREATE TABLE t (a)")
    with pytest.raises(DatabaseError, match="older tinwatch"):
        tinwatch.open(tmp_path)
    (tmp_path / "tinwatch.db").write_bytes(b"no database" * 200)
    with pytest.raises(DatabaseError, match="cannot be read"):
        tinwatch.open(tmp_path)


def test_missing_pandas_names_the_extra(
    watch: tinwatch.notebook.watch.Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    assert watch.text(1)
    with pytest.raises(ImportError, match=r'pip install "tinwatch\[notebook\]"'):
        watch.articles()


def test_importing_tinwatch_loads_nothing_else() -> None:
    script = (
        "import tinwatch, sys; heavy = ('pandas', 'storage.db', 'lxml', 'tinwatch.'); "
        "print([name for name in sys.modules if name.startswith(heavy)])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},  # with pandas
    )  # fmt: skip
    assert done.stdout.strip() == "[]"


def test_opening_a_home_imports_nothing_of_the_command_line(demo_home: Path) -> None:
    script = (
        f"import tinwatch, sys; home = tinwatch.open({str(demo_home)!r}); "
        "home.diff(1); home.search('dang'); home.stories(); "
        "print([m for m in sys.modules if m.split('.')[0] in ('typer', 'rich', 'scrapy') "
        "or m.startswith('tinwatch.') and m not in ('tinwatch.notebook', "
        "'tinwatch.notebook.archive', 'tinwatch.notebook.frames')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},  # with pandas
    )  # fmt: skip
    assert done.stdout.strip() == "[]"
