"""Template lines that the rechecks of one run show: they change on many articles at once.

A counter has another number at each visit; an age, a banner or a notice appears on every page.
The shares of new pages (detector.py) find such lines late, or never on a small site.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from pipelines.boilerplate.detector import DIGITS, MAX_MIDDLE_LINE_CHARS, line_hash
from pipelines.text.normal_forms import comparison
from storage.models import Article

MIN_VARIED = 3  # articles on which a line has another number ...
MIN_VARIED_SHARE = 0.3  # ... and their share of the rechecked ones: counters may be cached
MIN_INSERTED = 5  # articles on which a line is new or no longer there ...
MIN_INSERTED_SHARE = 0.6  # ... and their share
MAX_LINES_OF_COUNTERS = 3  # an article in which more numbers change is a table of prices


@dataclass(slots=True)
class RecheckedLines:
    """The short lines that differ between two captures of the same article.

    Attributes:
        articles: rechecked articles, changed or not
        varied: line hash -> articles on which only its numbers changed
        inserted: line hash -> articles on which it is new, or no longer there
        samples: line hash -> the line
    """

    articles: int = 0
    varied: Counter[int] = field(default_factory=Counter)
    inserted: Counter[int] = field(default_factory=Counter)
    samples: dict[int, str] = field(default_factory=dict)

    def add_change(self, old: Article, new: Article) -> None:
        before, after = _short_lines(old), _short_lines(new)
        gone = {line_hash(text): text for form, text in before.items() if form not in after}
        come = {line_hash(text): text for form, text in after.items() if form not in before}
        varied = {hashed for hashed in come.keys() & gone.keys() if DIGITS.search(come[hashed])}
        if len(varied) <= MAX_LINES_OF_COUNTERS:
            self.varied.update(varied)
        self.inserted.update(come.keys() ^ gone.keys())
        self.samples |= gone | come

    def template_lines(self) -> dict[str, int]:
        """Return the lines of the template, each with the number of articles that show it."""
        varied = _frequent(self.varied, max(MIN_VARIED, MIN_VARIED_SHARE * self.articles))
        inserted = _frequent(self.inserted, max(MIN_INSERTED, MIN_INSERTED_SHARE * self.articles))
        return {self.samples[hashed]: count for hashed, count in (varied | inserted).items()}


def _frequent(counts: Counter[int], least: float) -> dict[int, int]:
    return {hashed: count for hashed, count in counts.items() if count >= least}


def _short_lines(article: Article) -> dict[str, str]:
    """Return the lines of text that are short enough for a template: compared form -> line."""
    texts = [block.text for block in article.body if block.kind != "table row"]
    texts += [caption.text for caption in article.captions]
    return {comparison(text): text for text in texts if len(text) <= MAX_MIDDLE_LINE_CHARS}
