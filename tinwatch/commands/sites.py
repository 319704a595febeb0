"""Commands about what is watched: the sites, and the provinces that they belong to."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from crawlers.province_filter import chosen_provinces
from crawlers.registry import all_sites
from crawlers.spider import SiteSpider
from storage.provinces.lookup import Present, formers_of, present_of, present_provinces
from tinwatch.commands.options import FormerProvinceOption, JsonOption, ProvinceOption
from tinwatch.terminal.console import (
    count,
    errors_in_words,
    out,
    print_json,
    safe,
)


def sites(
    province: ProvinceOption = None,
    former_province: FormerProvinceOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the sites."""
    with errors_in_words():
        chosen = chosen_provinces(province, former_province)
        found = [s for s in all_sites().values() if chosen is None or s.province in chosen]
        for site in found:
            row = _site_row(site)
            if as_json:
                print_json(row)
                continue
            read = f"read against {row['verified']}" if row["verified"] else "not verified yet"
            out.print(f"[bold]{row['site']:<13}[/] {row['status']:<8} {safe(row['title'])}")
            out.print(f"[dim]{'':<13} {_place(site)} · {row['platform']} · {read}[/]")
        if not found and not as_json:
            out.print("no site of it is watched")


def _site_row(site: type[SiteSpider]) -> dict[str, Any]:
    return {
        "site": site.name,
        "title": site.title,
        "province": site.province,
        "province_now": present_of(site.province).slug,
        "kind": site.kind,
        "platform": site.facts().platform,
        "status": site.status,
        "status_note": site.status_text(),
        "status_note_code": site.status_note.code if site.status_note else None,
        "successor": site.successor,
        "domains": site.domains,
        "retired_domains": site.retired_domains,
        "verified": site.verified,
        "reader": site.extractor_version,
    }


def _place(site: type[SiteSpider]) -> str:
    now = present_of(site.province).slug
    return site.province if site.province == now else f"{site.province}, now {now}"


def provinces(as_json: JsonOption = False) -> None:
    """List the 34 provinces, the former provinces each was merged from, and their sites."""
    with errors_in_words():
        watched: defaultdict[str, list[str]] = defaultdict(list)
        for site in all_sites().values():
            watched[site.province].append(site.name)
        for one in present_provinces():
            row = _province_row(one, watched)
            if as_json:
                print_json(row)
                continue
            names = [former.name for former in formers_of(one.slug)]
            made_of = f"  [dim]{' + '.join(names)}[/]" if names != [one.name] else ""
            number = sum(len(former["sites"]) for former in row["formers"])
            out.print(f"[bold]{one.slug:<13}[/] {one.name}{made_of} · {count(number, 'site')}")


def _province_row(one: Present, watched: dict[str, list[str]]) -> dict[str, Any]:
    return {
        "province": one.slug,
        "name": one.name,
        "region": one.region,
        "code": one.code.as_json(),
        "formers": [
            {
                "province": former.slug,
                "name": former.name,
                "region": former.region,
                "code": former.code.as_json(),
                "sites": watched.get(former.slug, []),
            }
            for former in formers_of(one.slug)
        ],
    }
