"""HOME/settings.toml: the settings of a home with types and ranges, checked by pydantic."""

from __future__ import annotations

import difflib
import json
import re
import tomllib
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from annotated_types import Interval, Predicate

from storage.messages import ReasonError
from storage.messages.reasons_home import HomeReason
from storage.reasons import Reason

if TYPE_CHECKING:
    from pydantic import TypeAdapter

TIME_OF_DAY = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")
HOST_AND_PORT = re.compile(r"(?:[a-z0-9._-]+|\[[0-9a-f:.]+\]):[0-9]{1,5}")


class SettingsError(ReasonError, RuntimeError):
    """The file is invalid; the reason names the file, the key and the allowed values."""


def _is_host_and_port(text: str) -> bool:
    return HOST_AND_PORT.fullmatch(text) is not None


def _is_time_of_day_or_never(text: str) -> bool:
    return text == "" or TIME_OF_DAY.fullmatch(text) is not None


HostAndPort = Annotated[str, Predicate(_is_host_and_port)]
TimeOfDay = Annotated[str, Predicate(_is_time_of_day_or_never)]
Count = Annotated[int, Interval(ge=0, le=1_000_000)]
# Minutes that divide an hour or a day evenly; 0 switches the job off.
PollMinutes = Literal[0, 15, 20, 30, 60, 120, 180, 240, 360]
AlertMinutes = Literal[0, 5, 10, 15, 20, 30]


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings; docs/settings.md explains them. The defaults are polite and cautious."""

    __pydantic_config__: ClassVar[dict[str, Any]] = {"strict": True, "extra": "forbid"}

    contact: str = ""  # address in the user agent, for the staff of the sites
    delay: Annotated[float, Interval(ge=0.05, le=600)] = 1.5  # seconds between requests to a host
    sites_at_once: Annotated[int, Interval(ge=1, le=64)] = 4
    removal_checks: Annotated[int, Interval(ge=1, le=100)] = 3  # failed checks before a removal ...
    # ... and minimum time from the first to the last
    removal_hours: Annotated[float, Interval(ge=0, le=8760)] = 48.0
    outage_share: Annotated[float, Interval(ge=0, le=1)] = 0.5  # more failed checks: an outage
    recheck_budget: Count = 400  # fetches of stored articles, per site and 24 hours
    site_minutes: Annotated[int, Interval(ge=1, le=1440)] = 180  # limit of an isolated crawl
    allow_private_hosts: tuple[HostAndPort, ...] = ()  # for staging servers and tests
    night_at: TimeOfDay = "01:30"  # Vietnam time of the nightly batch; "" is never
    digest_at: TimeOfDay = "07:00"
    alert_minutes: AlertMinutes = 5  # how often alerts are sent and retried; 0 is never
    backup_at: TimeOfDay = "05:00"  # on Sundays
    poll_minutes: PollMinutes = 0  # how often listings are read between batches; 0 is never
    backup_folder: str = ""  # where backups go; "" is HOME/backups
    keep_backups: Count = 3  # the newest ones of that folder; 0 keeps all
    keep_listings_days: Count = 0  # older listings are deleted; 0 keeps all
    log_format: Literal["text", "json"] = "text"  # of HOME/log/tinwatch.log
    least_free_mb: Count = 1000  # minimum free megabytes on the home's disk for a crawl; 0: none


@cache
def settings_adapter() -> TypeAdapter[Settings]:
    """Return pydantic's validator of the settings. Importing and building it takes 40 ms."""
    from pydantic import TypeAdapter

    return TypeAdapter(Settings)


def read_toml(file: Path) -> str:
    """Return the text of a TOML file without byte order mark. Raise SettingsError if invalid."""
    try:
        text = file.read_text(encoding="utf-8-sig")
        tomllib.loads(text)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        reason = Reason(HomeReason.INVALID_TOML, file=str(file), error=str(error))
        raise SettingsError(reason) from error
    return text


def read_settings(file: Path) -> Settings:
    """Return the settings of the file, or the defaults if there is none. Raise SettingsError."""
    if not file.exists():
        return Settings()
    stated = tomllib.loads(read_toml(file))
    from pydantic import ValidationError  # slow to import

    adapter = settings_adapter()
    try:
        return adapter.validate_json(json.dumps(stated, default=str))  # strict refuses a dict
    except ValidationError as error:
        key = str(error.errors()[0]["loc"][0])
        raise SettingsError(_problem(adapter, file, key, stated[key])) from error


def _problem(adapter: TypeAdapter[Settings], file: Path, key: str, value: object) -> Reason:
    names = [field.name for field in fields(Settings)]
    if key not in names:
        near = difflib.get_close_matches(key, names, 1)
        if near:
            code = HomeReason.UNKNOWN_SETTING_LIKE
            return Reason(code, file=str(file), key=key, near=near[0], names=names)
        return Reason(HomeReason.UNKNOWN_SETTING, file=str(file), key=key, names=names)
    allowed = _allowed(key, adapter.json_schema()["properties"][key])
    code = HomeReason.INVALID_SETTING
    return Reason(code, file=str(file), key=key, allowed=allowed, value=repr(value))


def _allowed(key: str, schema: dict[str, Any]) -> Reason:
    """Return the allowed values of a setting, from its JSON schema."""
    if "enum" in schema:
        return Reason(HomeReason.ONE_OF, values=schema["enum"])
    if key.endswith("_at"):
        return Reason(HomeReason.TIME_OR_NEVER)
    if schema["type"] == "array":
        return Reason(HomeReason.HOSTS_WITH_PORTS)
    if schema["type"] == "string":
        return Reason(HomeReason.TEXT)
    is_whole = schema["type"] == "integer"
    code = HomeReason.WHOLE_NUMBER_BETWEEN if is_whole else HomeReason.NUMBER_BETWEEN
    return Reason(code, low=schema["minimum"], high=schema["maximum"])
