"""Reasons of site modules: why a site is an archive (status_note)."""

from __future__ import annotations

from storage.reasons import ReasonCode, gettext_noop


class SiteNote(ReasonCode):
    """What became of the publisher or its host. Dates are ISO text."""

    TERRITORY_MERGED = (
        "territory_merged",
        gettext_noop(
            "part of {province} since {since:date}; successor by territory, no redirect seen"
        ),
    )
    HOST_UNKNOWN = (
        "host_unknown",
        gettext_noop(
            "{former} became part of {province} on {since:date}; the host was not checked"
        ),
    )
    HOST_UNPROVED = (
        "host_unproved",
        gettext_noop(
            "{former} became part of {province} on {since:date}; the host is not verified"
        ),
    )
    PUBLISHER_MERGED = "publisher_merged", gettext_noop("merged into {title} on {since:date}")
    PUBLISHER_MERGED_LAST_ARTICLE = (
        "publisher_merged_last_article",
        gettext_noop("merged into {title} on {since:date}; last article {last:month}"),
    )
    PUBLISHER_MERGED_LAST_ISSUE = (
        "publisher_merged_last_issue",
        gettext_noop("merged into {title}; last issue on {last:date}"),
    )
    BLOCS_DISSOLVED = "blocs_dissolved", gettext_noop("party blocs were dissolved in early {year}")
    BLOCS_DISSOLVED_OLD_HOST = (
        "blocs_dissolved_old_host",
        gettext_noop(
            "party blocs were dissolved in early {year}; by its name, the host is "
            "that of the old bloc"
        ),
    )
    BLOC_DISSOLVED_HOST_PROBABLE = (
        "bloc_dissolved_host_probable",
        gettext_noop("the bloc was dissolved in early {year}; its host is probable, not verified"),
    )
    NEWEST_PAGE = "newest_page", gettext_noop("the newest known page is of {year}")
    SITE_NOTE = "site_note", "{text}"  # free text, in the language of whoever wrote the module
