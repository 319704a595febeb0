"""The options that choose articles by site, province and day, for `with_options`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from crawlers.article_filter import narrowed, parse_article_query
from storage.search.parser import Query
from tinwatch.commands.options import (
    FormerProvinceOption,
    FromOption,
    ProvinceOption,
    SitesOption,
    ToOption,
)


@dataclass(frozen=True, slots=True)
class ArticleOptions:
    """The options as written; `query` checks them."""

    first: FromOption = None
    last: ToOption = None
    site: SitesOption = None
    province: ProvinceOption = None
    former_province: FormerProvinceOption = None

    def query(self, words: Iterable[str]) -> Query:
        """Return the query restricted by these options.

        Raise InputError or NotFound for an impossible value.
        """
        return narrowed(
            parse_article_query(" ".join(words)),
            sites=self.site or (),
            province=self.province,
            former_province=self.former_province,
            first=self.first,
            last=self.last,
        )
