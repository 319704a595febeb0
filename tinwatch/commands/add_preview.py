"""What tinwatch add shows: the rules that it proposes, and what they read on each article."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from crawlers.scaffold.draft import Draft
from crawlers.scaffold.evaluation import SAME_BODY, Reading
from crawlers.scaffold.propose import Proposal
from crawlers.scaffold.write import Written
from crawlers.spider import SiteSpider
from storage.models import Article
from tinwatch.terminal.console import count, out, safe

SHOWN = 70  # characters of a text
FIELDS = ("title", "published", "lead", "byline", "body")


def show_proposal(proposal: Proposal, drafted: Draft) -> None:
    identity = proposal.identity
    out.print(f"[bold]{safe(identity.name)}[/] {safe(identity.title)}, {identity.domains[0]}")
    out.print(f"  {identity.kind} of {identity.province}")
    for reason in (*proposal.reasons, *drafted.found.reasons):
        out.print(f"  [dim]{safe(reason)}[/]")
    for name, value in stated(proposal).items():
        out.print(f"  [cyan]{name}[/] = {safe(_value(value))}")
    for reading in proposal.readings:
        _show_reading(reading)
    for problem in drafted.material.problems:
        out.print(f"[yellow]not read:[/] {safe(problem)}")
    agreeing = f"{proposal.agreeing} of {count(len(proposal.readings), 'article')}"
    colour = "green" if proposal.agreeing == len(proposal.readings) else "yellow"
    out.print(f"\n[{colour}]{agreeing} read as the generic reader reads them[/]")


def stated(proposal: Proposal) -> dict[str, Any]:
    """The attributes that the module states, with the platform's rules where it has no own."""
    held = {"platform": _platform(proposal), **proposal.attributes}
    if not proposal.site.generic:
        held.setdefault("article_url", proposal.site.article_url)
    return held


def _platform(proposal: Proposal) -> str:
    return "none" if proposal.base is SiteSpider else proposal.base.__name__


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return "; ".join(f"{name}: {', '.join(rules)}" for name, rules in value.items())
    return ", ".join(value) if isinstance(value, list) else str(value)


def _show_reading(reading: Reading) -> None:
    out.print(f"\n[bold]{safe(reading.sample.saved.url)}[/]")
    if reading.page is None or reading.article is None:
        out.print(f"  [bold red]{safe(reading.problem)}[/]")
        return
    read = texts(reading.article)
    alike = {
        "title": reading.title,
        "published": reading.published,
        "body": reading.body >= SAME_BODY,
    }
    for field in FIELDS:
        colour = "green" if alike.get(field, True) else "yellow"
        text = f"[{colour}]{safe(_short(read[field]))}[/]" if read[field] else "[dim]nothing[/]"
        rule = reading.page.rules.get(field, "")
        out.print(f"  {field:<10}{text} [dim]{safe(rule)}[/]")


def texts(article: Article) -> dict[str, str]:
    """What is read of the fields that a person compares, as text."""
    body = " ".join(block.text for block in article.body)
    return {
        "title": article.title,
        "published": article.published_as_printed or article.published or "",
        "lead": article.lead or "",
        "byline": article.byline_as_printed or "",
        "body": f"{count(len(article.body), 'paragraph')}: {_ends(body)}" if body else "",
    }


def _ends(text: str) -> str:
    half = SHOWN // 2
    return text if len(text) <= SHOWN else f"{text[:half].rstrip()} … {text[-half:].lstrip()}"


def _short(text: str) -> str:
    return text if len(text) <= 2 * SHOWN else text[: 2 * SHOWN].rstrip() + "…"


def show_written(written: Written, root: Path) -> None:
    for path in (written.module, *written.fixtures):
        out.print(f"[green]wrote[/] {safe(_relative(path, root))}")
    out.print(
        "Now compare each expected.json with its page and put the day into “reviewed”; "
        "then tinwatch verify-site."
    )


def proposal_row(
    proposal: Proposal, drafted: Draft, written: Written, root: Path
) -> dict[str, Any]:
    """The JSON line of --json."""
    identity = proposal.identity
    return {
        "name": identity.name,
        "title": identity.title,
        "province": identity.province,
        "kind": identity.kind,
        "reasons": [*proposal.reasons, *drafted.found.reasons],
        "attributes": stated(proposal),
        "articles": [_article_row(reading) for reading in proposal.readings],
        "problems": drafted.material.problems,
        "module": _relative(written.module, root),
        "fixtures": [_relative(path, root) for path in written.fixtures],
    }


def _article_row(reading: Reading) -> dict[str, Any]:
    read = texts(reading.article) if reading.article else dict.fromkeys(FIELDS)
    return {
        "url": reading.sample.saved.url,
        **read,
        "agrees": reading.agrees,
        "problem": reading.problem or None,
    }


def _relative(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix()
