"""settings.toml: its defaults, its ranges, and what an error names."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import pytest

from storage.config import Settings, SettingsError, read_settings


def settings(tmp_path: Path, text: str | bytes) -> Settings:
    file = tmp_path / "settings.toml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_settings(file)


def test_missing_file_gives_the_defaults(tmp_path: Path) -> None:
    assert read_settings(tmp_path / "settings.toml") == Settings()
    assert (Settings().removal_checks, Settings().removal_hours) == (3, 48.0)
    assert Settings().delay >= 1


def test_defaults_are_valid(tmp_path: Path) -> None:
    lines = [f"{key} = {json.dumps(value)}" for key, value in asdict(Settings()).items()]
    assert settings(tmp_path, "\n".join(lines)) == Settings()


def test_settings_of_the_file_are_used(tmp_path: Path) -> None:
    stated = settings(
        tmp_path, 'delay = 3\nremoval_checks = 2\ncontact = "a@b.vn"\nnight_at = ""\n'
    )
    assert (stated.delay, stated.removal_checks, stated.contact) == (3, 2, "a@b.vn")
    assert (stated.removal_hours, stated.night_at) == (48.0, "")


@pytest.mark.parametrize(
    ("text", "key", "allowed"),
    [
        ("removal_check = 2", "removal_check", "removal_checks"),
        ("delay = 'fast'", "delay", "number from 0.05 to 600"),
        ("delay = -1", "delay", "number from 0.05 to 600"),
        ("delay = 0", "delay", "number from 0.05 to 600"),
        ("delay = inf", "delay", "number from 0.05 to 600"),
        ("removal_checks = 0", "removal_checks", "whole number from 1 to 100"),
        ("outage_share = 50.0", "outage_share", "from 0 to 1"),
        ("keep_backups = -1", "keep_backups", "whole number from 0 to 1000000"),
        ("recheck_budget = 10000000000000000000000", "recheck_budget", "from 0 to 1000000"),
        ("allow_private_hosts = true", "allow_private_hosts", "127.0.0.1:8080"),
        ('allow_private_hosts = ["127.0.0.1"]', "allow_private_hosts", "127.0.0.1:8080"),
        ('allow_private_hosts = ["http://a:80"]', "allow_private_hosts", "127.0.0.1:8080"),
        ("delay = nan", "delay", "number from 0.05 to 600"),
        ("delay = false", "delay", "number"),
        ("removal_checks = 2.5", "removal_checks", "whole number from 1 to 100"),
        ("removal_checks = true", "removal_checks", "whole number"),
        ("site_minutes = 0", "site_minutes", "whole number from 1 to 1440"),
        ("outage_share = 1.5", "outage_share", "from 0 to 1"),
        ("contact = 5", "contact", "text"),
        ('night_at = "25:00"', "night_at", "01:30"),
        ('night_at = "1:30"', "night_at", "01:30"),
        ('backup_at = "05:00\\u001b[31m"', "backup_at", "01:30"),
        ("poll_minutes = 7", "poll_minutes", "one of 0, 15, 20"),
        ("alert_minutes = 60", "alert_minutes", "one of 0, 5"),
        ("[delay]", "delay", "number"),
    ],
)
def test_error_names_the_file_the_key_and_the_allowed_values(
    tmp_path: Path, text: str, key: str, allowed: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        settings(tmp_path, text)
    message = str(caught.value)
    assert message.startswith(str(tmp_path / "settings.toml"))
    assert key in message
    assert allowed in message
    assert "\x1b" not in message


def test_byte_order_mark_and_windows_line_ends_are_read(tmp_path: Path) -> None:
    stated = settings(tmp_path, b'\xef\xbb\xbfcontact = "a@b.example"\r\ndelay = 3\r\n')
    assert (stated.contact, stated.delay) == ("a@b.example", 3)


def test_private_hosts_are_named_with_their_ports(tmp_path: Path) -> None:
    stated = settings(tmp_path, 'allow_private_hosts = ["127.0.0.1:8080", "[::1]:80", "thu:1"]\n')
    assert stated.allow_private_hosts == ("127.0.0.1:8080", "[::1]:80", "thu:1")


@pytest.mark.parametrize("text", ["delay = ", b"contact = '\xff'"])
def test_invalid_toml_is_refused(tmp_path: Path, text: str | bytes) -> None:
    with pytest.raises(SettingsError, match=r"settings\.toml"):
        settings(tmp_path, text)
