"""Canonical URLs."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.text.urls import canonical_target, canonical_url

HOSTS = frozenset({"old.vn", "www.old.vn", "new.vn", "www.new.vn"})
TABLE = [
    ("http://new.vn/a.html", "https://new.vn/a.html"),
    ("https://new.vn:443/a.html", "https://new.vn/a.html"),
    ("http://new.vn:80/a.html", "https://new.vn/a.html"),
    ("https://new.vn:8443/a.html", "https://new.vn:8443/a.html"),
    ("https://WWW.New.VN/A.html", "https://new.vn/A.html"),
    ("http://www.old.vn/a.html", "https://new.vn/a.html"),
    ("https://other.vn/a.html", "https://other.vn/a.html"),
    ("https://new.vn", "https://new.vn/"),
    ("https://new.vn/a.html#binh-luan", "https://new.vn/a.html"),
    ("https://new.vn/(S(lit3py55t21z5v))/a.aspx?id=5", "https://new.vn/a.aspx?id=5"),
    ("https://new.vn/tin/(X(1)S(ab1))/a.aspx", "https://new.vn/tin/a.aspx"),
    ("https://new.vn/a.aspx?AspxAutoDetectCookieSupport=1", "https://new.vn/a.aspx"),
    ("https://new.vn/tin-(so-5)/a.aspx", "https://new.vn/tin-(so-5)/a.aspx"),
    ("https://new.vn/a?utm_source=x&id=5&fbclid=y", "https://new.vn/a?id=5"),
    ("https://new.vn/a?UTM_Medium=x", "https://new.vn/a"),
    ("https://new.vn/a?ItemID=6&b=&p_p_auth=zz", "https://new.vn/a?ItemID=6&b="),
    ("https://new.vn/a?b=2&a=1", "https://new.vn/a?b=2&a=1"),
    ("https://new.vn/b%C3%A0i-%61", "https://new.vn/b%C3%A0i-a"),
    ("https://new.vn/b%c3%a0i-%61", "https://new.vn/b%C3%A0i-a"),
    ("https://new.vn/h%f2a.html", "https://new.vn/h%F2a.html"),
    ("https://new.vn/a%2fb.html", "https://new.vn/a%2Fb.html"),
    ("https://new.vn/a?12345", "https://new.vn/a?12345"),
    ("https://new.vn/a?q=h%F2a&&b", "https://new.vn/a?q=h%F2a&b"),
    ("https://new.vn/a?q=bài%20mới", "https://new.vn/a?q=b%C3%A0i+m%E1%BB%9Bi"),
    ("https://new.vn/bài viết", "https://new.vn/b%C3%A0i%20vi%E1%BA%BFt"),
    (" https://new.vn/a \n", "https://new.vn/a"),
    ("https://new.vn/a/-/b_c~d,e;f@g", "https://new.vn/a/-/b_c~d,e;f@g"),
]


@pytest.mark.parametrize(("url", "expected"), TABLE)
def test_canonical_url(url: str, expected: str) -> None:
    assert canonical_url(url, hosts=HOSTS, main_host="new.vn") == expected


def test_scheme_is_the_one_the_site_serves() -> None:
    assert canonical_url("https://new.vn/a", scheme="http") == "http://new.vn/a"


def test_main_host_may_include_a_port() -> None:
    url = canonical_url("http://localhost:8123/a", scheme="http", main_host="localhost:8123")
    assert url == "http://localhost:8123/a"


def test_invalid_port_is_removed() -> None:
    assert canonical_url("https://new.vn:99999/a") == "https://new.vn/a"


@pytest.mark.parametrize(
    ("visited", "own"),
    [
        ("/tin/mot/?PHPSESSID=ab12", "/tin/mot/"),
        ("/x.aspx?ASP.NET_SessionId=ab&ItemID=7", "/x.aspx?ItemID=7"),
        ("/x.aspx?ItemID=7&fbclid=IwAR0&utm_source=fb", "/x.aspx?ItemID=7"),
        ("/(S(lit3py55t21z5v))/x.aspx?id=7&AspxAutoDetectCookieSupport=1", "/x.aspx?id=7"),
        ("/a;jsessionid=0A1B.node1/b.html?p=2", "/a/b.html?p=2"),
        ("/(S(lit3py55t21z5v55vlm25s55))/bai.aspx", "/bai.aspx"),
        ("/tin/(X(1)S(lit3py55))/bai.aspx?ItemID=7", "/tin/bai.aspx?ItemID=7"),
        ("/bai.aspx?AspxAutoDetectCookieSupport=1", "/bai.aspx"),
        ("/tin/(s)-bai.html", "/tin/(s)-bai.html"),
        ("/b%e1%ba%a1n/?a=%e1", "/b%E1%BA%A1n/?a=%E1"),
        ("/index.php?op=viewst&sid=123", "/index.php?op=viewst&sid=123"),
        ("/tin?id=4&page=2", "/tin?id=4&page=2"),
    ],
)
def test_visitor_parameters_are_removed(visited: str, own: str) -> None:
    path, _, query = visited.partition("?")
    assert canonical_target(path, query) == own
    assert canonical_url(f"https://new.vn{visited}") == f"https://new.vn{own}"


path = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="?#\\"), max_size=15
)


@given(path, st.text("abz019%/é?=&;+ ", max_size=12), st.sampled_from(["http", "https"]))
def test_canonical_url_is_idempotent(path: str, rest: str, scheme: str) -> None:
    once = canonical_url(f"{scheme}://www.old.vn/{path}{rest}", hosts=HOSTS, main_host="new.vn")
    assert canonical_url(once, hosts=HOSTS, main_host="new.vn") == once
    assert once.isascii()


@given(path)
def test_percent_encoding_is_unified(path: str) -> None:
    plain = path.replace("%", "").strip()
    encoded = quote(plain, safe="/")
    assert canonical_url(f"https://new.vn/{plain}x") == canonical_url(f"https://new.vn/{encoded}x")
