"""SiteError, which every command reports."""

from __future__ import annotations


class SiteError(TypeError):
    """A site or platform has an invalid attribute; the message names it and the remedy."""
