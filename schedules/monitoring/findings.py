"""Findings about the health of sites and of the home, and the facts that they come from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from storage.checks.retired_domains import DomainCheck
from storage.messages import describe
from storage.messages.reasons_monitoring import Remedy
from storage.reasons import Reason
from storage.runs.repository import Run, Volume


class Severity(StrEnum):
    """An error makes `tinwatch health` exit with code 1; a warning does not."""

    WARNING = "warning"
    ERROR = "error"

    @classmethod
    def error_if(cls, condition: bool) -> Severity:
        return cls.ERROR if condition else cls.WARNING


class FindingCode(StrEnum):
    """What is checked; docs/health.md says when each is found."""

    LAST_SUCCESS = "last_success"
    FAILING = "failing"
    HELD = "held"
    SILENT = "silent"
    FEWER_ARTICLES = "fewer_articles"
    FIELDS = "fields"
    TEMPLATE = "template"
    QUARANTINE = "quarantine"
    DOMAIN = "domain"
    CERTIFICATE = "certificate"
    ROBOTS = "robots"
    RETIRED_DOMAIN = "retired_domain"
    DISK = "disk"
    ALERTS = "alerts"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it should be.

    Attributes:
        site: the site's name, or "" for the home itself
        reason: what was found, with its parameters
        remedy: the command to run, or what to do
    """

    site: str
    code: FindingCode
    severity: Severity
    reason: Reason
    remedy: Reason

    def as_json(self, locale: str = "en") -> dict[str, Any]:
        """As JSON data, with the sentences in this locale."""
        return {
            "site": self.site,
            "sign": self.code,
            "level": self.severity,
            "words": describe(self.reason, locale),
            "remedy": describe(self.remedy, locale),
            "reason_code": str(self.reason.code),
            "reason_params": self.reason.to_data()["params"],
            "remedy_code": str(self.remedy.code),
            "remedy_params": self.remedy.to_data()["params"],
        }


def run_command(command: str) -> Reason:
    """The remedy that is a tinwatch command."""
    return Reason(Remedy.RUN_COMMAND, command=command)


@dataclass(frozen=True, slots=True)
class Facts:
    """What the database says of a site.

    `runs`: its crawls and replays that ended, newest first. `volumes`: new articles of the last
    weeks' runs. `held`: runs that wait for a person, oldest first. `last_success`: UTC text, when
    the last run that was believed ended. `live`: it is crawled every night. `domains`: where each
    of its retired domains led at the newest weekly check.
    """

    site: str
    now: datetime
    live: bool = True
    runs: tuple[Run, ...] = ()
    volumes: tuple[Volume, ...] = ()
    held: tuple[Run, ...] = ()
    last_success: str | None = None
    generic_site: bool = False
    domains: tuple[DomainCheck, ...] = ()
