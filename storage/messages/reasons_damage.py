"""What `tinwatch verify`, `rebuild` and `backup` find lost, changed or worth knowing in a home."""

from __future__ import annotations

from storage.reasons import ReasonCode, gettext_noop, ngettext_noop


class Damage(ReasonCode):
    """What is lost or changed in a home, and what a rebuild cannot restore."""

    IN_FILE = "damage_in_file", "{file}: {problem}"
    IN_DATABASE = "damage_in_database", gettext_noop("database: {problem}")
    IN_OLD_DATABASE = "damage_in_old_database", gettext_noop("old database: {problem}")
    IN_SEARCH_INDEX = (
        "damage_in_search_index",
        gettext_noop("search: {problem}; tinwatch reindex makes it anew"),
    )
    ERROR = "damage_error", "{error}"
    FOLDER = "is_a_folder", gettext_noop("it is a folder")
    PIPE = "is_a_pipe", gettext_noop("it is a named pipe")
    SOCKET = "is_a_socket", gettext_noop("it is a socket")
    DEVICE = "is_a_device", gettext_noop("it is a device")
    DEAD_LINK = "is_a_dead_link", gettext_noop("it is a link to a file that is not there")
    NOT_READABLE = "file_not_readable", gettext_noop("it cannot be read: {error}")
    VANISHED = "file_vanished", gettext_noop("it cannot be read")
    NO_CAPTURES_FOLDER = "no_captures_folder", gettext_noop("captures: the folder is missing")
    FILES_MISSING = (
        "warc_files_missing",
        gettext_noop("captures: {missing} of {files} WARC files are missing or cannot be read"),
    )
    MISSING = "warc_file_missing", gettext_noop("it is missing")
    MISSING_OF_RUN = (
        "warc_file_of_run_missing",
        ngettext_noop(
            "it is missing: run {runs:list} wrote it",
            "it is missing: runs {runs:list} wrote it",
        ),
    )
    RENAMED = (
        "warc_file_renamed",
        gettext_noop("it is missing, but captures/{other} holds its records: rename it"),
    )
    COPY = "warc_file_copied", gettext_noop("it is a copy of captures/{other}")
    PRUNED_PART = (
        "pruned_part_left",
        gettext_noop("a killed tinwatch prune left it, and the next one deletes it"),
    )
    FOREIGN_FILE = "foreign_file", gettext_noop("it is no file of tinwatch")
    TRUNCATED = (
        "warc_file_truncated",
        gettext_noop("it was truncated: {size} bytes of {end} are there"),
    )
    BYTES_LOST = (
        "bytes_of_run_lost",
        gettext_noop(
            "it was truncated to {size} bytes: {lost} bytes that run {run} wrote are lost"
        ),
    )
    FILE_LOST = (
        "file_of_run_lost",
        gettext_noop("it is missing: {lost} bytes that run {run} wrote are lost"),
    )
    BEHIND_LAST_RUN = (
        "bytes_behind_last_run",
        gettext_noop(
            "{size} bytes behind its last run in the journal are of a run that never ended, or "
            "whose line at the journal's end is lost"
        ),
    )
    RESUMED_BYTES = (
        "bytes_to_be_resumed",
        gettext_noop(
            "{size} bytes behind the last run are of a run that never ended, or whose line at the"
            " journal's end is lost: the site's next run resumes it"
        ),
    )
    UNNAMED_FILE = (
        "unnamed_warc_file",
        gettext_noop(
            "neither the journal nor the database names it; it is of a run that never ended, or "
            "whose line in the journal is lost"
        ),
    )
    DISK_ERROR = (
        "disk_cannot_read",
        gettext_noop("{file}: the disk cannot read {lost} bytes of {size}"),
    )
    RECORD_CHANGED = "record_changed", gettext_noop("the record at {offset} was changed")
    RECORD_OTHER_BYTES = (
        "record_other_bytes",
        gettext_noop("the record at {offset} holds other bytes than were received"),
    )
    RECORD_DAMAGED = "record_damaged_at", gettext_noop("the record at {offset} is damaged: {error}")
    HALF_RECORD = (
        "half_record",
        gettext_noop(
            "a run that is writing, or was killed, left half a record at {offset}; the site's "
            "next run cuts it off"
        ),
    )
    RECORD_UNDECODABLE = (
        "record_undecodable",
        gettext_noop("the record at {offset} of {url} cannot be decoded: {reason} ({code})"),
    )
    RECORD_UNREADABLE = (
        "record_unreadable",
        gettext_noop("the record at {offset} cannot be read: {reason} ({code})"),
    )
    RECORD_MISSING = "record_missing", gettext_noop("the record at {offset} of {url} is missing")
    USED_RECORD_MISSING = (
        "used_record_missing",
        gettext_noop("the record at {offset} of {url} ({uses:list}) is missing"),
    )
    USE_REVISION = "use_revision", gettext_noop("revision {number} of article {article}")
    USE_FAILED_CHECK = "use_failed_check", gettext_noop("failed check of article {article}")
    USE_UNREADABLE = "use_unreadable", gettext_noop("unreadable page")
    REVISIT_BROKEN = (
        "revisit_broken",
        gettext_noop("the record at {offset} of {url} repeats bytes of {day} that no file holds"),
    )
    RECORDS_COPIED = (
        "records_copied",
        gettext_noop("{count} records are there twice: the copies begin at {offset}"),
    )
    JOURNAL_ELSEWHERE = (
        "journal_elsewhere",
        gettext_noop(
            "it holds lines of the journal: rename it to {name}, or append it to that file"
        ),
    )
    LINES_DAMAGED = (
        "journal_lines_damaged",
        gettext_noop("journal: {count} lines are damaged: {numbers:list}"),
    )
    LINES_MISSING = (
        "journal_lines_missing",
        gettext_noop("journal: lines are missing before line {numbers:list}"),
    )
    LINES_FOREIGN = (
        "journal_lines_foreign",
        gettext_noop("journal: {count} lines are of another journal: {numbers:list}"),
    )
    LINES_COPIED = (
        "journal_lines_copied",
        gettext_noop("journal: {count} lines are copies of others: {numbers:list}"),
    )
    LINES_MOVED = (
        "journal_lines_moved",
        gettext_noop("journal: its lines are not in the order in which they were written"),
    )
    JOURNAL_LOST = (
        "journal_lost",
        gettext_noop(
            "it is missing or empty, but the version that wrote the captures keeps one: verdicts,"
            " reviews, failed requests and the ids of runs are lost"
        ),
    )
    NO_JOURNAL = (
        "no_journal",
        gettext_noop(
            "there is no journal: verdicts, reviews, failed requests and the ids of runs are lost"
        ),
    )
    LINE_KIND_DAMAGED = (
        "journal_line_kind_damaged",
        gettext_noop("journal: a line {kind!r} is damaged: {error}"),
    )
    LINE_DAMAGED = (
        "journal_line_damaged",
        gettext_noop("journal: the line {kind!r} is damaged: {error}"),
    )
    RUN_LINE_DAMAGED = (
        "journal_run_line_damaged",
        gettext_noop("journal: the line {kind!r} of run {run} is damaged: {error}"),
    )
    VERDICTS_MISPLACED = (
        "journal_verdicts_misplaced",
        gettext_noop(
            "journal: no line of a run comes before the verdict on it: run {runs:list}; lines "
            "were moved or are missing"
        ),
    )
    RUN_ID_REPEATED = (
        "journal_run_id_repeated",
        gettext_noop(
            "journal: run {run} of {site} ({started_at}) has the id of an earlier run, as its "
            "database was begun anew: its id and those of the runs after it grow by {offset} in a"
            " rebuild, and their articles get other ids"
        ),
    )
    REVIEW_OF_OTHER_ID = (
        "review_of_other_id",
        gettext_noop("a review by {name}: its event has another id now"),
    )
    RUN_NOT_IN_JOURNAL = (
        "run_not_in_journal",
        gettext_noop("run {run} of {site} ({started_at}) is not in the journal"),
    )
    NO_JOURNAL_OF_RUNS = "no_journal_of_runs", gettext_noop("no journal holds its {count} runs")
    VERDICT_NOT_IN_JOURNAL = (
        "verdict_not_in_journal",
        gettext_noop("the journal does not hold the verdict on run {run} of {site} ({started_at})"),
    )
    VERDICT_NOT_IN_DATABASE = (
        "verdict_not_in_database",
        gettext_noop(
            "the database does not hold the verdict on run {run} of {site} ({started_at})"
        ),
    )
    DECISIONS_DIFFER = (
        "decisions_differ",
        gettext_noop(
            "journal and database hold different decisions on run {run} of {site} ({started_at})"
        ),
    )
    REVIEW_NOT_IN_JOURNAL = (
        "review_not_in_journal",
        gettext_noop("the review {mark!r} by {name} ({marked_at}) is not in the journal"),
    )
    RUN_NOT_IN_DATABASE = (
        "run_not_in_database",
        gettext_noop("run {run} of {site} ({started_at}), which the journal has, is missing"),
    )
    RUN_IS_ANOTHER = (
        "run_is_another",
        gettext_noop(
            "run {run} of {site} ({started_at}) is another one in the journal: {other_site} "
            "({other_started_at})"
        ),
    )
    RUNS_BEFORE_JOURNAL = (
        "runs_before_journal",
        gettext_noop(
            "{count} runs are from before the journal: a new database would be made of their "
            "captures, without their verdicts and without what no capture shows"
        ),
    )
    SCHEMA_MISSING = "schema_object_missing", gettext_noop("the {kind} {name} is missing")
    COLUMN_MISSING = (
        "schema_column_missing",
        gettext_noop("the column {name} of {table} is missing"),
    )
    ROW_WITHOUT_PARENT = (
        "row_without_parent",
        gettext_noop("{table} {row} refers to a row of {parent} that is not there"),
    )
    EVENTS_MISSING = (
        "events_missing",
        gettext_noop("events {first} to {last} are missing from the ledger"),
    )
    LEDGER_OPEN = (
        "ledger_open",
        gettext_noop("the trigger {trigger} is missing: the ledger is open to changes"),
    )
    REVISIONS_MISSING = (
        "revisions_missing",
        gettext_noop("article {article} has {count} revisions of {expected}"),
    )
    REVISION_NOT_NEWEST = (
        "revision_not_newest",
        gettext_noop("article {article} is at revision {stated}, its newest one is {newest}"),
    )
    REVISION_CHANGED = (
        "revision_changed",
        gettext_noop(
            "revision {number} of article {article} does not have its digest: it was changed"
        ),
    )
    ROW_CHANGED = (
        "row_changed",
        gettext_noop("{table} {row} does not have its checksum: it was changed"),
    )
    NOT_INDEXED = "revisions_not_indexed", gettext_noop("{count} revisions are not in the index")
    INDEXED_ONLY = (
        "revisions_indexed_only",
        gettext_noop("{count} revisions are in the index and nowhere else"),
    )
    INDEXED_OTHERWISE = (
        "revisions_indexed_otherwise",
        gettext_noop("{count} revisions are in the index with other words or another day"),
    )
    HALF_INDEXED = (
        "revisions_half_indexed",
        gettext_noop("{count} revisions are in one half of the index only"),
    )
    INDEX_DIFFERS = (
        "index_differs",
        gettext_noop("the index does not hold the words of the revisions"),
    )
    LEFT_OUT = "left_out", gettext_noop("{what} was left out: {error}")
    RUN_NAME = "run_name", gettext_noop("run {run}")
    DECISION_FAILED = "decision_failed", gettext_noop("run {run} was {decision}: {error}")
    REVIEW_FAILED = "review_failed", gettext_noop("a review by {name}: {error}")
    RUNS_WITHOUT_VERDICT = (
        "runs_without_verdict",
        gettext_noop(
            "{count} runs have no verdict: they were interrupted before it, or the journal's last"
            " line is lost; the site's next run evaluates them"
        ),
    )
    DATABASE_COPIED = (
        "old_database_copied",
        gettext_noop("no capture is left, so the old database was copied as it is"),
    )
    BETTER_DATABASE = (
        "better_old_database",
        gettext_noop(
            "the old database holds {old} revisions, the new one {new}: keep the old home, and "
            "use it if tinwatch verify finds no other problem there"
        ),
    )
    NO_OLD_DATABASE = (
        "no_old_database",
        gettext_noop("there is no old database, so these are lost: {lost}"),
    )
    OLD_DATABASE_EMPTY = (
        "old_database_empty",
        gettext_noop("the old database is empty, so these are lost: {lost}"),
    )
    OLD_DATABASE_UNREADABLE = (
        "old_database_unreadable",
        gettext_noop("the old database cannot be read ({error}), so these are lost: {lost}"),
    )
    USER_DATA = (
        "user_data",
        gettext_noop(
            "saved searches, pinned pages, how far subscriptions have heard, unsent messages, and"
            " the history of jobs and of checks of retired domains"
        ),
    )
    OLD_TABLE_UNREADABLE = (
        "old_table_unreadable",
        gettext_noop("table {table} of the old database cannot be read: {error}"),
    )
    PIN_LOST = (
        "pin_lost",
        gettext_noop("the pinned page {url} did not come back, so it is not pinned"),
    )
    KILLED_PART = (
        "killed_part_left",
        gettext_noop(
            "{folder}: a killed command left it, and the next one that writes there deletes it"
        ),
    )
    NO_DATABASE = (
        "verify_no_database",
        gettext_noop("database: there is none; tinwatch rebuild creates one from the captures"),
    )
