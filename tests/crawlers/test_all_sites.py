"""All site modules and platforms: attributes, provinces, successors, URL patterns."""

from __future__ import annotations

import ast
import json
import re
from collections import Counter
from pathlib import Path
from statistics import median
from typing import get_type_hints
from urllib.parse import urlsplit

import pytest

from crawlers import registry as discovery
from crawlers import site_config as rules
from crawlers.platforms.generic import Generic
from crawlers.registry import all_sites, platforms
from crawlers.site_config import SiteConfig
from crawlers.site_error import SiteError
from crawlers.spider import SiteSpider
from storage.provinces.lookup import former_provinces, present_of, present_provinces
from tests.each import for_each

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "crawlers" / "sites"
MODULES = sorted(f for f in FOLDER.glob("*.py") if f.stem != "__init__")
SITES = all_sites()
EXAMPLES: dict[str, list[str]] = json.loads(
    (Path(__file__).with_name("site_examples.json")).read_text("utf-8")
)
ATTRIBUTES = set(get_type_hints(SiteConfig)) - {
    "indexed_names",
    "extractor_version",
    "all_hosts",
    "bare_hosts",
}
MAX_LINES, MAX_MEDIAN_LINES = 40, 12  # of code in a site module
PLATFORMS = [*platforms(), Generic]


def code_lines(module: Path) -> int:
    """Count lines that are not blank, not a comment and not the docstring."""
    text = module.read_text("utf-8")
    docstring = ast.parse(text).body[0].end_lineno
    lines = [line.strip() for line in text.splitlines()[docstring:]]
    return sum(1 for line in lines if line and not line.startswith("#"))


# All together


def test_at_least_eighty_sites() -> None:
    assert len(SITES) >= 80
    assert len(MODULES) >= 80


def test_every_present_province_has_a_site() -> None:
    watched = {present_of(site.province).slug for site in SITES.values()}
    assert watched == {one.slug for one in present_provinces()}
    assert len(watched) == 34


def test_every_site_has_a_former_province() -> None:
    former_slugs = {one.slug for one in former_provinces()}
    assert {site.province for site in SITES.values()} <= former_slugs


def test_module_and_site_have_the_same_name() -> None:
    declared = [(site.__module__.rpartition(".")[2], name) for name, site in SITES.items()]
    assert sorted(stem for stem, _ in declared) == [f.stem for f in MODULES]
    assert [pair for pair in declared if pair[0] != pair[1]] == []


def test_domains_are_unique() -> None:
    hosts = Counter(
        domain.removeprefix("www.")
        for site in SITES.values()
        for domain in {*site.domains, *site.retired_domains}
    )
    assert [domain for domain, sites in hosts.items() if sites > 1] == []


def test_domains_are_bare_hosts() -> None:
    host = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+")
    odd = [
        (site.name, domain)
        for site in SITES.values()
        for domain in (*site.domains, *site.retired_domains)
        if not host.fullmatch(domain) or domain.startswith("www.")
    ]
    assert odd == []


def test_modules_are_short() -> None:
    lengths = {module.stem: code_lines(module) for module in MODULES}
    assert median(lengths.values()) <= MAX_MEDIAN_LINES
    assert [name for name, lines in lengths.items() if lines > MAX_LINES] == []


# Successors


def chain(name: str) -> list[str]:
    """Return a site and its successors, up to the first repeated one."""
    names = [name]
    while (after := SITES[names[-1]].successor) is not None:
        if after in names:
            return [*names, after]
        names.append(after)
    return names


@for_each("name", [n for n, site in SITES.items() if site.successor])
def test_successors_exist_without_cycles(name: str) -> None:
    assert SITES[name].successor in SITES
    names = chain(name)
    assert len(set(names)) == len(names), f"cycle: {' -> '.join(names)}"
    assert SITES[names[-1]].status == "live", "the last successor is live"


@for_each("name", [n for n, site in SITES.items() if site.successor])
def test_successor_is_in_the_same_present_province(name: str) -> None:
    after = SITES[SITES[name].successor or ""]
    assert present_of(after.province) == present_of(SITES[name].province)


# One by one


@for_each("module", MODULES, lambda module: module.stem)
def test_module_has_only_attributes(module: Path) -> None:
    tree = ast.parse(module.read_text("utf-8"))
    assert ast.get_docstring(tree), "the docstring describes the site"
    _, *rest = tree.body
    *imports, declared = rest
    assert all(isinstance(node, ast.ImportFrom) for node in imports)
    assert isinstance(declared, ast.ClassDef)
    assert all(isinstance(node, ast.Assign) for node in declared.body), "attributes only"
    deeds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.comprehension)
    assert not [node for node in ast.walk(tree) if isinstance(node, deeds)]
    calls = [ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)]
    assert set(calls) <= {"Reason"}, "a reason is a value: the one of status_note"


@for_each("site", SITES.values(), lambda site: site.name)
def test_site_has_only_known_attributes(site: type[SiteSpider]) -> None:
    stated = {name for name in vars(site) if not name.startswith("__")}
    computed = {"exclude", "captions"}  # platform's and site's
    computed |= {"indexed_names", "extractor_version", "all_hosts", "bare_hosts"}
    assert stated - computed <= ATTRIBUTES
    (base,) = site.__bases__
    assert base in (*PLATFORMS, SiteSpider), "a platform, or SiteSpider and rules of its own"


@for_each("site", SITES.values(), lambda site: site.name)
def test_facts_equal_the_attributes(site: type[SiteSpider]) -> None:
    facts = site.facts()
    assert (facts.name, facts.province, facts.status) == (site.name, site.province, site.status)
    assert facts.platform == site.__bases__[0].__name__
    assert facts.extractor_version == site.extractor_version != ""
    assert site.verified is None or re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", site.verified)


@for_each("site", SITES.values(), lambda site: site.name)
def test_patterns_compile_and_match_no_listing(site: type[SiteSpider]) -> None:
    assert "key" in site.article_pattern().groupindex
    assert site.key_of(f"{site.root()}/") is None, "the home page is no article"
    for section in site.sections:
        url = (site.listing_url or "").format(root=site.root(), section=section, page=1)
        assert site.key_of(url) is None, f"the listing {url} is no article"
    for feed in site.feeds:
        assert site.key_of(f"{site.root()}/{feed}") is None


@for_each("name", EXAMPLES)
def test_article_url_matches_the_examples(name: str) -> None:
    site = SITES[name]
    assert EXAMPLES[name]
    keys = [site.key_of(url) for url in EXAMPLES[name]]
    assert None not in keys, dict(zip(EXAMPLES[name], keys, strict=True))
    assert len(set(keys)) == len(keys), "different articles have different keys"
    assert {urlsplit(url).hostname for url in EXAMPLES[name]} <= site.hosts()


# Platforms


@for_each("platform", PLATFORMS)
def test_sites_of_a_platform_differ_only_by_attributes(platform: type[SiteSpider]) -> None:
    sites = [site for site in SITES.values() if site.__bases__ == (platform,)]
    of_a_cms = bool(platform.generator)  # `tinwatch add` recognises it before a site uses it
    assert of_a_cms or len(sites) >= 2, "a platform is worth a file when a second site appears"
    assert not [name for name, value in vars(platform).items() if callable(value)]
    for site in sites:
        own = {name for name in vars(site) if not name.startswith("__")}
        assert not [name for name in own if callable(getattr(site, name))]
        assert {"name", "title", "province", "domains"} <= own


# What is refused


def test_unknown_province_is_an_error_with_suggestions() -> None:
    stated = {**vars(SITES["gialai"]), "name": "thu", "province": "gia-lay"}
    stated = {k: v for k, v in stated.items() if k in ATTRIBUTES}
    with pytest.raises(SiteError, match=r"province = 'gia-lay' is no province's slug; is it gia-l"):
        type("Thu", SITES["gialai"].__bases__, stated)


def test_present_code_or_name_is_no_slug() -> None:
    for wrong in ("Gia Lai", "52", "gialai", ""):
        with pytest.raises(SiteError):
            rules.check_province("crawlers.sites.thu", wrong)


def test_unknown_is_no_province_of_a_module(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SITES["gialai"], "province", rules.UNKNOWN_PROVINCE)
    discovery.all_sites.cache_clear()
    try:
        with pytest.raises(SiteError, match=r"sites\.gialai: province = 'unknown'"):
            all_sites()
    finally:
        monkeypatch.undo()
        discovery.all_sites.cache_clear()


def test_module_names_equal_site_names() -> None:
    """check_site looks at module names only."""
    modules = {name: site.__module__ for name, site in all_sites().items()}
    assert modules == {name: f"crawlers.sites.{name}" for name in modules}
