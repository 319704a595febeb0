"""docs/site-attributes.md lists every attribute, and its examples and error messages are real."""

from __future__ import annotations

from typing import Any

import pytest

from crawlers.site_config import FIELDS, KINDS, LEADS, SiteConfig
from crawlers.spider import SiteSpider
from tests.doc_pages import FENCE, named, rows, section, text_of


def test_every_attribute_of_a_site_is_documented() -> None:
    computed = {"indexed_names", "extractor_version", "all_hosts", "bare_hosts", "status"}
    stated = rows(section("site-attributes", "## A whole module"))
    assert set(stated) >= set(SiteConfig.__annotations__) - computed
    table = named(section("site-attributes", "## A whole module"))
    assert table >= KINDS | LEADS | FIELDS
    assert set(stated) <= set(SiteConfig.__annotations__)


def test_platform_imports_in_the_docs_work() -> None:
    stated = section("site-attributes", "## Platforms by their addresses")
    shown = [c for c in named(stated) if "import" in c]
    assert len(shown) > 5
    for line in shown:
        exec(line, {})


def test_site_modules_in_the_docs_are_valid() -> None:
    blocks = [b for kind, b in FENCE.findall(text_of("site-attributes")) if kind == "python"]
    whole = [b for b in blocks if "import" in b]
    assert len(whole) == 2
    for block in whole:
        made: dict[str, Any] = {"__name__": "shown"}
        exec(block, made)
        (site,) = (v for v in made.values() if isinstance(v, type) and "name" in v.__dict__)
        assert issubclass(site, SiteSpider)
        assert site.extractor_version


MISTAKES = {
    "does not set: province, kind": {"province": None, "kind": None},
    "province = 'hau-gian' is no province's slug; is it hau-giang": {"province": "hau-gian"},
    "kind = 'paper' is none of department, newspaper": {"kind": "paper"},
    "'author' is no field; fields are": {"absent": {"author"}},
    "leave out status; a site with a status_note is an archive": {"status": "archive"},
    "is live: give it sections and a listing_url, or feeds": {"sections": []},
    "selector '.title[' is not valid": {"exclude": [".title["]},
    "article_url is no regular expression": {"article_url": "("},
    "drop is now called exclude": {"drop": [".ad"]},
}


@pytest.mark.parametrize("message", MISTAKES)
def test_documented_errors_are_raised(message: str) -> None:
    right = {
        "name": "mau", "title": "Báo Mẫu", "province": "ha-nam", "kind": "newspaper",
        "domains": ["baomau.example"], "sections": ["tin"], "listing_url": "{root}/{section}",
        "article_url": "-(?P<key>[0-9]+)$", "select": {"title": ["h1"], "body": [".text"]},
    }  # fmt: skip
    with pytest.raises(TypeError) as error:
        type("Mau", (SiteSpider,), right | MISTAKES[message])
    assert message in str(error.value)
    assert message in rows(section("site-attributes", "## Errors in a module"))
