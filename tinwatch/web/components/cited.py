"""What citation managers read on the page of an article: tags, and schema.org data."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from storage.exports.citations import Citation, citation
from storage.exports.printed_citation import printed_citation
from storage.exports.selection import OneRevision
from storage.messages import label

FORMATS = {  # as in the registry of exports -> name and suffix
    "ris": ("RIS", ".ris", "application/x-research-info-systems"),
    "bibtex": ("BibTeX", ".bib", "application/x-bibtex"),
    "csl-json": ("CSL-JSON", ".json", "application/vnd.citationstyles.csl+json"),
}


@dataclass(frozen=True, slots=True)
class CitedRevision:
    """The citation of a revision, as the page of its article shows it.

    Attributes:
        footnote: authors, title, publisher, day, address and version as a line of text
        tags: name and content of meta tags
        json_ld: schema.org data that is safe within a script element
    """

    article: int
    revision: int
    footnote: str
    tags: tuple[tuple[str, str], ...]
    json_ld: Markup


def cited_revision(one: OneRevision, locale: str, *, is_first: bool) -> CitedRevision:
    """Return what the page shows. `is_first`: the text is the article's first one in time."""
    cited = citation(one, one.row)
    return CitedRevision(
        article=one.row["id"],
        revision=one.row["revision"],
        footnote=printed_citation(one, locale),
        tags=tuple(_tags(one, cited)),
        json_ld=_json_ld(one, cited, is_first=is_first),
    )


def _tags(one: OneRevision, cited: Citation) -> Iterator[tuple[str, str]]:
    """Yield the tags that citation managers read; z:itemType is Zotero's own.

    No citation_journal_title: for Zotero that makes a journal article, whatever z:itemType says.
    """
    yield "z:itemType", "newspaperArticle" if one.row["site_kind"] == "newspaper" else "webpage"
    yield "citation_title", cited.title
    yield from (("citation_author", each.name) for each in cited.authors)
    if cited.day:
        yield "citation_publication_date", cited.day.replace("-", "/")
    yield "prism.publicationName", cited.publisher
    yield "citation_publisher", cited.publisher
    yield "citation_language", cited.language
    if cited.url:
        yield "citation_public_url", cited.url
    if cited.lead:
        yield "citation_abstract", cited.lead
    if cited.tags:
        yield "citation_keywords", "; ".join(cited.tags)


def _json_ld(one: OneRevision, cited: Citation, *, is_first: bool) -> Markup:
    row = one.row
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": cited.title,
        "author": [
            {"@type": "Organization" if each.organisation else "Person", "name": each.name}
            for each in cited.authors
        ],
        "publisher": {"@type": "Organization", "name": cited.publisher},
        "inLanguage": cited.language,
        "datePublished": row["published"],
        "dateModified": None if is_first else row["observed_at"],
        "abstract": cited.lead,
        "articleSection": cited.section,
        "keywords": list(cited.tags),
        "url": cited.url,
        "version": row["revision"],
        "creativeWorkStatus": label("article_status", row["status"], "en"),
    }
    text = json.dumps({key: value for key, value in data.items() if value}, ensure_ascii=False)
    # No "<" ends the element, and "&" is no entity there.
    return Markup(text.replace("<", "\\u003c").encode("utf-8", "replace").decode())
