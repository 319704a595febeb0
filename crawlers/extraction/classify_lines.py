"""From printed lines to an article: what is a caption, a subhead, the byline, the source.

Shared by pages (crawlers/extraction/article.py) and plain text captures
(crawlers/extraction/plaintext.py), so that both
come out of the same rules. The rules of this file hold on every platform; what differs between
sites is an attribute in crawlers/site_config.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from crawlers.extraction.lines import HEADINGS, Line
from crawlers.extraction.trace import Kind, Trace
from pipelines.boilerplate.detector import Boilerplate, Zone, zone_lines
from pipelines.record.bylines.parse import is_byline, is_source, photographer
from pipelines.text.encodings.repair import detect_encoding_problem
from pipelines.text.normal_forms import clean, comparison
from storage.models import Block, BlockKind

FILE_NAME = re.compile(r"^[\w\-. ()]+\.(?:jpe?g|png|gif|webp|bmp)\)?$", re.I)
NOTHING = re.compile(r"^[\W_]*$")
END_MARK = re.compile(r"[.!?…:;,]['\"”’)\]]*$")
LABEL_PHOTO = re.compile(r"^\(?\s*ảnh\s*:", re.I)
IN_BRACKETS = re.compile(r"^\(\s*ảnh\b.*\)$", re.I)
NOTHING_LEARNED = Boilerplate()
CAPTION_LIMIT = 400  # characters; longer text under a picture is a paragraph
BARE_CAPTION_LIMIT = 250  # under a picture, in plain type and without a full stop
SUBHEAD_LIMIT = 200
SAMPLE = 4000  # characters; a legacy text shows in its first ones
BYLINE_LINES = 4  # byline, functions of the author, source: never more in what was seen


@dataclass(slots=True)
class Body:
    blocks: list[Block] = field(default_factory=list)
    captions: list[str] = field(default_factory=list)
    bylines: list[str] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    zones: list[tuple[Zone, str]] = field(default_factory=list)  # what the template learns from
    trouble: str | None = (
        None  # of the text: one of pipelines.text.encodings.repair.ENCODING_PROBLEMS
    )


def compose(
    lines: list[Line],
    *,
    lead: str | None = None,
    bold_is_subhead: bool = True,
    template: Boilerplate = NOTHING_LEARNED,
    trace: Trace | None = None,
) -> Body:
    """Sorts the lines of an article's body. `lead` is left out where the body repeats it."""
    given = lines
    trouble = _clean(lines)
    lines = [line for line in lines if not _is_noise(line)]
    ordered = [line.text for line in lines]
    left_out = {line.text for line in lines if template.contains(line.text)}
    lines, body = _part_captions([line for line in lines if line.text not in left_out])
    body.trouble = trouble
    _peel_end(lines, body)
    all_bold = sum(line.bold for line in lines) > len(lines) / 2
    if lead and lines and _same(lines[0].text, lead):
        del lines[0]
    for line in lines:
        kind = _kind(line, bold_is_subhead and not all_bold)
        body.blocks.append(Block(kind, line.text))
    own = left_out | {block.text for block in body.blocks}
    body.zones = [(zone, text) for zone, text in zone_lines(ordered) if text in own]
    if trace is not None:
        trace.lines(given, lines, lambda line: _fate(line, left_out, body, lead))
    return body


def _clean(lines: list[Line]) -> str | None:
    """Lets the rules see what a reader sees: composed letters, nothing invisible.

    A text in an old encoding, which is named, is left alone until it is converted: cleaning drops
    letters of it.
    """
    trouble = detect_encoding_problem("\n".join(line.text for line in lines)[:SAMPLE])
    if trouble is None:
        for line in lines:
            line.text = clean(line.text)
    return trouble


def _fate(line: Line, left_out: set[str], body: Body, lead: str | None) -> tuple[Kind, str]:
    """What became of a line that is no block, for a trace."""
    if _is_noise(line):
        return "cruft", "a file name, or no letter in it"
    if line.text in left_out:
        return "template", "stands on many pages of the site"
    if line.text in body.bylines:
        return "byline", "ends the text as a byline does"
    if line.text in body.sources:
        return "source", "ends the text as a source does"
    if lead and _same(line.text, lead):
        return "lead", "repeats the lead"
    if line.caption:
        return "caption", "stands in a caption's element"
    return "caption", "stands under a picture, or is set as a caption"


def _same(text: str, lead: str) -> bool:
    return comparison(text) == comparison(lead)


def _is_noise(line: Line) -> bool:
    """File names that leak from picture fields, lone punctuation, stray comment ends."""
    return bool(NOTHING.match(line.text) or FILE_NAME.match(line.text))


def _part_captions(lines: list[Line]) -> tuple[list[Line], Body]:
    body = Body()
    text: list[Line] = []
    after_caption = False
    for line in lines:
        after_caption = _is_caption(line, after_caption)
        if not after_caption:
            text.append(line)
        elif line.text not in body.captions[-1:]:  # alt text and caption are often printed twice
            body.captions.append(line.text)
    return text, body


def _is_caption(line: Line, after_caption: bool) -> bool:
    if line.caption or IN_BRACKETS.match(line.text):
        return True
    if line.tag in HEADINGS or line.row or len(line.text) > CAPTION_LIMIT:
        return False
    if line.align == "right":
        return False
    set_apart = line.align == "center" or line.italic
    if line.after_image or after_caption:
        if set_apart or LABEL_PHOTO.match(line.text):
            return True
    elif set_apart:
        # The picture itself may be missing from an old page; its caption is still set as one.
        return line.align == "center" and line.italic and not END_MARK.search(line.text[:-1])
    if not line.after_image or line.bold:
        return False
    short = len(line.text) <= BARE_CAPTION_LIMIT and not END_MARK.search(line.text)
    return short or photographer(line.text) is not None


def _peel_end(lines: list[Line], body: Body) -> None:
    """Takes byline and source lines off the end. Pictures may stand between text and byline."""
    for _ in range(BYLINE_LINES):
        if len(lines) < 2:
            break
        text = lines[-1].text
        if is_source(text):
            body.sources.insert(0, text)
        elif _is_byline_line(lines[-1]):
            body.bylines.insert(0, text)
        else:
            break
        lines.pop()
    # A byline that is centred under the last picture was taken for its caption.
    if not body.bylines and body.captions and is_byline(body.captions[-1]):
        body.bylines.append(body.captions.pop())


def _is_byline_line(line: Line) -> bool:
    if line.tag in HEADINGS or line.row or line.item:
        return False
    if is_byline(line.text):
        return True
    return line.align == "right" and len(line.text) <= 100 and not END_MARK.search(line.text)


def _kind(line: Line, bold_is_subhead: bool) -> BlockKind:
    if line.row:
        return "table row"
    if line.tag in HEADINGS:
        return "subhead"
    if line.item:
        return "list item"
    short = len(line.text) <= SUBHEAD_LIMIT and not END_MARK.search(line.text)
    if bold_is_subhead and line.bold and short:
        return "subhead"
    return "quote" if line.quote else "paragraph"
