"""The version of the program and its user agent. pyproject.toml reads VERSION from this file."""

from __future__ import annotations

VERSION = "0.2.0"
PRODUCT_TOKEN = "tinwatch"  # of the user agent and in robots.txt


def user_agent(contact: str = "") -> str:
    """The value of the User-Agent header; `contact` is an address for the staff of a site.

    robots.txt is matched by PRODUCT_TOKEN alone (RFC 9309, section 2.2.1).
    """
    product = f"{PRODUCT_TOKEN}/{'.'.join(VERSION.split('.')[:2])}"
    return f"{product} (news archive for research{f'; {contact}' if contact else ''})"
