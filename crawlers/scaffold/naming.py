"""Guesses at a site's name, title, province and kind, from its domain and page titles."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from lxml.etree import _Element

from crawlers.extraction.lines import inner_text
from pipelines.text.normal_forms import clean, search_fold
from storage.provinces.lookup import former_provinces

DOMAIN_ENDING = re.compile(r"\.(?:(?:com|gov|org|net|edu|info|name)\.)?(?:vn|com|net|org|info)$")
TITLE_SEPARATOR = re.compile(" [|–—-] | ?[|»] ?")  # of a cleaned title: its spaces are single
MIN_PROVINCE_LETTERS = 5  # names of shorter provinces are parts of too many words
MAX_TITLE_CHARS = 100
KIND_WORDS = (
    ("propaganda", r"tuyen giao|dan van"),
    ("party_bloc", r"dang (?:uy|bo) (?:khoi|cac co quan)|danguykhoi"),
    ("party_committee", r"(?:tinh|thanh|huyen|quan) uy|dang (?:bo|uy)|tinhuy|thanhuy|danguy"),
    ("department", r"\bso (?!\d)\w+"),
    ("newspaper", r"\bbao\b|^bao(?!\b)"),
    ("portal", r"cong thong tin|trang thong tin|\.gov\.vn"),
)


def name_of(host: str) -> str:
    """Return a short name: baocaobang.vn -> caobang, tinhuy.travinh.gov.vn -> travinh_tinhuy."""
    labels = [label for label in DOMAIN_ENDING.sub("", host.lower()).split(".") if label != "www"]
    parts = [re.sub(r"[^a-z0-9]", "", label) for label in reversed(labels)]
    if len(parts) == 1 and parts[0].startswith("bao") and len(parts[0]) > MIN_PROVINCE_LETTERS:
        parts = [parts[0].removeprefix("bao")]
    name = "_".join(part for part in parts if part) or "site"
    return name if name[0].isalpha() else f"site_{name}"


def province_of(host: str, titles: Iterable[str]) -> str | None:
    """Return the slug of the former province that the domain names, else that in the titles.

    Return None if no province or more than one is named.
    """
    bare = DOMAIN_ENDING.sub("", host.lower())
    labels = [re.sub(r"[^a-z0-9]", "", label) for label in bare.split(".")]
    in_host = _without_substrings(
        {p.slug for p in former_provinces() if _in_labels(p.slug, labels)}
    )
    if len(in_host) == 1:
        return in_host.pop()
    text = f" {' '.join(search_fold(clean(title)) for title in titles)} "
    words = re.sub(r"[^a-z0-9]+", " ", text)
    named = _without_substrings(
        {p.slug for p in former_provinces() if f" {p.slug.replace('-', ' ')} " in words}
    )
    return named.pop() if len(named) == 1 else None


def _in_labels(slug: str, labels: list[str]) -> bool:
    name = slug.replace("-", "")
    if len(name) < MIN_PROVINCE_LETTERS:
        return any(label.removeprefix("bao") == name for label in labels)
    return any(name in label for label in labels)


def _without_substrings(slugs: set[str]) -> set[str]:
    """Remove names that are part of another name in the set."""
    names = {slug: slug.replace("-", "") for slug in slugs}
    return {s for s in slugs if not any(s != o and names[s] in names[o] for o in slugs)}


def kind_of(host: str, titles: Iterable[str]) -> str:
    """Return the most likely kind of publisher (KINDS in crawlers/site_config.py)."""
    text = f"{host} {' '.join(search_fold(clean(title)) for title in titles)}"
    return next((kind for kind, words in KIND_WORDS if re.search(words, text)), "newspaper")


def site_title(trees: Iterable[_Element], host: str) -> str:
    """Return the publisher's name: og:site_name, else the part that page titles share."""
    trees = list(trees)
    names = Counter(
        clean(e.get("content") or "")
        for tree in trees
        for e in tree.iter("meta")
        if e.get("property") == "og:site_name" and clean(e.get("content") or "")
    )
    if not names:
        titles = [clean(inner_text(e)) for tree in trees for e in tree.iter("title")]
        ends = (parts[-1] for t in titles if len(parts := TITLE_SEPARATOR.split(t)) > 1)
        names = Counter(end for end in ends if 2 < len(end) <= MAX_TITLE_CHARS)
    best = names.most_common(1)
    return best[0][0][:MAX_TITLE_CHARS] if best else host
