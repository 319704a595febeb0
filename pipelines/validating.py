"""Validators in the recorder's batch: kept with the page that was read, audited at the next."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from pipelines import edit_events
from pipelines.fingerprint import fingerprint
from pipelines.honesty import audit, audit_listed, probe
from pipelines.observations import ArticleRead, NotModified, Probed
from storage import articles, events, past_checks
from storage.database import Database
from storage.lastmods import Lastmod, keep_lastmod, lastmod, still_as_read
from storage.records import Article
from storage.validators import Validated, count_unread, keep_validated, validated


def validate(
    db: Database, site: str, read: ArticleRead, article: Article, counts: Counter[str]
) -> None:
    """An article page was read: what it shows of the site's honesty, and its own validators.

    Of a replay, an import or a redirect nothing is kept (`read.validators` is None): what they
    hold is not what this host would answer at this URL.
    """
    if read.validators is None or read.capture is None or read.capture.url is None:
        return
    url, sha256 = read.capture.url, read.capture.sha256
    page = Validated(read.validators, sha256, fingerprint(article), read.page.reader)
    told = audit(validated(db, site, url), page)
    if told is not None:
        counts["audited"] += 1
        counts["lies"] += not told
    keep_validated(db, site, url, page)


def validate_listed(
    db: Database, identity: int, read: ArticleRead, article: Article, counts: Counter[str]
) -> None:
    """The same for what a sitemap said of the article in this run, if one did."""
    if read.listed is None:
        return
    page = Lastmod(read.listed, fingerprint(article), read.page.reader)
    told, doubted = audit_listed(lastmod(db, identity), page)
    if told is not None:
        counts["lastmods_audited"] += 1
        counts["lastmods_lied"] += not told
    keep_lastmod(db, identity, replace(page, doubted=doubted))


def not_modified(
    db: Database, site: str, run: int, seen: NotModified, counts: Counter[str]
) -> None:
    """A trusted site says that an article is as it was: a check that found no edit."""
    known = articles.article_by_id(db, seen.article)
    before = articles.last_revision(db, known.id)
    counts["not_modified"] += 1
    counts["unchanged"] += 1
    counts["rechecked_live"] += known.status == "live"
    late = edit_events.overdue(db, known, before, seen.observed_at)
    if late:
        events.hold_event(
            db, run, site, "edited", seen.observed_at, late[0], known.id, late[1]
        )  # fmt: skip
    past_checks.count(counts, known, seen.observed_at, bool(late))
    articles.touch_article(db, known.id, seen.observed_at)
    count_unread(db, site, seen.capture.url or seen.url)
    if seen.listed is not None:
        still_as_read(db, known.id, seen.listed)


def probed(db: Database, site: str, seen: Probed, counts: Counter[str]) -> None:
    """The page of which this is said was read a moment ago, in this run."""
    told = probe(seen.before, validated(db, site, seen.url)) if seen.unchanged else True
    if told is not None:
        counts["probed"] += 1
        counts["lies"] += not told
