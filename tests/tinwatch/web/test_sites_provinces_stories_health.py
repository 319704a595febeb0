"""Pages of sites, provinces, stories and health, over the demo and over hostile texts."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from bs4 import BeautifulSoup
from fastapi.testclient import TestClient

from storage.home import open_home
from storage.messages.labels import LABELS
from storage.provinces.lookup import former_provinces, present_provinces
from storage.run_stats import RunStats
from storage.runs.site_status import RunVolume
from storage.stories.listing import story_page
from storage.timezone import VIETNAM
from tinwatch.web.components.charts import calendar, volume_chart
from tinwatch.web.components.province_map import TILE_POSITIONS

if TYPE_CHECKING:
    from tests.conftest import Watcher

OTHER_SCRIPT = re.compile(r'<script(?! src="/static/)')
EVIL = '<script>alert(1)</script>"><img src=x onerror=alert(2)>\u202e=HYPERLINK("x")'


@pytest.fixture
def demo_page(demo_home: Path, client_of: Callable[..., TestClient]) -> TestClient:
    return client_of(open_home(demo_home))


def test_sites_page_lists_last_runs(demo_page: TestClient) -> None:
    text = demo_page.get("/sites?lang=en").text
    assert re.search(r"gialai</span></td>.*?Gia Lai.*?passed.*?>9<", text, re.S)
    assert 'href="/sites/sonla"' in text  # a site that was never read is told apart
    assert text.index("</table>") < text.index('href="/sites/sonla"')


def test_site_page_has_calendar_runs_and_articles(demo_page: TestClient) -> None:
    text = demo_page.get("/sites/gialai?lang=en").text
    assert "2025: 9 articles." in text
    assert "Tuổi trẻ Pleiku ra quân làm sạch suối Hội Phú" in text
    assert 'href="/feeds/site/gialai.atom"' in text
    assert "baogialai" in text
    assert "2025: 0 articles" not in text
    assert "2024: 0 articles" in demo_page.get("/sites/gialai?year=2024&lang=en").text
    day = demo_page.get("/sites/gialai?day=2025-03-10&lang=en").text
    assert day.count('class="title" href="/articles/66"') == 2  # of the day, and as an event


@pytest.mark.parametrize(("language", "words"), [
    ("en", ("Where the fields come from", "pages read with the present rules")),
    ("vi", ("Nguồn của từng trường", "trang được đọc theo các quy tắc hiện nay")),
])  # fmt: skip
def test_site_page_shows_which_sources_are_confirmed(
    demo_page: TestClient, language: str, words: tuple[str, ...]
) -> None:
    page = BeautifulSoup(demo_page.get(f"/sites/gialai?lang={language}").text, "lxml")
    assert all(each in page.get_text() for each in words)
    rows = page.select("h2#sources ~ div:first-of-type tbody tr, h2#sources ~ .scroll tbody tr")
    cells = [[cell.get_text() for cell in row.select("td")] for row in rows]
    title = next(c for c in cells if c[0] in ("Title", "Tiêu đề"))
    assert int(title[2]) >= 9
    assert title[3:] == ["0", "0"]


NUMBERED_PAGES = (
    "/?since=0", "/changes?from=2025-03", "/search?q=duong&view=chart&group=site&by=day",
    "/search?q=duong&view=chart&compare=ho+so", "/sites", "/sites/haugiang", "/provinces",
    "/provinces/can-tho", "/provinces/can-tho?former=hau-giang", "/stories", "/health",
)  # fmt: skip
# Numbers of cells, series of charts, tiles of the map, the sum of a calendar and sizes of stories.
NUMBERS = (
    "td.number, .row-of-bars .series b, svg.tiles text.small, figure > figcaption:-soup-contains("
    "'2025:'), .about:-soup-contains('2 articles')"
)
UNLISTED = {"Pending events"}  # the gate has not let them out


@pytest.mark.parametrize("path", NUMBERED_PAGES)
def test_every_number_is_a_link(demo_page: TestClient, path: str) -> None:
    page = BeautifulSoup(demo_page.get(path, params={"lang": "en"} | _query(path)).text, "lxml")
    shown = [
        each for each in page.select(NUMBERS)
        if re.search(r"[1-9]", each.get_text()) and each.get("data-label") not in UNLISTED
    ]  # fmt: skip
    assert shown or path == "/health"
    for each in shown:
        assert each.find("a") or each.find_parent("a"), each


def _query(path: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(path).query))


def test_totals_of_charts_and_calendars_are_those_of_their_lists(demo_page: TestClient) -> None:
    def page(path: str) -> BeautifulSoup:
        return BeautifulSoup(demo_page.get(path, params=_query(path)).text, "lxml")

    totals = page("/changes?from=2025-03&lang=en").select(".series a")
    assert len(totals) == 5
    for total in totals:
        found = page(f"{total['href']}&lang=en").select_one(".tile b")
        assert found is not None
        assert found.get_text() == total.get_text()
    for path, articles in (
        ("/sites/haugiang", 9), ("/provinces/can-tho", 18), ("/provinces/can-tho?former=can-tho", 9)
    ):  # fmt: skip
        summed = page(path).select_one("figcaption a")
        assert summed is not None
        assert f"2025: {articles}" in summed.get_text()
        assert page(f"{summed['href']}&lang=en").find("h2", string=f"{articles} articles")
    tile = page("/provinces").find("title", string="Cần Thơ: 18")
    assert tile is not None
    target = tile.find_parent("a")
    assert target is not None
    assert page(f"{target['href']}&lang=en").find("h2", string="18 articles")


def test_regions_are_named_in_the_language_of_the_page(demo_page: TestClient) -> None:
    assert "Mekong Delta" in demo_page.get("/provinces/can-tho?lang=en").text
    assert "Đồng bằng sông Cửu Long" in demo_page.get("/provinces/can-tho?lang=vi").text
    named = {one.region for one in (*present_provinces(), *former_provinces())}
    assert named == set(LABELS["region"])


def test_feed_of_a_site_that_was_never_crawled_is_empty(demo_page: TestClient) -> None:
    assert demo_page.get("/feeds/site/sonla.atom").text.count("<entry>") == 0
    assert demo_page.get("/feeds/site/sonla.atom").status_code == 200
    assert demo_page.get("/feeds/site/nowhere.atom").status_code == 404


def test_numbers_lead_to_their_lists(demo_page: TestClient) -> None:
    site = demo_page.get("/sites/haugiang?lang=en").text
    address = "/changes?site=haugiang&amp;kind=edited&amp;from=2025-03&amp;to=2025-03"
    assert f'href="{address}">1<' in site
    assert demo_page.get(unescape(address)).text.count('<li class="event ') == 1
    assert "day=2025-03-07#articles" in site
    run = re.search(r'href="(/changes\?run=\d+)"', site)[1]  # type: ignore[index]
    assert demo_page.get(run).status_code == 200
    former = demo_page.get("/provinces/can-tho?former=hau-giang").text
    assert "/changes?former_province=hau-giang&amp;kind=edited" in former
    assert 'href="/search?q=site:haugiang&amp;order=newest">9<' in former


def test_pending_events_lead_to_their_list(
    watcher: Watcher, client_of: Callable[..., TestClient]
) -> None:
    recorder = watcher.begin("haugiang")  # a run that the health gate has not evaluated
    recorder.record(watcher.read(site="haugiang", title="Tin đầu"))
    recorder.finish(RunStats(), listings_complete=True)
    client = client_of(watcher.home)
    for page in ("/health", "/sites/haugiang"):
        assert 'href="/pending?site=haugiang">1</a>' in client.get(page).text
    listed = client.get("/pending?site=haugiang&lang=en").text
    assert listed.count('<li class="event kind-new">') == 1
    assert "Tin đầu" in listed
    assert client.get("/pending?site=nowhere").status_code == 400
    assert "No events are pending." in client.get("/pending?lang=en&after=1").text


def test_front_page_filters_by_province(demo_page: TestClient) -> None:
    whole = demo_page.get("/?since=0&lang=en").text
    assert 'href="/?since=0&amp;province=can-tho' in whole.replace("&amp;lang=en", "")
    one = demo_page.get("/?since=0&province=can-tho&lang=en").text
    assert "Báo Hậu Giang" in one
    assert "Tuổi trẻ Pleiku" in whole
    assert "Tuổi trẻ Pleiku" not in one
    assert "/changes?kind=edited&amp;from=2025-03-10&amp;to=2025-03-13&amp;province=can-tho" in one
    assert demo_page.get("/?province=atlantis").status_code == 400


def test_pages_have_no_inline_style_or_script(demo_page: TestClient) -> None:
    for path in ("/sites", "/sites/gialai", "/provinces", "/provinces/lao-cai", "/stories",
                 "/stories/1", "/health", "/search?q=duong"):  # fmt: skip
        for language in ("vi", "en"):
            answer = demo_page.get(path, params={"lang": language} if "?" not in path else None)
            assert answer.status_code == 200, path
            assert "style=" not in answer.text, path
            assert not OTHER_SCRIPT.search(answer.text), path


def test_province_page_with_former_provinces(demo_page: TestClient) -> None:
    whole = demo_page.get("/provinces/lao-cai?lang=en").text
    assert "Báo Lào Cai" in whole
    assert "Yên Bái" in whole
    former = demo_page.get("/provinces/lao-cai?former=yen-bai&lang=en").text
    assert "Báo Lào Cai" not in former
    assert "2025: 8 articles" in former
    assert demo_page.get("/provinces/lao-cai?former=gia-lai").status_code == 404
    assert "/sites/" not in demo_page.get("/provinces/hue").text
    assert demo_page.get("/provinces").text.count('href="/provinces/lao-cai?former=') == 2


def test_story_page_names_the_first_publisher(demo_page: TestClient) -> None:
    text = demo_page.get("/stories/1?lang=en").text
    assert re.search(r"First published by: <strong><bdi>[^<]+</bdi></strong>: \w", text)
    assert text.count('class="level-4"') == 1
    assert text.count('class="level-1"') == 1
    assert 'href="/stories/1"' in demo_page.get("/stories").text
    assert 'href="/stories/1"' not in demo_page.get("/stories?min_sites=3").text
    assert 'href="/stories/1"' not in demo_page.get("/stories?province=ca-mau").text
    (stored,) = demo_page.get("/api/stories").json()["stories"]
    first, last = stored["since"][:10], stored["until"][:10]
    for chosen in ("site=haugiang", "former_province=hau-giang", "text=heo+đất", f"from={first}",
                   f"to={last}", "min_sites=", "site=haugiang&site=gialai"):  # fmt: skip
        assert 'href="/stories/1"' in demo_page.get(f"/stories?{chosen}").text, chosen
        assert demo_page.get(f"/api/stories?{chosen}").json()["stories"] == [stored], chosen
    for other in ("site=gialai", "former_province=gia-lai", "text=tàu+biển", "from=2025-04",
                  "to=2025-02", "site=haugiang&text=tàu+biển"):  # fmt: skip
        assert 'href="/stories/1"' not in demo_page.get(f"/stories?{other}").text, other
        assert demo_page.get(f"/api/stories?{other}").json()["stories"] == [], other


@pytest.mark.parametrize(
    "path", ["/sites/khong", "/provinces/khong", "/stories/99", "/feeds/site/khong.atom"]
)
def test_unknown_id_answers_404(demo_page: TestClient, path: str) -> None:
    assert demo_page.get(path).status_code == 404


@pytest.mark.parametrize(
    "path",
    ["/sites/gialai?year=3", "/sites/gialai?day=x", "/stories?province=khong", "/stories?before=x"],
)
def test_invalid_parameter_answers_400(demo_page: TestClient, path: str) -> None:
    answer = demo_page.get(path)
    assert answer.status_code == 400


@pytest.mark.parametrize(("language", "kind"), [("en", "removed"), ("vi", "Đã gỡ")])
def test_feed_names_the_article_and_the_publisher_of_a_takedown(
    demo_page: TestClient, language: str, kind: str
) -> None:
    feed = BeautifulSoup(demo_page.get(f"/feeds/all.atom?kind=removed&lang={language}").text, "xml")
    titles = [entry.title.get_text() for entry in feed.select("entry")]
    publisher, title = "Cổng thông tin điện tử tỉnh Bắc Kạn", "Bạch Thông đưa dịch vụ công"
    assert any(each.startswith(f"{kind} · {publisher} · {title}") for each in titles)


def test_pages_of_an_empty_home_say_that_nothing_was_crawled(client: TestClient) -> None:
    for path in ("/health", "/sites"):
        text = client.get(f"{path}?lang=en").text
        assert "No site has been crawled or imported yet." in text, path
        assert 'class="good"' not in text, path
        assert "<thead>" not in text, path
    for path in ("/changes", "/sites/gialai"):
        assert "No events yet." in client.get(f"{path}?lang=en").text, path


def test_calendar_turns_to_years_with_articles_and_the_present_one(
    watcher: Any, client: TestClient
) -> None:
    watcher.batch(watcher.read(site="laocai", published="07/04/2023"), site="laocai")

    def years(year: int) -> list[str]:
        page = BeautifulSoup(client.get(f"/sites/laocai?year={year}&lang=en").text, "lxml")
        return [link["rel"][0] for link in page.select('nav[aria-label="Years"] a')]

    assert years(2024) == ["prev", "next"]
    assert years(2023) == ["next"]
    assert years(datetime.now(VIETNAM).year) == ["prev"]


def test_number_of_runs_has_a_singular(watcher: Any, client: TestClient) -> None:
    watcher.batch(watcher.read())
    assert "1 run; at most 1 new articles in one." in client.get("/sites/alpha?lang=en").text


def test_health_page_lists_problems_first(watcher: Any, client: TestClient, day: Any) -> None:
    watcher.batch(watcher.read())
    assert 'class="good"' in client.get("/health").text
    watcher.batch(watcher.read(site="beta", key="9"), site="beta")
    watcher.batch(at=day(1), site="beta", stats={"read": 0, "responses": 0, "requests": 9})
    text = client.get("/health?lang=en").text
    assert '<span class="bad">1 ' in text
    assert text.index("/sites/beta") < text.index("/sites/alpha")


def test_health_page_lists_findings(watcher: Any, client: TestClient, day: Any) -> None:
    watcher.batch(watcher.read(site="alpha"))
    for number in range(6):
        seen = watcher.read(site="beta", key=str(number), at=day(number))
        watcher.batch(seen, site="beta", at=day(number))
    for number in range(6, 12):
        watcher.batch(site="beta", at=day(number))
    text = client.get("/health?lang=en").text
    assert '<span class="bad">1 ' in text
    assert 'class="good"' not in text
    (row,) = re.findall(r'/sites/beta">beta</a></td><td class="bad">(.*)</tr>', text)
    assert "tinwatch" in row
    assert text.rindex("/sites/beta") < text.rindex("/sites/alpha")
    (found,) = [f for f in client.get("/api/health").json()["findings"] if f["level"] == "error"]
    assert (found["site"], found["sign"]) == ("beta", "silent")


def test_hostile_finding_is_escaped(watcher: Any, client: TestClient) -> None:
    watcher.batch(watcher.read(), stats={"redirected_to": {"<script>alert(1)</script>": 9}})
    text = client.get("/health").text
    assert "&lt;script&gt;" in text
    assert not OTHER_SCRIPT.search(text)


def test_reasons_are_in_the_language_of_the_page(
    watcher: Any, client: TestClient, day: Any
) -> None:
    watcher.batch(watcher.read(site="alpha", key="1"), site="alpha")
    watcher.batch(site="alpha", at=day(1), stats={"read": 0, "responses": 0})
    for path in ("/health", "/sites/alpha"):
        for lang, other in (("vi", "en"), ("en", "vi")):
            text = client.get(f"{path}?lang={lang}").text
            assert f'<bdi lang="{lang}">' in text
            assert f'<bdi lang="{other}">' not in text


def test_hostile_text_is_escaped(watcher: Any, client: TestClient) -> None:
    watcher.batch(watcher.read(title=EVIL, lead=EVIL))
    watcher.batch(watcher.read(site="beta", title=EVIL, lead=EVIL), site="beta")
    for path in ("/stories", "/stories/1"):
        text = client.get(path).text
        assert "&lt;script&gt;" in text or "script" not in text, path
        assert not OTHER_SCRIPT.search(text), path
        assert "<img" not in text, path
        assert "\u202e" not in text, path


def test_site_without_runs_has_pages(watcher: Any, client: TestClient) -> None:
    watcher.add_site("alpha", EVIL)
    for path in ("/sites", "/sites/alpha", "/health", "/provinces/lao-cai"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert "<img" not in answer.text


def test_every_province_has_its_own_tile() -> None:
    assert set(TILE_POSITIONS) == {province.slug for province in present_provinces()}
    assert len(set(TILE_POSITIONS.values())) == 34
    assert TILE_POSITIONS["ca-mau"][1] > TILE_POSITIONS["hue"][1] > TILE_POSITIONS["ha-noi"][1]


def test_calendar_of_a_leap_year() -> None:
    made = calendar(2024, {"2024-02-29": 8, "2024-12-31": 1, "2023-01-01": 99})
    assert len(made.cells) == 366
    assert made.total == 9
    assert made.busiest is not None
    assert (made.busiest.day, made.busiest.shade) == ("2024-02-29", 1)
    assert date.fromisoformat(made.cells[0].day).weekday() == 0
    assert calendar(2023, {}).busiest is None


def test_bar_heights_are_proportional() -> None:
    made = volume_chart([RunVolume(1, "2025-03-10T18:30:00Z", 4, "passed"),
                         RunVolume(2, "2025-03-11T18:30:00Z", 2, None)])  # fmt: skip
    high, low = made.bars
    assert (high.height, low.height) == (120, 60)
    assert high.y + high.height == low.y + low.height == made.height
    assert volume_chart([]).bars == ()


def test_story_list_is_paged(watcher: Any) -> None:
    texts = [(f"Cau chuyen so {n} " + " ".join(f"tu{n}x{i}" for i in range(60)),) for n in range(3)]
    for number, body in enumerate(texts):
        for site in ("alpha", "beta"):
            watcher.batch(
                watcher.read(site=site, key=f"{number}", title=f"Bài {number}", body=body),
                site=site,
            )
    first = story_page(watcher.db, limit=2)
    assert [line.articles for line in first.lines] == [2, 2]
    rest = story_page(watcher.db, before=first.before, limit=2)
    assert len(rest.lines) == 1
    found = [line.story for line in (*first.lines, *rest.lines)]
    assert sorted(found) == sorted(set(found))
    assert rest.before is None


@pytest.mark.parametrize(
    ("language", "note"),
    [("vi", '<bdi lang="vi">sáp nhập vào Báo Gia Lai từ ngày 1/7/2025</bdi>'),
     ("en", '<bdi lang="en">merged into Báo Gia Lai on 1 July 2025</bdi>')],
)  # fmt: skip
def test_archive_note_is_in_the_language_of_the_page(
    watcher: Any, client: TestClient, language: str, note: str
) -> None:
    watcher.add_site("binhdinh")
    assert note in client.get(f"/sites/binhdinh?lang={language}").text
