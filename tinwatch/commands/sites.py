"""tinwatch sites and tinwatch provinces."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from crawlers.province_filter import chosen_provinces
from crawlers.registry import all_sites
from crawlers.spider import SiteSpider
from storage.provinces.lookup import Present, formers_of, present_of, present_provinces
from tinwatch.commands.options import FormerProvinceOption, JsonOption, ProvinceOption
from tinwatch.terminal.console import exit_on_error, out, print_json, print_rows, safe
from tinwatch.terminal.messages import gettext, label, ngettext


def sites(
    province: ProvinceOption = None,
    former_province: FormerProvinceOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the sites."""
    with exit_on_error():
        chosen = chosen_provinces(province, former_province)
        found = [s for s in all_sites().values() if chosen is None or s.province in chosen]
        if not print_rows(found, as_json, _site_row, _print_site) and not as_json:
            out.print(gettext("no sites"))


def _print_site(site: type[SiteSpider]) -> None:
    verified = gettext("not verified yet")
    if site.verified:
        verified = gettext("verified with pages of {day}", day=site.verified)
    status = label("site_status", site.status)
    out.print(f"[bold]{site.name:<20}[/] {status:<8} {safe(site.title)}")
    out.print(f"[dim]{'':<20} {_province(site)} · {site.facts().platform} · {verified}[/]")


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


def _province(site: type[SiteSpider]) -> str:
    now = present_of(site.province).slug
    if site.province == now:
        return now
    return gettext("{former}, now {present}", former=site.province, present=now)


def provinces(as_json: JsonOption = False) -> None:
    """List the 34 provinces, the former provinces each was merged from, and their sites."""
    with exit_on_error():
        site_names: defaultdict[str, list[str]] = defaultdict(list)
        for site in all_sites().values():
            site_names[site.province].append(site.name)
        for one in present_provinces():
            row = _province_row(one, site_names)
            if as_json:
                print_json(row)
                continue
            names = [former.name for former in formers_of(one.slug)]
            former_names = f"  [dim]{' + '.join(names)}[/]" if names != [one.name] else ""
            number = sum(len(former["sites"]) for former in row["formers"])
            total = ngettext("{number} site", "{number} sites", number)
            out.print(f"[bold]{one.slug:<13}[/] {one.name}{former_names} · {total}")


def _province_row(one: Present, site_names: dict[str, list[str]]) -> dict[str, Any]:
    return {
        "province": one.slug,
        "name": one.name,
        "region": one.region,
        "code": one.code.to_dict(),
        "formers": [
            {
                "province": former.slug,
                "name": former.name,
                "region": former.region,
                "code": former.code.to_dict(),
                "sites": site_names.get(former.slug, []),
            }
            for former in formers_of(one.slug)
        ],
    }
