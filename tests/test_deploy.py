"""The files in deploy/ start what exists, as the documentation says."""

from __future__ import annotations

import configparser
import re
from pathlib import Path

import pytest

from tinwatch.commands.lazy_loading import load

ROOT = Path(__file__).resolve().parents[1]
DEPLOY = ROOT / "deploy"


@pytest.mark.parametrize("file", sorted(DEPLOY.glob("systemd/*.service")), ids=lambda f: f.name)
def test_unit_starts_a_command_with_its_options(file: Path) -> None:
    unit = configparser.ConfigParser(interpolation=None, strict=True)
    unit.read_string(file.read_text("utf-8"))
    program, command, *options = unit["Service"]["ExecStart"].split()
    assert program.endswith("/tinwatch")
    known = {name for parameter in load(command).params for name in parameter.opts}
    assert {option for option in options if option.startswith("--")} <= known
    assert unit["Install"]["WantedBy"] == "multi-user.target"


def test_every_file_is_named_in_the_documentation() -> None:
    text = " ".join((ROOT / "docs" / f"{page}.md").read_text("utf-8")
                    for page in ("server", "service"))  # fmt: skip
    for file in DEPLOY.rglob("*"):
        if file.is_file():
            name = file.relative_to(ROOT).as_posix()
            folder = name.replace(file.name, f"*{file.suffix}")
            assert name in text or folder in text, name


def test_proxies_lead_to_the_port_of_the_dashboard() -> None:
    for name in ("nginx.conf", "Caddyfile.host"):
        assert re.search(r"127\.0\.0\.1:8001\b", (DEPLOY / name).read_text("utf-8"))
