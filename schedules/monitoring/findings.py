"""Findings about the health of the sites and of the home."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from storage.messages import describe
from storage.messages.reasons_monitoring import Remedy
from storage.reasons import Reason


class Severity(StrEnum):
    """An error makes `tinwatch health` exit with code 1; a warning does not."""

    WARNING = "warning"
    ERROR = "error"

    @classmethod
    def error_if(cls, condition: bool) -> Severity:
        return cls.ERROR if condition else cls.WARNING


class FindingCode(StrEnum):
    """Codes of findings; docs/health.md gives the conditions of each."""

    LAST_SUCCESS = "last_success"
    FAILING = "failing"
    HELD = "held"
    SILENT = "silent"
    FEWER_ARTICLES = "fewer_articles"
    FIELDS = "fields"
    DISPUTED = "disputed"
    TEMPLATE = "template"
    QUARANTINE = "quarantine"
    CAPTURES = "captures"
    ARTICLE_URL = "article_url"
    DOMAIN = "domain"
    CERTIFICATE = "certificate"
    ROBOTS = "robots"
    RETIRED_DOMAIN = "retired_domain"
    DISK = "disk"
    ALERTS = "alerts"


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem of a site or of the home.

    Attributes:
        site: the site's name, or "" for the home itself
        reason: what is wrong
        remedy: what to do about it, such as the command to run
    """

    site: str
    code: FindingCode
    severity: Severity
    reason: Reason
    remedy: Reason

    def to_dict(self, locale: str = "en") -> dict[str, Any]:
        """As JSON data, with the sentences in this locale."""
        return {
            "site": self.site,
            "sign": self.code,
            "level": self.severity,
            "words": describe(self.reason, locale),
            "remedy": describe(self.remedy, locale),
            "reason_code": str(self.reason.code),
            "reason_params": self.reason.to_dict()["params"],
            "remedy_code": str(self.remedy.code),
            "remedy_params": self.remedy.to_dict()["params"],
        }


def run_command(command: str) -> Reason:
    """The remedy that is a tinwatch command."""
    return Reason(Remedy.RUN_COMMAND, command=command)
