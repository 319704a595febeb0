"""Writing a proposal: a module formatted as ruff does, fixtures, and nothing else."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.platforms.content_fck import ContentFck
from crawlers.scaffold.draft import Draft, draft
from crawlers.scaffold.evaluation import Identity, build
from crawlers.scaffold.fixtures import compare_fixture, load_expected
from crawlers.scaffold.module_text import module_text, quoted
from crawlers.scaffold.naming import kind_of, name_of, province_of
from crawlers.scaffold.propose import Proposal
from crawlers.scaffold.saved_pages import NoPages, SavedPage, from_files
from crawlers.scaffold.write import WriteError, check_target, load_module, write
from crawlers.site_config import SiteConfig
from crawlers.spider import SiteSpider

ROOT = Path(__file__).resolve().parents[3]
SITES = ROOT / "tests" / "sites"
TAKEN = datetime(2025, 3, 20, tzinfo=UTC)


def drafted(name: str) -> Draft:
    facts = [(case, load_expected(case)) for case in sorted((SITES / name).iterdir())]
    return draft(
        [SavedPage(f["url"], (case / "page.html").read_bytes(), TAKEN) for case, f in facts]
    )


def proposed(name: str, *, own: bool = False) -> Proposal:
    found = drafted(name)
    identity = Identity(
        f"{name}_moi", "Báo Mới", "hau-giang", "newspaper", (found.site_pages.host,)
    )
    return found.proposal(identity, () if own else None)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    (tmp_path / "crawlers" / "sites").mkdir(parents=True)
    return tmp_path


def files_in(folder: Path) -> list[str]:
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


@pytest.mark.parametrize("own", [False, True], ids=["platform", "own"])
@pytest.mark.parametrize("name", ["haugiang", "gialai", "travinh"])
def test_module_and_fixtures_are_written_and_nothing_else(
    name: str, own: bool, checkout: Path
) -> None:
    proposal = proposed(name, own=own)
    written = write(proposal, checkout)
    module = f"crawlers/sites/{name}_moi.py"
    assert len(written.fixtures) == 5
    fixtures = [
        f"{folder.relative_to(checkout).as_posix()}/{file}"
        for folder in written.fixtures
        for file in ("expected.json", "page.html")
    ]
    assert files_in(checkout) == sorted([module, *fixtures])
    site = load_module((checkout / module).read_text("utf-8"), name)
    assert site.verified is None
    assert site.extractor_version == proposal.site.extractor_version
    for folder in written.fixtures:
        assert compare_fixture(folder, site) == []
        assert load_expected(folder)["reviewed"] is None
        assert site.key_of(load_expected(folder)["url"])


@pytest.mark.parametrize("own", [False, True], ids=["platform", "own"])
def test_module_is_formatted_as_ruff_does(own: bool, checkout: Path) -> None:
    for name in ("haugiang", "gialai", "hanoi_sotttt"):
        write(proposed(name, own=own), checkout)
    for command in (["format", "--check"], ["check"]):
        ruff = [sys.executable, "-m", "ruff", *command, "--no-cache", "--config"]
        done = subprocess.run(
            [*ruff, str(ROOT / "pyproject.toml"), str(checkout)], capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout + done.stderr


def test_module_on_a_platform_is_short(checkout: Path) -> None:
    text = write(proposed("gialai"), checkout).module.read_text("utf-8")
    body = text[text.index("class ") :].strip().splitlines()
    assert len(body) <= 15
    assert "select" not in text


def test_existing_site_is_replaced_only_with_force(checkout: Path) -> None:
    proposal = proposed("haugiang")
    module = write(proposal, checkout).module
    module.write_text("# mended by hand\n", "utf-8")
    with pytest.raises(WriteError, match=r"are there already: choose another --name, or .*--force"):
        write(proposal, checkout)
    assert module.read_text("utf-8") == "# mended by hand\n"
    write(proposal, checkout, force=True)
    assert "class HaugiangMoi" in module.read_text("utf-8")


def test_target_must_be_a_checkout(tmp_path: Path) -> None:
    with pytest.raises(WriteError, match="is no checkout of tinwatch"):
        check_target(tmp_path, "moi")
    assert files_in(tmp_path) == []


def test_rules_of_the_platform_are_not_repeated() -> None:
    select = {**ContentFck.select, "byline": [".tac-gia"]}
    identity = Identity("moi", "Báo Mới", "hau-giang", "newspaper", ("baomoi.example",))
    attributes = {"sections": ["tin"], "select": select}
    text = module_text(build(identity, ContentFck, attributes), ContentFck, attributes)
    assert '        **ContentFck.select,\n        "byline": [".tac-gia"],\n' in text
    assert "margintopbot10" not in text
    assert load_module(text, "moi").select == select


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=150)


@given(TEXT)
def test_quoted_text_is_a_literal_of_itself(text: str) -> None:
    assert eval(quoted(text)) == text


@given(title=TEXT.filter(str.strip), section=TEXT, rule=st.sampled_from([".a", "#b .c", "h1.d"]))
def test_page_text_cannot_break_out_of_a_string(title: str, section: str, rule: str) -> None:
    """Whatever a page calls itself, the module states just that, and runs nothing."""
    title = " ".join(title.split()) or "x"
    identity = Identity("moi", title, "hau-giang", "newspaper", ("baomoi.example",))
    attributes = {
        "article_url": r"^/[^/?]*-(?P<key>\d+)\.html(?:$|\?)",
        "sections": [section, 'a"; import os; "'],
        "listing_url": "{root}/{section}/" + section,
        "select": {"title": [rule], "body": [rule]},
    }
    site = load_module(
        module_text(build(identity, SiteSpider, attributes), SiteSpider, attributes), "moi"
    )
    assert issubclass(site, SiteConfig)
    assert (site.title, site.sections, site.listing_url) == (
        title, attributes["sections"], attributes["listing_url"],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("host", "name", "province", "kind"),
    [
        ("baocaobang.vn", "caobang", "cao-bang", "newspaper"),
        ("baohaugiang.com.vn", "haugiang", "hau-giang", "newspaper"),
        ("sotttt.hanoi.gov.vn", "hanoi_sotttt", "ha-noi", "portal"),
        ("tinhuy.travinh.gov.vn", "travinh_tinhuy", "tra-vinh", "party_committee"),
        ("danguykhoi.angiang.gov.vn", "angiang_danguykhoi", "an-giang", "party_bloc"),
        ("baohue.vn", "hue", "hue", "newspaper"),
        ("baoxyz.vn", "xyz", None, "newspaper"),
    ],
)
def test_identity_from_the_domain(host: str, name: str, province: str | None, kind: str) -> None:
    assert name_of(host) == name
    assert province_of(host, []) == province
    assert kind_of(host, []) == kind


def test_identity_from_the_title() -> None:
    assert province_of("baoxyz.vn", ["Báo Quảng Ninh điện tử"]) == "quang-ninh"
    assert province_of("baoxyz.vn", ["Tin Quảng Ninh và Quảng Nam"]) is None
    assert kind_of("xyz.vn", ["Ban Tuyên giáo Tỉnh ủy"]) == "propaganda"


@pytest.mark.parametrize("name", ["", "1moi", "Mới", "a-b", "x" * 60, "os.system"])
def test_invalid_name_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="is none"):
        drafted("haugiang").identity(name, "Báo Mới", "hau-giang", "newspaper")


def test_saved_files_name_their_url(tmp_path: Path) -> None:
    url = load_expected(next((SITES / "haugiang").iterdir()))["url"]
    noted = tmp_path / "noted.html"
    noted.write_bytes(f"<!-- saved from url=(0042){url} --><p>x</p>".encode())
    canonical = tmp_path / "canonical.html"
    canonical.write_text(f'<head><link rel="canonical" href="{url}"></head>', "utf-8")
    silent = tmp_path / "silent.html"
    silent.write_text("<p>x</p>", "utf-8")
    assert [page.url for page in from_files([noted, canonical])] == [url, url]
    assert from_files([silent], url)[0].url == url
    with pytest.raises(NoPages, match=r"silent\.html does not say .* --url"):
        from_files([silent])
    with pytest.raises(NoPages, match="belongs to a single --page"):
        from_files([noted, silent], url)


def test_expected_json_is_read_as_utf8(checkout: Path) -> None:
    folder = write(proposed("haugiang"), checkout).fixtures[0]
    text = (folder / "expected.json").read_text("utf-8")
    assert json.loads(text)["title"] in text
