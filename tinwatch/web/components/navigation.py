"""The navigation of every page: path, query and title."""

from __future__ import annotations

from storage.reasons import gettext_noop

CHANGES = "?kind=edited&kind=removed&kind=restored&kind=moved"  # what sites did to old articles
NAVIGATION = (
    ("/", "", gettext_noop("New")),
    ("/changes", CHANGES, gettext_noop("Changes")),
    ("/takedowns", "", gettext_noop("Takedowns")),
    ("/review", "", gettext_noop("Review queue")),
    ("/stories", "", gettext_noop("Stories")),
    ("/search", "", gettext_noop("Search")),
    ("/sites", "", gettext_noop("Sites")),
    ("/provinces", "", gettext_noop("Provinces")),
    ("/health", "", gettext_noop("Health")),
)
