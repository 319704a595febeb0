"""Quality of extraction on real pages that were not written for this project.

    python benchmarks/extraction.py [--captures FOLDER] [--pages N] [--json]

The pages are WARC files with gold: what a careful person reads on each page (gold.jsonl and
provincial/gold.jsonl), or what was typed into a CMS (cms/gold-night1.json, with the whole body).
Per field, the share of pages on which it is exactly right, of those whose gold states it: by the
site's module (of the CMS: as `tinwatch add` proposes it), without one (the generic extractor), and
by general extraction tools (pip install .[bench]; missing ones are listed). `text` is right if the
body begins and ends as it should, `clean` if it contains nothing that is not part of the article;
`body_f1` counts words.

"Wrong rules" reads each page under the rules of every other platform: title, date, the ends of the
text and cruft must be right all the same. `could_be_taught`: wrong readings whose title or date has
no witness on the page, which other pages of the site might correct. Without the folder there is
nothing to measure: the benchmark says so and ends with exit code 0.
"""

from __future__ import annotations

import argparse
import html
import json
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC
from functools import cache
from pathlib import Path
from typing import Any

from reading import CAPTURES, Extraction, Page, installed_tools, same_date, token_f1
from rich.console import Console
from rich.table import Table

from crawlers.extraction.article import extract_article
from crawlers.extraction.html import UnreadablePage
from crawlers.platforms.generic import ANY_URL, generic_site
from crawlers.registry import all_sites, platforms
from crawlers.scaffold.draft import draft
from crawlers.scaffold.evaluation import Identity, build
from crawlers.scaffold.saved_pages import from_warc, host_of
from crawlers.site_config import UNKNOWN_PROVINCE
from pipelines.record.normalise import normalise
from pipelines.record.raw_article import RawArticle, Verdict
from pipelines.text.normal_forms import clean
from storage.archive.reader import Record, read_records

FIELDS = ("title", "date", "authors", "source", "lead", "text", "captions", "clean")
SAME_TEXT_IN_CMS = {"–": "-", "“": '"', "”": '"', "…": "..."}  # WordPress changes what was typed
WITHOUT = {"readability": ("date", "authors")}
ISO_DAY_CHARS = 10  # some tools read no time
END_CHARS = 50  # of the gold's last 80 characters
MARGIN_CHARS = 160  # of the gold's first and last characters from the ends of the text


@dataclass(frozen=True, slots=True)
class GoldPage:
    """A page and what it says; None: the gold does not state it, "" or []: there is none."""

    page: Page
    title: str
    date: str | None
    authors: list[str] | None
    source: str | None
    lead: str | None
    ends: tuple[str, str] | None
    captions: list[str] | None
    cruft: list[str]
    body: str | None


@dataclass(frozen=True, slots=True)
class Result(Extraction):
    """What tinwatch extracts: fields that the other tools do not have."""

    lead: str = ""
    lead_as_printed: str = ""  # with its dateline, which the record keeps apart
    source: str = ""
    captions: tuple[str, ...] = ()


def text_of(value: str | None) -> str:
    """Return a text in the form in which it is compared."""
    cleaned = clean(value or "")
    for printed, typed in SAME_TEXT_IN_CMS.items():
        cleaned = cleaned.replace(printed, typed)
    return cleaned


def gold_pages(captures: Path) -> list[GoldPage]:
    pages: list[GoldPage] = []
    for folder in (captures, captures / "provincial"):
        file = folder / "gold.jsonl"
        records = _records(folder)
        rows = map(json.loads, file.read_text("utf-8").splitlines()) if file.exists() else ()
        pages += [_stated(row, records[row["url"]]) for row in rows if row["url"] in records]
    typed = captures / "cms" / "gold-night1.json"
    if typed.exists():
        pages += _typed(json.loads(typed.read_text("utf-8")), captures / "cms")
    return pages


def _records(folder: Path, pattern: str = "*.warc.gz") -> dict[str, Record]:
    files = sorted(folder.glob(pattern))
    return {record.url: record for file in files for record in read_records(file)}


def _stated(row: dict[str, Any], record: Record) -> GoldPage:
    url = row["url"]
    site = next((site for site in all_sites().values() if site.key_of(url)), None)
    lead = row["sapo"] if row.get("sapo") not in ("", "?") else None
    ends = (row["body_first80"], row["body_last80"])
    return GoldPage(
        Page(record.body, url, site or _without_module(url), record.captured_at.astimezone(UTC)),
        row["title"],
        row["published_iso"] or None,
        row["authors"],
        row.get("source") if "source" in row else None,
        lead,
        ends if all(ends) else None,
        row["captions"],
        row["cruft"],
        None,
    )


def _typed(articles: dict[str, dict[str, Any]], folder: Path) -> Iterator[GoldPage]:
    """Yield the pages of the first night, by the title in their h1."""
    records = _records(folder, "*-night01.warc.gz")
    heads = {url: re.findall(rb"<h1[^>]*>(.*?)</h1>", r.body, re.S) for url, r in records.items()}
    urls = {
        text_of(html.unescape(head.decode("utf-8", "replace"))): url
        for url, found in heads.items()
        for head in found
    }
    for article in articles.values():
        url = urls.get(text_of(article["title"]))
        if url is None:
            continue
        record, site = records[url], _proposed_site(article["host"], folder)
        body = "\n".join(text for _, text in article["body"] if isinstance(text, str))
        yield GoldPage(
            Page(record.body, url, site, record.captured_at.astimezone(UTC)),
            article["title"], None, article["authors"], article["source"], article["lead"], None,
            article["captions"], [], body,
        )  # fmt: skip


@cache
def _proposed_site(host: str, folder: Path) -> Any:
    """Return the site as `tinwatch add` proposes it from the pages of the first night."""
    drafted = draft(from_warc(sorted(folder.glob("*-night01.warc.gz")), host))
    identity = drafted.identity("cms", drafted.title, UNKNOWN_PROVINCE, drafted.kind)
    return drafted.proposal(identity).site


@cache
def _without_module(url: str) -> Any:
    return generic_site(host_of(url), ANY_URL)


def extract(page: Page) -> RawArticle:
    return extract_article(page.body, page.url, page.site, page.captured_at)


def tinwatch(page: Page) -> Result:
    return result_of(extract(page))


def result_of(raw: RawArticle) -> Result:
    article = normalise(raw)
    return Result(
        "\n".join(block.text for block in article.body),
        article.title,
        article.published,
        tuple(author.name for author in article.authors),
        article.lead or "",
        raw.lead or "",
        article.source.name if article.source else "",
        tuple(caption.text for caption in article.captions),
    )


def tinwatch_generic(page: Page) -> Result:
    return tinwatch(replace(page, site=_without_module(page.url)))


def tools() -> tuple[dict[str, Callable[[Page], Extraction]], list[str]]:
    """Return tinwatch with and without modules, the installed tools, and the missing ones."""
    installed, missing = installed_tools()
    peers = {
        n: t for n, t in installed.items() if n in ("readability", "newspaper4k", "trafilatura")
    }
    return {"tinwatch": tinwatch, "tinwatch without a module": tinwatch_generic, **peers}, missing


def judge(gold: GoldPage, result: Extraction) -> dict[str, bool]:
    """Return for each field that the gold states whether it is right."""
    text, lead = text_of(result.text), text_of(gold.lead)
    right = {"title": _is_title(text_of(result.title), text_of(gold.title))}
    if gold.date:
        day_only = len(result.date or "") == ISO_DAY_CHARS
        right["date"] = same_date(result.date, gold.date[:ISO_DAY_CHARS] if day_only else gold.date)
    if gold.authors is not None:
        right["authors"] = _folded(result.authors or ()) == _folded(gold.authors)
    if gold.ends:
        first, last = (text_of(end) for end in gold.ends)
        whole = f"{text_of(result.lead_as_printed)} {text}" if isinstance(result, Result) else text
        begins = first in whole[: len(lead) + len(first) + MARGIN_CHARS]
        right["text"] = begins and last[-END_CHARS:] in text[-MARGIN_CHARS:]
    if gold.cruft:
        right["clean"] = not any(text_of(cruft) in text for cruft in gold.cruft)
    if not isinstance(result, Result):
        return right
    if gold.source is not None:
        right["source"] = _folded([result.source]) == _folded([gold.source])
    if lead:
        right["lead"] = lead in (text_of(result.lead), text_of(result.lead_as_printed))
    if gold.captions is not None:
        right["captions"] = _folded(result.captions) == _folded(gold.captions)
    return right


def _is_title(read: str, stated: str) -> bool:
    """Whether the titles are equal; a kicker may stand before the headline."""
    return read == stated or read.endswith(f": {stated}")


def _folded(values: Any) -> list[str]:
    return sorted(text_of(value).casefold() for value in values)


def quality(
    tool: Callable[[Page], Extraction], pages: list[GoldPage], without: tuple[str, ...] = ()
) -> dict[str, float | None]:
    """Return the share of right pages per field, and the mean F1 of the words of the body.

    `without` are the fields that the tool does not have; their share is None.
    """
    judged: list[dict[str, bool]] = []
    scores: list[float] = []
    for gold in pages:
        try:
            result = tool(gold.page)
        except Exception:  # a tool that fails on a page extracts nothing
            result = Result("") if tool in (tinwatch, tinwatch_generic) else Extraction("")
        judged.append(judge(gold, result))
        if gold.body is not None:
            scores.append(token_f1(result.text, gold.body))
    shares: dict[str, float | None] = {}
    for field in FIELDS:
        values = [r[field] for r in judged if field in r and field not in without]
        shares[field] = sum(values) / len(values) if values else None
    shares["body_f1"] = sum(scores) / len(scores) if scores else None
    return shares


def wrong_rules(pages: list[GoldPage]) -> dict[str, Any]:
    """Read each page under the rules of every other platform.

    `right`: title, date, the ends of the text and no cruft; `with_authors`: the authors as well.
    """
    right = with_authors = teachable = total = 0
    failures: dict[str, int] = {}
    for gold in pages:
        for platform in platforms():
            if issubclass(gold.page.site, platform):
                continue
            judged, unwitnessed = _read_as(gold, platform)
            total += 1
            frame = all(judged.get(f, True) for f in ("title", "date", "text", "clean"))
            right += frame
            with_authors += frame and judged.get("authors", True)
            teachable += any(not judged.get(f, True) for f in unwitnessed)
            if not frame:
                failures[platform.__name__] = failures.get(platform.__name__, 0) + 1
    share = {"right": right / total, "with_authors": with_authors / total} if total else {}
    return {
        "readings": total, **share, "could_be_taught": teachable, "wrong_by_platform": failures,
    }  # fmt: skip


def _read_as(gold: GoldPage, platform: Any) -> tuple[dict[str, bool], list[str]]:
    """Return what is right, and the fields of title and date that have no witness on the page."""
    host = host_of(gold.page.url)
    identity = Identity("wrong", "Wrong", UNKNOWN_PROVINCE, "portal", (host,))
    site = build(identity, platform, {"article_url": ANY_URL, "feeds": ["rss"]})
    try:
        raw = extract(replace(gold.page, site=site))
    except UnreadablePage:
        return {"title": False}, []
    names = {"title": "title", "date": "published"}
    verdicts = {field: raw.verdicts.get(name, Verdict.UNKNOWN) for field, name in names.items()}
    unwitnessed = [field for field, verdict in verdicts.items() if verdict is Verdict.UNKNOWN]
    return judge(gold, result_of(raw)), unwitnessed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--captures", type=Path, default=CAPTURES, help="folder of pages and gold")
    parser.add_argument("--json", action="store_true", help="print only the JSON line")
    parser.add_argument("--pages", type=int, help="at most so many pages")
    options = parser.parse_args()
    pages = gold_pages(options.captures)[: options.pages]
    if not pages:
        reason = f"no pages with gold in {options.captures}: nothing to measure"
        sys.stdout.write(json.dumps({"pages": 0, "skipped": reason}) + "\n")
        return
    installed, missing = tools()
    scores = {name: quality(tool, pages, WITHOUT.get(name, ())) for name, tool in installed.items()}
    wrong = wrong_rules(pages)
    if not options.json:
        show(scores, wrong, len(pages), missing)
    rounded = {
        name: {field: None if v is None else round(v, 4) for field, v in shares.items()}
        for name, shares in scores.items()
    }
    figures = {"pages": len(pages), "quality": rounded, "wrong_rules": wrong}
    sys.stdout.write(json.dumps({**figures, "not_installed": missing}) + "\n")


def show(
    scores: dict[str, dict[str, float | None]],
    wrong: dict[str, Any],
    pages: int,
    missing: list[str],
) -> None:
    columns = (*FIELDS, "body_f1")
    table = Table("tool", *columns, title=f"{pages} pages: share of pages with the exact value")
    for name, shares in scores.items():
        table.add_row(name, *("-" if (v := shares[f]) is None else f"{v:.3f}" for f in columns))
    console = Console()
    console.print(table)
    console.print(
        f"wrong rules: {wrong['right']:.1%} of {wrong['readings']} readings right, "
        f"{wrong['with_authors']:.1%} in the authors as well; "
        f"{wrong['could_be_taught']} wrong ones could be taught"
    )
    for name in missing:
        console.print(f"{name} is not installed: pip install .[bench]")


if __name__ == "__main__":
    main()
