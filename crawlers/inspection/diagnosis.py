"""From a look at a site to what must be mended in its module, in plain words.

`mend` is wrong now and costs articles or fields; `advice` is for a person to decide.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from crawlers.inspection.explain import Explanation, FieldStory
from crawlers.inspection.inspect_site import Look, built_on
from crawlers.spider import SiteSpider
from pipelines.record.normalise import NEEDED

LEAST_ALIKE = 2  # articles; of one nothing can be said to be the same on all
SHORT_OF = 0.6  # of the text that the generic reader finds
LEGACY = "repair_text converts it"
SHOWN = 80  # characters of a text that is quoted


@dataclass(frozen=True, slots=True)
class Findings:
    mend: list[str]
    advice: list[str]


def findings(site: type[SiteSpider], look: Look) -> Findings:
    """What a look at a site means for its module."""
    mend = [*_listings(look), *_robots(look), *_unread(site, look)]
    mend += [*_needed(site, look), *_alike(look), *_legacy(site, look)]
    lost = [*_gone(look)]
    many = len(look.gone) > len(look.pages)  # one may just have been taken down
    mend += lost if many else []
    advice = [
        *([] if many else lost),
        *_optional(site, look),
        *_denied(site, look),
        *_shorter(look),
    ]
    advice += [*_contradicted(look), *_platform(site, look)]
    if look.read and not mend and site.verified is None and look.newest is not None:
        advice.append(
            f"nothing is wrong on {_of(look.read, look)}: when a person has compared them with "
            f'the site, set verified = "{look.newest:%Y-%m}"'
        )
    return Findings(mend, advice)


def _of(number: int, look: Look) -> str:
    return f"{number} of {len(look.pages)} pages"


def _listings(look: Look) -> Iterator[str]:
    for listing in look.listings:
        if listing.trouble is not None:
            yield f"{listing.url} {_verb(listing.trouble)}: mend sections, listing_url or feeds"
        elif listing.at_hand and not (listing.links or listing.sitemaps):
            like = f"; its links look like {', '.join(listing.others)}" if listing.others else ""
            yield f"{listing.url} holds no link that article_url fits{like}"


def _verb(trouble: str) -> str:
    return trouble if trouble.startswith("answered") else f"could not be read ({trouble})"


def _robots(look: Look) -> Iterator[str]:
    if look.forbidden:
        yield (
            f"robots.txt forbids {', '.join(look.forbidden)}: it is obeyed, so leave these "
            "sections out, or ask the publisher for leave"
        )


def _gone(look: Look) -> Iterator[str]:
    for reason, number in Counter(look.gone.values()).items():
        url = next(u for u, why in look.gone.items() if why == reason)
        if not reason.startswith("robots.txt"):
            articles = "1 article" if number == 1 else f"{number} articles"
            yield f"{articles} of the listings could not be had: {reason} ({url})"


def _unread(site: type[SiteSpider], look: Look) -> Iterator[str]:
    reasons = Counter(page.trouble for page in look.pages if page.trouble)
    for reason, number in reasons.items():
        url = next(page.url for page in look.pages if page.trouble == reason)
        remedy = "" if site.generic else "; mend select"
        yield f"{_of(number, look)}: {reason} ({url}){remedy}"


def _needed(site: type[SiteSpider], look: Look) -> Iterator[str]:
    for name in NEEDED:
        broken = [p for p in look.pages if _story(p, name).state == "broken"]
        if broken:
            yield (
                f"{name} is missing on {_of(len(broken), look)}: {_tried(site, broken[0], name)}"
                f"{_elsewhere(broken[0], name)} ({broken[0].url})"
            )


def _tried(site: type[SiteSpider], page: Explanation, name: str) -> str:
    rules, found = site.select.get(name), _story(page, name).rule
    if found is not None:
        return f"nothing that can be read is in what {found} finds"
    if site.generic:
        return "the generic reader does not find it"
    return f"none of {', '.join(rules)} finds it" if rules else f"select has no {name!r}"


def _alike(look: Look) -> Iterator[str]:
    """One headline over all articles is the site's name; so is one body its template."""
    for name in ("title", "body"):
        values = [str(_story(p, name).value) for p in look.pages if _story(p, name).value]
        if len(values) >= LEAST_ALIKE and len(set(values)) == 1:
            rule = _story(look.pages[0], name).rule
            yield (
                f"{name} is the same on all {len(values)} pages: {rule} finds what is the site's, "
                "not the article's"
            )


def _legacy(site: type[SiteSpider], look: Look) -> Iterator[str]:
    warned = [p for p in look.pages if any(LEGACY in warning for warning in p.warnings)]
    if warned and not site.repair_text:
        yield f"an old encoding on {_of(len(warned), look)}: set repair_text = True"


def _optional(site: type[SiteSpider], look: Look) -> Iterator[str]:
    """A field that no page has is either not printed, which the module should say, or missed."""
    if not look.read:
        return
    for name, number in look.coverage.items():
        if number == 0 and name not in site.absent and name not in NEEDED:
            page = next(p for p in look.pages if p.article is not None)
            found = next((e for p in look.pages if (e := _elsewhere(p, name))), "")
            yield (
                f"{name} is on none of {len(look.pages)} pages{found}: if the site prints it, see "
                f"tinwatch explain {page.url}; if not, add it to absent"
            )


def _denied(site: type[SiteSpider], look: Look) -> Iterator[str]:
    """What the module calls absent, and another rule finds on every page, each time another."""
    for name in sorted(site.absent & {"published", "lead", "section"}):
        stated = [f.text for p in look.pages for f in _story(p, name).findings[:1] if f.text]
        if len(look.pages) >= LEAST_ALIKE and len(set(stated)) == len(look.pages):
            yield f"absent names {name}, and on every page{_elsewhere(look.pages[0], name)}"


def _shorter(look: Look) -> Iterator[str]:
    for page in look.pages:
        story = _story(page, "body")
        other = next((f for f in story.findings if f.origin == "generic reader"), None)
        if other is None or not isinstance(story.value, list):
            continue
        ours, theirs = len("\n".join(story.value)), len(other.text or "")
        if ours < SHORT_OF * theirs:
            yield (
                f"the body has {ours} characters, where the generic reader finds {theirs}: "
                f"compare with tinwatch explain {page.url}"
            )


def _contradicted(look: Look) -> Iterator[str]:
    """Fields of which the page's metadata says something else, on half of the pages or more."""
    for name in ("title", "published"):
        said = [w for p in look.pages for w in p.warnings if w.startswith(f"{name}: ")]
        if len(said) * 2 > len(look.pages):
            yield f"{name} disagrees with the page's metadata on {_of(len(said), look)}: {said[0]}"


def _platform(site: type[SiteSpider], look: Look) -> Iterator[str]:
    if look.guess not in (None, site.facts().platform):
        yield (
            f"the pages look like the platform {look.guess}; the module is built on "
            f"{built_on(site)}"
        )


def _story(page: Explanation, name: str) -> FieldStory:
    return next(story for story in page.fields if story.field == name)


def _elsewhere(page: Explanation, name: str) -> str:
    """What another rule finds for a field that was not read."""
    for finding in _story(page, name).findings:
        if finding.text and not finding.chosen:
            text = " ".join(finding.text.split())
            short = text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
            return f", {finding.origin} ({finding.rule}) finds {short!r}"
    return ""
