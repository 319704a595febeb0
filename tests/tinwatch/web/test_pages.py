"""What the pages say: new, an article, its changes, takedowns, the review queue."""

from __future__ import annotations

import html
import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from pipelines.items import ArticleRead, PastMiss
from schedules.publishing.rebuild import rebuild
from storage.checks.failed_checks import CheckOutcome
from storage.events import paging
from storage.events.reviews import article_reviews
from storage.home import open_home
from storage.messages.event_lines import event_line
from storage.messages.reasons_crawl import http_status
from tinwatch.web import auth as login_page
from tinwatch.web.components.parameters import query_parameters
from tinwatch.web.pages import article as article_page
from tinwatch.web.pages import diff as diff_page
from tinwatch.web.pages import stories as stories_page

MARKET = ("Bà con các xã vùng cao gùi mận, mật ong và vải lanh xuống chợ từ lúc trời mờ sương.",)
SCHOOL = ("Hơn hai trăm học trò bán trú có bếp ăn mới, tường gạch, mái tôn và bể nước lọc.",)


@pytest.fixture
def published(watcher: Any, day: Any, text: Any) -> Any:
    """Article 1 was edited; article 2 was taken down; article 3 is suspected."""
    watcher.batch(
        watcher.read(),
        watcher.read(key="2", title="Chợ phiên Bắc Hà họp lại", body=MARKET),
        watcher.read(key="3", title="Trường bán trú có bếp mới", body=SCHOOL),
    )
    changed = (text[0], text[1].replace("600", "900"), *text[2:])
    watcher.batch(watcher.read(at=day(1), body=changed), at=day(1))
    for number in (2, 4, 6):
        watcher.batch(watcher.missed("2", at=day(number)), at=day(number), stats={"read": 9})
    watcher.batch(watcher.missed("3", at=day(7)), at=day(7), stats={"read": 9})
    assert watcher.kinds() == ["new", "new", "new", "edited", "removed"]
    assert watcher.status("3") == "suspect"
    return watcher


def test_first_visit_shows_the_newest_batch(published: Any, client: TestClient) -> None:
    answer = client.get("/?lang=en")
    assert re.search(r'<option value="[^"]+" selected', answer.text)
    assert 'class="event ' not in answer.text


def test_front_page_shows_events_since_the_last_visit(
    published: Any, client: TestClient, same_origin: dict[str, str]
) -> None:
    answer = client.get("/?since=3&lang=en")
    assert "Chợ phiên Bắc Hà họp lại" in answer.text
    assert "Trường bán trú" not in answer.text
    assert answer.text.index('id="kind-removed"') < answer.text.index('id="kind-edited"')
    assert "<del>600</del> <ins>900</ins>" in answer.text
    (newest,) = re.findall(r'name="event" value="(\d+)"', answer.text)
    assert client.post("/seen", data={"event": newest}, headers=same_origin).status_code == 303
    assert 'class="event ' not in client.get("/").text
    assert 'id="kind-new"' in client.get("/?since=0").text


@pytest.mark.parametrize("counted", [paging.MAX_COUNTED_WINDOW_IDS, -1])
def test_front_page_lists_no_events_of_the_past(
    published: Any, client: TestClient, day: Any, counted: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "MAX_COUNTED_WINDOW_IDS", counted)
    before = re.findall("<h2[^>]*>.*?</h2>", client.get("/?since=0&lang=en").text)
    old = day(-3000)
    read = published.read(key="9", title="Lễ hội Lồng tồng ngày xưa", at=old)
    published.batch(ArticleRead(read.page, None, old), at=None, kind="import", stats={"read": 1})
    assert published.events()[-1].detail["historical"]
    front = client.get("/?since=0&lang=en").text
    assert re.findall("<h2[^>]*>.*?</h2>", front) == before
    assert "Lễ hội Lồng tồng" not in front
    changes = client.get("/changes?lang=en").text
    assert "Lễ hội Lồng tồng" in changes
    assert changes.count('<span class="badge dim">historical</span>') == 1


def test_what_the_past_shows_waits_for_nobody(published: Any, client: TestClient, day: Any) -> None:
    """Edits and missing articles of the past are counted and listed only if they are asked for."""
    tile = re.compile(r'<a class="tile[^"]*" href="([^"]*)"><b>(\d+)</b>')
    queue = re.compile(r'name="event" value="(\d+)"')
    before = tile.findall(client.get("/").text)
    waiting = queue.findall(client.get("/review").text)
    for number, title in enumerate(("Lồng tồng ngày xưa", "Lồng tồng thuở trước")):
        old = day(-3000 + number)
        read = published.read(key="9", title=title, body=[f"{title} ở bản Ngòi."], at=old)
        published.batch(
            ArticleRead(read.page, None, old), at=None, kind="import", stats={"read": 1}
        )
    missed = PastMiss("9", CheckOutcome.NOT_FOUND, http_status(404), None, day(-2990))
    published.batch(missed, at=None, kind="import", stats={"read": 1})
    kinds = {event.kind for event in published.events() if event.detail.get("historical")}
    assert kinds == {"new", "edited"}
    tiles = tile.findall(client.get("/").text)
    assert tiles == before
    lists = {html.unescape(link).partition("?")[0]: html.unescape(link) for link, _ in tiles}
    assert "Lồng tồng" not in client.get(lists["/takedowns"]).text
    assert "Lồng tồng" in client.get("/takedowns?show=suspect").text
    assert queue.findall(client.get("/review").text) == waiting
    assert "1 event of the past is not shown" in client.get("/review?lang=en").text
    assert len(queue.findall(client.get("/review?past=1").text)) == len(waiting) + 1


def test_front_page_filters(published: Any, client: TestClient) -> None:
    night = published.db.execute("SELECT batch FROM runs ORDER BY id LIMIT 1").fetchone()[0]
    assert client.get("/", params={"night": night}).text.count('class="event ') == 3
    assert client.get("/", params={"night": night, "site": "beta"}).text.count('class="event ') == 0
    only = client.get("/?since=0&kind=new").text
    assert only.count('class="event ') == 3
    assert 'id="kind-edited"' not in only


@pytest.mark.parametrize(
    "path",
    ["/?since=x", "/?since=99999999999999999999", "/?kind=gone", "/?page=0", "/articles/abc",
     "/articles/99999999999999999999", "/review?mark=x", "/takedowns?show=x",
     "/articles/1/diff?view=x"],
)  # fmt: skip
def test_invalid_parameter_answers_400(published: Any, client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "path",
    ["/articles/99", "/articles/1?revision=9", "/articles/2/diff", "/articles/1/diff?from=9",
     "/captures/99", "/?night=x", "/articles/99/evidence", "/articles/99/evidence.zip"],
)  # fmt: skip
def test_unknown_id_answers_404(published: Any, client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_article_page_and_an_older_revision(published: Any, client: TestClient) -> None:
    newest = client.get("/articles/1?lang=en").text
    assert "900 mét" in newest
    assert "revision 2" in newest
    assert "<bdi>Suối Vàng nạo vét mương trước vụ mới</bdi>" in newest
    older = client.get("/articles/1?revision=1").text
    assert "600 mét" in older
    assert '<p class="banner warn">' in older


def test_diff_page_in_both_views(published: Any, client: TestClient) -> None:
    sides = client.get("/articles/1/diff").text
    inline = client.get("/articles/1/diff?from=1&to=2&view=inline").text
    for text in (sides, inline):
        assert "<del>600</del>" in text
        assert "<ins>900</ins>" in text
    assert sides.count('class="pair') > 1
    assert 'class="pair' not in inline
    assert "<ins>600</ins>" in client.get("/articles/1/diff?from=2&to=1").text


def test_takedowns_suspects_and_restored_articles(
    published: Any, client: TestClient, day: Any
) -> None:
    assert "Chợ phiên Bắc Hà" in client.get("/takedowns").text
    assert "Trường bán trú" in client.get("/takedowns?show=suspect").text
    assert client.get("/takedowns?show=suspect&site=beta").status_code == 400
    title = "Chợ phiên Bắc Hà họp lại"
    published.batch(published.read(at=day(8), key="2", title=title, body=MARKET), at=day(8))
    assert "Chợ phiên Bắc Hà" in client.get("/takedowns?show=restored").text
    assert "hiện nay: đang đăng" in client.get("/takedowns").text


def test_review_is_stored_and_listed(
    published: Any, client: TestClient, same_origin: dict[str, str], tmp_path: Path
) -> None:
    queue = client.get("/review").text
    assert queue.index("Chợ phiên") < queue.index("Suối Vàng")
    form = {"event": 4, "mark": "important", "note": "Số mét đổi", "name": "Thu Hà",
            "back": "/articles/1"}  # fmt: skip
    answer = client.post("/review", data=form, headers=same_origin)
    assert (answer.status_code, answer.headers["location"]) == (303, "/articles/1")
    assert "Suối Vàng" not in client.get("/review").text
    for path in ("/articles/1", "/review?mark=important", "/?since=0", "/articles/1/diff"):
        page = client.get(path).text
        assert "Số mét đổi" in page, path
        assert "mark-important" in page, path
    assert 'value="Thu Hà"' in client.get("/articles/1").text


@pytest.mark.parametrize(
    ("changed", "status"),
    [({"event": "99"}, 404), ({"event": "1"}, 400), ({"mark": "x"}, 400), ({"name": " "}, 400),
     ({"name": "x" * 81}, 400), ({"note": "x" * 2001}, 400), ({"event": "9" * 30}, 400)],
)  # fmt: skip
def test_invalid_review_answers_400(
    published: Any,
    client: TestClient,
    same_origin: dict[str, str],
    changed: dict[str, str],
    status: int,
) -> None:
    form = {"event": "4", "mark": "noise", "name": "Lan"} | changed
    assert client.post("/review", data=form, headers=same_origin).status_code == status
    assert not published.db["reviews"].count


def test_review_does_not_redirect_to_other_hosts(
    published: Any, client: TestClient, same_origin: dict[str, str]
) -> None:
    form = {"event": 4, "mark": "noise", "name": "Lan", "back": "//tap-chi.example/"}
    assert client.post("/review", data=form, headers=same_origin).headers["location"] == "/"


def test_page_connection_is_read_only(published: Any, client: TestClient) -> None:
    before = published.db.execute("PRAGMA data_version").fetchone()
    for path in ("/", "/articles/1", "/articles/1/diff", "/takedowns", "/review"):
        assert client.get(path).status_code == 200
    assert published.db.execute("PRAGMA data_version").fetchone() == before


def test_pages_of_the_demo_home(played_home: Path, client_of: Any, same_origin: Any) -> None:
    """Captures, evidence and a rebuilt database, over what the demo's four nights left."""
    client = client_of(open_home(played_home))
    source = client.get("/captures/1")
    assert "&lt;html" in source.text.lower()
    assert source.headers["content-type"].startswith("text/html")
    saved = client.get("/captures/1/body")
    assert saved.headers["content-type"] == "application/octet-stream"
    assert "attachment" in saved.headers["content-disposition"]
    assert "captures.warc.gz" in client.get("/articles/6/evidence").text
    vietnamese = client.get("/articles/7/evidence?lang=vi").text
    assert ">trả lời 404<" in vietnamese
    assert "answered 404" not in vietnamese
    first, second = (client.get("/articles/6/evidence.zip").content for _ in range(2))
    assert first == second
    names = {Path(name).name for name in zipfile.ZipFile(io.BytesIO(first)).namelist()}
    assert {"index.html", "captures.warc.gz", "sha256sums.txt"} <= names
    assert client.get("/?since=0&kind=new&page=2").text.count('class="event ') > 5


def test_reviews_survive_a_rebuild(
    played_home: Path, client_of: Any, same_origin: Any, tmp_path: Path
) -> None:
    home = open_home(played_home)
    db = home.database()
    event, article = db.execute(
        "SELECT id, article FROM events WHERE kind = 'removed' ORDER BY id LIMIT 1"
    ).fetchone()
    form = {"event": event, "mark": "important", "note": "Hỏi lại toà soạn", "name": "Thu Hà"}
    client_of(home).post("/review", data=form, headers=same_origin)
    (tmp_path / "new").mkdir()
    made = rebuild(home, tmp_path / "new")
    assert not made.problems
    again = open_home(tmp_path / "new").database()
    assert article_reviews(again, article) == article_reviews(db, article)
    assert [each.note for each in article_reviews(again, article)] == ["Hỏi lại toà soạn"]


def test_article_page_is_read_by_citation_managers(
    published: Any, client: TestClient, parsed: Any
) -> None:
    text = client.get("/articles/1").text
    tags = {
        found["name"]: found["content"]
        for tag, found in parsed(text).tags
        if tag == "meta" and "content" in found and "name" in found
    }
    assert tags["z:itemType"] == "newspaperArticle"
    assert "citation_journal_title" not in tags  # it outweighs z:itemType in Zotero
    assert tags["citation_title"] == "Suối Vàng nạo vét mương trước vụ mới"
    data = json.loads(text.split('<script type="application/ld+json">')[1].split("</script>")[0])
    assert data["headline"] == tags["citation_title"]
    assert data["version"] == 2
    for name, mark in (("ris", "TY  - "), ("bibtex", "@"), ("csl-json", '"title"')):
        old = client.get(f"/articles/1/cite/{name}?revision=1")
        assert mark in old.text
        assert "attachment" in old.headers["content-disposition"]
    assert client.get("/articles/1/cite/word").status_code == 400
    assert client.get("/articles/1/cite/ris?revision=9").status_code == 404


def test_zotero_gets_the_record_of_the_shown_revision_by_unapi(
    published: Any, client: TestClient, parsed: Any
) -> None:
    tags = parsed(client.get("/articles/1?revision=1").text).tags
    (server,) = [found["href"] for _, found in tags if found.get("rel") == "unapi-server"]
    (cited,) = [found["title"] for _, found in tags if found.get("class") == "unapi-id"]
    assert 'name="ris"' in client.get(server).text
    assert client.get(f"{server}?id={cited}").status_code == 300
    record = client.get(f"{server}?id={cited}&format=ris").text
    assert record == client.get("/articles/1/cite/ris?revision=1").text
    assert client.get(f"{server}?id=1-9&format=ris").status_code == 404
    assert client.get(f"{server}?id=x&format=ris").status_code == 400


PATHS = (
    "/", "/articles/1", "/articles/1/diff", "/articles/1/evidence", "/captures/1", "/changes",
    "/takedowns", "/review", "/pending", "/sites", "/sites/alpha", "/provinces",
    "/provinces/lao-cai", "/stories", "/health", "/search", "/login", "/feeds/all.atom",
    "/feeds/site/alpha.atom", "/searches/x.atom", "/api/articles", "/api/events", "/api/stories",
    "/api/sites",
)  # fmt: skip


def test_unknown_parameter_is_refused_by_name(published: Any, client: TestClient) -> None:
    for path in PATHS:
        answer = client.get(f"{path}?provnce=x&lang=en")
        assert answer.status_code == 400, path
        assert "Unknown parameter: provnce" in answer.text, path
    assert client.get("/articles/1?article=2").status_code == 400


def test_second_value_of_a_parameter_is_refused_unless_it_can_be_repeated(
    published: Any, client: TestClient
) -> None:
    for path in ("/changes?from=2025-03&from=2025-04", "/search?q=a&q=b", "/?site=a&site=b",
                 "/api/count?q=a&q=b", "/changes?lang=en&lang=vi"):  # fmt: skip
        answer = client.get(f"{path}&lang=en")
        assert answer.status_code == 400, path
        assert "can be given only once" in answer.text, path
    for path in ("/changes?kind=new&kind=edited", "/changes?run=&run=1", "/search?q=a&q=a"):
        assert client.get(path).status_code == 200, path


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("/stories?min_sites=x", "min_sites không hợp lệ: không phải số nguyên"),
        ("/stories?min_sites=900", "min_sites không hợp lệ: lớn hơn 100"),
        ("/sites/alpha?day=x", "day không hợp lệ: không phải ngày, ví dụ 2025-03-31"),
        ("/changes?min_priority=-1", "min_priority không hợp lệ: nhỏ hơn 0"),
        ("/api/search", "q không hợp lệ: còn thiếu"),
        ("/api/search?q=", "q không hợp lệ: để trống"),
    ],
)
def test_impossible_value_is_refused_in_the_language_of_the_request(
    published: Any, client: TestClient, path: str, why: str
) -> None:
    answer = client.get(path, headers={"accept-language": "vi"})
    assert answer.status_code == 400
    assert why in answer.text


def test_every_page_knows_its_own_parameters() -> None:
    assert query_parameters(article_page.article).keys() == {"article", "revision"}
    assert query_parameters(diff_page.diff).keys() == {"article", "from", "to", "view"}
    stories = query_parameters(stories_page.stories)
    assert {"from", "class", "min_sites"} - stories.keys() == {"class"}
    assert (stories["site"], stories["province"], stories["from"]) == (True, True, False)
    assert query_parameters(login_page.check_token) == {}


def test_line_of_an_edit_counts_in_singular_and_plural() -> None:
    detail = {"changed": ["body"], "facts": {}, "syllables_added": 1, "syllables_removed": 2}
    line = event_line("edited", detail, "", "en").text
    assert line.endswith("1 syllable added, 2 syllables removed")
    none = detail | {"syllables_added": 0, "syllables_removed": 0}
    assert "syllable" not in event_line("edited", none, "", "en").text


def test_unknown_site_of_the_front_page_is_refused(published: Any, client: TestClient) -> None:
    assert client.get("/?site=alpha").status_code == 200
    assert client.get("/?site=nowhere").status_code == 400


def test_changes_of_an_article_are_walked_one_by_one(
    published: Any, client: TestClient, day: Any, text: Any
) -> None:
    third = (text[0].replace("600", "1.200"), *text[1:])
    published.batch(published.read(at=day(8), body=third), at=day(8))
    first = client.get("/articles/1/diff?from=1&to=2&view=inline&lang=en").text
    assert 'rel="prev"' not in first
    assert re.search(r'href="[^"]*view=inline[^"]*from=2&amp;to=3"[^>]*rel="next"', first)
    last = client.get("/articles/1/diff?lang=en").text
    assert 'rel="next"' not in last
    assert "alpha" in last
    assert last.count("no capture was kept") in (0, 2)


def test_inbox_marks_one_several_and_undoes(
    published: Any, client: TestClient, same_origin: dict[str, str]
) -> None:
    def counts() -> list[str]:
        return re.findall(r'class="count">(\d+)', client.get("/review").text)

    assert counts() == ["2", "0", "0", "0"]
    back = "/review?min_priority=0.1"
    form = {"one": "noise:4", "name": "Thu Hà", "back": back}
    answer = client.post("/review/marks", data=form, headers=same_origin)
    assert answer.headers["location"] == f"{back}&undo=4"
    assert counts() == ["1", "0", "1", "0"]
    page = client.get(answer.headers["location"] + "&lang=en").text
    assert "1 event was marked." in page
    assert 'value="Thu Hà"' in page
    assert "undo=4" not in page.split("<main")[1].split("</main>")[0]
    undo = {"event": ["4"], "mark": "withdrawn", "name": "Thu Hà", "back": back}
    assert client.post("/review/marks", data=undo, headers=same_origin).headers["location"] == back
    assert counts() == ["2", "0", "0", "0"]
    bulk = {"event": ["4", "5"], "mark": "checked", "name": "Lan"}
    client.post("/review/marks", data=bulk, headers=same_origin)
    assert counts() == ["0", "0", "0", "2"]


@pytest.mark.parametrize(
    ("form", "status"),
    [({"one": "noise:99"}, 404), ({"one": "noise:1"}, 400), ({"one": "gone:4"}, 400),
     ({"one": "noise:4", "name": ""}, 400), ({"event": "0", "mark": "noise"}, 400),
     ({"event": "4", "mark": "x"}, 400), ({"event": "4"}, 303), ({"mark": "noise"}, 303)],
)  # fmt: skip
def test_invalid_marks_of_the_inbox(
    published: Any,
    client: TestClient,
    same_origin: dict[str, str],
    form: dict[str, str],
    status: int,
) -> None:
    data = {"name": "Lan"} | form
    assert client.post("/review/marks", data=data, headers=same_origin).status_code == status
    assert not published.db["reviews"].count


def test_takedowns_and_review_take_the_filter(published: Any, client: TestClient) -> None:
    for path in ("/takedowns", "/review"):
        assert "Chợ phiên Bắc Hà" in client.get(f"{path}?site=alpha").text
        assert "Chợ phiên Bắc Hà" in client.get(f"{path}?text=vải").text
        assert "Chợ phiên Bắc Hà" not in client.get(f"{path}?from=2099").text
        assert "No event matches" in client.get(f"{path}?text=khongco&lang=en").text
        for wrong in ("knd=1", "site=nowhere", "province=x", "from=soon", "after=x"):
            assert client.get(f"{path}?{wrong}").status_code == 400, (path, wrong)
    assert "Trường bán trú" in client.get("/takedowns?show=suspect&province=lao-cai").text
    assert "Trường bán trú" not in client.get("/takedowns?show=suspect&province=hue").text
    assert "Trường bán trú" not in client.get("/takedowns?show=suspect&to=2000").text


@pytest.mark.parametrize(
    "address",
    ["/takedowns?", "/takedowns?show=suspect&", "/takedowns?show=restored&", "/review?",
     "/review?mark=noise&", "/review?past=1&"],
)  # fmt: skip
def test_lists_of_a_common_word_come_before_their_counts(
    published: Any,
    client: TestClient,
    same_origin: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    address: str,
) -> None:
    noise = {"event": "4", "mark": "noise", "name": "Lan"}
    client.post("/review", data=noise, headers=same_origin)
    address += "text=cac+OR+moi+OR+xa&lang=en"
    whole = client.get(address).text
    assert 'class="count"' in whole
    assert "data-later" not in whole
    monkeypatch.setattr("tinwatch.web.components.figures.MAX_COUNTED_AT_ONCE", -1)
    page = client.get(address).text
    lines = re.compile(r'<li class="event.*?</li>', re.DOTALL)
    assert bool(lines.findall(whole)) is not ("restored" in address)
    assert lines.findall(page) == lines.findall(whole)
    assert 'class="count"' not in page
    link = re.search(r'data-later [^>]*><a href="([^"]+)"', page)[1]  # type: ignore[index]
    assert client.get(html.unescape(link)).text == whole
