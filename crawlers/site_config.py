"""How a site is declared: class attributes, checked when the class is created.

A platform (crawlers/platforms/) sets the rules that a family of sites shares; a site module
(crawlers/sites/) states only what is its own. Nothing here fetches or stores.
"""

from __future__ import annotations

import hashlib
import re
from functools import cache
from typing import Any, ClassVar
from urllib.parse import urlsplit

from crawlers.selectors import compile_rule, keys_of
from pipelines.text.urls import canonical_url, target_without_visitor
from storage.messages import describe
from storage.provinces.lookup import former
from storage.provinces.names import near_slugs
from storage.reasons import Reason

KINDS = {"newspaper", "propaganda", "party_committee", "party_bloc", "portal", "department"}
STATUSES = {"live", "archive"}
LEADS = {"selected", "first_paragraph", "first_paragraph_kept"}
FIELDS = {"title", "published", "updated", "lead", "body", "byline", "source", "section", "tags"}
NOT_SAID = "unknown"  # the province of a proposal (crawlers/scaffold/); no site module may keep it
REQUIRED = ("title", "province", "kind", "domains", "article_url", "select")


class SiteError(TypeError):
    """A site or platform is declared wrongly; the message names the attribute and the remedy."""


class SiteConfig:
    """The declaration of one site. Attributes without a default must be set (see REQUIRED)."""

    name: str
    title: ClassVar[str]  # the publisher's name, as it prints it
    province: ClassVar[str]  # slug of the province that the publisher belonged to, "hau-giang"
    kind: ClassVar[str]
    domains: ClassVar[list[str]]
    retired_domains: ClassVar[list[str]] = []
    absorbed: ClassVar[list[str]] = []  # names of the sites whose publisher this one took over
    successor: ClassVar[str | None] = None
    status: ClassVar[str] = "live"
    status_note: ClassVar[Reason | None] = None  # why an archive is one
    verified: ClassVar[str | None] = None  # newest capture it was read against, "2026-01"
    scheme: ClassVar[str] = "https"
    language: ClassVar[str] = "vi"
    fingerprints: ClassVar[list[str]] = []  # selectors that betray a platform's pages (tinwatch add)

    # Where articles are found.
    sections: ClassVar[list[str]] = []  # put into listing_url as {section}
    listing_url: ClassVar[str | None] = None  # "{root}/{section}/"
    next_listing: ClassVar[str | None] = None  # "{root}/{section}?p={page}"; None: one page only
    max_listings: ClassVar[int] = 20  # pages a section and night, at most
    feeds: ClassVar[list[str]] = []  # paths of RSS, Atom or sitemap files
    same_article: ClassVar[dict[str, str]] = {}  # other views' paths: {r"/amp$": "", ...}
    article_url: ClassVar[str]  # regular expression on the path and query, with a group "key"

    # How an article is read: selectors by field, the first that finds something wins.
    generic: ClassVar[bool] = (
        False  # no selectors: crawlers/extraction/generic/article.py reads the pages
    )
    select: ClassVar[dict[str, list[str]]]
    captions: ClassVar[list[str]] = []  # elements that are captions wherever they stand
    exclude: ClassVar[list[str]] = []  # elements that never belong to an article
    posting_account: ClassVar[list[str]] = []  # the CMS account that posted it, not an author
    absent: ClassVar[set[str]] = set()  # fields that the site does not print
    lead_is: ClassVar[str] = "selected"  # or first_paragraph, or first_paragraph_kept (in the body)
    bold_is_subhead: ClassVar[bool] = True  # a paragraph that is bold as a whole and has no end
    repair_text: ClassVar[bool] = False  # convert TCVN3, VNI and mangled text to Unicode
    not_found: ClassVar[list[str]] = []  # titles of the site's "not found" page with status 200

    # How a plain text capture is read (tinwatch import of .txt files).
    text_cruft: ClassVar[list[str]] = []  # lines that are never part of an article
    text_stops: ClassVar[list[str]] = []  # lines that end the article
    text_captions: ClassVar[str] = (
        "credited"  # credited | sentence | bare (see crawlers/extraction/plaintext.py)
    )

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.exclude = _inherited(cls, "drop")
        cls.captions = _inherited(cls, "captions")
        cls.text_cruft = _inherited(cls, "text_cruft")
        cls.text_stops = _inherited(cls, "text_stops")
        if "name" in cls.__dict__:
            _check(cls)
            cls.extractor_version = _reader_version(cls)
            cls.indexed_names = keys_of(_all_rules(cls))
            cls.all_hosts = frozenset(cls.hosts())
            cls.bare_hosts = frozenset(urlsplit(f"//{h}").hostname or h for h in cls.all_hosts)

    indexed_names: ClassVar[frozenset[str]] = frozenset()  # the classes and ids that the rules name
    extractor_version: ClassVar[str] = ""  # the version of what reads this site, see _reader_version
    all_hosts: ClassVar[frozenset[str]] = frozenset()  # hosts(), once and for all
    bare_hosts: ClassVar[frozenset[str]] = frozenset()  # hosts() without ports

    @classmethod
    def status_text(cls) -> str:
        """The English sentence of status_note; empty if there is none."""
        return describe(cls.status_note) if cls.status_note else ""

    @classmethod
    def root(cls) -> str:
        return f"{cls.scheme}://{cls.domains[0]}"

    @classmethod
    def feed_urls(cls) -> list[str]:
        return [f"{cls.root()}/{feed}" for feed in cls.feeds]

    @classmethod
    def listing_urls(cls) -> list[str]:
        """Where a crawl begins: the first page of every section, and the feeds."""
        form = cls.listing_url
        pages = [form.format(root=cls.root(), section=s, page=1) for s in cls.sections if form]
        return [*pages, *cls.feed_urls()]

    @classmethod
    def hosts(cls) -> set[str]:
        """Every host that is this site: live and retired domains, with and without www."""
        bare = {d.removeprefix("www.") for d in [*cls.domains, *cls.retired_domains]}
        return bare | {f"www.{d}" for d in bare}

    @classmethod
    def article_pattern(cls) -> re.Pattern[str]:
        return _compile_pattern(cls.article_url)

    @classmethod
    def own_view(cls, path: str) -> str:
        """The path of the article's own page, of a path that may be its print, AMP or other view.

        `same_article` holds regular expressions on the path and what is put in their place.
        """
        for pattern, own in cls.same_article.items():
            path = _compile_pattern(pattern).sub(own, path)
        return path

    @classmethod
    def canonical(cls, url: str) -> str:
        """The one address of what a link of this site leads to."""
        kept = canonical_url(url, scheme=cls.scheme, hosts=cls.all_hosts, main_host=cls.domains[0])
        parts = urlsplit(kept)
        own = cls.own_view(parts.path)
        return kept if own == parts.path else parts._replace(path=own).geturl()

    @classmethod
    def key_of(cls, url: str) -> str | None:
        """The article's key in this site, or None where the URL is no article of it."""
        try:
            parts = urlsplit(url)
        except ValueError:  # "http://[broken" and the like
            return None
        if (parts.hostname or "") not in cls.bare_hosts:
            return None
        target = target_without_visitor(cls.own_view(parts.path), parts.query)
        match = cls.article_pattern().search(target)
        if match is None:
            return None
        return match.groupdict().get("key") or target.split("?")[0]


@cache
def _compile_pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _inherited(cls: type, attribute: str) -> list[str]:
    """A platform's list and the site's additions, in that order."""
    values: list[str] = []
    for base in reversed(cls.__mro__):
        values += [v for v in base.__dict__.get(attribute, []) if v not in values]
    return values


def _check(cls: type[SiteConfig]) -> None:
    where = f"{cls.__module__}.{cls.__name__}"
    needed = [a for a in REQUIRED if not (cls.generic and a == "select")]
    missing = [a for a in needed if not getattr(cls, a, None)]
    if missing:
        raise SiteError(
            f"{where} (name = {cls.name!r}) does not say: {', '.join(missing)}. "
            "Set each as a class attribute of the site, or inherit it from a platform."
        )
    if cls.province != NOT_SAID:
        check_province(where, cls.province)
    _check_choice(where, "kind", cls.kind, KINDS)
    _check_choice(where, "status", cls.status, STATUSES)
    _check_choice(where, "lead_is", cls.lead_is, LEADS)
    for unknown in (set(cls.select) | cls.absent) - FIELDS - {"captions"}:
        raise SiteError(f"{where}: {unknown!r} is no field; fields are {', '.join(sorted(FIELDS))}")
    if cls.status == "archive" and cls.status_note is None:
        raise SiteError(f"{where} is an archive: say why in status_note")
    if cls.status == "live" and not (cls.feeds or (cls.listing_url and cls.sections)):
        raise SiteError(f"{where} is live: give it sections and a listing_url, or feeds")
    _check_rules(where, cls)


def check_province(where: str, slug: str) -> None:
    """Former slugs only: each names one territory, and every present province has one too.

    Raises SiteError.
    """
    try:
        former(slug)
    except KeyError:
        near = near_slugs(slug)
        remedy = f"is it {' or '.join(near)}?" if near else "tinwatch provinces lists them"
        raise SiteError(f"{where}: province = {slug!r} is no province's slug; {remedy}") from None


def _check_choice(where: str, attribute: str, value: str, choices: set[str]) -> None:
    if value not in choices:
        raise SiteError(f"{where}: {attribute} = {value!r} is none of {', '.join(sorted(choices))}")


def _check_rules(where: str, cls: type[SiteConfig]) -> None:
    for rule in _all_rules(cls):
        try:
            compile_rule(rule)
        except Exception as error:
            raise SiteError(f"{where}: selector {rule!r} is not valid: {error}") from error
    patterned = {"article_url": [cls.article_url], "same_article": list(cls.same_article)}
    for attribute, patterns in patterned.items():
        for pattern in patterns:
            try:
                _compile_pattern(pattern)
            except re.error as error:
                said = f"{attribute} is no regular expression: {error}"
                raise SiteError(f"{where}: {said}") from error


def _all_rules(cls: type[SiteConfig]) -> list[str]:
    by_field = [rule for found in cls.select.values() for rule in found]
    return [*by_field, *cls.exclude, *cls.captions, *cls.posting_account]


RULE_ATTRIBUTES = (
    "article_url", "select", "captions", "drop", "posted_by", "absent",
    "lead_is", "bold_is_subhead", "repair_text", "not_found", "text_cruft", "text_stops",
    "text_captions",
)  # fmt: skip

READER = 3  # raise when our reading code or the normalisers read a page otherwise


def _reader_version(cls: type[SiteConfig]) -> str:
    """The version of everything that reads this site: our code's number and a hash of its rules.

    A mended selector is a new reader by itself, so nobody can forget to say so (rule 5).
    """
    stated = repr([(a, _stable(getattr(cls, a))) for a in RULE_ATTRIBUTES])
    return f"{READER}.{hashlib.sha256(stated.encode()).hexdigest()[:8]}"


def _stable(value: Any) -> Any:
    if isinstance(value, dict):
        return sorted((k, _stable(v)) for k, v in value.items())
    if isinstance(value, set | frozenset):
        return sorted(value)
    return value
