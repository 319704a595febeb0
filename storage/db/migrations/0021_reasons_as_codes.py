"""Turns the sentences that versions up to 0.1.0 stored into reasons.

A sentence that no pattern matches becomes the code "legacy_text". The patterns are frozen: they
do not follow changes of the messages.
"""

from __future__ import annotations

import json
import re
from typing import Any

from sqlite_utils import Database

Data = dict[str, Any]  # {"code": ..., "params": {...}}
MAX_SENTENCE_CHARS = 2000  # a longer one quotes a hostile page and stays text

_BLOCK_PAGES = {
    "a page that says the site's account is suspended": "page_suspended",
    "a page of a parked or expired domain": "page_parked",
    "a captcha": "page_captcha",
    "a check of the browser before the site": "page_browser_check",
    "a page that blocks the visitor": "page_blocked",
    "a page that says the site is being maintained": "page_maintenance",
    "a login page": "page_login",
}
# {status}, {size} and the like are numbers, {page} is a sort of page, other names are any text.
_NUMBERS = ("status", "size", "limit", "seconds", "minutes")
_SENTENCES = (
    ("answered {status}", "http_status"),
    ("answered {status} with {page}", "status_with_block_page"),
    ("the host's name is not known, or leads into a private network", "no_address"),
    ("no answer in time", "timeout"),
    ("connection refused", "connection_refused"),
    ("the connection broke off", "connection_lost"),
    ("the answer broke off", "response_incomplete"),
    ("larger than the limit for a page", "response_too_large"),
    ("redirects in a circle, or too often", "redirect_loop"),
    ("robots.txt forbids it", "robots_forbidden"),
    ("robots.txt cannot be read: answered {status}", "robots_unreadable"),
    ("leads off the site, to {host}", "off_site"),
    ("refused: {host} lies in a private network", "private_host"),
    ("no feed or sitemap in it", "not_a_feed"),
    ("asked for by hand", "asked_by_hand"),
    ("stopped by hand", "stopped_by_hand"),
    ("took longer than {minutes} minutes", "time_limit"),
    ("the host asks to come back in {seconds} seconds", "retry_after_too_long"),
    ("cannot write captures: {error}", "captures_not_written"),
    ("cannot store what was read: {error}", "not_stored"),
    ("shows {page}", "shows_block_page"),
    ("redirects to a login or block page, {url}", "redirect_to_block_page"),
    ("redirects to an error page, {url}", "redirect_to_error_page"),
    ("redirects to {url}", "redirect"),
    ("redirect to another article: {url}", "redirect_to_article"),
    ("says “{quote}”", "not_found_phrase"),
    ("shows the site's page for what it does not have: '{title}'", "not_found_page"),
    ('shows the site\'s page for what it does not have: "{title}"', "not_found_page"),
    ("shows the site's home page", "home_page"),
    ("neither title nor text is on the page", "empty_template"),
    ("now at {url}, and edited with it", "now_at_and_edited"),
    ("now at {url}", "now_at"),
    ("reads otherwise", "reads_otherwise"),
    ("no title: none of {rules} is on the page", "no_title_by_rules"),
    ("no body: none of {rules} is on the page", "no_body_by_rules"),
    ("no title: neither printed nor in the metadata", "no_title"),
    ("no article: the title is the site's own name", "title_is_site_name"),
    ("no body: no text of an article was found", "no_article_text"),
    ("no body: trafilatura found no text of an article", "trafilatura_found_nothing"),
    ("no body: trafilatura failed: {error}", "trafilatura_failed"),
    ("the body is empty", "body_empty"),
    ("empty body", "page_empty"),
    ("page of {size} bytes, more than {limit}", "page_too_large"),
    ("a tag with more than {limit} attributes", "too_many_attributes"),
    ("no HTML in it", "no_html"),
    ("no HTML in it: {error}", "html_error"),
    ("is {media_type}, not a page", "not_a_page"),
    ("no line of it is an article's", "no_article_line"),
    ("no body under the title '{title}'", "no_text_under_title"),
    ("our reader broke: {error}", "extractor_error"),
    ("status {status}: a page without a title", "untitled_page"),
    ("status {status}: {title}", "titled_page"),
    ("a large page", "response_too_large"),
    ("no robots.txt at hand", "robots_not_at_hand"),
    ("no robots.txt: it answered {status}", "robots_missing"),
    ("forbids some of it", "robots_forbids_some"),
    ("allows what we ask for", "robots_allows_all"),
)
_COLUMNS = (
    ("checks", "detail"),
    ("quarantine", "reason"),
    ("wanted", "error"),
    ("domain_checks", "detail"),
)


def migrate(db: Database) -> None:
    """Rewrites the columns that hold one reason each, and the reasons in statistics of runs."""
    for table, column in _COLUMNS:
        texts = db.execute(f"SELECT DISTINCT {column} FROM {table} WHERE {column} <> ''").fetchall()
        for (text,) in texts:
            stored = json.dumps(reason_of(text), ensure_ascii=False, sort_keys=True)
            db.execute(f"UPDATE {table} SET {column} = ? WHERE {column} = ?", [stored, text])
    for run, text in db.execute("SELECT id, stats FROM runs").fetchall():
        stats = _new_stats(json.loads(text))
        db.execute(
            "UPDATE runs SET stats = ? WHERE id = ?", [json.dumps(stats, ensure_ascii=False), run]
        )


def reason_of(sentence: str) -> Data:
    """The reason that a stored sentence states."""
    if sentence in _BLOCK_PAGES:
        return {"code": _BLOCK_PAGES[sentence], "params": {}}
    for pattern, code in _PATTERNS if len(sentence) <= MAX_SENTENCE_CHARS else ():
        found = pattern.fullmatch(sentence)
        if found:
            params = {name: _value(name, text) for name, text in found.groupdict().items()}
            return {"code": code, "params": params}
    return {"code": "legacy_text", "params": {"text": sentence}}


def _new_stats(stats: Data) -> Data:
    for problem in stats.get("problems", []):
        problem["reason"] = reason_of(problem["reason"])
    for canary in (stats.get("canaries") or {}).get("failed", []):
        canary["why"] = reason_of(canary["why"])
    if stats.get("ended", "finished") != "finished":
        stats["ended"] = reason_of(stats["ended"])
    if stats.get("robots_unreadable"):
        stats["robots_unreadable"] = reason_of(stats["robots_unreadable"])
    if stats.get("first_look"):
        look = stats["first_look"]
        look["robots"] = reason_of(look["robots"])
        look["mend"] = [reason_of(text) for text in look["mend"]]
    return stats


def _value(name: str, text: str) -> Any:
    if name == "page":
        return reason_of(text)
    if name == "rules":  # the text of a Python list
        return [a or b for a, b in re.findall(r"'([^']*)'|\"([^\"]*)\"", text)]
    return int(text) if name in _NUMBERS else text


def _pattern(sentence: str) -> re.Pattern[str]:
    pieces = re.split(r"\{(\w+)\}", sentence)  # text, name, text, name, text
    pattern = re.escape(pieces[0])
    for name, text in zip(pieces[1::2], pieces[2::2], strict=True):
        form = ".+"
        if name in _NUMBERS:
            form = r"\d+"
        elif name == "page":
            form = "|".join(map(re.escape, _BLOCK_PAGES))
        pattern += f"(?P<{name}>{form}){re.escape(text)}"
    return re.compile(pattern, re.DOTALL)


_PATTERNS = [(_pattern(sentence), code) for sentence, code in _SENTENCES]
