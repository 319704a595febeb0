"""Writes the table of sites into README.md, from the site modules themselves.

python docs/generate.py            rewrite the table
python docs/generate.py --check    exit 1 where it is out of date
"""

from __future__ import annotations

import sys
from pathlib import Path

from crawlers.discovery import all_sites

README = Path(__file__).resolve().parents[1] / "README.md"
BEGIN, END = "<!-- sites -->", "<!-- /sites -->"
COLUMNS = ("site", "publisher", "province", "platform", "status", "read against")


def table() -> str:
    """A Markdown table with one row a site, in the order of `tinwatch sites`."""
    rows = [
        (
            f"`{site.name}`",
            site.title,
            site.province,
            site.facts().platform,
            site.status,
            site.verified or "no page yet",
        )
        for site in all_sites().values()
    ]
    lines = [COLUMNS, tuple("---" for _ in COLUMNS), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def written(text: str) -> str:
    """`text` with today's table between the markers. Raises ValueError where they are missing."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"README.md must hold {BEGIN} and, after it, {END}")
    return f"{before}{BEGIN}\n{table()}\n{END}{after}"


def main(arguments: list[str]) -> int:
    text = README.read_text(encoding="utf-8")
    fresh = written(text)
    if "--check" in arguments:
        if fresh != text:
            print("the table of sites in README.md is old: run python docs/generate.py")
        return int(fresh != text)
    README.write_text(fresh, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
