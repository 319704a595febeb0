"""Noise in the markup, the links and outside the article. None of it is an edit."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from mutations.shapes import Draft

ATTRIBUTE = re.compile(r"""\s+([\w:.@-]+)\s*=\s*("[^"]*"|'[^']*')""")
TAG = re.compile(r"<\s*(/?)([a-zA-Z][a-zA-Z0-9]*)(.*)>", re.S)
LINK = re.compile(r"""\b(href|src)=(["'])([^"'#]+?)\2""")
DIGITS = re.compile(r"\d")
SOURCE = re.compile(r"\ssrc=")
BLANK = "data:image/gif;base64,R0lGODlhAQABAAAAACw="

AGO = ("{n} phút trước", "{n} giờ trước", "Cách đây {n} phút", "Hôm nay, {n} phút trước")
WEATHER = (
    '<div class="weather"><span>{city}</span> <b>{n}°C</b> <i>độ ẩm {m}%</i></div>',
    '<div id="weather"><p>Thời tiết {city}: {n}°C, có mưa rào và dông vài nơi</p></div>',
)
CITIES = ("Hà Nội", "Cần Thơ", "Pleiku", "Lào Cai", "Trà Vinh", "Bắc Kạn", "Yên Bái")
CLOCKS = (
    '<div class="clock">Thứ Ba, {d:02}/03/2025 {h:02}:{m:02}:{s:02}</div>',
    '<span id="clock">{h:02}:{m:02} | {d:02}/03/2025</span>',
    '<time datetime="2025-03-{d:02}T{h:02}:{m:02}:00+07:00">{h:02}:{m:02}</time>',
)
COUNTERS = (
    '<div class="view-counter">Lượt xem: {n}</div>',
    "<p>Đang trực tuyến: {m} | Tổng lượt truy cập: {n}</p>",
    '<span class="viewed"><i class="eye"></i> {n} lượt đọc</span>',
)
ADVERTS = (
    '<div id="banner-{m}"><a href="https://quangcao.example/{n}"><img src="/qc/{n}.gif"></a></div>',
    '<ins class="adsbygoogle" data-ad-slot="{n}"></ins>',
    '<div class="adv"><p>Mua một tặng một, khai trương cửa hàng số {m}, gọi 0900 {n}</p></div>',
)
INSIDE = (
    "<script>var ads = {n};</script>",
    '<ins class="adsbygoogle" data-ad-slot="{n}"></ins>',
    "<!-- chèn quảng cáo {n} -->",
    '<iframe src="https://quangcao.example/{n}"></iframe>',
    "<style>.ad{n} {{ color: red }}</style>",
    '<noscript><img src="/pixel?{n}"></noscript>',
)
PICTURES = (
    '<div class="banner"><a href="https://quangcao.example/{n}"><img src="/qc/{n}.jpg"></a></div>',
    '<p><img src="/qc/{n}.gif" alt=""></p>',
    '<p style="text-align: center"><a href="/qc/{n}"><img src="/{n}.png"></a></p>',
    '<figure><a href="https://quangcao.example/{n}"><img src="/qc/{n}.webp"></a></figure>',
)
VISITS = (
    "<p>Lượt xem: {n}</p>", "<div>{n} lượt đọc</div>", "<p><em>Đã xem: {n}</em></p>",
    "<p>Đăng {n} ngày trước</p>", "<div class='time'>{n} giờ trước</div>",
    "<p>Cập nhật cách đây {n} phút trước</p>",
)  # fmt: skip
HIDDEN = (
    '<input type="hidden" name="__VIEWSTATE" id="__VIEWSTATE" value="{t}">',
    '<input type="hidden" name="__EVENTVALIDATION" value="{t}">',
    '<input type="hidden" name="_token" value="{t}">',
    '<meta name="csrf-token" content="{t}">',
)
SESSIONS = ("PHPSESSID={t}", "utm_source={t}", "p_p_auth={t}", "ASP.NET_SessionId={t}")


def counters(draft: Draft) -> None:
    """New numbers outside the article, and a counter."""
    for n in draft.outside_article():
        text = draft.tokens[n]
        if any(c.isdigit() for c in text) and draft.rng.random() < 0.5:
            draft.tokens[n] = DIGITS.sub(lambda _: str(draft.rng.randrange(10)), text)
    _around(draft, COUNTERS)


def clocks(draft: Draft) -> None:
    _around(draft, CLOCKS)


def minutes_ago(draft: Draft) -> None:
    for items in draft.shape.lists:
        _, end = draft.rng.choice(items)
        draft.tokens[end] = f" <em>{_filled(draft, draft.rng.choice(AGO))}</em>{draft.tokens[end]}"
    _around(draft, tuple(f"<p>{ago}</p>" for ago in AGO))


def weather(draft: Draft) -> None:
    _around(draft, WEATHER)


def adverts(draft: Draft) -> None:
    """In the template, and as scripts and frames between the article's paragraphs."""
    _around(draft, ADVERTS)
    for _, end in draft.shape.paragraphs:
        if draft.tokens[end] and draft.rng.random() < 0.4:
            draft.tokens[end] += _filled(draft, draft.rng.choice(INSIDE))


def advert_pictures(draft: Draft) -> None:
    """Adverts that are pictures only, between the article's paragraphs."""
    _between_paragraphs(draft, PICTURES)


def counters_and_ages(draft: Draft) -> None:
    """Lines between the article's paragraphs that say how often and since when it is read."""
    _between_paragraphs(draft, VISITS)


def _between_paragraphs(draft: Draft, snippets: tuple[str, ...]) -> None:
    for _, end in draft.shape.paragraphs:
        if draft.tokens[end] and draft.rng.random() < 0.3:
            draft.tokens[end] += _filled(draft, draft.rng.choice(snippets))


def excluded_boxes(draft: Draft) -> None:
    """Boxes that the site's rules exclude, between the paragraphs of the article."""
    for _, end in draft.shape.paragraphs:
        if draft.excluded_classes and draft.tokens[end] and draft.rng.random() < 0.3:
            box = draft.rng.choice(draft.excluded_classes)
            draft.tokens[end] += f'<div class="{box}"><p>{_filled(draft, NOTE)}</p></div>'


NOTE = "Đăng ký nhận bản tin số {m} của chúng tôi để biết thêm {n} tin mới"


def related_links(draft: Draft) -> None:
    """Links to other articles of the site: rotated outside the article, new ones in the body."""
    for items in draft.shape.lists:
        texts = ["".join(draft.tokens[a : b + 1]) for a, b in items]
        draft.rng.shuffle(texts)
        for (start, end), text in zip(items, texts, strict=True):
            draft.tokens[start : end + 1] = [text, *[""] * (end - start)]
    for _, end in draft.shape.paragraphs[:-1]:
        if draft.related and draft.tokens[end] and draft.rng.random() < 0.3:
            url, title = draft.rng.choice(draft.related)
            draft.tokens[end] += f'<p><a href="{url}"><strong>{title}</strong></a></p>'


def tokens_of_forms(draft: Draft) -> None:
    """CSRF tokens and ASP.NET's view state."""
    _around(draft, HIDDEN)


def sessions(draft: Draft) -> None:
    """Session ids in the links of the template and of the article."""
    session = _filled(draft, draft.rng.choice(SESSIONS))

    def add(match: re.Match[str]) -> str:
        name, quote, link = match.groups()
        mark = "&amp;" if "?" in link else "?"
        return f"{name}={quote}{link}{mark}{session}{quote}" if _own(link) else match[0]

    _each_tag(draft, "", lambda tag: LINK.sub(add, tag) if "<a " in tag else tag)


def hosts(draft: Draft) -> None:
    """http for https, www or none, in every link."""
    swap = draft.rng.choice((("https://", "http://"), ("https://", "//"), ("://", "://www.")))

    def other(match: re.Match[str]) -> str:
        return match[0].replace(*swap, 1)

    _each_tag(draft, "", lambda tag: LINK.sub(other, tag) if "://" in tag else tag)


def cache_busters(draft: Draft) -> None:
    version = str(draft.rng.randrange(10**8))

    def add(match: re.Match[str]) -> str:
        name, quote, link = match.groups()
        return f"{name}={quote}{link.split('?')[0]}?v={version}{quote}"

    for start in ("<img", "<link", "<script"):
        _each_tag(draft, start, lambda tag: tag if "canonical" in tag else LINK.sub(add, tag))


def lazy_images(draft: Draft) -> None:
    late = draft.rng.choice(("data-src", "data-original"))
    swap = f' data-lazy="1" src="{BLANK}" {late}='
    _each_tag(draft, "<img", lambda tag: SOURCE.sub(swap, tag, count=1))


def tag_case(draft: Draft) -> None:
    for n in draft.of_kind("tag"):
        draft.tokens[n] = _upper(draft.tokens[n])


def attribute_order(draft: Draft) -> None:
    for n in draft.of_kind("tag"):
        if "=" in draft.tokens[n]:
            draft.tokens[n] = _backwards(draft.tokens[n])


def wrappers(draft: Draft) -> None:
    """Divisions around paragraphs, as another editor or a new version of it writes them."""
    for start, end in draft.shape.paragraphs:
        if draft.tokens[end] and draft.rng.random() < 0.5:
            tag = draft.rng.choice(("div", "section", "div class='text'"))
            draft.tokens[start] = f"<{tag}>{draft.tokens[start]}"
            draft.tokens[end] += f"</{tag.split()[0]}>"


def styles(draft: Draft) -> None:
    """Fonts and margins of paragraphs."""
    for start, _ in draft.shape.paragraphs:
        tag = draft.tokens[start]
        if "style=" in tag:
            draft.tokens[start] = tag.replace("justify", "left")
        elif tag.lower().startswith("<p"):
            size = draft.rng.randrange(12, 19)
            draft.tokens[start] = f'{tag[:2]} style="font-size: {size}px; margin: 0"{tag[2:]}'


def white_space(draft: Draft) -> None:
    """Other line ends and indents between tags."""
    other = draft.rng.choice(("\r\n", "\n\n\t", "\n    ", " "))
    for n in draft.of_kind("text"):
        if draft.tokens[n] and draft.tokens[n].isspace():
            draft.tokens[n] = other


def comments(draft: Draft) -> None:
    for n in draft.of_kind("tag"):
        if draft.rng.random() < 0.1 and draft.tokens[n] and n > draft.shape.first // 2:
            draft.tokens[n] += f"<!-- {draft.rng.randrange(10**6)} -->"


def _each_tag(draft: Draft, start: str, change: Callable[[str], str]) -> None:
    for n in draft.of_kind("tag"):
        if draft.tokens[n].startswith(start):
            draft.tokens[n] = change(draft.tokens[n])


def _own(link: str) -> bool:
    return link.startswith(("http", "/")) and not link.startswith("//")


@lru_cache(maxsize=20_000)
def _upper(tag: str) -> str:
    match = TAG.fullmatch(tag)
    if match is None:
        return tag
    names = ATTRIBUTE.sub(lambda m: f" {m[1].upper()}={m[2]}", match[3])
    return f"<{match[1]}{match[2].upper()}{names}>"


@lru_cache(maxsize=20_000)
def _backwards(tag: str) -> str:
    """Return the tag with its attributes reversed, unless one of them has no value."""
    match = TAG.fullmatch(tag)
    if match is None or ATTRIBUTE.sub("", match[3]).strip(" /\n"):
        return tag
    found = [f" {name}={value}" for name, value in ATTRIBUTE.findall(match[3])]
    names = [f.split("=")[0].lower() for f in found]
    if len(set(names)) < len(names):
        return tag
    return f"<{match[1]}{match[2]}{''.join(reversed(found))}>"


def _around(draft: Draft, snippets: tuple[str, ...]) -> None:
    """Insert one or two snippets at the edges of the page's body."""
    for _ in range(draft.rng.randint(1, 2)):
        n = draft.rng.choice(draft.shape.edges)
        text = _filled(draft, draft.rng.choice(snippets))
        if draft.tokens[n][:2] in ("</", "<f", "<F"):
            draft.tokens[n] = text + draft.tokens[n]
        else:
            draft.tokens[n] += text


def _filled(draft: Draft, text: str) -> str:
    rng = draft.rng
    return text.format(
        n=rng.randrange(1, 59) if "trước" in text else rng.randrange(10**6),
        m=rng.randrange(60),
        d=rng.randrange(1, 29),
        h=rng.randrange(24),
        s=rng.randrange(60),
        t=f"{rng.getrandbits(160):x}",
        city=rng.choice(CITIES),
    )
