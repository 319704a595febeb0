"""The rules of robots.txt that apply to tinwatch (RFC 9309)."""

from __future__ import annotations

import pytest

from crawlers.crawl.robots_rules import RobotsRules, is_html
from crawlers.middlewares.politeness import project_settings
from storage.version import PRODUCT_TOKEN, user_agent

PAGE = "https://baomau.example/tin-1.html"
HTML = b"<!DOCTYPE html><html><body><pre>User-agent: *\nDisallow: /</pre></body></html>"


@pytest.mark.parametrize("agent", ["tinwatch", "Tinwatch", "TINWATCH/0.2", "*", "tinwatch # v0"])
def test_our_group_and_that_of_all_apply(agent: str) -> None:
    assert not RobotsRules(f"User-agent: {agent}\nDisallow: /\n".encode()).allowed(PAGE)


@pytest.mark.parametrize(
    "agent",
    ["tin", "tinwatch-images", "watch", "news", "archive", "research", "toasoan", "t", "tin*"],
)
def test_a_group_of_another_token_does_not(agent: str) -> None:
    """Neither if the token begins ours, nor if it is a word of the user agent."""
    rules = RobotsRules(f"User-agent: {agent}\nDisallow: /\nCrawl-delay: 9\n".encode())
    assert rules.allowed(PAGE, user_agent("toasoan@thu-nghiem.example"))
    assert rules.crawl_delay() is None


def test_our_group_replaces_that_of_all() -> None:
    rules = b"User-agent: *\nDisallow: /\n\nUser-agent: other\nUser-agent: tinwatch\nAllow: /\n"
    assert RobotsRules(rules).allowed(PAGE)


def test_byte_order_mark_hides_no_group() -> None:
    assert not RobotsRules(b"\xef\xbb\xbfUser-agent: *\nDisallow: /\n").allowed(PAGE)


def test_html_page_has_no_rules() -> None:
    assert is_html(HTML)
    assert is_html(b"\xef\xbb\xbf\n<html>")
    assert not is_html(b"User-agent: *\n")
    assert RobotsRules(HTML).allowed(PAGE)


def test_every_crawl_reads_robots_txt_so() -> None:
    settings = project_settings()
    assert settings["ROBOTSTXT_PARSER"] == f"{RobotsRules.__module__}.{RobotsRules.__qualname__}"
    assert settings["USER_AGENT"].startswith(f"{PRODUCT_TOKEN}/")
