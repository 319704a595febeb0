"""The sites there are: every module in crawlers/sites/ is one, and there is no list to edit."""

from __future__ import annotations

import pkgutil
from difflib import get_close_matches
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

import crawlers.sites
from crawlers.site_config import SiteError, check_province

if TYPE_CHECKING:
    from crawlers.spider import SiteSpider  # with Scrapy: loaded where sites are looked for


class UnknownSite(KeyError):
    """No site has this name; the message names near ones."""

    def __str__(self) -> str:
        return str(self.args[0])


@cache
def all_sites() -> dict[str, type[SiteSpider]]:
    """Every site by name. Raises SiteError for a module without a site, or a name used twice."""
    found: dict[str, type[SiteSpider]] = {}
    for module_info in pkgutil.iter_modules(crawlers.sites.__path__):
        module = import_module(f"crawlers.sites.{module_info.name}")
        own = [v for v in vars(module).values() if _is_site(v, module.__name__)]
        if not own:
            raise SiteError(f"{module.__name__} declares no site: a class with a name")
        for site in own:
            if site.name in found:
                raise SiteError(f"{module.__name__}: the name {site.name!r} is taken")
            check_province(module.__name__, site.province)
            found[site.name] = site
    return dict(sorted(found.items()))


def _is_site(value: object, module: str) -> bool:
    from crawlers.spider import SiteSpider

    return (
        isinstance(value, type)
        and issubclass(value, SiteSpider)
        and value.__module__ == module
        and "name" in value.__dict__
    )


def get_site(name: str) -> type[SiteSpider]:
    """Raises UnknownSite."""
    sites = all_sites()
    if name not in sites:
        known = {called: s.name for s in sites.values() for called in (s.name, *s.domains)}
        near = dict.fromkeys(known[called] for called in get_close_matches(name, known, n=4))
        remedy = f"is it {' or '.join(near)}?" if near else "tinwatch sites lists them"
        raise UnknownSite(f"no site {name!r}; {remedy}")
    return sites[name]


def check_site(name: str) -> None:
    """Raises UnknownSite. A module of this name is enough: no site, and so no Scrapy, is loaded."""
    if name not in {module.name for module in pkgutil.iter_modules(crawlers.sites.__path__)}:
        get_site(name)
