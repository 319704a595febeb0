"""The pages that the head of every page links to: address and title."""

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
