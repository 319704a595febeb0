"""Reasons of `tinwatch check`: what is in order before the first crawl, and what is not."""

from __future__ import annotations

from storage.reasons import ReasonCode, gettext_noop


class PreflightReason(ReasonCode):
    """The outcome of a check, with the remedy if there is a problem."""

    SETTINGS_VALID = "settings_valid", gettext_noop("settings.toml is valid")
    NO_CONTACT = (
        "no_contact",
        gettext_noop(
            'no contact: write contact = "name@example.org" into settings.toml, so that the staff '
            "of a site can reach you"
        ),
    )
    NOT_A_CONTACT = (
        "not_a_contact",
        gettext_noop("the contact {text!r} is neither an e-mail address nor a URL (https://...)"),
    )
    USER_AGENT = "user_agent", gettext_noop("sites see you as {text}")
    DISK_FREE = "disk_free", gettext_noop("{free} MB free")
    NO_ALERTS = "no_alerts", gettext_noop("no {file}: no alerts are sent")
    VARIABLE_MISSING = (
        "variable_missing",
        gettext_noop(
            "the environment variable {name} of subscription {subscription} is not set here; the "
            "service needs it"
        ),
    )
    ALERTS_VALID = (
        "alerts_valid",
        gettext_noop("subscriptions: {names:list} (tinwatch alert --test NAME sends a message)"),
    )
    HOST_SILENT = "host_silent", gettext_noop("{host} does not answer: {error}")
    NO_HOST_REACHED = (
        "no_host_reached",
        gettext_noop(
            "none of {number} hosts answers ({error}): check the network and DNS of this machine"
        ),
    )
    HOST_ANSWERS = "host_answers", gettext_noop("{host} answers (robots.txt: {status})")
    CLOCK_RIGHT = (
        "clock_right",
        gettext_noop("the clock differs by {seconds} seconds from those of {hosts} hosts"),
    )
    CLOCK_WRONG = (
        "clock_wrong",
        gettext_noop(
            "the clock differs by {seconds} seconds from those of {hosts} hosts: set it, or start "
            "a time service (timedatectl set-ntp true)"
        ),
    )
