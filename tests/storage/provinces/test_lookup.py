"""Former and present provinces: complete and consistent."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from storage.provinces import lookup as provinces

FACTS = Path(__file__).resolve().parents[4] / "shared" / "domain" / "provinces.json"
FORMERS, PRESENTS = provinces.former_provinces(), provinces.present_provinces()


def test_63_provinces_became_34() -> None:
    assert len({one.slug for one in FORMERS}) == len({one.name for one in FORMERS}) == 63
    assert len({one.slug for one in PRESENTS}) == len({one.name for one in PRESENTS}) == 34


def test_every_former_province_is_in_exactly_one_present_one() -> None:
    parts = Counter(slug for one in PRESENTS for slug in one.formers)
    assert parts == Counter(one.slug for one in FORMERS)
    assert all(one.slug in provinces.present(one.now).formers for one in FORMERS)


def test_present_province_has_the_name_of_a_merged_one() -> None:
    for one in PRESENTS:
        assert one.slug in one.formers
        assert provinces.former(one.slug).name == one.name


def test_eleven_provinces_were_not_merged() -> None:
    assert sum(len(one.formers) == 1 for one in PRESENTS) == 11


def test_hau_giang_belongs_to_can_tho() -> None:
    assert provinces.present_of("hau-giang").name == "Cần Thơ"
    assert [one.name for one in provinces.formers_of("can-tho")] == [
        "Cần Thơ", "Hậu Giang", "Sóc Trăng",
    ]  # fmt: skip


def test_codes_are_unique_only_within_a_period() -> None:
    before = {one.code.number: one.slug for one in FORMERS}
    now = {one.code.number: one.slug for one in PRESENTS}
    assert (len(before), len(now)) == (63, 34)
    assert set(now) <= set(before)
    changed = {number for number in now if before[number] != now[number]}
    assert changed == {"15", "24", "44", "52", "80", "82", "91"}
    assert (before["15"], now["15"]) == ("yen-bai", "lao-cai")


def test_code_has_a_validity_period() -> None:
    assert provinces.former("yen-bai").code.to_dict() == {
        "number": "15", "valid_from": None, "valid_to": "2025-06-30",
    }  # fmt: skip
    assert provinces.present("lao-cai").code.to_dict() == {
        "number": "15", "valid_from": "2025-07-01", "valid_to": None,
    }  # fmt: skip
    assert provinces.former("yen-bai").code != provinces.present("lao-cai").code


def test_slugs_are_plain_and_regions_are_six() -> None:
    assert all(re.fullmatch(r"[a-z]+(?:-[a-z]+)*", one.slug) for one in (*FORMERS, *PRESENTS))
    assert len({one.region for one in FORMERS}) == len({one.region for one in PRESENTS}) == 6


def test_unknown_province_is_an_error() -> None:
    with pytest.raises(KeyError):
        provinces.present("hau-giang")
    with pytest.raises(KeyError):
        provinces.former("ha-tay")
    assert provinces.province_now("yen-bai") == "lao-cai"
    assert provinces.province_now("ha-tay") is None


@pytest.mark.skipif(not FACTS.exists(), reason="the facts (../shared/domain) are not here")
def test_table_matches_official_data() -> None:
    facts = json.loads(FACTS.read_text("utf-8"))
    stated = {
        (f["slug"], f["name"], f["gso_code_old"], f["region6_old"], f["merged_into"])
        for f in facts["former_63"]
    }
    assert {(o.slug, o.name, o.code.number, o.region, o.now) for o in FORMERS} == stated
    now = {
        (f["slug"], f["name"], f["gso_code_new"], f["region6_new"], frozenset(f["formed_from"]))
        for f in facts["current_34"]
    }
    assert {
        (o.slug, o.name, o.code.number, o.region, frozenset(o.formers)) for o in PRESENTS
    } == now
