"""The pages of the documentation, read for the tests of what they say."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ENGLISH = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
VIETNAMESE = sorted((ROOT / "docs" / "vi").glob("*.md"))
PAGES = [*ENGLISH, *VIETNAMESE]
MESSAGES = re.compile(r"^\| (?:message|thông báo) \|.*?\n\n", re.M | re.S)  # a translated table
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.M | re.S)


def text_of(name: str) -> str:
    page = ROOT / "README.md" if name == "README" else ROOT / "docs" / f"{name}.md"
    return page.read_text("utf-8")


def section(name: str, heading: str) -> str:
    """A page's text under a heading, up to the next of the same rank or higher."""
    rank = heading.count("#")
    found = re.search(
        rf"^{re.escape(heading)}$\n(.*?)(?=^#{{1,{rank}}} |\Z)", text_of(name), re.M | re.S
    )
    assert found, f"{name}.md has no heading {heading!r}"
    return found[1]


def rows(text: str) -> dict[str, str]:
    """The tables of a text: what stands in backticks in the first column -> the rest."""
    return {
        code: rest
        for first, rest in re.findall(r"^\| (.+?) \|(.*)\|$", text, re.M)
        for code in re.findall(r"`([^`]+)`", first)
    }


def named(text: str) -> set[str]:
    return set(re.findall(r"`([^`\n]+)`", text))
