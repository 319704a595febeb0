"""Labels of codes: the names of kinds, statuses, verdicts and fields on screen."""

from __future__ import annotations

from storage.messages.catalogues import pgettext

Label = tuple[str, str]  # context and English text, as pgettext takes them


def pgettext_noop(context: str, message: str) -> Label:
    """Marks a label for extraction into the catalogues; label() looks it up."""
    return context, message


LABELS: dict[str, dict[str, Label]] = {
    "event_kind": {
        "new": pgettext_noop("event kind", "New"),
        "edited": pgettext_noop("event kind", "Edited"),
        "moved": pgettext_noop("event kind", "Moved"),
        "removed": pgettext_noop("event kind", "Removed"),
        "restored": pgettext_noop("event kind", "Restored"),
        "reposted": pgettext_noop("event kind", "Reposted"),
        "corrected": pgettext_noop("event kind", "Corrected"),
        "outage": pgettext_noop("event kind", "Outage"),
        "recovered": pgettext_noop("event kind", "Recovered"),
        "redesign": pgettext_noop("event kind", "Redesign"),
        "domain_moved": pgettext_noop("event kind", "Domain moved"),
        "silent": pgettext_noop("event kind", "Silent"),
        "story_merged": pgettext_noop("event kind", "Story merged"),
        "story_split": pgettext_noop("event kind", "Story split"),
    },
    "article_status": {
        "live": pgettext_noop("article status", "live"),
        "suspect": pgettext_noop("article status", "suspect"),
        "removed": pgettext_noop("article status", "removed"),
        "moved": pgettext_noop("article status", "moved"),
    },
    "edit_class": {
        "cosmetic": pgettext_noop("edit class", "cosmetic"),
        "date": pgettext_noop("edit class", "date"),
        "byline": pgettext_noop("edit class", "byline"),
        "title": pgettext_noop("edit class", "title"),
        "substantive": pgettext_noop("edit class", "substantive"),
        "correction": pgettext_noop("edit class", "correction"),
    },
    "priority_sign": {
        "negation": pgettext_noop("priority sign", "negation"),
        "title": pgettext_noop("priority sign", "title"),
        "names": pgettext_noop("priority sign", "names"),
        "numbers": pgettext_noop("priority sign", "numbers"),
        "paragraphs removed": pgettext_noop("priority sign", "paragraphs removed"),
        "long change": pgettext_noop("priority sign", "long change"),
        "dates": pgettext_noop("priority sign", "dates"),
        "published": pgettext_noop("priority sign", "publication date"),
        "paragraphs added": pgettext_noop("priority sign", "paragraphs added"),
        "lead": pgettext_noop("priority sign", "lead"),
        "byline": pgettext_noop("priority sign", "byline"),
        "source": pgettext_noop("priority sign", "source"),
        "captions": pgettext_noop("priority sign", "captions"),
        "body": pgettext_noop("priority sign", "body"),
    },
    "check_outcome": {
        "404": pgettext_noop("failed check", "HTTP 404"),
        "410": pgettext_noop("failed check", "HTTP 410"),
        "redirect": pgettext_noop("failed check", "redirects elsewhere"),
        "soft 404": pgettext_noop(
            "failed check", "soft 404: the page says that the article does not exist"
        ),
    },
    "field": {
        "title": pgettext_noop("field", "Title"),
        "lead": pgettext_noop("field", "Lead"),
        "body": pgettext_noop("field", "Body"),
        "captions": pgettext_noop("field", "Captions"),
        "published": pgettext_noop("field", "Publication date"),
        "byline": pgettext_noop("field", "Byline"),
        "source": pgettext_noop("field", "Source"),
        "updated": pgettext_noop("field", "Update date"),
        "section": pgettext_noop("field", "Section"),
        "tags": pgettext_noop("field", "Tags"),
    },
    "review_mark": {
        "important": pgettext_noop("review mark", "important"),
        "noise": pgettext_noop("review mark", "noise"),
        "checked": pgettext_noop("review mark", "checked"),
        "withdrawn": pgettext_noop("review mark", "withdrawn"),
    },
    "takedown_list": {
        "removed": pgettext_noop("takedown list", "Removed"),
        "suspect": pgettext_noop("takedown list", "Suspects"),
        "restored": pgettext_noop("takedown list", "Restored"),
    },
    "site_status": {
        "live": pgettext_noop("site status", "live"),
        "archive": pgettext_noop("site status", "archive"),
    },
    "site_kind": {
        "newspaper": pgettext_noop("site kind", "newspaper"),
        "propaganda": pgettext_noop("site kind", "propaganda department"),
        "party_committee": pgettext_noop("site kind", "party committee"),
        "party_bloc": pgettext_noop("site kind", "bloc of party organisations"),
        "portal": pgettext_noop("site kind", "portal"),
        "department": pgettext_noop("site kind", "department"),
    },
    "verdict": {
        "passed": pgettext_noop("verdict", "passed"),
        "held": pgettext_noop("verdict", "held"),
        "outage": pgettext_noop("verdict", "outage"),
        "failed": pgettext_noop("verdict", "failed"),
        "released": pgettext_noop("verdict", "published manually"),
        "discarded": pgettext_noop("verdict", "discarded"),
        "none": pgettext_noop("verdict", "not evaluated"),
    },
    "capture_origin": {
        "own": pgettext_noop("capture", "own crawl"),
        "imported": pgettext_noop("capture", "imported file"),
        "archive": pgettext_noop("capture", "web archive"),
    },
    "severity": {
        "error": pgettext_noop("severity", "error"),
        "warning": pgettext_noop("severity", "warning"),
    },
    "job_outcome": {
        "ok": pgettext_noop("job outcome", "ok"),
        "problems": pgettext_noop("job outcome", "problems"),
        "failed": pgettext_noop("job outcome", "failed"),
        "timed_out": pgettext_noop("job outcome", "timed out"),
        "stopped": pgettext_noop("job outcome", "stopped"),
        "interrupted": pgettext_noop("job outcome", "interrupted"),
        "missed": pgettext_noop("job outcome", "missed"),
    },
    "search_order": {
        "rank": pgettext_noop("search order", "Best match"),
        "newest": pgettext_noop("search order", "Newest first"),
    },
    "event_order": {
        "newest": pgettext_noop("event order", "Newest first"),
        "oldest": pgettext_noop("event order", "Oldest first"),
        "priority": pgettext_noop("event order", "By priority"),
    },
    "count_group": {
        "": pgettext_noop("count group", "all together"),
        "site": pgettext_noop("count group", "by site"),
        "province": pgettext_noop("count group", "by province"),
    },
    "chart_unit": {
        "day": pgettext_noop("chart unit", "by day"),
        "week": pgettext_noop("chart unit", "by week"),
        "month": pgettext_noop("chart unit", "by month"),
        "year": pgettext_noop("chart unit", "by year"),
    },
    "diff_view": {
        "sides": pgettext_noop("diff view", "Side by side"),
        "inline": pgettext_noop("diff view", "Inline"),
    },
    "region": {  # as storage.provinces.data names them
        "Trung du và miền núi phía Bắc": pgettext_noop("region", "Northern Midlands and Mountains"),
        "Đồng bằng sông Hồng": pgettext_noop("region", "Red River Delta"),
        "Bắc Trung Bộ": pgettext_noop("region", "North Central Coast"),
        "Bắc Trung Bộ và duyên hải miền Trung": pgettext_noop(
            "region", "North and South Central Coast"
        ),
        "Duyên hải Nam Trung Bộ và Tây Nguyên": pgettext_noop(
            "region", "South Central Coast and Central Highlands"
        ),
        "Tây Nguyên": pgettext_noop("region", "Central Highlands"),
        "Đông Nam Bộ": pgettext_noop("region", "Southeast"),
        "Đồng bằng sông Cửu Long": pgettext_noop("region", "Mekong Delta"),
    },
    "weekday": {
        "0": pgettext_noop("weekday", "Mon"),
        "2": pgettext_noop("weekday", "Wed"),
        "4": pgettext_noop("weekday", "Fri"),
        "6": pgettext_noop("weekday", "Sun"),
    },
    "proof": {
        "earlier text": pgettext_noop("proof", "earlier text"),
        "last text": pgettext_noop("proof", "latest text"),
        "last seen": pgettext_noop("proof", "last seen"),
        "returned": pgettext_noop("proof", "back again"),
        "failed check": pgettext_noop("proof", "failed check"),
    },
    "error_title": {
        "400": pgettext_noop("error", "Invalid request"),
        "401": pgettext_noop("error", "Login required"),
        "403": pgettext_noop("error", "Forbidden"),
        "404": pgettext_noop("error", "Not found"),
        "405": pgettext_noop("error", "Method not allowed"),
        "500": pgettext_noop("error", "Internal error"),
        "503": pgettext_noop("error", "No database"),
    },
    "first_publisher": {
        "credited": pgettext_noop("first publisher", "others credit it as their source"),
        "seen_first_undated": pgettext_noop(
            "first publisher", "it was seen first, and not every site prints a date"
        ),
        "earliest_date": pgettext_noop("first publisher", "it prints the earliest date"),
        "seen_first_same_day": pgettext_noop(
            "first publisher", "it was seen first of those that print the same day"
        ),
    },
}


def label(family: str, code: object, locale: str) -> str:
    """Return the label of a code of a family of LABELS, or the code if it has none."""
    found = LABELS[family].get(str(code))
    return pgettext(*found, locale) if found else str(code)
