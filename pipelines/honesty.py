"""Whether a site's word that a page is unchanged is good, and how often it is put to the test.

An audit costs nothing: a page that was fetched whole brings its validators, and where these are
the ones that were kept, the server would have answered 304. If what it sent is another text then,
that 304 would have been a lie. A probe shows who answers 304 whatever the validators are: the page
came with other ones, and is asked for once more with those it had before. docs/cadence.md says what
this guarantees.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from hashlib import sha256

from storage.lastmods import Lastmod
from storage.validators import Audits, Validated, Validators

LEAST_AUDITED = 3000  # without a lie: at most 1 in 1000 would be one, at 95 %
LIE_REMEMBERED = timedelta(days=90)
WHOLE_SHARE = 0.1  # of a trusted site's checks, drawn by lot
WHOLE_EACH = 5  # at the latest each so many-th check of an article is whole
PROBES = 3  # in a run of a site; each is one more fetch


def is_trusted(audits: Audits) -> bool:
    return audits.audited >= LEAST_AUDITED and not audits.lied_lately


def is_whole(url: str, night: str, unread: int) -> bool:
    """Whether a trusted site is asked for the page itself. unread: 304s since it was last read."""
    if unread + 1 >= WHOLE_EACH:
        return True
    lot = int.from_bytes(sha256(f"{url} {night}".encode()).digest()[:8])
    return lot < WHOLE_SHARE * 2**64


def would_say_unchanged(kept: Validators, sent: Validators) -> bool:
    """Whether a request with the kept validators would be answered 304 by who sends these.

    As asked_with: where there is an ETag it alone decides, compared weakly (RFC 9110, 13.1.2).
    """
    if kept.etag:
        return sent.etag is not None and _opaque(kept.etag) == _opaque(sent.etag)
    before, now = _moment(kept.last_modified), _moment(sent.last_modified)
    return before is not None and now is not None and now <= before


def says_changed(kept: Validators, sent: Validators) -> bool:
    """Whether who sends these has to answer a request with the kept validators by the page."""
    if kept.etag:
        return sent.etag is not None and _opaque(kept.etag) != _opaque(sent.etag)
    before, now = _moment(kept.last_modified), _moment(sent.last_modified)
    return before is not None and now is not None and now > before


def asked_with(kept: Validators) -> tuple[str, str] | None:
    """The one header, name and value, of a conditional request; None where there can be none."""
    if kept.etag:
        return "If-None-Match", kept.etag
    if kept.last_modified and _moment(kept.last_modified) is not None:
        return "If-Modified-Since", kept.last_modified
    return None


def audit(kept: Validated | None, page: Validated) -> bool | None:
    """True: a 304 would have told the truth; False: a lie; None: nothing can be said.

    Nothing where other rules read the page: the difference would be ours.
    """
    if kept is None or kept.reader != page.reader:
        return None
    if not would_say_unchanged(kept.validators, page.validators):
        return None
    return kept.fingerprint == page.fingerprint


def probe(before: Validated, now: Validated | None) -> bool | None:
    """As audit, of a 304 that came to validators which the page itself had just outdated.

    No lie where the text is the same: two servers of one host may name it differently.
    """
    if now is None or before.reader != now.reader or before.fingerprint == now.fingerprint:
        return None
    return False


def audit_listed(kept: Lastmod | None, page: Lastmod) -> tuple[bool | None, bool]:
    """What a sitemap's lastmod said of a page that was read, as audit; and whether it is in doubt.

    The page may have changed since the sitemap was read, or the sitemap be made every so often. So
    a text that changed while its lastmod stayed is in doubt until the next reading: a lie only if
    the lastmod has not moved by then.
    """
    if kept is None or kept.text != page.text:
        return None, False
    if kept.doubted:
        return False, False
    if kept.reader != page.reader:
        return None, False
    same = kept.fingerprint == page.fingerprint
    return (True if same else None), not same


def is_spared(url: str, day: str, since: timedelta, usual: timedelta) -> bool:
    """Whether an article is left out that a believed sitemap says is unchanged.

    since: its last check; usual: the least time between two checks where no sitemap says anything.
    """
    return since < WHOLE_EACH * usual and not is_whole(url, day, 0)


def _opaque(etag: str) -> str:
    return etag.strip().removeprefix("W/")


def _moment(text: str | None) -> datetime | None:
    try:
        found = parsedate_to_datetime(text) if text else None
    except ValueError:
        return None
    return found if found is None or found.tzinfo else None
