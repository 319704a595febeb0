"""Witnesses: what a page and its URL say of a field beside the element that prints it.

The rules of a site are hypotheses. Witnesses confirm or dispute what a rule found; they are cheap
string comparisons and part of the capture, so that a page is always decided in the same way.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from itertools import chain
from urllib.parse import unquote, urlsplit

from lxml.etree import _Element

from crawlers.extraction.html import head_of
from crawlers.extraction.line_catalogue import frame_kind, is_masthead, is_section
from crawlers.extraction.lines import inner_text
from pipelines.record.bylines.organisations import is_organisation
from pipelines.record.dates.order import day_first
from pipelines.record.dates.parse import BrokenDate, ParsedDate, parse_date
from pipelines.record.raw_article import RawArticle, Verdict
from pipelines.text.normal_forms import clean, search_fold
from storage.timezone import VIETNAM

WORD = re.compile(r"[^\W_]+")
TITLE_SEPARATOR = re.compile(r"\s[|–—·»-]\s|\|")
MONTH_IN_PATH = re.compile(r"/(?P<year>(?:19|20)\d{2})[/-]?(?P<month>0[1-9]|1[0-2])(?=[/-]|\d{2}/)")
MIN_SHARE_OF_SHORTER = 0.6  # common words of two titles, of the shorter one
MIN_SHARE_OF_LONGER = 0.35  # a slug may be cut, and a kicker stands before some titles
SLUG = re.compile(r"(?<![\w-])[a-z0-9]+(?:-[a-z0-9]+){2,}(?![\w-])", re.I)
MIN_SLUG_WORDS = 2
PART = re.compile(r"(?<![^\W_])(?:bai|ky|phan|tap)[\s_-]+0?(?P<number>\d{1,2})(?![^\W_])")
MAX_QUERY_CHARS = 1000
MAX_BADGE_CHARS = 20  # beside a title: "Nổi bật", "Mới"
BADGE_CLASS = re.compile(r"badge|label|featured|(?:^|[\s_-])(?:new|hot|icon)(?=$|[\s_-])", re.I)
MIN_QUICK_CHARS = 20  # of a title that need not be compared word by word
CLOCK_TOLERANCE = timedelta(minutes=3)  # between the page's clock and the time of the capture
MAX_MONTHS_APART = 1  # of a date and the month in the URL, which is that of the first draft


@dataclass(slots=True, eq=False)
class Words:
    """The words of a title, folded: slugs have no tone marks.

    `part`: the number of an article in its series ("Bài 2: ..."), or ""
    """

    text: str
    words: frozenset[str] = field(init=False)
    part: str = field(init=False)

    def __post_init__(self) -> None:
        folded = search_fold(self.text)
        self.words = frozenset(WORD.findall(folded))
        match = PART.search(folded)
        self.part = match["number"] if match else ""

    def agreement(self, other: Words) -> float:
        """Return the share of common words in the longer text, or 0 if they do not agree."""
        if self.part and other.part and self.part != other.part:
            return 0.0
        common = len(self.words & other.words)
        shorter, longer = sorted((len(self.words), len(other.words)))
        enough = common >= MIN_SHARE_OF_SHORTER * shorter and common >= MIN_SHARE_OF_LONGER * longer
        return common / longer if common and enough else 0.0


@dataclass
class Witnesses:
    """The witnesses of one page.

    Attributes:
        head_title: the text of <title>
        stated_title, stated_date: from the structured data
        site_title: the publisher's name, which is the title of no article
    """

    url: str
    captured_at: datetime
    head_title: str = ""
    stated_title: str | None = None
    stated_date: str | None = None
    site_title: str = ""

    @classmethod
    def of(cls, page: RawArticle, tree: _Element, site_title: str) -> Witnesses:
        """Return the witnesses of a page of which the structured data are known."""
        titles = chain(head_of(tree).iter("title"), tree.iter("title"))  # most in the head
        head = next(titles, None)
        stated = page.structured
        return cls(
            page.url or "",
            page.captured_at,
            (head.text or "") if head is not None else "",
            stated.title,
            stated.published,
            site_title,
        )

    @cached_property
    def titles(self) -> list[Words]:
        """Return the titles that are stated elsewhere, the most reliable first."""
        own_name = Words(self.site_title)
        parts = [self.stated_title or "", *_longest_part(self.head_title), slug_words(self.url)]
        words = [Words(part) for part in parts if part and not names_no_article(part)]
        return [w for w in words if w.words and not (own_name.words and w.words <= own_name.words)]

    def title(self, title: str) -> Verdict:
        stated = title == self.stated_title or self.head_title.startswith(title)
        if stated and len(title) >= MIN_QUICK_CHARS and title != self.site_title:
            return Verdict.CONFIRMED  # this decides most pages
        if not self.titles:
            return Verdict.UNKNOWN
        own = Words(title)
        first, *others = self.titles
        if own.agreement(first) or any(own.agreement(w) >= MIN_SHARE_OF_SHORTER for w in others):
            return Verdict.CONFIRMED
        return Verdict.DISPUTED

    @cached_property
    def agreed(self) -> Words | None:
        """Return the most reliable title that another witness confirms, or None."""
        pairs = ((one, other) for one in self.titles for other in self.titles if one is not other)
        return next((one for one, other in pairs if one.agreement(other)), None)

    def support(self, title: str) -> float:
        """Return how far a title agrees with the agreed one, or else with any, from 0 to 1."""
        own = Words(title)
        witnesses = [self.agreed] if self.agreed is not None else self.titles
        return max((own.agreement(other) for other in witnesses), default=0.0)

    def date(self, printed: str) -> Verdict:
        """Return the verdict on a printed date; a text that holds no date is disputed."""
        date = self.parse(printed)
        if date is None:
            return Verdict.DISPUTED
        day = date.value[:10]
        if self._stated_day == day:
            return Verdict.CONFIRMED
        if is_clock(date, self.captured_at):
            return Verdict.DISPUTED
        months = self._months_from_url(day)
        if months is None:
            return Verdict.UNKNOWN
        if months > MAX_MONTHS_APART:
            contradicted = self._stated_day is None or self._months_from_url(self._stated_day) == 0
            return Verdict.DISPUTED if contradicted else Verdict.UNKNOWN
        return Verdict.CONFIRMED

    def is_capture_day(self, printed: str, verdict: Verdict) -> bool:
        """Return whether an unconfirmed date without a time is the day of the capture."""
        date = self.parse(printed) if verdict is Verdict.UNKNOWN else None
        if date is None or date.time_known or date.relative:
            return False
        return date.value == self.captured_at.astimezone(VIETNAM).date().isoformat()

    def parse(self, printed: str | None) -> ParsedDate | None:
        if printed and printed != self.stated_date:
            printed = day_first(printed, self.stated_date, self.captured_at)
        try:
            return parse_date(printed, self.captured_at) if printed else None
        except BrokenDate:
            return None

    @cached_property
    def _stated_day(self) -> str | None:
        stated = self.parse(self.stated_date)
        return stated.value[:10] if stated else None

    def _months_from_url(self, day: str) -> int | None:
        match = MONTH_IN_PATH.search(urlsplit(self.url).path)
        if match is None:
            return None
        stated = int(match["year"]) * 12 + int(match["month"])
        return abs(int(day[:4]) * 12 + int(day[5:7]) - stated)


def is_clock(date: ParsedDate, captured_at: datetime) -> bool:
    """Return whether a date is the time of the capture, as the clock of a masthead."""
    if date.relative or not date.time_known:
        return False
    apart = datetime.fromisoformat(date.value) - captured_at.astimezone(VIETNAM)
    return abs(apart) <= CLOCK_TOLERANCE


def _longest_part(head_title: str) -> list[str]:
    """Return the part of <title> that is the article's: the longest, beside the site's name."""
    parts = [part.strip() for part in TITLE_SEPARATOR.split(clean(head_title))]
    return [max(parts, key=len)] if parts else []


def names_no_article(text: str) -> bool:
    """Return whether a text names a site, a section or a page that shows any article."""
    named = is_section(text) or is_masthead(text) or is_organisation(text)
    return named or frame_kind(text) is not None


def slug_words(url: str) -> str:
    """Return the words of the last part of the path, or nothing if it is only an id.

    Without rewritten URLs they are in the query: "index.php?view=article&id=20:tiep-xuc-cu-tri".
    """
    address = urlsplit(url)
    parts = [part for part in address.path.split("/") if part]
    slug = unquote(parts[-1]).rsplit(".", 1)[0] if parts else ""
    in_query = SLUG.findall(unquote(address.query[:MAX_QUERY_CHARS]))
    slug = max(in_query, key=len, default=slug)
    words = [w for w in WORD.findall(slug) if not any(c.isdigit() for c in w) and len(w) > 1]
    part = PART.search(slug.lower())
    return " ".join([*words, *([part[0]] if part else [])]) if len(words) >= MIN_SLUG_WORDS else ""


def without_badge(printed: str, stated: str | None, element: _Element | str) -> str:
    """Return a title without "Nổi bật" in an element of its own, if the metadata state the rest."""
    if not stated or len(stated) >= len(printed) or not printed.startswith(stated):
        return printed
    badge = printed.removeprefix(stated).strip()
    if isinstance(element, str) or len(badge) > MAX_BADGE_CHARS or not badge[:1].isalpha():
        return printed
    marked = (e for e in element.iterdescendants("*") if e.tag == "sup" or _names_badge(e))
    return stated if any(clean(inner_text(e)) == badge for e in marked) else printed


def _names_badge(element: _Element) -> bool:
    return BADGE_CLASS.search(element.get("class") or "") is not None
