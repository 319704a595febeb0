"""Reasons of alerts: how a delivery ended."""

from __future__ import annotations

from storage.reasons import ReasonCode, gettext_noop


class AlertsReason(ReasonCode):
    """See storage.reasons.ReasonCode for the form of a member."""

    SENT = "alert_sent", gettext_noop("sent")
    SERVICE_ANSWER = "alert_service_answer", "{answer}"
    REFUSED = "alert_refused", gettext_noop("the service refused it")
    TIMEOUT = "alert_timeout", gettext_noop("no answer within {seconds:decimal} seconds")
    PLUGIN_FAILED = "alert_plugin_failed", gettext_noop("its plugin failed: {type}")
    UNKNOWN_ADDRESS = (
        "alert_unknown_address",
        gettext_noop("apprise cannot read this {scheme}:// address: see its page on that service"),
    )
    VARIABLE_NOT_SET = (
        "alert_variable_not_set",
        gettext_noop("the environment variable {name} is not set for this process"),
    )
    PRIVATE_HOST = (
        "alert_private_host",
        gettext_noop("{host} is in a private network: allow_private_hosts must list it"),
    )
    ADDRESS_REMOVED = (
        "alert_address_removed",
        gettext_noop("address number {number} is no longer in alerts.toml"),
    )
    SUBSCRIPTION_REMOVED = (
        "alert_subscription_removed",
        gettext_noop("the subscription is no longer in alerts.toml"),
    )
    INTERRUPTED = (
        "alert_interrupted",
        gettext_noop("interrupted while it was being sent: it may have arrived"),
    )
