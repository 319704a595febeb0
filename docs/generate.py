"""Generate the documentation of the sites from the site modules.

docs/sites.md is the table of all sites; README.md holds a summary between two markers.

python docs/generate.py            rewrite both
python docs/generate.py --check    exit 1 if one is outdated
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

from crawlers.registry import all_sites
from crawlers.spider import SiteSpider
from storage.provinces.lookup import Present, former, formers_of, present_of, present_provinces

ROOT = Path(__file__).resolve().parents[1]
README, TABLE = ROOT / "README.md", ROOT / "docs" / "sites.md"
BEGIN, END = "<!-- sites -->", "<!-- /sites -->"
COLUMNS = ("site", "publisher", "kind", "former province", "platform", "status", "verified with")
NOT_YET = "not verified yet"

Site = type[SiteSpider]


def written(text: str) -> str:
    """Return README.md with a new summary between the markers. Raise ValueError without them."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"README.md must hold {BEGIN} and, after it, {END}")
    return f"{before}{BEGIN}\n{summary()}\n{END}{after}"


def summary() -> str:
    """Return the counts of sites, provinces and verified sites as a table."""
    sites = list(all_sites().values())
    live = sum(site.status == "live" for site in sites)
    verified = sorted(site.name for site in sites if site.verified)
    formers = {site.province for site in sites}
    now = {present_of(slug).slug for slug in formers}
    names = ", ".join(f"`{name}`" for name in verified)
    return "\n".join(
        (
            "| | |",
            "|---|---|",
            f"| sites | {len(sites)}: {live} live, {len(sites) - live} archives |",
            f"| present provinces | {len(now)} of {len(present_provinces())} |",
            f"| former provinces | {len(formers)} of 63 |",
            f"| verified with a stored page | {len(verified)}: {names} |",
            f"| not verified yet | {len(sites) - len(verified)} |",
        )
    )


def page() -> str:
    """Return docs/sites.md: every site under its present province."""
    groups: dict[str, list[Site]] = {one.slug: [] for one in present_provinces()}
    for site in all_sites().values():
        groups[present_of(site.province).slug].append(site)
    parts = [_head(list(all_sites().values()))]
    parts += [_province(one, groups[one.slug]) for one in present_provinces()]
    return "\n\n".join(parts) + "\n"


def _head(sites: list[Site]) -> str:
    kinds = Counter(site.kind for site in sites)
    counts = ", ".join(f"{_plain(kind)} {number}" for kind, number in kinds.most_common())
    return f"""# Sites

`python docs/generate.py` writes this page from the site modules; do not edit it. There are
{len(sites)} sites ({counts}).

"Verified with" is the month of the newest stored page with which the module was tested. "Not
verified yet" means that domain, sections and selectors come from public information about the site
and its platform, without a stored page; the site may have changed. If the rules of such a site do
not match, the generic extractor is used; `tinwatch verify-site` shows what to fix. An archive is
not crawled any more; its old pages can still be imported or replayed."""


def _platform(site: Site) -> str:
    return "its own rules" if site.__bases__ == (SiteSpider,) else site.facts().platform


def _plain(kind: str) -> str:
    return kind.replace("_", " ")


def _province(one: Present, sites: list[Site]) -> str:
    formers = [other.name for other in formers_of(one.slug)]
    lines = [f"## {one.name}", ""]
    if len(formers) > 1:
        lines += [f"Until 30 June 2025: {', '.join(formers)}.", ""]
    if not sites:
        return "\n".join([*lines, "There is no site."])
    rows = [COLUMNS, tuple("---" for _ in COLUMNS), *(_row(site) for site in sites)]
    return "\n".join(lines + [f"| {' | '.join(row)} |" for row in rows])


def _row(site: Site) -> tuple[str, ...]:
    status = f"{site.status}: {site.status_text()}" if site.status_note else site.status
    cells = (
        f"`{site.name}`",
        site.title,
        _plain(site.kind),
        former(site.province).name,
        _platform(site),
        status,
        site.verified or NOT_YET,
    )
    return tuple(cell.replace("|", r"\|") for cell in cells)


def main(arguments: list[str]) -> int:
    """Return the exit code."""
    new_text = {README: written(README.read_text("utf-8")), TABLE: page()}
    outdated = [f for f, text in new_text.items() if not f.exists() or f.read_text("utf-8") != text]
    if "--check" in arguments:
        for file in outdated:
            print(f"{file.relative_to(ROOT)} is outdated: run python docs/generate.py")
        return int(bool(outdated))
    for file in outdated:
        file.write_text(new_text[file], encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
