"""Sentences that the code makes: of the gate, of health, of pages, of queries."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from crawlers.crawl import errors as failures
from crawlers.crawl import responses as observe
from schedules.batch.nightly import STOPPED
from schedules.gate.models import Case, Verdict
from schedules.gate.silence import with_silence
from schedules.monitoring import report
from schedules.monitoring import undelivered_alerts as undelivered
from storage.checks.retired_domains import WORDS as DOMAIN_WORDS
from storage.checks.retired_domains import DomainCheck
from storage.home import Settings
from storage.runs.repository import Volume
from storage.search.parser import parse_query
from storage.search.rank import find
from storage.search.saved_searches import save_search
from tests.schedules import test_health as gate
from tests.schedules import test_site_health as signs
from tests.schedules import test_volume as volume
from tests.storage.search.test_query import WRONG

URL = "https://alpha.vn/tin/"
ON_TERMINALS = "importing.py"  # says what is wrong with files of a person's own


def canaries(failed: int) -> dict[str, Any]:
    why = ["reads otherwise", "answered 404", f"redirects to {URL}", "answered 500"]
    said = [{"url": f"{URL}{n}", "why": why[n]} for n in range(failed)]
    return {"canaries": {"checked": 4, "failed": said}}


def reasons() -> Iterator[str]:
    """Of verdicts, from the cases of the gate's own tests and from some more."""
    cases = [Case(gate.WELL | counted) for counted, *_ in gate.VERDICTS]
    cases += [Case(stats, past=gate.PAST) for stats, *_ in gate.JUDGED]
    cases += [Case(gate.run() | canaries(number), past=gate.PAST) for number in (1, 3, 4)]
    for removed in (False, True):
        leak = gate.edits(4, 4, removed=removed)
        cases.append(Case(gate.run(edited=4, rechecked=4), past=gate.PAST, edits=lambda e=leak: e))
    for why in ("robots.txt cannot be read: answered 503", *failures.WORDS.values()):
        cases.append(Case(gate.WELL | {"robots_unreadable": why, "listings": 0}))
    for ended in (STOPPED, "took longer than 90 minutes", "cannot write captures: disk full",
                  "the host asks to come back in 3600 seconds"):  # fmt: skip
        cases.append(Case(gate.WELL | {"ended": ended}))
    yield from filter(None, (gate.judge(case).reason for case in cases))
    for new, past, said in volume.CASES:
        if said is not None:
            yield str(volume.verdict(new, past))
    yield str(volume.verdict(0, volume.weekly(12, 13, 12, 13)))  # a half
    yield "the site does not answer"  # schedules/publishing/site_events.py
    yield "the site answers again"
    nights = tuple(Volume(n, f"2025-03-{n:02d}T18:30:00Z", 0, True, "failed") for n in (4, 5, 6))
    believed = Volume(3, "2025-03-03T18:30:00Z", 5, True, "passed")
    case = Case({}, moment=signs.NOW.replace(day=7), volumes=(believed, *nights))
    event = with_silence(case, 9, Verdict("failed", "no listing could be read")).event
    assert event is not None
    yield event.summary


def domains() -> Iterator[DomainCheck]:
    """Every state of a retired domain, with and without what more there is to say."""
    at = signs.utc_text(signs.NOW)
    for detail in ("", "connection refused"):
        for before in DOMAIN_WORDS:
            for now in DOMAIN_WORDS:
                yield DomainCheck("alpha", "cu.alpha.vn", now, "moi.vn", detail, at, at,  # type: ignore[arg-type]
                                  before, "alpha.vn", led_home=True)  # type: ignore[arg-type]  # fmt: skip


def found_things(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Words and remedies of all signs of health."""
    facts = [about for about, _ in signs.CASES.values()]
    for days in (51 / 24, 200):
        success = signs.utc_text(signs.NOW - days * signs.DAY)
        facts.append(replace(signs.facts(), last_success=success))
    facts.append(signs.facts(signs.run(0, "outage"), signs.run(1, "failed")))
    broken = [replace(signs.run(back, None), reason=None) for back in (0, 1)]
    facts.append(signs.facts(*broken))
    facts.append(signs.facts(signs.run(0, "held"), signs.run(1, "held")))
    facts.append(replace(signs.facts(signs.run(0, "held")), now=signs.NOW + signs.DAY / 48))
    facts.append(signs.facts(*signs.nights(range(60), new=0), days=60))  # never anything new
    many = signs.OTHER | {"lines": [f"Disallow: /{n}" for n in range(9)]}
    for said in (many, signs.OPEN | {"sha256": "b"}):
        facts.append(signs.facts(signs.run(0, robots=said), signs.run(1, robots=signs.OPEN)))
    facts.append(signs.facts(signs.run(0, robots=signs.SHUT)))
    facts += [replace(signs.facts(), domains=(one,)) for one in domains()]
    found = [finding for about in facts for finding in signs.findings(about)]
    monkeypatch.setattr(report, "free_mb", lambda home: 3)
    found += report.room(SimpleNamespace(settings=Settings()))  # type: ignore[arg-type]
    message: Any = SimpleNamespace(last_error="no answer in time")
    for what in ("were given up", "do not arrive"):
        found.append(undelivered._finding("toà soạn", what, [message]))
    for one in found:
        yield one.words
        yield one.remedy


def troubles() -> Iterator[str]:
    """Why a page did not come: they stand within other sentences."""
    yield from failures.WORDS.values()
    yield from failures.IGNORED.values()
    yield f"{failures.OFF_SITE}, to {URL}"
    yield f"redirects to an error page, {URL}"
    yield observe.HOLLOW
    yield "says “Không tìm thấy trang”"
    yield "shows the site's home page"
    yield "shows the site's page for what it does not have: 'Thông báo'"
    for state in DOMAIN_WORDS:
        for detail in ("", "connection refused"):
            one = DomainCheck("a", "b", state, "c.vn", detail, "", "")  # type: ignore[arg-type]
            yield one.words


def unreadable() -> Iterator[str]:
    """Why no article could be read off a page, wherever the readers say so."""
    for file in sorted(Path(observe.__file__).parent.glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            match node:
                case ast.Call(func=ast.Name("Unreadable"), args=[said]) if (
                    file.name != ON_TERMINALS
                ):
                    [text, *_] = stated(ast.Expression(said))
                    yield text.replace("{}", "7")
    yield "no article: the title is the site's own name"  # crawlers/crawl/responses.py
    yield f"now at {URL}"  # of a canary that moved: pipelines/recording/recorder.py
    yield f"now at {URL}, and edited with it"


def notes() -> Iterator[str]:
    """What modules of sites note of their state. A new note may stay English: a site's module is
    written in an evening."""
    yield "part of Lào Cai since 1 July 2025; successor by territory, no redirect seen"
    yield "Yên Bái became part of Lào Cai on 1 July 2025; whether the host answers is not known"
    yield "Bắc Kạn became part of Thái Nguyên on 1 July 2025; the host is not proved"
    yield "merged into Báo Cần Thơ on 1 July 2025; last article June 2025"
    yield "merged into Báo Tây Ninh; last issue on 30 June 2025"
    yield "merged into Báo Gia Lai on 1 July 2025"
    yield "party blocs were dissolved in early 2025"
    yield (
        "party blocs were dissolved in early 2025; the name of the host says that it is the old one"
    )
    yield "the bloc was dissolved in early 2025; its host is probable, not proved"
    yield "the newest page known is of 2015"


def hint(read: Callable[..., object], *asked: object) -> str:
    with pytest.raises(ValueError, match=r".") as error:
        read(*asked)
    return str(error.value)


def hints(watcher: Any) -> Iterator[str]:
    """What is wrong with a query, or with a search that is to be saved."""
    yield from (hint(parse_query, text) for text, _ in WRONG)
    yield from (hint(find, watcher.db, parse_query(text)) for text in ("site:x", "kind:x"))
    watcher.add_site("alpha")
    watcher.add_site("alphas")
    yield from (hint(find, watcher.db, parse_query(text)) for text in ("site:alpah", "kind:x"))
    save_search(watcher.db, "bo-ke", "kè", signs.NOW)
    yield hint(save_search, watcher.db, "bo-ke", "đê", signs.NOW)
    yield hint(save_search, watcher.db, "bờ kè", "đê", signs.NOW)


def stated(tree: ast.AST) -> Iterator[str]:
    """The texts of a module as it writes them, "{}" for what is filled in; no docstrings."""
    for node in ast.iter_child_nodes(tree):
        match node:
            case ast.Expr(value=ast.Constant()) | ast.Raise() | ast.Assert():
                continue
            case ast.JoinedStr(values=parts):
                yield "".join(str(p.value) if isinstance(p, ast.Constant) else "{}" for p in parts)
                for part in parts:
                    if isinstance(part, ast.FormattedValue):
                        yield from stated(part.value)
            case ast.Constant(value=str(text)):
                yield text
            case _:
                yield from stated(node)
