"""SQL: the order of an article's revisions in time. Captures may be taken in late."""

from __future__ import annotations

# The fingerprint of what was first read from a revision's capture. It orders the captures of
# one second, whatever their order of import; newer extractions of a capture stay together, and
# those of a page without a capture follow what was read first.
CAPTURED_TEXT = (
    "coalesce((SELECT same.fingerprint FROM revisions AS same "
    "WHERE same.article = revisions.article AND same.observed_at = revisions.observed_at "
    "AND same.capture IS revisions.capture "
    "AND (same.capture IS NOT NULL OR revisions.cause = 'extractor') "
    "ORDER BY same.cause DESC, same.number LIMIT 1), revisions.fingerprint)"
)
IN_TIME = f"revisions.observed_at, {CAPTURED_TEXT}, revisions.number"
NEWEST_FIRST = f"revisions.observed_at DESC, {CAPTURED_TEXT} DESC, revisions.number DESC"
