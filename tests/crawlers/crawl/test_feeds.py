"""Links of feeds and sitemaps, and what is none."""

from __future__ import annotations

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crawlers.crawl.feeds import feed_links

FEED = "https://alpha.vn/rss/tin.xml"
ONE, TWO = "https://alpha.vn/tin/1-mo-duong.html", "https://alpha.vn/tin/2-gat-lua.html"


def links(text: str) -> list[str] | None:
    return feed_links(text.encode(), FEED)


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


def test_relative_links_are_resolved() -> None:
    found = links(
        "<rss><channel><item><link>/tin/1.html</link></item><item><link>2.html</link></item>"
        "<item><link>//beta.vn/3.html</link><guid>tin-3.html</guid></item></channel></rss>"
    )
    assert found == [
        "https://alpha.vn/tin/1.html", "https://alpha.vn/rss/2.html", "https://beta.vn/3.html",
    ]  # fmt: skip


def test_xml_base_is_the_base_of_relative_links() -> None:
    found = links(
        """<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://beta.vn/tin/">
        <entry><link href="1.html"/></entry>
        <entry xml:base="cu/"><link rel="alternate" href="2.html"/></entry></feed>"""
    )
    assert found == ["https://beta.vn/tin/1.html", "https://beta.vn/tin/cu/2.html"]


LAST = "https://alpha.vn/xem?cat=5&id=8"
ERRORS = {
    "ampersand in a link": "<link>https://alpha.vn/xem?cat=5&id=7</link>",
    "ampersand in a title": "<title>Nghiên cứu R&D ở xã</title>",
    "entity of HTML": "<title>Mở&nbsp;đường</title>",
    "control character": "<title>Mở\x0bđường</title>",
    "HTML that is not closed": "<description>Mở<br>đường<p>Gặt<img src=a.jpg></description>",
    "less than": "<title>Giá < 5 triệu</title>",
    "link in a comment": "<!-- <link>https://alpha.vn/nhap</link> & -->",
}


@pytest.mark.parametrize("error", ERRORS.values(), ids=ERRORS.keys())
def test_one_error_spoils_no_later_link(error: str) -> None:
    last = LAST.replace("&", "&amp;")
    items = f"<item>{error}</item>" * 300 + f"<item><title>x</title><link>{last}</link></item>"
    found = links(f'<?xml version="1.0"?><rss><channel>{items}</channel></rss>')
    assert found is not None
    assert [link for link in found if not link.endswith("id=7")] == [LAST]


def test_entities_in_cdata_are_text() -> None:
    assert links(f"<rss><item><link><![CDATA[{LAST}]]></link></item></rss>") == [LAST]


@pytest.mark.parametrize(
    ("before", "encoding"),
    [
        ('<?xml version="1.0" encoding="utf-16"?>', "utf-8"),
        ('<?xml version="1.0" encoding="utf-8"?>', "utf-16"),
        ('<?xml version="1.0" encoding="utf-16"?>', "utf-16-le"),
        ('<?xml version="1.0" encoding="windows-1252"?>', "cp1252"),
        ('<?xml version="1.0" encoding="khong-co"?>', "utf-8"),
        ('\ufeff\ufeff<?xml version="1.0"?>', "utf-8"),
        ('<br />\n<b>Warning</b>: in b.php on line <b>3</b><br />\n<?xml version="1.0"?>', "utf-8"),
        ('Notice: x\n<?xml version="1.0"?><?xml-stylesheet href="a.xsl"?>', "utf-8"),
    ],
)  # fmt: skip
def test_wrong_encoding_and_text_before_the_feed(before: str, encoding: str) -> None:
    text = f"{before}<rss><item><title>Hà</title><link>{ONE}</link></item></rss>"
    assert feed_links(text.encode(encoding), FEED) == [ONE]


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
        "<rss><item><link>javascript:alert(1)</link></item><item><link>http://[x</link></item>"
        f"<item><link>ftp://alpha.vn/x</link></item><item><link>{ONE}</link></item></rss>"
    )
    assert found == [ONE]


def test_external_entities_are_not_read() -> None:
    found = links(
        '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
        f"<rss><item><title>&x;</title><link>&x;</link><link>{ONE}</link></item></rss>"
    )
    assert found == ["https://alpha.vn/rss/&x", ONE]


def test_nested_entities_are_not_expanded() -> None:
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    text = (
        f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY e0 "lol">{levels}]>'
        f"<rss><item><link>&e9;</link></item><item><link>{ONE}</link></item></rss>"
    )
    started = time.monotonic()
    found = links(text)
    assert time.monotonic() - started < 2
    assert found == ["https://alpha.vn/rss/&e9", ONE]


@given(st.binary(max_size=300))
def test_any_bytes_raise_nothing(body: bytes) -> None:
    found = feed_links(body, FEED)
    assert found is None or all(link.startswith("http") for link in found)


@given(st.binary(max_size=60), st.integers(0, 200))
@example(noise=b":", place=1)
def test_damaged_feed_raises_nothing(noise: bytes, place: int) -> None:
    body = f"<rss><channel><item><link>{ONE}</link></item></channel></rss>".encode()
    found = feed_links(body[:place] + noise + body[place:], FEED)
    assert found is None or all(link.startswith("http") for link in found)
