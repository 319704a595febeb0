"""Valid and invalid alerts.toml files."""

from __future__ import annotations

from datetime import time
from pathlib import Path

import pytest

from schedules.alerts.quiet_hours import QuietHours
from schedules.alerts.subscriptions import get_subscription, read_subscriptions
from storage.events.filters import EventFilter
from storage.home import HomeError

HEAD = '[[subscription]]\nname = "đội"\nto = ["env:TEAM"]\n'


def read(folder: Path, text: str) -> list[object]:
    (folder / "alerts.toml").write_text(text, encoding="utf-8")
    return list(read_subscriptions(folder))


def test_without_file_there_is_no_subscription(tmp_path: Path) -> None:
    assert read_subscriptions(tmp_path) == []


def test_defaults(tmp_path: Path) -> None:
    read(tmp_path, HEAD)
    [one] = read_subscriptions(tmp_path)
    assert (one.name, one.to, one.when, one.quiet) == ("đội", ("env:TEAM",), "at once", None)
    assert one.choice == EventFilter()


def test_every_key(tmp_path: Path) -> None:
    read(
        tmp_path,
        HEAD
        + """when = "digest"
sites = ["haugiang", "laocai"]
provinces = ["Cần Thơ"]
former_provinces = ["yen bai"]
kinds = ["removed", "edited"]
least_priority = 1
words = 'title:"đất đai" OR kênh'
quiet = "22:00-06:00"
page = "https://watch.example.org"
say_nothing = true

[[subscription]]
name = "b"
to = ["json://127.0.0.1:1", "mailto://a:b@example.org"]
""",
    )
    one, other = read_subscriptions(tmp_path)
    assert one.choice.sites == {"haugiang", "laocai"}
    assert one.choice.provinces == {"can-tho", "hau-giang", "soc-trang", "yen-bai"}
    assert one.choice.kinds == {"removed", "edited"}
    assert one.choice.min_priority == 1.0
    assert one.choice.query is not None
    assert one.quiet == QuietHours(time(22), time(6))
    assert (one.when, one.page, one.say_nothing) == ("digest", "https://watch.example.org", True)
    assert len(other.to) == 2
    assert get_subscription([one, other], "b") is other


INVALID_FILES = [
    ("name = ", "is no valid TOML"),
    ('contact = "x"\n', "'contact' stands outside of a subscription"),
    ('[subscription]\nname = "a"\n', "in two brackets"),
    ('[[subscription]]\nto = ["env:A"]\n', "line 1: subscription 1: name is missing"),
    ('[[subscription]]\nname = "a"\n', "line 1: subscription 'a': to is missing or empty"),
    ('[[subscription]]\nname = "a"\nto = []\n', "line 3: subscription 'a': to is missing or empty"),
    ('[[subscription]]\nname = "a"\nto = "env:A"\n', "to must be a list of texts"),
    ('[[subscription]]\nname = "a"\nto = ["a@b.vn"]\n', "line 3.*number 1 is no address"),
    ('[[subscription]]\nname = "a"\nto = ["env:A B"]\n', "number 1 is no address"),
    (HEAD + 'site = ["laocai"]\n', "line 4: subscription 'đội': site is no key .*known are name"),
    (HEAD + "sites = [1]\n", "sites must be a list of texts"),
    (HEAD + 'sites = ["nowhere"]\n', "line 4.*sites is wrong: .*nowhere"),
    (HEAD + 'kinds = ["deleted"]\n', "line 4.*kinds names 'deleted'; there are: new, edited"),
    (HEAD + 'provinces = ["Yên Bái"]\n', "provinces is wrong: .*former province"),
    (HEAD + 'former_provinces = ["Atlantis"]\n', "former_provinces is wrong: .*Atlantis"),
    (HEAD + "least_priority = 1.5\n", "least_priority must be from 0 to 1"),
    (HEAD + "least_priority = true\n", "least_priority must be a number"),
    (HEAD + "words = '(đất'\n", "words is wrong: an opening parenthesis has no closing one"),
    (HEAD + 'when = "weekly"\n', 'when must be "at once" or "digest"'),
    (HEAD + 'quiet = "at night"\n', "quiet is wrong: must be two times of day"),
    (HEAD + 'page = "watch.example.org"\n', "page must be a URL"),
    (HEAD + "say_nothing = 1\n", "say_nothing must be true or false"),
    (HEAD + 'language = "fr"\n', 'line 4.*language must be "en" or "vi"'),
    (HEAD + "\n" + HEAD, "line 6: subscription 'đội': name is taken"),
    (
        HEAD + '\n[[subscription]]\nname = "b"\nto = ["env:B"]\n\nwhen = 3\n',
        "line 9: subscription 'b'",
    ),
]


@pytest.mark.parametrize(
    ("text", "message"), INVALID_FILES, ids=[message for _, message in INVALID_FILES]
)
def test_error_names_the_line(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(HomeError, match=message):
        read(tmp_path, text)


@pytest.mark.parametrize("to", ['["mailto:/u:secret@example.org"]', '"mailto://u:secret@a.org"'])
def test_error_does_not_contain_the_address(tmp_path: Path, to: str) -> None:
    """An address may contain a password, and the service logs the error."""
    with pytest.raises(HomeError) as caught:
        read(tmp_path, f'[[subscription]]\nname = "a"\nto = {to}\n')
    assert "secret" not in str(caught.value)


def test_unknown_subscription_error_lists_names(tmp_path: Path) -> None:
    read(tmp_path, HEAD)
    with pytest.raises(KeyError, match="no subscription 'x'; there are: 'đội'"):
        get_subscription(read_subscriptions(tmp_path), "x")
