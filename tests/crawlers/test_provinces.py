"""Province names as people write them, errors, and the province filters."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.province_filter import ExcludingFilters, chosen_provinces
from pipelines.text.normal_forms import search_fold
from storage.messages.reasons_lookups import LookupReason
from storage.provinces.lookup import Former, former, former_provinces, present_provinces
from storage.provinces.names import UnknownProvince, near_slugs, resolve_former, resolve_present
from storage.reasons import Reason

FACTS = Path(__file__).resolve().parents[3] / "shared" / "domain" / "provinces.json"
LETTERS = (
    str, str.upper, str.lower, search_fold,
    lambda name: unicodedata.normalize("NFD", name),
    lambda name: name.replace(" ", ""),
    lambda name: name.replace(" ", "-"),
)  # fmt: skip
RANKS = ("", "Tỉnh ", "tinh ", "TP. ", "thành phố ", "  ")


@given(st.sampled_from(former_provinces()), st.sampled_from(LETTERS), st.sampled_from(RANKS))
def test_province_is_found_by_any_form_of_its_name(
    one: Former, letters: Callable[[str], str], rank: str
) -> None:
    assert resolve_former(rank + letters(one.name)) is one
    assert resolve_former(one.slug) is one


@pytest.mark.parametrize(
    ("written", "slug"),
    [
        ("hau giang", "hau-giang"),
        ("TP.HCM", "ho-chi-minh"),
        ("Sài Gòn", "ho-chi-minh"),
        ("Thừa Thiên - Huế", "hue"),
        ("TT-Huế", "hue"),
        ("Bà Rịa – Vũng Tàu", "ba-ria-vung-tau"),
        ("BRVT", "ba-ria-vung-tau"),
        ("Bình Ðịnh", "binh-dinh"),  # eth
        ("Đắc Lắc", "dak-lak"),
        ("Hoà Bình", "hoa-binh"),
        ("Thủ đô Hà Nội", "ha-noi"),
    ],
)
def test_other_spellings(written: str, slug: str) -> None:
    assert resolve_former(written).slug == slug


@pytest.mark.skipif(not FACTS.exists(), reason="the facts (../shared/domain) are not here")
def test_every_known_variant_is_found() -> None:
    for fact in json.loads(FACTS.read_text("utf-8"))["former_63"]:
        for written in (*fact["name_variants"], fact["full_name"], fact["slug_nodash"]):
            assert resolve_former(written).slug == fact["slug"], written


def test_every_present_name_is_found() -> None:
    for one in present_provinces():
        assert resolve_present(one.name) is one


def test_merged_province_is_not_present() -> None:
    with pytest.raises(UnknownProvince) as raised:
        resolve_present("Hậu Giang")
    assert raised.value.reason == Reason(
        LookupReason.MERGED_PROVINCE,
        former="Hậu Giang",
        former_slug="hau-giang",
        present="Cần Thơ",
        present_slug="can-tho",
    )


@pytest.mark.parametrize("written", ["", " ", "tỉnh", "15", "x" * 3000, "\x1b[31m", "Hà Tây"])
def test_unknown_province_is_an_error(written: str) -> None:
    for resolve in (resolve_former, resolve_present):
        with pytest.raises(UnknownProvince, match=r"^no (former )?province"):
            resolve(written)


def test_similar_names_are_suggested() -> None:
    with pytest.raises(UnknownProvince, match=r"is it Hậu Giang \(hau-giang\)"):
        resolve_former("Hậu Gian")
    assert near_slugs("bak kan")[0] == "bac-kan"
    assert near_slugs("qqq") == []
    assert all(former(slug) for slug in near_slugs("Quảng N"))


def test_both_filters_together() -> None:
    assert chosen_provinces(None, None) is None
    assert chosen_provinces("Cần Thơ", None) == {"can-tho", "hau-giang", "soc-trang"}
    assert chosen_provinces(None, "Cần Thơ") == {"can-tho"}
    assert chosen_provinces("Cần Thơ", "Hậu Giang") == {"hau-giang"}
    assert chosen_provinces(["Cần Thơ", "Lào Cai"], ["Hậu Giang", "Yên Bái"]) == {
        "hau-giang",
        "yen-bai",
    }
    with pytest.raises(ExcludingFilters):
        chosen_provinces(["Cần Thơ", "Lào Cai"], ["Hậu Giang", "Bắc Kạn"])
    with pytest.raises(ExcludingFilters) as raised:
        chosen_provinces("Cần Thơ", "Bắc Kạn")
    assert raised.value.reason == Reason(
        LookupReason.FORMER_IN_OTHER_PROVINCE,
        former="Bắc Kạn",
        present="Thái Nguyên",
        other="Cần Thơ",
    )
    with pytest.raises(UnknownProvince):
        chosen_provinces("", None)
