"""PageIndex returns the same elements as lxml's own selectors."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from lxml.cssselect import CSSSelector

from crawlers.registry import all_sites
from crawlers.selectors import PageIndex, compile_rule, keys_of
from tinwatch.demo import sample_sites

RULES = [
    "h1", "p.lead", ".lead", "#main", "div#main", ".a.b", ".b.a p", "#main .lead", "div .a em",
    "meta[name=author]", "a[rel='tag']", ".box > p", "p:first-child", "[class^=ad]",
]  # fmt: skip


def test_rules_of_sample_sites_agree_with_lxml() -> None:
    for name in sample_sites.sites():
        site = all_sites()[name]
        rules = [r for rules in site.select.values() for r in rules] + site.exclude + site.captions
        page = next(
            p for p in sample_sites.pages(name, 1) if site.key_of(p.url) and p.status == 200
        )
        tree = etree.fromstring(page.body, etree.HTMLParser(encoding="utf-8"))
        index = PageIndex(tree, keys_of(rules))
        for rule in rules:
            if not rule.startswith(("/", "./")):
                assert index.find(rule) == CSSSelector(rule, translator="html")(tree), rule


TAGS = st.sampled_from(["div", "p", "em", "a", "h1"])
ATTRIBUTES = st.sampled_from(
    ["", ' class="a b"', ' class="lead"', " id=main", ' class="box a"', " rel=tag", ' class="adv"']
)
NODES = st.recursive(
    st.builds(lambda t, a: f"<{t}{a}>x</{t}>", TAGS, ATTRIBUTES),
    lambda inner: st.builds(
        lambda a, parts: f"<div{a}>{''.join(parts)}</div>", ATTRIBUTES, st.lists(inner, max_size=4)
    ),
    max_leaves=20,
)


@settings(max_examples=150)
@given(NODES, st.sampled_from(RULES))
def test_any_page_and_rule_agree_with_lxml(markup: str, rule: str) -> None:
    tree = etree.fromstring(f"<html><body>{markup}</body></html>", etree.HTMLParser())
    index = PageIndex(tree, keys_of([rule]))
    assert index.find(rule) == CSSSelector(rule, translator="html")(tree)


def test_find_inside_an_element() -> None:
    tree = etree.fromstring(
        "<html><body><p class=lead>1</p><div id=main><p class=lead>2</p></div></body></html>",
        etree.HTMLParser(),
    )
    index = PageIndex(tree, keys_of(["#main", ".lead"]))
    (main,) = index.find("#main")
    assert [e.text for e in index.find(".lead", main)] == ["2"]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("div:not(.quang-cao)", ["khung"]),  # not the container itself
        ("#trang > p", []),
        ("#than > p", ["1"]),
        (".bai > #than > p", ["1"]),  # the document's ancestors count
        ("#than > div > p", ["2"]),
        ("//p", ["1", "2"]),
        ("//div[@id='trang']/p", []),
        ("/html/body//div[@class='khung']/p", ["2"]),
        ("./p", ["1"]),
        ("p:first-child", ["1", "2"]),
        (".bai p", ["1", "2"]),
        ("//p/text()", ["1", "2"]),
    ],
)
def test_rule_has_one_meaning_inside_a_container(rule: str, expected: list[str]) -> None:
    tree = etree.fromstring(
        "<html><body><div id=trang><p>0</p><div class=bai><div id=than class=quang-cao><p>1</p>"
        "<div class=khung title=khung><p>2</p></div></div></div></div></body></html>",
        etree.HTMLParser(),
    )
    index = PageIndex(tree, keys_of([rule, "#than"]))
    (container,) = index.find("#than")
    found = [
        m if isinstance(m, str) else m.get("title") or m.text for m in index.find(rule, container)
    ]
    assert found == expected
    if not rule.startswith("./"):
        everywhere = index.find(rule)
        assert all(match in everywhere for match in index.find(rule, container))


@pytest.mark.parametrize("rule", ["p[", "//p[", "..a", "p::x(", ""])
def test_invalid_rule_is_an_error(rule: str) -> None:
    with pytest.raises(Exception):  # noqa: B017, PT011  lxml and cssselect have several kinds
        compile_rule(rule)
