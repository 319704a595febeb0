"""The navigation of every page: path and title."""

from __future__ import annotations

from storage.reasons import gettext_noop

NAVIGATION = (
    ("/", gettext_noop("New")),
    ("/takedowns", gettext_noop("Takedowns")),
    ("/review", gettext_noop("Review queue")),
    ("/stories", gettext_noop("Stories")),
    ("/sites", gettext_noop("Sites")),
    ("/provinces", gettext_noop("Provinces")),
    ("/health", gettext_noop("Health")),
)
