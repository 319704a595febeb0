"""Checks before the first crawl: settings, contact, disk, clock, alerts and the hosts of sites.

Only `hosts` sends requests: robots.txt of each host, which a crawl requests first as well.
"""

from __future__ import annotations

import http.client
import os
import ssl
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum
from statistics import median
from urllib.parse import urlsplit

from crawlers.site_config import SiteConfig
from schedules.alerts.subscriptions import FILE, read_subscriptions
from storage.disk_space import DiskSpaceLow, check_disk_space, free_mb
from storage.home import Home, HomeError
from storage.messages.reasons_preflight import PreflightReason
from storage.network import host_and_port, may_connect
from storage.reasons import Reason
from storage.version import user_agent

MAX_CLOCK_SECONDS = 120  # difference from the hosts' clocks
HOST_SECONDS = 15  # time limit of a request
HOSTS_AT_ONCE = 8


class Check(StrEnum):
    SETTINGS = "settings"
    CONTACT = "contact"
    DISK = "disk"
    CLOCK = "clock"
    ALERTS = "alerts"
    HOST = "host"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of a check. `site`: of a single host, else empty."""

    check: Check
    ok: bool
    reason: Reason
    site: str = ""


@dataclass(frozen=True, slots=True)
class HostAnswer:
    """What a host answered. `date`: of its clock, if it sent one."""

    site: str
    host: str
    status: int | None
    error: str | None
    date: datetime | None


def check_home(home: Home) -> Iterator[Outcome]:
    """Check what needs no request."""
    yield Outcome(Check.SETTINGS, True, Reason(PreflightReason.SETTINGS_VALID))
    yield _contact(home)
    yield _disk(home)
    yield _alerts(home)


def check_hosts(
    home: Home, sites: Sequence[type[SiteConfig]], now: datetime | None = None
) -> Iterator[Outcome]:
    """Request robots.txt of the first domain of each site, and compare the clocks.

    If no host answers, all for the same reason, it is this machine's: one outcome says so.
    """
    agent = user_agent(home.settings.contact)
    with ThreadPoolExecutor(HOSTS_AT_ONCE) as pool:
        allowed = home.settings.allow_private_hosts
        answers = list(pool.map(lambda site: ask_host(site, agent, allowed), sites))
    errors = {each.error for each in answers}
    if len(answers) > 1 and len(errors) == 1 and None not in errors:
        reason = Reason(PreflightReason.NO_HOST_REACHED, number=len(answers), error=errors.pop())
        yield Outcome(Check.HOST, False, reason)
        return
    yield from map(_host, answers)
    yield from _clock([each.date for each in answers if each.date], now or datetime.now(UTC))


def _contact(home: Home) -> Outcome:
    contact = home.settings.contact
    if not contact:
        return Outcome(Check.CONTACT, False, Reason(PreflightReason.NO_CONTACT))
    if "@" not in contact and "://" not in contact:
        return Outcome(Check.CONTACT, False, Reason(PreflightReason.NOT_A_CONTACT, text=contact))
    return Outcome(
        Check.CONTACT, True, Reason(PreflightReason.USER_AGENT, text=user_agent(contact))
    )


def _disk(home: Home) -> Outcome:
    try:
        check_disk_space(home)
    except DiskSpaceLow as error:
        return Outcome(Check.DISK, False, error.reason)
    return Outcome(Check.DISK, True, Reason(PreflightReason.DISK_FREE, free=free_mb(home)))


def _alerts(home: Home) -> Outcome:
    try:
        subscriptions = read_subscriptions(home.path)
    except HomeError as error:
        return Outcome(Check.ALERTS, False, error.reason)
    if not subscriptions:
        return Outcome(Check.ALERTS, True, Reason(PreflightReason.NO_ALERTS, file=FILE))
    for one in subscriptions:
        for address in one.to:
            name = address.removeprefix("env:")
            if name != address and not os.environ.get(name):
                reason = Reason(PreflightReason.VARIABLE_MISSING, name=name, subscription=one.name)
                return Outcome(Check.ALERTS, False, reason)
    names = [one.name for one in subscriptions]
    return Outcome(Check.ALERTS, True, Reason(PreflightReason.ALERTS_VALID, names=names))


def ask_host(site: type[SiteConfig], agent: str, allowed: Collection[str]) -> HostAnswer:
    """Request robots.txt of a site's first domain. Redirects are not followed."""
    host = site.domains[0]
    try:
        _refuse_private(site, host, allowed)
        connection = _connection(site, host)
        try:
            connection.request("GET", "/robots.txt", headers={"User-Agent": agent})
            response = connection.getresponse()
            stated = response.getheader("Date")
            date = parsedate_to_datetime(stated) if stated else None
            return HostAnswer(site.name, host, response.status, None, date)
        finally:
            connection.close()
    except (OSError, http.client.HTTPException, ValueError) as error:
        return HostAnswer(site.name, host, None, str(error) or type(error).__name__, None)


def _refuse_private(site: type[SiteConfig], host: str, allowed: Collection[str]) -> None:
    """Raise OSError for a host in a private network, as a crawl does."""
    parts = urlsplit(f"{site.scheme}://{host}")
    port = parts.port or (443 if site.scheme == "https" else 80)
    name = parts.hostname or ""
    if not may_connect(name, port, allowed):
        raise OSError(f"private address of {host_and_port(name, port)}")


def _connection(site: type[SiteConfig], host: str) -> http.client.HTTPConnection:
    """Return a connection with the TLS of a crawl, which does not verify certificates."""
    if site.scheme == "http":
        return http.client.HTTPConnection(host, timeout=HOST_SECONDS)
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    if site.legacy_tls:
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.set_ciphers("ALL:!aNULL:!eNULL:@SECLEVEL=0")
    return http.client.HTTPSConnection(host, timeout=HOST_SECONDS, context=context)


def _host(answer: HostAnswer) -> Outcome:
    if answer.status is None:
        reason = Reason(PreflightReason.HOST_SILENT, host=answer.host, error=answer.error)
        return Outcome(Check.HOST, False, reason, answer.site)
    reason = Reason(PreflightReason.HOST_ANSWERS, host=answer.host, status=answer.status)
    return Outcome(Check.HOST, answer.status < 500, reason, answer.site)


def _clock(dates: list[datetime], now: datetime) -> Iterator[Outcome]:
    """Compare with the median of the hosts' clocks: single ones are often wrong."""
    if not dates:
        return
    seconds = round(median((now - date).total_seconds() for date in dates))
    ok = abs(seconds) <= MAX_CLOCK_SECONDS
    code = PreflightReason.CLOCK_RIGHT if ok else PreflightReason.CLOCK_WRONG
    yield Outcome(Check.CLOCK, ok, Reason(code, seconds=seconds, hosts=len(dates)))
