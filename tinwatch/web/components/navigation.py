"""The pages that the head of every page leads to: address and key of the word."""

from __future__ import annotations

NAVIGATION = (
    ("/", "nav_new"),
    ("/takedowns", "nav_takedowns"),
    ("/review", "nav_review"),
    ("/stories", "nav_stories"),
    ("/sites", "nav_sites"),
    ("/provinces", "nav_provinces"),
    ("/health", "nav_health"),
)
