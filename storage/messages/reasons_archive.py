"""Reasons why a WARC file or one of its records cannot be read."""

from __future__ import annotations

from storage.reasons import ReasonCode, gettext_noop


class ArchiveReason(ReasonCode):
    """What is wrong with a WARC file."""

    NO_WARC_FILE = "no_warc_file", gettext_noop("{file}: there is no such file")
    WARC_UNREADABLE = "warc_unreadable", gettext_noop("{file} cannot be read as WARC: {error}")
    WARC_RECORD_UNREADABLE = (
        "warc_record_unreadable",
        gettext_noop("{file} at {offset}: {error}; was the file changed?"),
    )
    NO_WARC_RESPONSE = (
        "no_warc_response",
        gettext_noop("{file} holds no response at {offset}; was the file changed?"),
    )
    NO_WARC_RECORD = (
        "no_warc_record",
        gettext_noop("{file} holds no record at {offset}; was the file changed?"),
    )
    WARC_RECORD_CUT_OFF = (
        "warc_record_cut_off",
        gettext_noop("{file} at {offset} holds no whole record; was the file changed?"),
    )
    OTHER_BYTES = (
        "other_bytes",
        gettext_noop("{file} at {offset} does not hold the bytes that were received"),
    )
    NO_RESPONSE = "no_response", gettext_noop("no response in {files:list}")
    NO_RESPONSE_UNTIL = (
        "no_response_until",
        gettext_noop("no response in {files:list} up to {time}"),
    )
    NO_CAPTURES = "no_captures", gettext_noop("{folder} holds no captures: nothing can be rebuilt")
