"""Which records of an archive a bulk job reads: those of articles, by host, site and day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from functools import cached_property, lru_cache
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from crawlers.platforms.generic import ANY_URL, generic_site
from crawlers.registry import all_sites, get_site
from crawlers.site_config import EXTRACTOR_VERSION
from crawlers.spider import SiteSpider
from pipelines.stories.sentences import SHINGLE_RULES_VERSION
from storage.bulk.tables import FORMAT

MAX_CACHED_HOSTS = 4096
MAX_CACHED_URLS = 8
HTTP = ("http://", "https://")


@dataclass(frozen=True)
class ArchiveSelection:
    """What a job reads. `since` and `until` are days in UTC; both are read.

    Attributes:
        sites: names; none: all sites
        generic: read pages of hosts without a module, too, by the generic extractor
    """

    sites: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    generic: bool = False

    def __reduce__(self) -> tuple[Any, ...]:
        """Send the options alone to a worker, which loads the sites by itself."""
        return ArchiveSelection, (self.sites, self.since, self.until, self.generic)

    def to_dict(self) -> dict[str, Any]:
        return {
            **asdict(self),
            "sites": sorted(self.sites),
            "since": self.since and self.since.isoformat(),
            "until": self.until and self.until.isoformat(),
        }

    @cached_property
    def chosen(self) -> list[type[SiteSpider]]:
        """The sites with a module. Raise UnknownSite."""
        return [get_site(name) for name in self.sites] or list(all_sites().values())

    @cached_property
    def rules(self) -> str:
        """A digest of the rules that decide what is extracted, to tell results of two versions."""
        versions = sorted(site.extractor_version for site in self.chosen)
        stated = repr((FORMAT, EXTRACTOR_VERSION, SHINGLE_RULES_VERSION, versions, self.to_dict()))
        return sha256(stated.encode()).hexdigest()

    @cached_property
    def _by_host(self) -> dict[str, list[type[SiteSpider]]]:
        hosts: defaultdict[str, list[type[SiteSpider]]] = defaultdict(list)
        for site in self.chosen:
            for host in site.bare_hosts:
                hosts[host].append(site)
        return dict(hosts)

    @property
    def hosts(self) -> frozenset[str] | None:
        """The hosts whose records may be read; None if these are not known (`generic`)."""
        return None if self.generic else frozenset(self._by_host)

    @cached_property
    def _other_hosts(self) -> frozenset[str]:
        """Hosts of sites with a module that were not chosen: they are not generic."""
        every = (site.bare_hosts for site in all_sites().values())
        return frozenset().union(*every) - self._by_host.keys()

    def site_of(self, url: str) -> type[SiteSpider] | None:
        """Return the site of which a URL is an article; None if it is not to be read."""
        return self._cached_site_of(url)

    @cached_property
    def _cached_site_of(self) -> Callable[[str], type[SiteSpider] | None]:
        """Each step of a record's way asks for its site."""
        return lru_cache(MAX_CACHED_URLS)(self._site_of)

    def _site_of(self, url: str) -> type[SiteSpider] | None:
        if not url.startswith(HTTP):
            return None
        try:
            host = urlsplit(url).hostname or ""
        except ValueError:
            return None
        sites = self._by_host.get(host)
        if sites is not None:
            return next((site for site in sites if site.key_of(url) is not None), None)
        if not self.generic or not host or host in self._other_hosts:
            return None
        site = _generic_site(host)
        return site if site.key_of(url) is not None else None

    def includes_day(self, moment: datetime) -> bool:
        day = moment.astimezone(UTC).date()
        return (self.since is None or day >= self.since) and (
            self.until is None or day <= self.until
        )


@lru_cache(MAX_CACHED_HOSTS)
def _generic_site(host: str) -> type[SiteSpider]:
    return generic_site(host, ANY_URL, host)
