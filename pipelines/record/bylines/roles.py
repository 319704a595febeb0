"""Role labels of bylines, before names ("Bài, ảnh: ") and after ("(tổng hợp)", "thực hiện")."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipelines.text.memo import cache_short_texts
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
    "tác giả bài viết": "text",
    "người viết": "text",
    "ảnh": "photo",
    "hình": "photo",
    "hình ảnh": "photo",
    "chụp ảnh": "photo",
    "ảnh trong bài": "photo",
    "chùm ảnh": "photo",
    "phóng sự ảnh": "photo",
    "phóng sự": "text",
    "truyện ngắn": "text",
    "bút ký": "text",
    "ký sự": "text",
    "tản văn": "text",
    "tùy bút": "text",
    "thơ": "text",
    "nhạc": "text",
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
    "chỉ đạo sản xuất": "compilation",
    "chỉ đạo nội dung": "compilation",
    "chỉ đạo thực hiện": "compilation",
    "tổ chức sản xuất": "compilation",
    "tổ chức nội dung": "compilation",
    "sưu tầm": "compilation",
    "st": "compilation",
    "bt": "compilation",
    "t/h": "compilation",
    "th": "compilation",
    "kịch bản": "text",
    "lời bình": "text",
    "dựng": "video",
    "dựng phim": "video",
    "dựng video": "video",
    "mỹ thuật": "graphics",
    "kỹ thuật": "graphics",
    "thiết kế đồ họa": "graphics",
}
_WORD = "|".join(sorted((re.escape(w) for w in _ROLE_OF), key=len, reverse=True))
_CONJUNCTION = r"\s*(?:,|và|&|/|\+|-|–)\s*"
_ROLES = rf"(?:{_WORD})(?:{_CONJUNCTION}(?:{_WORD}))*"
# A label begins the line or follows a separator. After a space it needs a capital, so
# "Trưởng Ban biên tập: ..." in a footer contains no label.
_OWN_LABEL = r"(?-i:(?=[A-ZĐẢ]))(?!(?:biên tập|tác giả|st|bt|th|t/h)(?!\w))"
_LABEL = re.compile(
    rf"(?:^\s*|(?<=[;,.|(/–—-])\s*|(?<=\s){_OWN_LABEL})"
    rf"(?P<roles>{_ROLES})(?:\s*:\s*|\s+của\s+(?-i:(?=[A-ZĐÀ-Ỹ])))",
    re.IGNORECASE,
)
# Two roles need no colon ("Tin, ảnh N.K"). One does, because "Hình" and "Tin" are names too.
_LABEL_WITHOUT_COLON = re.compile(
    rf"(?P<roles>(?:{_WORD})(?:{_CONJUNCTION}(?:{_WORD}))+)\s+(?=\w)", re.IGNORECASE
)
# After a name and without brackets only verbs are labels, not "Điện ảnh" or "In bài viết".
_VERBS = (
    "thực hiện|tổng hợp|lược ghi|ghi chép|ghi|dịch|biên dịch|lược dịch|biên soạn|sưu tầm|biên tập"
)
_VERB_LABEL = rf"(?-i:{_VERBS}|{_VERBS.upper()})"
_LABEL_AFTER_NAME = re.compile(
    rf"\s*(?:[(\[]\s*(?P<in_brackets>{_ROLES})\s*[)\]]|(?<=\s)(?<!ban\s)(?<!tổ\s)(?<!phòng\s)(?<!phận\s)(?P<verb>{_VERB_LABEL}))\s*$",
    re.IGNORECASE,
)
# Where spans of credits join: before a label, behind its colon, or between a label and a name.
_BARE = rf"(?!(?:st|bt|th)\w)(?P<bare>{_WORD})(?=\w)"  # "ThS." is a degree
_JOINED = re.compile(rf"(?<=[^\W\d_])(?:(?=(?:{_WORD})\s?:)|:(?=[^\W\d_]))|^{_BARE}", re.IGNORECASE)
_JOINED_AT_START = re.compile(_BARE, re.IGNORECASE)
_ROLE_LABEL = re.compile(rf"{_ROLES}\s?:", re.IGNORECASE)
_TEXT_LABEL = re.compile(r"(?:nội dung|bài viết|thực hiện)\s?:\s?[A-ZĐÀ-Ỹ]", re.IGNORECASE)
_MAX_CREDIT_CHARS = 80
_EACH_ROLE = re.compile(rf"(?<!\w)(?:{_WORD})(?!\w)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class RoleGroup:
    """Names that share their roles; `labelled` is True if the byline prints the roles."""

    text: str
    roles: tuple[Role, ...]
    labelled: bool


@cache_short_texts(512)  # whether a line is a byline, and what it says, is asked in turn
def role_groups(text: str) -> tuple[RoleGroup, ...]:
    """Split "Bài: A; ảnh: B" into A with text and B with photo; the default role is text."""
    start = _LABEL_WITHOUT_COLON.match(text)
    if start and not _LABEL.match(text):
        return (_group(text[start.end() :], roles_in(start["roles"]), True),)
    may_have_label = ":" in text or "của" in text.lower()  # a name alone has none
    labels = list(_LABEL.finditer(text)) if may_have_label else []
    groups = [_group(text[: labels[0].start()] if labels else text, ("text",), False)]
    ends = [following.start() for following in labels[1:]] + [len(text)]
    for label, end in zip(labels, ends, strict=False):
        groups.append(_group(text[label.end() : end], roles_in(label["roles"]), True))
    return tuple(group for group in groups if group.text)


def separated_credits(text: str) -> str:
    """Return "Nội dung:Minh TâmẢnh: Thu Hoa" with the spaces that the page's layout shows."""
    if ":" in text:
        return _JOINED.sub(_separated, text)
    label = _JOINED_AT_START.match(text)  # most lines begin with none
    return _separated(label) + text[label.end() :] if label else text


def _separated(match: re.Match[str]) -> str:
    if match[0] == ":":
        return ": "
    before, after = match.string[: match.end()][-1:], match.string[match.end() :][:1]
    if not (before.islower() and after.isupper()):
        return match[0]
    return f"{match[0]}: " if match["bare"] else " "


def names_author(text: str) -> bool:
    """Return True for "Nội dung: Minh Tâm", which credits the text and no picture."""
    label = _TEXT_LABEL.match(text)
    return label is not None and len(text) <= _MAX_CREDIT_CHARS


def is_role_label(text: str) -> bool:
    """Return True for "Trình bày:", a label whose names are on the next line."""
    return text.endswith(":") and _ROLE_LABEL.fullmatch(text) is not None


def _group(text: str, roles: tuple[Role, ...], labelled: bool) -> RoleGroup:
    text = text.strip(" ,;|-–—")
    if text.count("(") != text.count(")"):  # cut inside "A (ảnh: B)"
        text = text.strip(" ()")
    text, own_roles = split_role_label(text)
    if own_roles and not labelled:
        roles = own_roles
    return RoleGroup(text, roles, labelled or bool(own_roles))


@cache_short_texts(512)
def split_role_label(text: str) -> tuple[str, tuple[Role, ...]]:
    """Split "Thu Cúc (thực hiện)" or "X tổng hợp" into the name and the roles of its label."""
    match = _LABEL_AFTER_NAME.search(text)
    if not match:
        return text, ()
    return text[: match.start()].strip(" ,-–"), roles_in(match["in_brackets"] or match["verb"])


def roles_in(label: str) -> tuple[Role, ...]:
    """Return the roles of a label in printed order, without duplicates."""
    roles = (_ROLE_OF[match[0].lower()] for match in _EACH_ROLE.finditer(label))
    return tuple(dict.fromkeys(roles))
