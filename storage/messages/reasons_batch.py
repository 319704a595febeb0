"""Reasons of the nightly batch: why a site was skipped, and how a crawl or its process ended."""

from __future__ import annotations

from storage.reasons import Reason, ReasonCode, gettext_noop


class BatchReason(ReasonCode):
    """See storage.reasons.ReasonCode for the form of a member."""

    ARCHIVE = "archive", gettext_noop("an archive: {note}")
    NOT_IN_REPLAY = "not_in_replay", gettext_noop("the replay files contain no page of it")
    STOPPED_BY_HAND = "stopped_by_hand", gettext_noop("stopped by the user")
    NOT_STARTED = "not_started", gettext_noop("not started: stopped by the user")
    TIME_LIMIT = "time_limit", gettext_noop("took longer than {minutes} minutes")
    SITE_BUSY = "site_busy", "{message}"
    EXCEPTION = "exception", "{type}: {message}"
    PROCESS_FAILED = "process_failed", gettext_noop("its process failed: {reason}")
    PROCESS_TIME_LIMIT = (
        "process_time_limit",
        gettext_noop("its process failed after more than {minutes} minutes: {reason}"),
    )
    JOB_TOO_LATE = "job_too_late", gettext_noop("too late to run it")
    JOB_NOT_STARTED = "job_not_started", gettext_noop("not started")
    EXIT_CODE = "exit_code", gettext_noop("exit code {exit_code}")
    EXIT_CODE_SAID = "exit_code_said", gettext_noop("exit code {exit_code}: {stderr}")
    KILLED = "killed", gettext_noop("was killed by signal {signal}")
    KILLED_SAID = "killed_said", gettext_noop("was killed by signal {signal}: {stderr}")


def exception_reason(error: Exception) -> Reason:
    return Reason(BatchReason.EXCEPTION, type=type(error).__name__, message=str(error))
