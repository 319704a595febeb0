"""Role labels and marks of bylines: "Bài, ảnh: ", "(tổng hợp)", "thực hiện"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from storage.models import Role

_ROLE_OF: dict[str, Role] = {
    "bài": "text",
    "tin": "text",
    "bài viết": "text",
    "nội dung": "text",
    "lời": "text",
    "thực hiện": "text",
    "ghi": "text",
    "lược ghi": "text",
    "ghi chép": "text",
    "tác giả": "text",
    "người viết": "text",
    "ảnh": "photo",
    "hình": "photo",
    "hình ảnh": "photo",
    "chụp ảnh": "photo",
    "photo": "photo",
    "clip": "video",
    "video": "video",
    "quay phim": "video",
    "đồ họa": "graphics",
    "đồ hoạ": "graphics",
    "infographic": "graphics",
    "infographics": "graphics",
    "thiết kế": "graphics",
    "trình bày": "graphics",
    "minh họa": "graphics",
    "minh hoạ": "graphics",
    "dịch": "translation",
    "biên dịch": "translation",
    "lược dịch": "translation",
    "người dịch": "translation",
    "tổng hợp": "compilation",
    "biên tập": "compilation",
    "biên soạn": "compilation",
    "sưu tầm": "compilation",
    "bt": "compilation",
    "t/h": "compilation",
}
_WORD = "|".join(sorted((re.escape(w) for w in _ROLE_OF), key=len, reverse=True))
_JOIN = r"\s*(?:,|và|&|/|\+|-|–)\s*"
_ROLES = rf"(?:{_WORD})(?:{_JOIN}(?:{_WORD}))*"
# A label opens the line or follows a separator; after a bare space only with a capital, so that
# "Trưởng Ban biên tập: ..." in a footer is none.
_LABEL = re.compile(
    rf"(?:^\s*|(?<=[;,.|(/–—-])\s*|(?<=\s)(?-i:(?=Ảnh|Bài|Tin|Clip|Video|Đồ)))"
    rf"(?P<roles>{_ROLES})\s*:\s*",
    re.IGNORECASE,
)
# Two roles in front need no colon: "Tin, ảnh N.K". One would eat names such as "Hình" or "Tin".
_LABEL_WITHOUT_COLON = re.compile(
    rf"(?P<roles>(?:{_WORD})(?:{_JOIN}(?:{_WORD}))+)\s+(?=\w)", re.IGNORECASE
)
# Without brackets only verbs count: "Điện ảnh" and "In bài viết" carry no mark.
_VERBS = (
    "thực hiện|tổng hợp|lược ghi|ghi chép|ghi|dịch|biên dịch|lược dịch|biên soạn|sưu tầm|biên tập"
)
_VERB_MARK = rf"(?-i:{_VERBS}|{_VERBS.upper()})"
_MARK = re.compile(
    rf"\s*(?:[(\[]\s*(?P<a>{_ROLES})\s*[)\]]|(?<=\s)(?<!ban\s)(?P<b>{_VERB_MARK}))\s*$",
    re.IGNORECASE,
)
_EACH = re.compile(rf"(?<!\w)(?:{_WORD})(?!\w)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Group:
    """Names that share their roles; `labelled` when the byline says which roles."""

    text: str
    roles: tuple[Role, ...]
    labelled: bool


def role_groups(text: str) -> list[Group]:
    """ "Bài: A; ảnh: B" -> A with text, B with photo; without any label everyone wrote."""
    start = _LABEL_WITHOUT_COLON.match(text)
    if start and not _LABEL.match(text):
        return [_group(text[start.end() :], roles_in(start["roles"]), True)]
    labels = list(_LABEL.finditer(text))
    groups = [_group(text[: labels[0].start()] if labels else text, ("text",), False)]
    stops = [following.start() for following in labels[1:]] + [len(text)]
    for label, stop in zip(labels, stops, strict=False):
        groups.append(_group(text[label.end() : stop], roles_in(label["roles"]), True))
    return [group for group in groups if group.text]


def _group(text: str, roles: tuple[Role, ...], labelled: bool) -> Group:
    text, marked = split_role_mark(text.strip(" ,;|-–—"))
    return Group(text, marked if marked and not labelled else roles, labelled or bool(marked))


def split_role_mark(text: str) -> tuple[str, tuple[Role, ...]]:
    """A name and the roles of the mark after it: "Thu Cúc (thực hiện)", "X tổng hợp"."""
    match = _MARK.search(text)
    if not match:
        return text, ()
    return text[: match.start()].strip(" ,-–"), roles_in(match["a"] or match["b"])


def roles_in(label: str) -> tuple[Role, ...]:
    """The roles that a label names, each once, in its order."""
    found = (_ROLE_OF[match[0].lower()] for match in _EACH.finditer(label))
    return tuple(dict.fromkeys(found))
