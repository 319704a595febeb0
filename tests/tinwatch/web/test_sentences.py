"""Every reason that the code can give has its Vietnamese words, and no line of the table is idle.

Two nets. The sentences that stand in the source are looked for in the table, so that a new one
fails until it has its line. And sentences that the code makes are told, so that the lines fit.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import schedules
from crawlers import failures, observe
from crawlers.rules import FIELDS
from schedules import site_health
from schedules.alerts import undelivered
from schedules.nightly import STOPPED
from schedules.silence import with_silence
from schedules.verdict import Case, Verdict
from storage.domain_checks import WORDS as DOMAIN_WORDS
from storage.domain_checks import DomainCheck
from storage.home import Settings
from storage.runs import Volume
from storage.saved_searches import save_search
from storage.search.find import find
from storage.search.query import parse_query
from tests.schedules import test_health as gate
from tests.schedules import test_site_health as signs
from tests.schedules import test_volume as volume
from tests.storage.search.test_query import WRONG
from tinwatch.web import sentences
from tinwatch.web.sentences import PREFIX, field_name, sentence_told
from tinwatch.web.words import words

URL = "https://alpha.vn/tin/"
SAYS = {"Verdict", "SiteEvent", "Finding"}  # take a sentence
ALSO = {"site_events.py"}  # hands its sentences to the ledger
# One gives verdicts again that were given before, one speaks of files of a person's own on the
# terminal only.
NOT = {"rebuilding.py", "importing.py"}
ENGLISH = re.compile(r"\b(the|of|is|are|was|no|its|hours?|days?|pages?|new|runs?|more|answer\w*)\b")


# What the code makes


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
    yield "the site does not answer"  # schedules/site_events.py
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
    monkeypatch.setattr(site_health, "free_mb", lambda home: 3)
    found += site_health.room(SimpleNamespace(settings=Settings()))  # type: ignore[arg-type]
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
                case ast.Call(func=ast.Name("Unreadable"), args=[said]) if file.name not in NOT:
                    [text, *_] = stated(ast.Expression(said))
                    yield text.replace("{}", "7")
    yield "no article: the title is the site's own name"  # crawlers/observe.py
    yield f"now at {URL}"  # of a canary that moved: pipelines/recorder.py
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


def is_command(text: str) -> bool:
    return re.fullmatch(r"tinwatch [^,;]+", text) is not None


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch, watcher: Any) -> list[str]:
    every = [*reasons(), *found_things(monkeypatch), *troubles()]
    every += [*unreadable(), *notes(), *hints(watcher)]
    return [text for text in dict.fromkeys(every) if not is_command(text)]


def test_what_the_code_says_is_told_in_vietnamese(made: list[str]) -> None:
    assert len(made) > 90
    for sentence in made:
        assert sentence_told(sentence, "en") == (sentence, "en")
        said = sentence_told(sentence, "vi")
        assert said.lang == "vi", sentence
        assert "{" not in said.text, sentence
        assert not ENGLISH.search(re.sub(r"tinwatch [^,;]+", "", said.text)), sentence


def test_no_line_of_the_table_is_idle(made: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    used: set[str] = set()

    def say(language: str, key: str, **values: object) -> str:
        used.add(key)
        return key

    monkeypatch.setattr(sentences, "say", say)
    for sentence in made:
        sentence_told(sentence, "vi")
    assert {key for key in words() if key.startswith(PREFIX)} - used == set()


# What stands in the source


def sources() -> list[Path]:
    """The modules that hand a sentence to a verdict, an event of a site or a finding."""
    room = Path(schedules.__file__).parent
    files = (file for file in sorted(room.rglob("*.py")) if file.name not in NOT)
    return [f for f in files if f.name in ALSO or gives_reasons(ast.parse(f.read_text("utf-8")))]


def gives_reasons(tree: ast.AST) -> bool:
    called = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
    return any(isinstance(name, ast.Name) and name.id in SAYS for name in called)


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


def is_sentence(text: str) -> bool:
    """Words with a space between them: no key, no name, no mark that joins two, no command."""
    return bool(re.search(r"[a-z] |\w [a-z]", text)) and not is_command(text)


def lacking(text: str, lines: Iterable[str]) -> bool:
    """Whether no line of the table has the pieces of a text, in their order."""
    pieces = re.split(r"\{\}|tinwatch [^,;]+", text)
    pieces = [piece for piece in pieces if re.search("[a-z]", piece)]
    pattern = re.compile(".*".join(map(re.escape, pieces)), re.DOTALL)
    return not any(pattern.search(line) for line in lines)


def without_a_line(code: str) -> list[str]:
    lines = [english for key, (_, english) in words().items() if key.startswith(PREFIX)]
    return [text for text in stated(ast.parse(code)) if is_sentence(text) and lacking(text, lines)]


def test_every_sentence_in_the_source_has_its_line() -> None:
    files = sources()
    assert {"health.py", "redesign.py", "silence.py", "site_signs.py", "undelivered.py"} <= {
        file.name for file in files
    }
    missing = {f.name: found for f in files if (found := without_a_line(f.read_text("utf-8")))}
    assert not missing, "give each a line in tinwatch/web/words/sentences.toml"


def test_every_way_to_miss_an_article_has_its_line() -> None:
    code = Path(observe.__file__).read_text("utf-8")
    calls = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call)]
    said = [ast.unparse(call.args[1]) for call in calls
            if isinstance(call.func, ast.Attribute) and call.func.attr == "missing"]  # fmt: skip
    assert len(said) > 6
    assert [text for one in said for text in without_a_line(one)] == []


@pytest.mark.parametrize(
    "code",
    ['Verdict("held", "the moon is full")', 'x = f"{n} of {m} pages were blue"',
     'Finding(site, "x", level, f"its {what} grew", "")'],
)  # fmt: skip
def test_a_new_reason_fails_without_its_line(code: str) -> None:
    assert len(without_a_line(code)) == 1


# How they are told


@pytest.mark.parametrize(
    ("sentence", "line"),
    [
        ("ended early: stopped by hand", "kết thúc sớm: bị dừng bằng tay"),
        ("ended early: bị cắt điện", "kết thúc sớm: bị cắt điện"),
        ("merged into Báo Tây Ninh; last issue on 30 June 2025",
         "sáp nhập vào Báo Tây Ninh; số cuối cùng ra ngày 30/6/2025"),
        ("merged into Báo Cần Thơ on 1 July 2025; last article June 2025",
         "sáp nhập vào Báo Cần Thơ từ ngày 1/7/2025; bài cuối cùng đăng tháng 6/2025"),
        ("31 of 61 pages could not be read", "không đọc được 31 trên 61 trang"),
        ("fields are gone: published on 0% of the pages, 100% before; byline on 0% of the pages, "
         "97% before",
         "mất hẳn các trường: ngày đăng chỉ có trên 0% số trang (trước đây 100%); "
         "tác giả chỉ có trên 0% số trang (trước đây 97%)"),
        ("too few: 2 new articles; 12.5 are usual on such a day",
         "quá ít: 2 bài mới; ngày như vậy thường có 12,5 bài"),
        ("2 of 4 pinned pages read otherwise: https://a.vn/1 (answered 404), https://a.vn/2 (x)",
         "2 trên 4 trang được ghim cho kết quả khác trước: https://a.vn/1 (trả lời 404), "
         "https://a.vn/2 (x)"),
        ("3 runs in a row did not end well; the last one: outage, no answer came from the site",
         "3 lần chạy liền không đạt; lần cuối: trang hỏng, "
         "trang báo không trả lời yêu cầu nào"),
        ("2 held runs wait for a person since 3 days: too many: 90 new articles; 8 are usual on "
         "such a day",
         "2 lần chạy bị tạm giữ, chờ người xem xét đã 3 ngày: quá nhiều: 90 bài mới; "
         "ngày như vậy thường có 8 bài"),
        ("the same text was added to 3 articles: “{x} & <b>”",
         "cùng một đoạn văn bản được thêm vào 3 bài: “{x} & <b>”"),
        ("tinwatch release 5, or tinwatch discard 4",
         "tinwatch release 5, hoặc tinwatch discard 4"),
    ],
)  # fmt: skip
def test_told(sentence: str, line: str) -> None:
    assert sentence_told(sentence, "vi") == (line, "vi")


@pytest.mark.parametrize(
    "unknown",
    ["", "why", "the moon is full", "no request was made, twice", "x no request was made"],
)
def test_what_the_table_does_not_have_stays_as_it_is(unknown: str) -> None:
    assert sentence_told(unknown, "vi") == (unknown, "en")


@pytest.mark.parametrize("begin", ["ended early: ", "failed, ", "a (", "x on 1% of the pages, "])
def test_a_sentence_that_goes_on_and_on_is_no_trap(begin: str) -> None:
    for times in (sentences.LONGEST // len(begin), 100_000):
        assert sentence_told(begin * times, "vi").text


def test_every_field_has_its_name() -> None:
    for field in FIELDS | {"captions"}:
        assert field_name(field, "vi") != field
        assert field_name(field, "en") == field
    assert field_name("unheard_of", "vi") == "unheard_of"
