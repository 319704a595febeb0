"""All sites, one for each module in crawlers/sites/, and all platforms."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterable
from difflib import get_close_matches
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

import crawlers.platforms
import crawlers.sites
from crawlers.site_error import SiteError
from storage.messages.reasons_lookups import LookupReason, NotFound
from storage.reasons import Reason

if TYPE_CHECKING:
    from crawlers.spider import (
        SiteSpider,  # imports Scrapy, so it is deferred to the functions that need it
    )


class UnknownSite(NotFound):
    """No site has this name. The reason suggests similar names."""


@cache
def all_sites() -> dict[str, type[SiteSpider]]:
    """Return every site by name, sorted.

    Raises SiteError for a module without a site, or a name used twice.
    """
    from crawlers.site_config import check_province  # imports lxml, which few commands need

    sites: dict[str, type[SiteSpider]] = {}
    for module_info in pkgutil.iter_modules(crawlers.sites.__path__):
        module = _site_module(f"crawlers.sites.{module_info.name}")
        own = [v for v in vars(module).values() if _is_site(v, module.__name__)]
        if not own:
            raise SiteError(f"{module.__name__} declares no site: a class with a name")
        for site in own:
            if site.name in sites:
                raise SiteError(f"{module.__name__}: the name {site.name!r} is taken")
            check_province(module.__name__, site.province)
            sites[site.name] = site
    return dict(sorted(sites.items()))


def _site_module(name: str) -> ModuleType:
    """Import a site module. Raise SiteError for a mistake in writing, without a traceback."""
    try:
        return import_module(name)
    except (SyntaxError, NameError) as error:
        remedy = "a comma, a quotation mark or the four spaces in front of a line are missing"
        raise SiteError(f"{name}: {error}: {remedy}") from error


def _is_site(value: object, module: str) -> bool:
    from crawlers.spider import SiteSpider

    return (
        isinstance(value, type)
        and issubclass(value, SiteSpider)
        and value.__module__ == module
        and "name" in value.__dict__
    )


@cache
def platforms() -> tuple[type[SiteSpider], ...]:
    """Return every platform except the generic one, by module."""
    from crawlers.spider import SiteSpider

    classes: list[type[SiteSpider]] = []
    for module_info in pkgutil.iter_modules(crawlers.platforms.__path__):
        module = import_module(f"crawlers.platforms.{module_info.name}")
        classes += [
            value
            for value in vars(module).values()
            if isinstance(value, type)
            and issubclass(value, SiteSpider)
            and value.__module__ == module.__name__
            and not value.generic
        ]
    return tuple(classes)


def get_site(name: str) -> type[SiteSpider]:
    """Return the site with this name. Raises UnknownSite."""
    sites = all_sites()
    if name not in sites:
        names = {alias: s.name for s in sites.values() for alias in (s.name, *s.domains)}
        similar = dict.fromkeys(names[alias] for alias in get_close_matches(name, names, n=4))
        if similar:
            raise UnknownSite(Reason(LookupReason.NO_SITE_OF_NAME, site=name, near=list(similar)))
        raise UnknownSite(Reason(LookupReason.NO_SITE, site=name))
    return sites[name]


def check_site(name: str) -> None:
    """Raise UnknownSite if there is no such site.

    It looks for the module only, so that neither the site nor Scrapy is imported.
    """
    if name not in site_modules():
        get_site(name)


def site_modules() -> frozenset[str]:
    """Return the names of the modules of sites, which are those of the sites."""
    return frozenset(module.name for module in pkgutil.iter_modules(crawlers.sites.__path__))


def check_sites(names: Iterable[str] | None) -> None:
    """Raise UnknownSite if one of these sites does not exist."""
    for name in names or ():
        check_site(name)
