"""docs/sites.md and README.md hold what docs/generate.py makes of the site modules."""

from __future__ import annotations

import re
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest

from crawlers.registry import all_sites
from tests.doc_pages import ROOT

README, TABLE = ROOT / "README.md", ROOT / "docs" / "sites.md"
SEEDS = ("haugiang", "travinh", "yenbai", "backan", "gialai")


def _generator() -> Any:
    spec = spec_from_file_location("docs_generate", ROOT / "docs" / "generate.py")
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_table_of_sites_is_up_to_date() -> None:
    generator = _generator()
    text = README.read_text("utf-8")
    assert generator.written(text) == text, "run: python docs/generate.py"
    assert generator.page() == TABLE.read_text("utf-8"), "run: python docs/generate.py"
    assert all(f"| `{seed}` |" in TABLE.read_text("utf-8") for seed in SEEDS)


def test_check_names_outdated_pages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    generator = _generator()
    readme, table = tmp_path / "README.md", tmp_path / "sites.md"
    readme.write_text(f"a\n{generator.BEGIN}\nold\n{generator.END}\nb\n", "utf-8")
    for name, value in {"ROOT": tmp_path, "README": readme, "TABLE": table}.items():
        monkeypatch.setattr(generator, name, value)
    assert generator.main(["--check"]) == 1
    assert capsys.readouterr().out.count("is outdated: run python docs/generate.py") == 2
    assert not table.exists()
    assert generator.main([]) == 0
    assert generator.main(["--check"]) == 0
    assert readme.read_text("utf-8").startswith(f"a\n{generator.BEGIN}\n| | |")
    table.write_text(table.read_text("utf-8") + "| more |\n", "utf-8")
    assert generator.main(["--check"]) == 1
    assert capsys.readouterr().out == "sites.md is outdated: run python docs/generate.py\n"


def test_unverified_site_is_marked_in_the_table() -> None:
    table = TABLE.read_text("utf-8")
    for site in all_sites().values():
        (row,) = re.findall(rf"^\| `{site.name}` \|.*$", table, re.M)
        assert row.endswith(f"| {site.verified or 'not verified yet'} |")
