"""SiteConfig: the configuration of a site as class attributes, checked when the class is created.

A platform (crawlers/platforms/) sets the attributes that the sites of one CMS share; a site module
(crawlers/sites/) sets only its own. docs/site-attributes.md describes every attribute.
"""

from __future__ import annotations

import hashlib
import re
from difflib import get_close_matches
from functools import cache
from typing import Any, ClassVar
from urllib.parse import urlsplit

from crawlers.selectors import compile_rule, keys_of
from crawlers.site_error import SiteError
from pipelines.text.urls import canonical_target, canonical_url
from storage.messages import describe
from storage.provinces.lookup import former
from storage.provinces.names import near_slugs
from storage.reasons import Reason

KINDS = {"newspaper", "propaganda", "party_committee", "party_bloc", "portal", "department"}
LEADS = {"selected", "first_paragraph", "first_paragraph_kept"}
FIELDS = {"title", "published", "updated", "lead", "body", "byline", "source", "section", "tags"}
UNKNOWN_PROVINCE = "unknown"  # of a proposal (crawlers/scaffold/); invalid in a site module
MAX_URL_CHARS = 2048  # as in a sitemap (sitemaps.org); article_url never sees a longer URL
REQUIRED_ATTRIBUTES = ("title", "province", "kind", "domains", "article_url", "select")
LIST_ATTRIBUTES = ("domains", "retired_domains", "sections", "feeds", "not_article", "fingerprints",
                   "captions", "exclude", "posting_account", "absent", "not_found")  # fmt: skip
MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
RENAMED_ATTRIBUTES = {"drop": "exclude", "posted_by": "posting_account", "marks": "fingerprints"}


class SiteConfig:
    """The configuration of one site. Every site must set REQUIRED_ATTRIBUTES."""

    name: str
    title: ClassVar[str]  # the publisher's name as printed on the site
    province: ClassVar[str]  # slug of the former province, "hau-giang"
    kind: ClassVar[str]
    domains: ClassVar[list[str]]
    retired_domains: ClassVar[list[str]] = []
    successor: ClassVar[str | None] = None
    status_note: ClassVar[Reason | None] = None  # why the site is an archive; None: it is live
    status: ClassVar[str] = "live"  # or "archive", by status_note
    verified: ClassVar[str | None] = None  # month of the newest capture checked, "2026-01"
    scheme: ClassVar[str] = "https"
    legacy_tls: ClassVar[bool] = False  # admit TLS 1.0 and 1.1 and weak keys
    language: ClassVar[str] = "vi"
    fingerprints: ClassVar[list[str]] = []  # selectors only found on its platform's pages
    generator: ClassVar[str | None] = None  # expression for what the CMS writes into every page

    # Listings and article URLs.
    sections: ClassVar[list[str]] = []  # values of {section} in listing_url
    listing_url: ClassVar[str | None] = None  # "{root}/{section}/"
    # "{root}/{section}?p={page}" or "...?start={offset}", see listing_step; None: one page only
    next_listing: ClassVar[str | None] = None
    listing_step: ClassVar[int] = 1  # {offset} is this times the number of pages before
    max_listings: ClassVar[int] = 20  # pages a section in one run
    feeds: ClassVar[list[str]] = []  # paths of RSS, Atom or sitemap files
    same_article: ClassVar[dict[str, str]] = {}  # paths of other views: {r"/amp$": "", ...}
    article_url: ClassVar[str]  # regular expression on the path and query, with a group "key"
    main_modules: ClassVar[set[str]] = set()  # values of its group "module" that are not in a key
    not_article: ClassVar[list[str]] = []  # selectors that are found only on pages of other kinds

    # Extraction: selectors by field; the first that matches wins.
    generic: ClassVar[bool] = False  # without selectors, by crawlers/extraction/generic/article.py
    select: ClassVar[dict[str, list[str]]]
    captions: ClassVar[list[str]] = []  # elements that are always captions
    exclude: ClassVar[list[str]] = []  # elements that are never part of an article
    posting_account: ClassVar[list[str]] = []  # the CMS account, which is not an author
    byline_is_account: ClassVar[bool] = False  # it yields to who signs the text
    absent: ClassVar[set[str]] = set()  # fields that the site never prints
    lead_is: ClassVar[str] = "selected"  # one of LEADS; _kept: older name of first_paragraph
    bold_is_subhead: ClassVar[bool] = True  # short all-bold paragraphs are subheads
    repair_text: ClassVar[bool] = False  # convert TCVN3, VNI and mangled text to Unicode
    unpublished_status: ClassVar[int | None] = None  # of the CMS for an article that was withdrawn
    not_found: ClassVar[list[str]] = []  # title texts of its "not found" page with status 200

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        _refuse_renamed(cls)
        _check_lists(cls)
        cls.exclude = _inherited(cls, "exclude")
        cls.captions = _inherited(cls, "captions")
        if "name" in cls.__dict__:
            stated = cls.__dict__.get("status")
            cls.status = "archive" if cls.status_note else "live"
            _check(cls, stated)
            cls.extractor_version = _extractor_version(cls)
            cls.indexed_names = keys_of(_all_selectors(cls))
            cls.all_hosts = frozenset(cls.hosts())
            cls.bare_hosts = frozenset(urlsplit(f"//{h}").hostname or h for h in cls.all_hosts)

    indexed_names: ClassVar[frozenset[str]] = frozenset()  # classes and ids, for PageIndex
    extractor_version: ClassVar[str] = ""  # see _extractor_version
    all_hosts: ClassVar[frozenset[str]] = frozenset()  # hosts(), computed once
    bare_hosts: ClassVar[frozenset[str]] = frozenset()  # hosts() without ports

    @classmethod
    def status_text(cls) -> str:
        """Return status_note as an English sentence, or an empty string if there is none."""
        return describe(cls.status_note) if cls.status_note else ""

    @classmethod
    def root(cls) -> str:
        return f"{cls.scheme}://{cls.domains[0]}"

    @classmethod
    def feed_urls(cls) -> list[str]:
        return [f"{cls.root()}/{feed}" for feed in cls.feeds]

    @classmethod
    def listing_urls(cls) -> list[str]:
        """Return the start URLs of a crawl: the first page of every section, and the feeds."""
        template = cls.listing_url or ""
        sections = cls.sections if template else []
        pages = [template.format(root=cls.root(), section=s, page=1) for s in sections]
        return [*pages, *cls.feed_urls()]

    @classmethod
    def hosts(cls) -> set[str]:
        """Return all live and retired domains, with and without www."""
        bare = {d.removeprefix("www.") for d in [*cls.domains, *cls.retired_domains]}
        return bare | {f"www.{d}" for d in bare}

    @classmethod
    def article_pattern(cls) -> re.Pattern[str]:
        return _compile_pattern(cls.article_url)

    @classmethod
    def is_named_in(cls, html: bytes) -> bool:
        """Whether the source of a page has the platform's `generator`."""
        return cls.generator is not None and bool(
            _compile_bytes_pattern(cls.generator).search(html)
        )

    @classmethod
    def article_path(cls, path: str) -> str:
        """Rewrite the path of a print, AMP or other view to the path of the article's main page."""
        for pattern, replacement in cls.same_article.items():
            path = _compile_pattern(pattern).sub(replacement, path)
        return path

    @classmethod
    def canonical(cls, url: str) -> str:
        """Return the canonical URL of a link of this site."""
        url = canonical_url(url, scheme=cls.scheme, hosts=cls.all_hosts, main_host=cls.domains[0])
        parts = urlsplit(url)
        path = cls.article_path(parts.path)
        return url if path == parts.path else parts._replace(path=path).geturl()

    @classmethod
    def key_of(cls, url: str) -> str | None:
        """Return the key of the article with this URL, or None if it is no article of the site."""
        if len(url) > MAX_URL_CHARS:
            return None
        try:
            parts = urlsplit(url)
        except ValueError:  # "http://[broken" and the like
            return None
        if (parts.hostname or "") not in cls.bare_hosts:
            return None
        target = canonical_target(cls.article_path(parts.path), parts.query)
        match = cls.article_pattern().search(target)
        if match is None:
            return None
        groups = match.groupdict()
        key: str = groups.get("key") or target.split("?")[0]
        module, language = groups.get("module"), groups.get("language")
        if module and module not in cls.main_modules:
            key = f"{module}/{key}"
        return f"{language}/{key}" if language and language != cls.language else key


@cache
def _compile_pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


@cache
def _compile_bytes_pattern(pattern: str) -> re.Pattern[bytes]:
    return re.compile(pattern.encode())


def _inherited(cls: type, attribute: str) -> list[str]:
    """Return the platform's values followed by those that the site adds."""
    values: list[str] = []
    for base in reversed(cls.__mro__):
        values += [v for v in base.__dict__.get(attribute, []) if v not in values]
    return values


def _refuse_renamed(cls: type) -> None:
    """Raise SiteError if a class uses the name that an attribute had before version 0.2.0."""
    for old, new in RENAMED_ATTRIBUTES.items():
        if old in cls.__dict__:
            raise SiteError(f"{cls.__module__}.{cls.__name__}: {old} is now called {new}")


def _check(cls: type[SiteConfig], status: str | None) -> None:
    """Raise SiteError for an invalid attribute. `status`: as a module of before 0.2.0 states it."""
    where = f"{cls.__module__}.{cls.__name__}"
    if status not in (None, cls.status):
        raise SiteError(f"{where}: leave out status; a site with a status_note is an archive")
    _check_names(where, cls)
    required = [a for a in REQUIRED_ATTRIBUTES if not (cls.generic and a == "select")]
    missing = [a for a in required if not getattr(cls, a, None)]
    if missing:
        raise SiteError(
            f"{where} (name = {cls.name!r}) does not set: {', '.join(missing)}. "
            "Set each as a class attribute of the site, or inherit it from a platform."
        )
    if cls.province != UNKNOWN_PROVINCE:
        check_province(where, cls.province)
    _check_choice(where, "kind", cls.kind, KINDS)
    _check_choice(where, "lead_is", cls.lead_is, LEADS)
    if cls.verified is not None and not MONTH.fullmatch(cls.verified):
        raise SiteError(f'{where}: verified = {cls.verified!r} is no month; write "2026-01"')
    for unknown in (set(cls.select) | cls.absent) - FIELDS - {"captions"}:
        raise SiteError(f"{where}: {unknown!r} is no field; fields are {', '.join(sorted(FIELDS))}")
    if cls.status == "live" and not (cls.feeds or (cls.listing_url and cls.sections)):
        raise SiteError(f"{where} is live: give it sections and a listing_url, or feeds")
    _check_patterns(where, cls)


def _check_names(where: str, cls: type[SiteConfig]) -> None:
    """Raise SiteError for a mistyped attribute, which would change nothing.

    A name that resembles none of an attribute is the module's own.
    """
    for name, value in cls.__dict__.items():
        if name.startswith("_") or callable(value) or isinstance(value, classmethod | property):
            continue
        if name not in SiteConfig.__annotations__ and not hasattr(cls.__base__, name):
            for near in get_close_matches(name, SiteConfig.__annotations__, n=1):
                raise SiteError(f"{where}: {name} is no attribute of a site; is it {near}?")


def _check_lists(cls: type[SiteConfig]) -> None:
    """Raise SiteError for a text instead of a list, which would be read letter by letter."""
    stated = cls.__dict__
    values = {name: stated.get(name) for name in LIST_ATTRIBUTES}
    values |= {f"select[{field!r}]": found for field, found in stated.get("select", {}).items()}
    for attribute, value in values.items():
        if isinstance(value, str):
            where = f"{cls.__module__}.{cls.__name__}"
            raise SiteError(f'{where}: {attribute} must be a list: ["{value}"]')


def check_province(where: str, slug: str) -> None:
    """Raise SiteError unless `slug` names a province of June 2025.

    Each such slug names one territory; every present province kept the slug of one of them.
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


def _check_patterns(where: str, cls: type[SiteConfig]) -> None:
    for selector in _all_selectors(cls):
        try:
            compile_rule(selector)
        except Exception as error:
            raise SiteError(f"{where}: selector {selector!r} is not valid: {error}") from error
    patterns_of = {
        "article_url": [cls.article_url],
        "same_article": list(cls.same_article),
        "generator": [cls.generator] if cls.generator else [],
    }
    for attribute, patterns in patterns_of.items():
        for pattern in patterns:
            try:
                _compile_pattern(pattern)
            except re.error as error:
                problem = f"{attribute} is no regular expression: {error}"
                raise SiteError(f"{where}: {problem}") from error


def _all_selectors(cls: type[SiteConfig]) -> list[str]:
    by_field = [selector for selectors in cls.select.values() for selector in selectors]
    return [*by_field, *cls.exclude, *cls.captions, *cls.posting_account, *cls.not_article]


# The attributes that decide what is extracted. The hash covers the names that they had when the
# first articles were stored, so that a rename does not make every capture be parsed again.
HASHED_ATTRIBUTES = {
    "article_url": "article_url", "select": "select", "captions": "captions", "exclude": "drop",
    "posting_account": "posted_by", "absent": "absent", "lead_is": "lead_is",
    "bold_is_subhead": "bold_is_subhead", "repair_text": "repair_text", "not_found": "not_found",
}  # fmt: skip

# A new attribute does not change the versions of the sites that do not set it.
HASHED_IF_SET = ("byline_is_account",)

EXTRACTOR_VERSION = 11  # increase if the extraction or normalisation code gives other results


def _extractor_version(cls: type[SiteConfig]) -> str:
    """Return EXTRACTOR_VERSION and a hash of the site's extraction rules.

    A changed selector changes the version, so that stored captures are parsed again.
    """
    stated = repr([
        *((name, _stable(getattr(cls, a))) for a, name in HASHED_ATTRIBUTES.items()),
        *((name, True) for name in HASHED_IF_SET if getattr(cls, name)),
    ])  # fmt: skip
    return f"{EXTRACTOR_VERSION}.{hashlib.sha256(stated.encode()).hexdigest()[:8]}"


def _stable(value: Any) -> Any:
    if isinstance(value, dict):
        return sorted((k, _stable(v)) for k, v in value.items())
    if isinstance(value, set | frozenset):
        return sorted(value)
    return value
