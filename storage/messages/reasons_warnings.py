"""Warnings of a record (docs/record.md): what looked wrong on a page and was not decisive."""

from __future__ import annotations

from storage.reasons import ReasonCode, gettext_noop


class WarningCode(ReasonCode):
    """A warning of a record. Parameters `printed` and `stated` are values of the page."""

    ENCODING_DECLARED_WRONGLY = (
        "encoding_declared_wrongly",
        gettext_noop("declares {declared}, is utf-8"),
    )
    UTF8_BROKEN = "utf8_broken", gettext_noop("broken utf-8: some bytes were lost")
    ENCODING_GUESSED = "encoding_guessed", gettext_noop("encoding guessed: {encoding}")
    LEGACY_ENCODING = (
        "legacy_encoding",
        gettext_noop("the text looks like {encoding} (repair_text converts it)"),
    )
    LEGACY_ENCODING_CONVERTED = (
        "legacy_encoding_converted",
        gettext_noop("converted from {encoding}"),
    )
    TITLE_DIFFERS_FROM_METADATA = (
        "title_differs_from_metadata",
        gettext_noop("title: the page's metadata says {stated!r}"),
    )
    PUBLISHED_DIFFERS_FROM_METADATA = (
        "published_differs_from_metadata",
        gettext_noop("published: prints {printed}, its metadata {stated}"),
    )
    PUBLISHED_DIFFERS_FROM_MARKUP = (
        "published_differs_from_markup",
        gettext_noop("published: prints {printed}, its markup says {stated}"),
    )
    VALUE_DISPUTED = (
        "value_disputed",
        gettext_noop("{field}: the page contradicts what {rule} finds"),
    )
    DATE_BROKEN = "date_broken", gettext_noop("{field}: {problem}")
    WEEKDAY_MISMATCH = (
        "weekday_mismatch",
        gettext_noop("{field}: the weekday does not fit {printed!r}"),
    )


class DateProblem(ReasonCode):
    """Why a printed date is broken."""

    DATE_IMPOSSIBLE = "date_impossible", gettext_noop("{printed!r}: {error}")
    DATE_TOO_OLD = "date_too_old", gettext_noop("{printed!r}: before {year}")
    DATE_IN_FUTURE = (
        "date_in_future",
        gettext_noop("{printed!r}: later than its capture at {captured_at}"),
    )
