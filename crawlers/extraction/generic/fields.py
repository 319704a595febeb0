"""The generic extractor's title, lead, authors, section and tags.

The page's metadata states the values; the extractor then finds the lines that print them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import islice, takewhile
from urllib.parse import urlsplit

from lxml.etree import _Element

from crawlers.extraction.classify_lines import FULL_STOP
from crawlers.extraction.date_lines import date_line, is_labelled
from crawlers.extraction.frame_lines import is_sentence
from crawlers.extraction.generic.layout import (
    ADVERT_CLASS,
    AUTHOR_CLASS,
    AUTHOR_PAGE,
    LEAD_CLASS,
    RELATED_CLASS,
    LocatedLine,
    PageLayout,
    class_and_id,
    has_class,
    is_inside,
    is_inside_class,
    located_lines,
    self_and_ancestors,
)
from crawlers.extraction.leads import lead_key
from crawlers.extraction.legacy_text import clean_unless_legacy
from crawlers.extraction.line_catalogue import frame_kind, is_section, without_counters
from crawlers.extraction.lines import BOLD_TAGS, inner_text, is_unseen, text_lines
from crawlers.extraction.witnesses import Words, names_no_article, slug_words, without_badge
from pipelines.record.bylines.organisations import is_publisher
from pipelines.record.bylines.parse import is_byline, is_source
from pipelines.record.bylines.person_names import is_person
from pipelines.record.bylines.roles import separated_credits
from pipelines.record.raw_article import RawArticle
from pipelines.text.normal_forms import clean, comparison

TITLE_CLASS = re.compile(r"contentheading|tit(?:le)?(?:[\s_-]|$)|headline|tieu-?de", re.I)
BREADCRUMB_CLASS = re.compile(r"bread-?crumb|duong-?dan", re.I)
TAGS_CLASS = re.compile(r"(?:^|[\s_-])(?:tags?|keywords?|tu-?khoa)(?=$|[\s_\d-])", re.I)
AVATAR_CLASS = re.compile(r"avatar|sticker", re.I)  # the initials of who posted the page
TITLE_SEPARATOR = re.compile(r"\s*[|–—:·»>-]\s*")
ELLIPSIS = re.compile(r"\s*(?:\.\.\.|…|\[…\])$")
BREADCRUMB_SEPARATOR = re.compile(r"\s*[>»›]\s*")
MAX_LINES_ABOVE_TITLE = 15  # that are searched for a breadcrumb
MIN_FOLDER_CHARS = 4  # of the name of a section in a URL
HOME_LABEL = re.compile(r"^(?:trang chủ|home|trang nhất)?$", re.I)
MIN_COMMON_WORDS = 0.8  # of a title whose words have another order in the metadata
MAX_TITLE_CHARS = 1000  # a longer element of a title's class is no title
MAX_LEAD_CHARS = 1200
LEAD_TAGS = frozenset(("p", "div", "h2", "h3", "h4", "h5", "h6", "section", "strong"))
MAX_CANDIDATES = 400  # lines that are tried for one field
MAX_AUTHOR_CHARS = 200
MIN_LEAD_CHARS = 40
MAX_LINES_ABOVE_LEAD = 3  # in the body element: a date, a caption
MIN_SLUG_AGREEMENT = 0.6  # of the words of a title and of the URL
MIN_PLAIN_SLUG_AGREEMENT = 0.8  # of a line that no heading or class marks as the title
MIN_TITLE_WORDS = 4  # of a title that nothing else on the page states
LABELLED_AUTHOR = re.compile(r"(?:tác giả(?: bài viết)?|người viết)\s*:\s*\S", re.I)
LABELLED_SOURCE = re.compile(r"nguồn(?: tin)?\s*:\s*\S", re.I)
THEO = re.compile(r"^theo\s+", re.I)
MAX_CREDIT_LINES = 6  # under the body, or elements beside an author's box, that are searched
LABEL_TAGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6", "li", "a", "label"))
MAX_BARE_CREDIT_LINES = 2  # a name and a source
MAX_LABEL_CHARS = 60  # of a tag or section
MAX_TAGS = 30
MAX_BREADCRUMB_LINKS = 6  # a list with more links is the menu of the site


@dataclass(slots=True)
class _Title:
    """What a page may print as its title, and the index of its first line."""

    element: _Element
    index: int
    text: str


def extract_title(layout: PageLayout, page: RawArticle) -> None:
    """Set the printed title that agrees with the metadata, or else the title in the metadata.

    Metadata that name only the site or a section agree with a title only if the URL names none and
    the page prints several or none.
    """
    head = next((inner_text(e) for e in layout.root.iter("title")), "")
    indexes: dict[_Element, int] = {}
    for index, line in enumerate(layout.lines):
        element = _title_element(line) if len(indexes) < MAX_CANDIDATES else None
        if element is not None:
            indexes.setdefault(element, index)
    candidates = [
        _Title(element, index, clean_unless_legacy(text))
        for element, index in sorted(indexes.items(), key=lambda c: c[0].tag != "h1")
        if len(text := " ".join(text_lines(element))) <= MAX_TITLE_CHARS
    ]
    candidates = [c for c in candidates if not is_unseen(c.element)] or candidates
    headings = [c for c in candidates if c.element.tag == "h1"]
    stated = [(page.structured.title or "", "metadata"), (clean(head), "<title>")]
    found = (
        _as_stated([s for s in stated if _names_an_article(s[0])], candidates)
        or _with_words_of(page.structured.title, headings, MIN_COMMON_WORDS, "metadata")
        or _with_words_of(slug_words(page.url or ""), candidates, MIN_SLUG_AGREEMENT, "URL")
        or _plain_title(layout, stated, slug_words(page.url or ""))
        or _only_title(candidates)
        or _title_above_date(layout, candidates)
        or _as_stated(stated, candidates)
    )
    if found is not None:
        title, rule = found
        title.text = without_badge(title.text, page.structured.title, title.element)
        layout.title, page.title, page.rules["title"] = title.index, title.text, f"generic: {rule}"
    elif page.structured.title or head.strip():
        page.title = page.structured.title or TITLE_SEPARATOR.split(clean(head), maxsplit=1)[0]
        page.rules["title"] = "generic: metadata"
    elif above := [title for title in headings if title.index <= layout.start]:
        layout.title, page.title = above[-1].index, above[-1].text
        page.rules["title"] = "generic: h1"


def _as_stated(
    stated: list[tuple[str, str]], candidates: list[_Title]
) -> tuple[_Title, str] | None:
    for text, name in stated:
        for title in candidates if text else []:
            if _titles_agree(title.text, text):
                return _first_line_if_stated(title, text), f"printed as in the {name}"
    return None


def _first_line_if_stated(title: _Title, stated: str) -> _Title:
    """Return only the first line of an element that is not closed, and holds the whole page."""
    first = next(iter(text_lines(title.element)), "")
    is_whole = comparison(first).lower() == comparison(stated).lower()
    return replace(title, text=first) if is_whole else title


def _with_words_of(
    text: str | None, candidates: list[_Title], least: float, origin: str
) -> tuple[_Title, str] | None:
    """Return the title that says the same in another order, for search engines, or in a URL."""
    words = Words((text or "")[:MAX_TITLE_CHARS])
    shares = [(Words(title.text).agreement(words), title) for title in candidates]
    share, best = max(shares, key=lambda s: s[0], default=(0.0, None))
    return (best, f"with the words of the {origin}") if best and share >= least else None


def _plain_title(
    layout: PageLayout, stated: list[tuple[str, str]], slug: str
) -> tuple[_Title, str] | None:
    """Return the line above the first sentence that is the title, whatever its element and class.

    The lowest: a breadcrumb above the title repeats it.
    """
    above = takewhile(lambda line: not is_sentence(line[1].text), enumerate(layout.lines))
    plain = [
        _Title(line.block, index, line.text)
        for index, line in islice(above, MAX_CANDIDATES)
        if len(line.text.split()) >= MIN_TITLE_WORDS
        and not any(e.tag == "a" for e in self_and_ancestors(line.element))
        and not is_unseen(line.block)
    ][::-1]
    return _as_stated([s for s in stated if _names_an_article(s[0])], plain) or _with_words_of(
        slug, plain, MIN_PLAIN_SLUG_AGREEMENT, "URL"
    )


def _only_title(candidates: list[_Title]) -> tuple[_Title, str] | None:
    """Return the page's only h1, or only title, of several words that is no link."""
    own = [
        c
        for c in candidates
        if len(c.text.split()) >= MIN_TITLE_WORDS
        and not names_no_article(c.text)
        and next(c.element.iter("a"), None) is None
        and next(c.element.iterancestors("a"), None) is None
    ]
    first = [c for c in own if c.element.tag == "h1"] or own
    return (first[0], "only title") if len(first) == 1 else None


def _title_above_date(layout: PageLayout, candidates: list[_Title]) -> tuple[_Title, str] | None:
    """Return the bold line above a labelled date, on a page of tables that marks no title.

    The first sentence is right below the date.
    """
    if candidates:
        return None
    lines = layout.lines[:MAX_CANDIDATES]
    for index, (title, date, text) in enumerate(zip(lines, lines[1:], lines[2:], strict=False)):
        if not is_sentence(text.text) or len(title.text.split()) < MIN_TITLE_WORDS:
            continue
        printed = date_line(date.text)
        ancestors = self_and_ancestors(title.element)
        around = {e.tag for e in ancestors if is_inside(e, title.block)}
        if printed is None or not is_labelled(printed.printed or "") or "a" in around:
            continue
        if not BOLD_TAGS.isdisjoint(around) and _is_whole_block(title):
            return _Title(title.block, index, title.text), "bold above the date"
    return None


def _names_an_article(stated: str) -> bool:
    """Return whether a part of <title> or of the metadata is neither the site nor a section."""
    parts = (part for part in TITLE_SEPARATOR.split(stated) if " " in part)
    return any(not names_no_article(part) for part in parts)


def _title_element(line: LocatedLine) -> _Element | None:
    if line.block.tag in ("h1", "h2", "h3"):
        return line.block
    for element in (line.element, line.block):
        if element.tag != "a" and TITLE_CLASS.search(class_and_id(element)):
            return element
    return None


def _titles_agree(printed: str, stated: str) -> bool:
    """Return whether they are equal, but for the site's name or an ellipsis at the stated end."""
    stated = stated[:MAX_TITLE_CHARS]
    printed_key, stated_key = comparison(printed).lower(), comparison(stated).lower()
    if not printed_key or printed_key == stated_key:
        return bool(printed_key)
    if stated_key.startswith(printed_key):
        rest = stated_key[len(printed_key) :]
        return len(printed_key) >= 8 and TITLE_SEPARATOR.match(rest) is not None
    stated_key = ELLIPSIS.sub("", stated_key)
    return len(stated_key) >= 30 and printed_key.startswith(stated_key)


def extract_lead(layout: PageLayout, page: RawArticle) -> None:
    """Set the lead: the line that equals the description in the metadata.

    A line that only begins with the description must be outside the body or have a lead's class:
    many CMSs take the description from the first words of the text.
    """
    stated = page.structured.lead
    first = layout.title + 1 if layout.title is not None else 0
    above: str | None = None
    for index, line in enumerate(layout.lines[first : first + MAX_CANDIDATES], first):
        is_short = len(line.text) < MIN_LEAD_CHARS
        if len(line.text) > MAX_LEAD_CHARS or (
            is_short and not _may_be_short_lead(line, layout, index)
        ):
            continue
        inside = is_inside(line.element, layout.container)
        if _is_of_others(line, layout):
            continue
        is_lead = has_class(line, LEAD_CLASS) or _has_lead_box(line, layout)
        is_lead = is_lead and not _is_under_picture(line)
        agrees = _agrees_with_description(line.text, stated, cut=is_lead or not inside)
        opens = index <= layout.start + MAX_LINES_ABOVE_LEAD and _has_lead_box(line, layout)
        marked = is_lead and not stated and (not inside or opens)
        if (agrees or marked) and _is_whole_block(line):
            page.lead = line.text
            page.rules["lead"] = f"generic: {'as in the metadata' if agrees else 'marked'}"
            return
        if is_lead and index <= layout.start and _is_whole_block(line):
            above = above or line.text
    if above is not None:  # the description is of the site, or written for search engines
        page.lead, page.rules["lead"] = above, "generic: marked"
        return
    _extract_repeated_lead(layout, page)
    if not page.lead:
        _extract_only_sentence(layout, page)


def _extract_only_sentence(layout: PageLayout, page: RawArticle) -> None:
    """Set the only sentence between title and text as the lead, whatever its element is called."""
    if layout.title is None:
        return
    between = layout.lines[layout.title + 1 : layout.start]
    sentences = [line for line in between if is_sentence(line.text)]
    if len(sentences) == 1 and _may_be_unmarked_lead(sentences[0], layout):
        page.lead, page.rules["lead"] = sentences[0].text, "generic: between title and text"


def _may_be_unmarked_lead(line: LocatedLine, layout: PageLayout) -> bool:
    if line.block.tag not in LEAD_TAGS or len(line.text) > MAX_LEAD_CHARS:
        return False
    if is_inside(line.element, layout.container) or not _is_whole_block(line):
        return False
    if frame_kind(line.text) is not None or is_byline(line.text):
        return False
    return not (_is_of_others(line, layout) or _is_under_picture(line))


def _may_be_short_lead(line: LocatedLine, layout: PageLayout, index: int) -> bool:
    """Return whether a short line between title and text is a sentence, and no caption."""
    return (
        len(line.text.split()) >= MIN_TITLE_WORDS
        and index <= layout.start
        and FULL_STOP.search(line.text) is not None
        and line.block.tag not in ("figcaption", "figure", "td", "li")
        and not is_byline(line.text)
    )


def _is_of_others(line: LocatedLine, layout: PageLayout) -> bool:
    """Return whether a line is of a list of articles or an advert, or leads to another page."""
    links = (e for e in self_and_ancestors(line.element) if e.tag == "a" and e.get("href"))
    if any(len(inner_text(link).strip()) >= len(line.text) for link in links):
        return True
    patterns = RELATED_CLASS, ADVERT_CLASS
    return any(is_inside_class(line.element, pattern, layout.around) for pattern in patterns)


def _has_lead_box(line: LocatedLine, layout: PageLayout) -> bool:
    """Return whether the line is alone in an element with a lead's class, inside the body."""
    for element in self_and_ancestors(line.element):
        if element is layout.container:
            return False
        if LEAD_CLASS.search(class_and_id(element)):
            return clean_unless_legacy(inner_text(element)) == line.text
    return False


def _is_under_picture(line: LocatedLine) -> bool:
    """Return whether the line is all that a table or figure with a picture says: its caption."""
    box = next((e for e in self_and_ancestors(line.block) if e.tag in ("table", "figure")), None)
    return (
        box is not None and box.find(".//img") is not None and clean(inner_text(box)) == line.text
    )


def _extract_repeated_lead(layout: PageLayout, page: RawArticle) -> None:
    """Set a lead that stands above the body, which begins with it again."""
    if layout.start >= len(layout.lines):
        return
    first = layout.lines[layout.start].text
    start = layout.title + 1 if layout.title is not None else 0
    if len(first) >= MIN_LEAD_CHARS and any(
        comparison(line.text) == comparison(first) for line in layout.lines[start : layout.start]
    ):
        page.lead = first
        page.rules["lead"] = "generic: printed twice"


def _is_whole_block(line: LocatedLine) -> bool:
    """Return whether the line is the whole text of its block, and so a paragraph of its own."""
    return clean_unless_legacy(inner_text(line.block)) == line.text


def _agrees_with_description(printed: str, stated: str | None, *, cut: bool) -> bool:
    """Compare without datelines. `cut`: the description may be the beginning of the line."""
    if not stated:
        return False
    printed_key, stated_key = lead_key(printed), lead_key(stated)
    if printed_key == stated_key:
        return True
    stated_key = ELLIPSIS.sub("", stated_key)
    return cut and len(stated_key) >= MIN_LEAD_CHARS and printed_key.startswith(stated_key)


def authors_in(element: _Element) -> list[str]:
    """Return the names in an author's box, each once, in order."""
    names: list[str] = []
    for line in located_lines(element):
        if has_class(line, AVATAR_CLASS):
            continue
        linked = [clean(inner_text(a)) for a in line.block.iter("a")]
        several = [name for name in linked if name and is_byline(name)]
        if len(several) > 1:
            names += several
        else:
            credit = separated_credits(line.text)
            names += [credit] if is_byline(credit) else _marked_names(line)
    return _each_once(names)


def _marked_names(line: LocatedLine) -> list[str]:
    """Return the names that stand in elements of their own, beside a date on the same line."""
    marked = (e for e in line.block.iterdescendants("a", "b", "span", "strong", "em"))
    texts = [clean(inner_text(e)) for e in marked if AUTHOR_CLASS.search(class_and_id(e))]
    return [text for text in texts if text in line.text and is_byline(text)]


def _each_once(names: list[str]) -> list[str]:
    return list({comparison(name).lower(): name for name in reversed(names)}.values())[::-1]


def linked_authors(layout: PageLayout) -> list[str]:
    """Return the names that link to an author's page, between title and text or under the text."""
    first = layout.title + 1 if layout.title is not None else layout.start
    lines = [*layout.lines[first : layout.start], *_lines_below(layout)]
    blocks = dict.fromkeys(line.block for line in lines)
    links = [a for block in blocks for a in block.iter("a") if _is_author_link(a, layout)]
    return _each_once([name for name in map(clean, map(inner_text, links)) if is_byline(name)])


def _is_author_link(link: _Element, layout: PageLayout) -> bool:
    return bool(AUTHOR_PAGE.search(link.get("href") or "")) and not is_inside_class(
        link, RELATED_CLASS, layout.around
    )


def author_beside_date(layout: PageLayout) -> list[str]:
    """Return the name in "Submitted by Minh Tâm on ...", or above a <br> and the date."""
    if layout.date is None:
        return []
    date = layout.lines[layout.date]
    printed = date_line(date.text) or date_line(without_counters(date.text).strip(" |"))
    if printed is not None and printed.byline:
        return [printed.byline]
    above = layout.lines[layout.date - 1].text if _is_below(layout, date.block) else ""
    return [above] if is_person(above, min_words=2) and is_byline(above) else []


def _is_below(layout: PageLayout, block: _Element) -> bool:
    """Return whether the line above the date is in the same block, both between title and text."""
    title, date = layout.title, layout.date
    if title is None or date is None or not title < date - 1 < date < layout.start:
        return False
    return layout.lines[date - 1].block is block


def source_in(element: _Element) -> str | None:
    """Return the source that an author's box names ("Theo TTXVN"), or None."""
    lines = located_lines(element)
    return next((line.text for line in lines if is_source(line.text)), None)


def authors_after_theo(box: _Element) -> list[str]:
    texts = (THEO.sub("", line.text) for line in located_lines(box) if is_source(line.text))
    return [text for text in texts if is_byline(text)]


def sources_below_title(layout: PageLayout) -> list[str]:
    """Return the sources ("Theo Báo X") that are lines of their own between title and text."""
    if layout.title is None:
        return []
    between = layout.lines[layout.title + 1 : layout.start]
    return [s.text for s in between if len(s.text) <= MAX_LABEL_CHARS and is_source(s.text)]


def source_beside(box: _Element) -> str | None:
    """Return the text of the element of class "source" that follows an author's box, or None."""
    for element in islice(box.itersiblings(), MAX_CREDIT_LINES):
        if isinstance(element.tag, str) and "source" in (element.get("class") or "").split():
            text = clean(inner_text(element))
            return text if 0 < len(text) <= MAX_LABEL_CHARS else None
    return None


def labelled_credits(layout: PageLayout) -> tuple[list[str], list[str]]:
    """Return the bylines and sources with a label ("Tác giả: X", "Nguồn tin: Y") under the body."""
    texts = [line.text for line in _lines_below(layout) if len(line.text) <= MAX_AUTHOR_CHARS]
    return (
        [text for text in texts if LABELLED_AUTHOR.match(text) and is_byline(text)],
        [text for text in texts if LABELLED_SOURCE.match(text) and is_source(text)],
    )


def credits_below(layout: PageLayout) -> tuple[list[str], list[str]]:
    """Return the name and the source without a label that stand right under the body element."""
    names: list[str] = []
    sources: list[str] = []
    for line in _lines_below(layout)[:MAX_BARE_CREDIT_LINES]:
        text = line.text
        is_label = not LABEL_TAGS.isdisjoint((line.block.tag, line.element.tag))
        is_label = is_label or frame_kind(text) is not None or is_section(text)
        if len(text) > MAX_LABEL_CHARS or is_label or not _is_whole_block(line):
            break
        if is_source(text) and not sources:
            sources.append(text)
        elif is_person(text, min_words=2) and is_byline(text) and not names:
            names.append(text)
        else:
            break
    return names, sources


def _lines_below(layout: PageLayout) -> list[LocatedLine]:
    inside = [i for i, s in enumerate(layout.lines) if is_inside(s.element, layout.container)]
    return layout.lines[inside[-1] + 1 :][:MAX_CREDIT_LINES] if inside else []


def author_boxes(layout: PageLayout) -> list[_Element]:
    """Return the outermost short elements with an author's class, itemprop or rel."""
    boxes: list[_Element] = []
    for element in layout.root.iter("*"):
        stated = element.get("itemprop") == "author" or "author" in (element.get("rel") or "")
        if not stated and not AUTHOR_CLASS.search(class_and_id(element)):
            continue
        if any(is_inside(element, box) for box in boxes[-1:]):
            continue
        if len(clean(inner_text(element))) > MAX_AUTHOR_CHARS or element in layout.around:
            continue
        if not is_inside_class(element, RELATED_CLASS, layout.around):
            boxes.append(element)
    return boxes


def publisher_names(layout: PageLayout, title: str) -> frozenset[str]:
    """Return the names of the publisher itself (as comparison text), which are no bylines."""
    metas = (e for e in layout.root.iter("meta") if e.get("property") == "og:site_name")
    names = [title, *((e.get("content") or "") for e in metas)]
    return frozenset(comparison(clean(name)).lower() for name in names if name)


def is_own_name(text: str, publishers: frozenset[str]) -> bool:
    return comparison(text).lower() in publishers or is_publisher(text)


def extract_section(layout: PageLayout, page: RawArticle) -> None:
    for element in layout.root.iter("*"):
        if not BREADCRUMB_CLASS.search(class_and_id(element)):
            continue
        links = [clean(inner_text(a)) for a in element.iter("a")]
        sections = [t for t in links if _is_section(t, page.title)]
        if sections and len(links) <= MAX_BREADCRUMB_LINKS:
            page.section = sections[-1]
            page.rules["section"] = "generic: breadcrumb"
            return
    section = _breadcrumb_line(layout) or _section_of_url(layout, page)
    if section is not None:
        page.section, page.rules["section"] = section, "generic: link to the section"
    elif page.structured.section:
        page.section = page.structured.section
        page.rules["section"] = "generic: metadata"


def _breadcrumb_line(layout: PageLayout) -> str | None:
    """Return the last part of a line such as "Y tế > Sức khỏe" above the title."""
    lines = layout.lines[: layout.title or 0][-MAX_LINES_ABOVE_TITLE:]
    for line in reversed(lines):
        parts = BREADCRUMB_SEPARATOR.split(line.text)
        linked = sum(1 for _ in line.block.iter("a"))
        if len(parts) > 1 and linked > 1 and all(0 < len(p) <= MAX_LABEL_CHARS for p in parts):
            return parts[-1]
    return None


def _section_of_url(layout: PageLayout, page: RawArticle) -> str | None:
    """Return the text of a link to the folder of the article's URL: "/xa-hoi/" is "Xã hội"."""
    folder, below, _ = urlsplit(page.url or "").path.strip("/").partition("/")
    if not below or ("-" not in folder and len(folder) < MIN_FOLDER_CHARS):
        return None
    for link in layout.root.iter("a"):
        path = _path_of(link.get("href") or "")
        text = clean(inner_text(link))
        if path.strip("/") == folder and text and _is_section(text, page.title):
            return text
    return None


def _path_of(link: str) -> str:
    try:
        return urlsplit(link).path
    except ValueError:  # "http://[broken" and the like
        return ""


def _is_section(text: str, title: str | None) -> bool:
    return len(text) <= MAX_LABEL_CHARS and text != title and not HOME_LABEL.match(text)


def extract_tags(layout: PageLayout, page: RawArticle) -> None:
    links = [e for e in layout.root.iter("a") if "tag" in (e.get("rel") or "").split()]
    if not links:
        blocks = layout.root.iter("div", "ul", "p", "section")
        box = next((e for e in blocks if TAGS_CLASS.search(class_and_id(e))), None)
        links = list(box.iter("a")) if box is not None else []
    texts = [clean(inner_text(e)).lstrip("#") for e in links]
    page.tags = [t for t in dict.fromkeys(texts) if t and len(t) <= MAX_LABEL_CHARS][:MAX_TAGS]
    if page.tags:
        page.rules["tags"] = "generic: tag links"
