"""WARC files of the past in any order, in any number of imports: one archive, also if rebuilt."""

from __future__ import annotations

import os
import random
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from crawlers.registry import get_site
from crawlers.reprocess.importer import import_files
from schedules.publishing.publish import publish
from schedules.publishing.rebuild import rebuild
from storage.archive.writer import CaptureWriter
from storage.home import Home, open_home
from storage.verify import verify
from tests.archive_outputs import outputs
from tinwatch.demo import sample_sites

SITE = "haugiang"
BEGIN = datetime(2014, 5, 1, 3, tzinfo=UTC)
HTML = [("Content-Type", "text/html; charset=utf-8")]
SAVED = 0  # in place of the status
ABSENT = b"<html><body>404</body></html>"
Capture = tuple[str, datetime, int, list[tuple[str, str]], bytes, str | None]
TESTED = int(os.environ.get("TINWATCH_ORDERS", "2"))  # orders of each story

# Letters are articles; a digit is the text that a capture shows, "x" a 404, ">B" a redirect to B.
# "+" is another address of the same article, "g" a layout that the site's rules do not know, "l" a
# page that lacks two words, "c" one that lacks its end, "=" a capture in the second of the one
# before it, "a" one of an archive.
STORIES = {
    "texts": "A1 A1 A2 A1 A2 A3+ A3",
    "removed and back": "A1 Ax Ax Ax A1 Ax A2+ Ax Ax Ax",
    "moved": "A1 B1 A>B A>B B1 B2",
    "redirected to another text": "A1 B2 A>B A>B A>B A1",
    "moved and back": "A1 A>B B1 A1 A>B",
    "moved twice": "A1 A>B B1 B>C C1 A>C",
    "read after the redirect": "A>B Ax B1 A1 B1+",
    "target changes": "A1 A>B B1 B3 A>B",
    "generic among rules": "A1 A1gl A1 A2gl A2 A1g",
    "generic first": "A1gl A2gl A2 A1gl A3",
    "rules first": "A1 A1gl A2gl A3gl A3g A3",
    "cut off": "A1 A1c A2 A2c B1c B1 B2c",
    "one second": "A1 A2= A3= A1 A3 A1= A2+=",
    "one second, missing": "A1 Ax= A1 Ax A>B= Ax A>B B1=",
    "own and archive": "A1 A1=a A2a A2= A1 A3=a Ax Ax=a",
    "addresses": "A1h A1p A1+hp= A1p= A1+p= A1hp= A2h A>Bh B1h Axh Ax= Ax+h=",
    "saved pages": "A1s A1h A2s A2a= A1 A1s= A3hcs A3 Ax A3+hs",
}

VARIANTS = {
    "l": lambda body: body.replace("Về lâu dài, huyện", "Huyện"),  # what a generic reading loses
    "g": lambda body: body.replace("newscontent contentView", "noi-dung").replace(
        "news-details-content", "bai"
    ),
    "c": lambda body: body[: body.index("Về lâu dài")],
}


def captures(story: str, chance: random.Random) -> list[Capture]:
    site = get_site(SITE)
    pages = [p for p in sample_sites.pages(SITE, 1) if site.key_of(p.url) and p.status == 200]
    template = pages[0].body.decode()

    def address(letter: str, flags: str = "") -> str:
        url = pages["ABC".index(letter)].url
        url = url.replace(".vn/", ".vn/x-") if "+" in flags else url
        return url.replace("https://", "http://www.") if "h" in flags else url

    made: list[Capture] = []
    at = BEGIN
    for number, step in enumerate(story.split()):
        if "=" not in step:
            at = BEGIN + timedelta(days=number * 9, minutes=chance.randrange(60))
        url = address(step[0], step[1:])
        if step[1] == "x":
            made.append((url, at, 404, HTML, ABSENT, of_archive(step, url)))
        elif step[1] == ">":
            location = [("Location", address(step[2]))]
            made.append((url, at, 301, location, b"", of_archive(step, url)))
        else:
            text = f" Đợt thứ {step[1]} kéo dài {step[1]} ngày ở xã bên.</p>"
            body = template.replace(pages[0].url, address(step[0]) if "p" in step else url)
            if step[1] == "3":  # a text of its own
                body = body.replace("</p>", text * 20)
            body = body.replace("</p>", text, 1)
            for variant in step[2:]:
                body = VARIANTS.get(variant, str)(body)
            status = SAVED if "s" in step else 200
            made.append((url, at, status, HTML, body.encode(), of_archive(step, url)))
    return made


def of_archive(step: str, url: str) -> str | None:
    return f"https://web.archive.org/web/2014id_/{url}" if "a" in step else None


def take_in(home: Home, folder: Path, parts: list[list[Capture]]) -> None:
    for number, part in enumerate(parts):
        with closing(CaptureWriter(folder / str(number), SITE, day=BEGIN.date())) as writer:
            for url, at, status, headers, body, source in part:
                if status == SAVED:
                    page = folder.parent / f"{folder.name}.html"
                    page.write_bytes(body)
                    import_files(home, get_site(SITE), [page], url=url, captured_at=at)
                    continue
                writer.write_response(url, at, status, "", headers, body, source_url=source)
        import_files(home, get_site(SITE), list((folder / str(number)).glob("*/*.warc.gz")))
        with closing(home.database()) as db:
            publish(db, home, [SITE])


STATE = {
    "articles": "SELECT key, url, status, first_seen, last_seen FROM articles",
    "texts": "SELECT key, r.observed_at, fingerprint, json_extract(record, '$.title'), r.number = "
    "articles.revision FROM revisions r JOIN articles ON articles.id = r.article",
    "events": "SELECT key, e.kind, e.observed_at, json_extract(e.detail, '$.to_url'), "
    "a.fingerprint, b.fingerprint, summary, json_remove(e.detail, '$.from_revision', "
    "'$.to_revision', '$.reverts_to', '$.to_article', '$.recorded_at') FROM events e "
    "JOIN articles ON articles.id = e.article "
    "LEFT JOIN revisions a ON a.article = e.article AND a.number = "
    "json_extract(e.detail, '$.from_revision') LEFT JOIN revisions b ON b.article = e.article AND "
    "b.number = json_extract(e.detail, '$.to_revision') WHERE e.kind NOT IN "
    "('corrected', 'story_split', 'story_merged') AND e.id NOT IN "
    "(SELECT json_extract(detail, '$.corrects') FROM events WHERE kind = 'corrected')",
    "sightings": "SELECT key, s.observed_at, fingerprint FROM sightings s JOIN articles ON "
    "articles.id = s.article JOIN revisions r ON r.article = s.article AND r.number = s.revision",
    "checks": "SELECT key, observed_at, outcome, detail FROM failed_checks "
    "JOIN articles ON articles.id = article",
    "misses": "SELECT key, observed_at, outcome FROM early_misses",
    "aliases": "SELECT aliases.url, key FROM aliases JOIN articles ON articles.id = article "
    "WHERE aliases.url <> articles.url",
    "stories": "SELECT group_concat(key) FROM (SELECT key, story FROM story_members "
    "JOIN articles ON articles.id = article ORDER BY key) GROUP BY story",
    "index": "SELECT key, day FROM article_days JOIN articles ON articles.id = article",
}  # fmt: skip


def state(home: Home) -> dict[str, list[Any]]:
    with closing(home.database()) as db:
        return {name: sorted(db.execute(sql).fetchall(), key=repr) for name, sql in STATE.items()}


@pytest.mark.parametrize("story", STORIES)
def test_any_order_of_imports_ends_in_the_same_archive(story: str, tmp_path: Path) -> None:
    chance = random.Random(story)
    made = captures(STORIES[story], chance)
    home = open_home(tmp_path / "in-order")
    take_in(home, tmp_path / "files", [made])
    expected, shown = state(home), outputs(home)
    assert expected["events"]
    for order in range(TESTED):
        shuffled = chance.sample(made, len(made))
        size = chance.randint(1, len(made))
        parts = [shuffled[n : n + size] for n in range(0, len(made), size)]
        other = open_home(tmp_path / f"home-{order}")
        take_in(other, tmp_path / f"files-{order}", parts)
        found = state(other)
        for name, rows in expected.items():
            assert found[name] == rows, f"{name} of {[[c[:3] for c in p] for p in parts]}"
        assert outputs(other) == shown
        with closing(other.database()) as db:
            assert not verify(other.captures, db).problems
        (tmp_path / f"rebuilt-{order}").mkdir()
        report = rebuild(other, tmp_path / f"rebuilt-{order}")
        assert not report.problems
        assert state(open_home(tmp_path / f"rebuilt-{order}")) == found


# By these patterns each address is an article of its own.
BY_ADDRESS = r"^/(?P<key>[^/?]+/[^/?]+-\d+)\.html"
TWO_ADDRESSES = {
    "one text": "A1 A1+ A1 A1+",
    "the other address is older": "A1+ A2+ A1 A2",
    "removed at one address": "A1 A1+ Ax Ax Ax A1+",
    "two articles": "A1 B1+ A2+ B1 Ax A2",
    "read last": "Ax A1+ A1 A2+",
}


@pytest.mark.parametrize("story", TWO_ADDRESSES)
def test_a_corrected_article_url_merges_what_it_split(
    story: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Imports by the wrong pattern, then by the right one, in any order, and then a rebuild."""
    chance = random.Random(story)
    made = captures(TWO_ADDRESSES[story], chance)
    home = open_home(tmp_path / "right")
    take_in(home, tmp_path / "files", [made])
    expected = state(home)
    for order in range(TESTED):
        shuffled = chance.sample(made, len(made))
        parts = [[capture] for capture in shuffled]
        place = chance.randint(1, len(made) - 1)
        other = open_home(tmp_path / f"home-{order}")
        with monkeypatch.context() as patch:
            patch.setattr(get_site(SITE), "article_url", BY_ADDRESS)
            take_in(other, tmp_path / f"wrong-{order}", parts[:place])
        take_in(other, tmp_path / f"right-{order}", parts[place:])
        found = state(other)
        for name, rows in expected.items():
            ours = [row for row in found[name] if "/" not in str(row[0]) or name == "aliases"]
            assert ours == rows, f"{name} of {[c[:3] for c in shuffled]}, {place} by the wrong one"
        folder = tmp_path / f"rebuilt-{order}"
        folder.mkdir()
        assert not rebuild(other, folder).problems
        assert state(open_home(folder)) == expected
        assert ids(open_home(folder)).items() <= ids(other).items()


def ids(home: Home) -> dict[str, int]:
    with closing(home.database()) as db:
        return dict(db.execute("SELECT key, id FROM articles").fetchall())
