"""Links of feeds and sitemaps, and what is none."""

from __future__ import annotations

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crawlers.crawl.feeds import feed_links

ONE, TWO = "https://alpha.vn/tin/1-mo-duong.html", "https://alpha.vn/tin/2-gat-lua.html"


def links(text: str) -> list[str] | None:
    return feed_links(text.encode())


def test_rss() -> None:
    assert links(
        f"""<?xml version="1.0" encoding="utf-8"?>
        <rss version="2.0"><channel><title>Alpha</title><link>https://alpha.vn/</link>
        <item><title>Mở đường</title><link>{ONE}</link><guid>{ONE}</guid></item>
        <item><title>Gặt lúa</title><link><![CDATA[ {TWO} ]]></link></item>
        </channel></rss>"""
    ) == ["https://alpha.vn/", ONE, TWO]


def test_guid_that_is_no_link_is_skipped() -> None:
    found = links(
        f"""<rss><channel><item><guid isPermaLink="false">tag-77</guid><link>{ONE}</link></item>
        <item><guid>{TWO}</guid></item></channel></rss>"""
    )
    assert found == [ONE, TWO]


def test_atom() -> None:
    assert links(
        f"""<feed xmlns="http://www.w3.org/2005/Atom"><title>Alpha</title>
        <entry><link rel="alternate" href="{ONE}"/><id>urn:1</id></entry>
        <entry><link href=" {TWO} "/></entry></feed>"""
    ) == [ONE, TWO]


def test_rdf() -> None:
    assert links(
        f"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
        xmlns="http://purl.org/rss/1.0/"><item rdf:about="{ONE}"><link>{ONE}</link></item>
        </rdf:RDF>"""
    ) == [ONE]


def test_sitemap() -> None:
    assert links(
        f"""<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
        <url><loc>{ONE}</loc><lastmod>2025-03-01</lastmod></url><url><loc>
        {TWO}
        </loc></url></urlset>"""
    ) == [ONE, TWO]


def test_truncated_feed_has_the_links_before_the_end() -> None:
    found = links(f"<rss><channel><item><link>{ONE}</link></item><item><link>{TWO}</link><desc")
    assert found == [ONE, TWO]


def test_unescaped_ampersand_does_not_end_the_feed() -> None:
    found = links(
        f"<rss><channel><item><title>Lúa & tôm</title><link>{ONE}</link></item></channel></rss>"
    )
    assert found == [ONE]


def test_space_before_the_declaration() -> None:
    assert links(f'\n\n<?xml version="1.0"?><rss><item><link>{ONE}</link></item></rss>') == [ONE]


def test_empty_feed_has_no_links() -> None:
    assert links("<rss><channel><title>Alpha</title></channel></rss>") == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "không phải feed",
        "<!DOCTYPE html><html><body><a href='https://alpha.vn/'>x</a></body></html>",
        "<html><head><link href='https://alpha.vn/x.css'></head></html>",
        '{"items": []}',
        "<other><link>https://alpha.vn/</link></other>",
        "\x00\x01\x02",
    ],
)
def test_other_documents_are_no_feed(text: str) -> None:
    assert links(text) is None


def test_only_web_links() -> None:
    found = links(
        "<rss><item><link>javascript:alert(1)</link></item><item><link>/tin/1.html</link></item>"
        f"<item><link>ftp://alpha.vn/x</link></item><item><link>{ONE}</link></item></rss>"
    )
    assert found == [ONE]


def test_external_entities_are_not_read() -> None:
    found = links(
        '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
        f"<rss><item><title>&x;</title><link>&x;</link><link>{ONE}</link></item></rss>"
    )
    assert found == [ONE]


def test_nested_entities_are_not_expanded() -> None:
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    text = (
        f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY e0 "lol">{levels}]>'
        f"<rss><item><link>&e9;</link></item><item><link>{ONE}</link></item></rss>"
    )
    started = time.monotonic()
    found = links(text)
    assert time.monotonic() - started < 2
    assert found in (None, [], [ONE])


@given(st.binary(max_size=300))
def test_any_bytes_raise_nothing(body: bytes) -> None:
    found = feed_links(body)
    assert found is None or all(link.startswith("http") for link in found)


@given(st.binary(max_size=60), st.integers(0, 200))
@example(noise=b":", place=1)
def test_damaged_feed_raises_nothing(noise: bytes, place: int) -> None:
    body = f"<rss><channel><item><link>{ONE}</link></item></channel></rss>".encode()
    found = feed_links(body[:place] + noise + body[place:])
    assert found is None or all(link.startswith("http") for link in found)
