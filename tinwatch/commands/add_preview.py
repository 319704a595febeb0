"""Output of tinwatch add: the proposed rules and what they extract from each article."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from crawlers.scaffold.draft import Draft
from crawlers.scaffold.evaluation import MIN_BODY_OVERLAP, SampleResult
from crawlers.scaffold.propose import Proposal
from crawlers.scaffold.write import Written
from crawlers.spider import SiteSpider
from storage.messages import describe
from storage.models import Article
from storage.reasons import Reason
from tinwatch.terminal.console import out, safe
from tinwatch.terminal.messages import gettext, label, ngettext, reason_text, styled

MAX_TEXT_CHARS = 70
FIELDS = ("title", "published", "lead", "byline", "body")


def show_proposal(proposal: Proposal, drafted: Draft) -> None:
    identity = proposal.identity
    out.print(f"[bold]{safe(identity.name)}[/] {safe(identity.title)}, {identity.domains[0]}")
    kind = label("site_kind", identity.kind)
    out.print("  " + gettext("{kind} of {province}", kind=kind, province=identity.province))
    for reason in (*proposal.reasons, *drafted.listings.reasons):
        out.print(f"  [dim]{safe(reason_text(reason))}[/]")
    out.print(f"  {safe(reason_text(Reason(proposal.confidence)))}")
    for name, value in stated(proposal).items():
        out.print(f"  [cyan]{name}[/] = {safe(_value(value))}")
    for result in proposal.results:
        _show_result(result)
    for problem in drafted.site_pages.problems:
        out.print(styled("yellow", gettext("not extracted:")), safe(reason_text(problem)))
    agreeing = ngettext(
        "{agreeing} of {number} article extracted as by the generic extractor",
        "{agreeing} of {number} articles extracted as by the generic extractor",
        len(proposal.results),
        agreeing=proposal.agreeing,
    )
    colour = "green" if proposal.agreeing == len(proposal.results) else "yellow"
    out.print("\n" + styled(colour, agreeing))


def stated(proposal: Proposal) -> dict[str, Any]:
    """Return the attributes of the proposed module, with the platform's article_url by default."""
    attributes = {"platform": _platform(proposal), **proposal.attributes}
    if not proposal.site.generic:
        attributes.setdefault("article_url", proposal.site.article_url)
    return attributes


def _platform(proposal: Proposal) -> str:
    return "none" if proposal.base is SiteSpider else proposal.base.__name__


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return "; ".join(f"{name}: {', '.join(rules)}" for name, rules in value.items())
    return ", ".join(value) if isinstance(value, list) else str(value)


def _show_result(result: SampleResult) -> None:
    out.print(f"\n[bold]{safe(result.sample.saved.url)}[/]")
    if result.page is None or result.article is None:
        out.print(f"  [bold red]{safe(result.problem)}[/]")
        return
    read = texts(result.article)
    alike = {
        "title": result.same_title,
        "published": result.same_published,
        "body": result.body_overlap >= MIN_BODY_OVERLAP,
    }
    for field in FIELDS:
        colour = "green" if alike.get(field, True) else "yellow"
        text = (
            f"[{colour}]{safe(_short(read[field]))}[/]"
            if read[field]
            else styled("dim", gettext("nothing"))
        )
        rule = result.page.rules.get(field, "")
        out.print(f"  {field:<10}{text} [dim]{safe(rule)}[/]")


def texts(article: Article) -> dict[str, str]:
    """Return the extracted fields as text, for a person to compare."""
    body = " ".join(block.text for block in article.body)
    return {
        "title": article.title,
        "published": article.published_as_printed or article.published or "",
        "lead": article.lead or "",
        "byline": article.byline_as_printed or "",
        "body": f"{_paragraphs(len(article.body))}: {_ends(body)}" if body else "",
    }


def _paragraphs(number: int) -> str:
    return ngettext("{number} paragraph", "{number} paragraphs", number)


def _ends(text: str) -> str:
    half = MAX_TEXT_CHARS // 2
    return (
        text if len(text) <= MAX_TEXT_CHARS else f"{text[:half].rstrip()} … {text[-half:].lstrip()}"
    )


def _short(text: str) -> str:
    return text if len(text) <= 2 * MAX_TEXT_CHARS else text[: 2 * MAX_TEXT_CHARS].rstrip() + "…"


def show_written(written: Written, root: Path) -> None:
    for path in (written.module, *written.fixtures):
        out.print(styled("green", gettext("wrote")), safe(_relative(path, root)))
    hint = gettext(
        "Next: compare each expected.json with its page, set reviewed to the date, "
        "then run tinwatch verify-site."
    )
    out.print(hint)


def proposal_row(
    proposal: Proposal, drafted: Draft, written: Written, root: Path
) -> dict[str, Any]:
    """Return the output of --json."""
    identity = proposal.identity
    reasons = (*proposal.reasons, *drafted.listings.reasons)
    return {
        "name": identity.name,
        "title": identity.title,
        "province": identity.province,
        "kind": identity.kind,
        "confidence": proposal.confidence.removeprefix("confidence_"),
        "reasons": [describe(reason) for reason in reasons],
        "reason_codes": [str(reason.code) for reason in reasons],
        "attributes": stated(proposal),
        "articles": [_article_row(result) for result in proposal.results],
        "problems": [describe(problem) for problem in drafted.site_pages.problems],
        "module": _relative(written.module, root),
        "fixtures": [_relative(path, root) for path in written.fixtures],
    }


def _article_row(result: SampleResult) -> dict[str, Any]:
    read = texts(result.article) if result.article else dict.fromkeys(FIELDS)
    return {
        "url": result.sample.saved.url,
        **read,
        "agrees": result.agrees,
        "problem": result.problem or None,
    }


def _relative(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix()
