"""Reasons of lookups that fail: no article, run, story, site or province of this id or name."""

from __future__ import annotations

from storage.messages.describing import ReasonError
from storage.reasons import ReasonCode, gettext_noop


class LookupReason(ReasonCode):
    """Why a lookup failed, and where to find a valid id or name."""

    NO_ARTICLE = (
        "no_article",
        gettext_noop("no article {article!r}: give its id or its URL (tinwatch articles lists)"),
    )
    NO_RUN = "no_run", gettext_noop("no run {run}")
    NO_STORY = "no_story", gettext_noop("no story {story}: tinwatch stories lists them")
    NO_SITE = "no_site", gettext_noop("no site {site!r}; tinwatch sites lists them")
    NO_SITE_OF_NAME = (
        "no_site_of_name",
        gettext_noop("no site {site!r}; is it {near:alternatives}?"),
    )
    NO_SITE_OF_HOST = (
        "no_site_of_host",
        gettext_noop("no site has the host {host}: tinwatch add {url}"),
    )
    NO_SITE_OF_FILE = (
        "no_site_of_file",
        gettext_noop("{file} does not say which site it is from: use --site"),
    )
    NO_PRESENT_PROVINCE = (
        "no_present_province",
        gettext_noop("no province {province!r}; tinwatch provinces lists them"),
    )
    NO_PRESENT_PROVINCE_OF_NAME = (
        "no_present_province_of_name",
        gettext_noop("no province {province!r}; is it {near:alternatives}?"),
    )
    NO_FORMER_PROVINCE = (
        "no_former_province",
        gettext_noop("no former province {province!r}; tinwatch provinces lists them"),
    )
    NO_FORMER_PROVINCE_OF_NAME = (
        "no_former_province_of_name",
        gettext_noop("no former province {province!r}; is it {near:alternatives}?"),
    )
    MERGED_PROVINCE = (
        "merged_province",
        gettext_noop(
            "{former} is a former province: since 1 July 2025 it is part of {present}. "
            "Use --former-province {former_slug}, or --province {present_slug}"
        ),
    )
    FORMER_IN_OTHER_PROVINCE = (
        "former_in_other_province",
        gettext_noop("the former {former} is in {present} now, not in {other}"),
    )
    RUN_HAS_VERDICT = (
        "run_has_verdict",
        gettext_noop(
            "run {run} is not held, it has the verdict {verdict}; tinwatch runs lists them"
        ),
    )
    RUN_HAS_NO_VERDICT = (
        "run_has_no_verdict",
        gettext_noop("run {run} is not held, it is {state}; tinwatch runs lists them"),
    )


class NotFound(ReasonError, KeyError):
    """Nothing has this id or name."""
