"""Reasons of health: findings about sites, hosts and the home, and what to do about them."""

from __future__ import annotations

from storage.reasons import ReasonCode, gettext_noop, ngettext_noop


class MonitoringReason(ReasonCode):
    """See storage.reasons.ReasonCode for the form of a member.

    Parameters: `age`: Reason("hours") or Reason("days"); `reason`: the Reason behind it.
    """

    HOURS = "hours", ngettext_noop("{number} hour", "{number} hours")
    DAYS = "days", ngettext_noop("{number} day", "{number} days")
    # Runs
    NEVER_PASSED = "never_passed", gettext_noop("no run has ever passed")
    LAST_PASSED_RUN = (
        "last_passed_run",
        gettext_noop("the last passed run was {age} ago, on {day:day}"),
    )
    RUNS_FAILING = (
        "runs_failing",
        gettext_noop("{number} runs in a row did not pass; the last one: {run}"),
    )
    RUN_FAILED = "run_failed", gettext_noop("failed, {reason}")
    RUN_OUTAGE = "run_outage", gettext_noop("outage, {reason}")
    RUN_INTERRUPTED = "run_interrupted", gettext_noop("interrupted, {reason}")
    PROCESS_ENDED = "process_ended", gettext_noop("its process was killed")
    RUNS_HELD = (
        "runs_held",
        ngettext_noop(
            "{number} held run needs review since {age}: {reason}",
            "{number} held runs need review since {age}: {reason}",
        ),
    )
    FEWER_ARTICLES = (
        "fewer_articles",
        gettext_noop("{number} new articles in 7 days; {usual:decimal} are usual"),
    )
    FIELD_SHARES = "field_shares", "{fields:sentences}"
    VALUES_DISPUTED = (
        "values_disputed",
        gettext_noop("{field}: {share:percent} of the last pages contradict the module's rules"),
    )
    RULE_DISPUTED = (
        "rule_disputed",
        gettext_noop("{field}: {disputed} of {pages} pages contradict the rule {rule}"),
    )
    READ_GENERICALLY = (
        "read_generically",
        gettext_noop("the generic extractor was the fallback on {share:percent} of the last pages"),
    )
    RECHECKS_EDITED = (
        "rechecks_edited",
        gettext_noop(
            "{share:percent} of the last rechecks found a difference; {usual:percent} before"
        ),
    )
    TEMPLATE_CHANGED = (
        "template_changed",
        gettext_noop("its boilerplate changed {number} times in the last 7 runs"),
    )
    PAGES_QUARANTINED = (
        "pages_quarantined",
        gettext_noop("{number} of the last pages ({share:percent}) could not be extracted"),
    )
    CAPTURES_UNPARSABLE = (
        "captures_unparsable",
        gettext_noop(
            "older captures of {number} articles could not be parsed again after the rules "
            "changed: their differences are no edits"
        ),
    )
    # Hosts
    CERTIFICATE_EXPIRED = (
        "certificate_expired",
        gettext_noop("the certificate of {host} expired on {day:day}"),
    )
    CERTIFICATE_EXPIRES = (
        "certificate_expires",
        gettext_noop("the certificate of {host} expires on {day:day}"),
    )
    ROBOTS_FORBIDS = (
        "robots_forbids",
        gettext_noop(
            "robots.txt forbids {listings_forbidden} of {listings} listings and "
            "{articles_forbidden} of {articles} articles"
        ),
    )
    ROBOTS_CHANGED_AND_FORBIDS = (
        "robots_changed_and_forbids",
        gettext_noop(
            "robots.txt forbids {listings_forbidden} of {listings} listings and "
            "{articles_forbidden} of {articles} articles; its changes: {change}"
        ),
    )
    ROBOTS_CHANGED = (
        "robots_changed",
        gettext_noop("robots.txt changed and forbids no listing or article: {change}"),
    )
    ROBOTS_LINES = "robots_lines", "{lines:list}"
    MORE_ROBOTS_LINES = "more_robots_lines", gettext_noop("{lines:list} and {number} more lines")
    ROBOTS_COMMENTS = "robots_comments", gettext_noop("only comments or the order")
    DOMAIN_GIVEN_UP = (
        "domain_given_up",
        gettext_noop("{number} URLs show a page of a parked, expired or suspended domain"),
    )
    REQUESTS_LEAD_AWAY = "requests_lead_away", gettext_noop("{number} requests redirect to {host}")
    RETIRED_DOMAIN = (
        "retired_domain",
        gettext_noop("its retired domain {domain} {now}; before, it {before}"),
    )
    # Where a retired domain leads (storage.checks.retired_domains.DomainState)
    DOMAIN_REDIRECTS = "domain_redirects", gettext_noop("redirects to {host}")
    DOMAIN_ELSEWHERE = "domain_elsewhere", gettext_noop("redirects elsewhere, to {host}")
    DOMAIN_PARKED = "domain_parked", gettext_noop("is parked")
    DOMAIN_ANSWERS = "domain_answers", gettext_noop("serves its own pages")
    DOMAIN_DEAD = "domain_dead", gettext_noop("is dead")
    DOMAIN_UNKNOWN = "domain_unknown", gettext_noop("was not checked")
    DOMAIN_DETAIL = "domain_detail", "{state} ({detail})"
    # The home
    DISK_LOW = (
        "disk_low",
        gettext_noop("{free_mb} MB are free on its disk; below {least_mb} MB no crawl starts"),
    )
    ALERTS_GIVEN_UP = (
        "alerts_given_up",
        gettext_noop("{number} of the messages to '{name}' were given up: {error}"),
    )
    ALERTS_LATE = (
        "alerts_late",
        gettext_noop("{number} of the messages to '{name}' are not delivered: {error}"),
    )


class Remedy(ReasonCode):
    """What to do about a finding; commands are not translated."""

    RUN_COMMAND = "run_command", "{command}"
    RUN_COMMAND_AND_READ = "run_command_and_read", "{command} ({page})"
    EITHER_COMMAND = "either_command", gettext_noop("{command}, or {other}")
    COMMANDS = "commands", gettext_noop("{command}, then {other}")
    FREE_DISK_SPACE = (
        "free_disk_space",
        gettext_noop("free disk space: tinwatch prune, fewer backups"),
    )
    LOOK_AT_FRONT_PAGE = "look_at_front_page", gettext_noop("check its front page; then {command}")
    TELL_SITE_STAFF = (
        "tell_site_staff",
        gettext_noop("notify the site's staff; tinwatch continues to crawl"),
    )
    ASK_ABOUT_ROBOTS = (
        "ask_about_robots",
        gettext_noop("check https://HOST/robots.txt of {site}; ask its staff, or stop crawling it"),
    )
    CHANGE_DOMAINS = (
        "change_domains",
        gettext_noop("check the site; if it moved, change the domains of its module"),
    )
    ADD_DOMAIN = (
        "add_domain",
        gettext_noop("if {host} is its new domain, add it to the domains of its module"),
    )
