"""Reasons of bulk extraction: why a file of an archive, or a task, brought nothing."""

from __future__ import annotations

from storage.reasons import ReasonCode, gettext_noop


class BulkReason(ReasonCode):
    """What is wrong with a file, a task or a dataset."""

    FILE_UNREADABLE = "file_unreadable", gettext_noop("cannot be read: {error}")
    NO_WARC_IN_WACZ = "no_warc_in_wacz", gettext_noop("holds no WARC file")
    TASK_FAILED = "task_failed", gettext_noop("its task failed: {error}")
    WORKERS_DIED = (
        "workers_died",
        gettext_noop("{number} workers died while they read it: do they have enough memory?"),
    )
    OTHER_RULES = (
        "other_rules",
        gettext_noop("a worker has another version of tinwatch: install the same on all machines"),
    )
    OTHER_SELECTION = (
        "other_selection",
        gettext_noop(
            "{folder} holds a dataset of another selection: name another folder, or repeat the "
            "options {options}"
        ),
    )
    NO_DATASET = "no_dataset", gettext_noop("{folder} holds no dataset of tinwatch bulk extract")
    NO_INPUT = "no_input", gettext_noop("no file is named {names:list}")
    NO_ORIGINAL = (
        "no_original",
        gettext_noop("it repeats the bytes of a record that no file of the archive holds"),
    )
    INDEX_LINES = "index_lines", gettext_noop("{number} of its lines are no index of WARC files")
