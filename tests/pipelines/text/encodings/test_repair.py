"""Old encodings and mojibake: named, read back letter by letter, and never seen in good text."""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.text.encodings import repair as legacy
from pipelines.text.encodings.repair import TROUBLES, convert, repair, suspect
from pipelines.text.encodings.tables import CP1258_CODES, TCVN3_CODES, VNI_CODES
from pipelines.text.syllables import TONES, is_syllable, legal_syllables, valid_share

SHARED = Path(__file__).resolve().parents[5] / "shared"

SENTENCES = [
    "Sáng nay, bà con bản Nậm Lường góp gạo, góp củi giúp gia đình chị Thẩm dựng lại mái nhà.",
    "Đường về xóm Đồi đã được trải nhựa; cuối tuần, chợ phiên họp đông hơn hẳn mọi năm.",
    "Những chuyến đò ngang chở học trò qua sông đều có áo phao, có người lớn ngồi kèm.",
    "Ông Quý nuôi ong lấy mật, mỗi vụ thu về chừng bảy chục triệu đồng sau khi trừ chi phí.",
    "Thuỷ lợi nhỏ nghĩa lớn: mương mới khơi thì ruộng bậc thang giữ nước suốt mùa khô.",
]
ARTICLE = " ".join(SENTENCES)


def nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _inverse(table: dict[str, str]) -> dict[int, str]:
    """Unicode letter -> the first code that means it."""
    inverse: dict[str, str] = {}
    for code, letter in table.items():
        inverse.setdefault(letter, code)
    return str.maketrans(inverse)


_TO_TCVN3 = _inverse(TCVN3_CODES)
_TO_VNI = _inverse(VNI_CODES)
_TO_CP1258 = _inverse(CP1258_CODES)
_VIQR_MARKS = dict(zip((*TONES, "\u0302", "\u0306", "\u031b"), "`'?~.^(+", strict=True))


def to_tcvn3(text: str) -> str:
    return text.translate(_TO_TCVN3)


def to_vni(text: str) -> str:
    return text.translate(_TO_VNI)


def apart(letter: str) -> tuple[str, str]:
    """The letter with its shape, and its tone."""
    parts = unicodedata.normalize("NFD", letter)
    tone = "".join(c for c in parts if c in TONES)
    return nfc("".join(c for c in parts if c not in TONES)), tone


def to_cp1258(text: str) -> str:
    return "".join("".join(apart(c)) for c in text).translate(_TO_CP1258)


def to_viqr(text: str) -> str:
    out = ""
    for letter in text:
        if letter in ".?" and out and (out[-1].isalpha() or out[-1] in "^(+"):
            out += "\\"
        shape, tone = apart(letter)
        out += {"đ": "dd", "Đ": "DD"}.get(letter) or "".join(
            _VIQR_MARKS.get(c, c) for c in unicodedata.normalize("NFD", shape) + tone
        )
    return out


def as_latin1(text: str) -> str:
    return text.encode().decode("latin-1")


def as_1252(text: str) -> str:
    """As browsers read it: the five gaps of the page come out as controls."""
    shown = (bytes([b]).decode("cp1252", "ignore") or chr(b) for b in text.encode())
    return "".join(shown)


def as_mac(text: str) -> str:
    return text.encode().decode("mac-roman")


def to_loose_tones(text: str) -> str:
    """The tone after the whole syllable, where NFC does not bring it back."""
    words = []
    for word in text.split(" "):
        parts = [apart(c) for c in word]
        words.append("".join(p for p, _ in parts) + "".join(t for _, t in parts))
    return " ".join(words)


WAYS: list[tuple[str, Callable[[str], str]]] = [
    (legacy.TCVN3, to_tcvn3),
    (legacy.VNI, to_vni),
    (legacy.VIQR, to_viqr),
    (legacy.CP1258_AS_1252, to_cp1258),
    (legacy.LOOSE_TONES, to_loose_tones),
    (legacy.UTF8_AS_LATIN1, as_latin1),
    (legacy.UTF8_AS_1252, as_1252),
    (legacy.UTF8_AS_MAC, as_mac),
]
ways = pytest.mark.parametrize(("trouble", "encode"), WAYS, ids=[name for name, _ in WAYS])
exact = pytest.mark.parametrize(
    ("trouble", "encode"),
    [way for way in WAYS if way[0] != legacy.LOOSE_TONES],
    ids=[name for name, _ in WAYS if name != legacy.LOOSE_TONES],
)


def test_every_trouble_is_tested() -> None:
    assert {name for name, _ in WAYS} == set(TROUBLES)


@ways
def test_article_is_named_and_read_back(trouble: str, encode: Callable[[str], str]) -> None:
    text = "".join(c for c in ARTICLE if c not in ",;:.")
    shown = encode(text)
    assert suspect(shown) == trouble
    assert convert(shown, trouble) == text
    assert repair(shown) == (text, trouble)
    assert valid_share(shown) < 0.9 < valid_share(text)


@exact
@pytest.mark.parametrize("sentence", SENTENCES)
def test_sentence_is_read_back(sentence: str, trouble: str, encode: Callable[[str], str]) -> None:
    shown = encode(sentence)
    assert suspect(shown) == trouble
    assert convert(shown, trouble) == sentence


some_syllables = st.lists(st.sampled_from(sorted(legal_syllables())), min_size=1, max_size=30)


@exact
@given(words=some_syllables)
@settings(max_examples=100, deadline=None)
def test_syllables_are_read_back(
    words: list[str], trouble: str, encode: Callable[[str], str]
) -> None:
    text = " ".join(words)
    assert convert(encode(text), trouble) == text


@exact
def test_every_syllable_is_read_back(trouble: str, encode: Callable[[str], str]) -> None:
    text = "\n".join(sorted(legal_syllables()))
    assert convert(encode(text), trouble) == text


@pytest.mark.parametrize(
    ("shown", "text", "trouble"),
    [
        ("§¶ng bé tØnh", "Đảng bộ tỉnh", legacy.TCVN3),
        ("TØNH §OµN, HUYÖN uû", "TỈNH ĐOÀN, HUYỆN uỷ", legacy.TCVN3),
        ("Ñaûng boä tænh", "Đảng bộ tỉnh", legacy.VNI),
        ("ÑAÛNG BOÄ TÆNH", "ĐẢNG BỘ TỈNH", legacy.VNI),
        ("Ñaûng BOä tænh", "Đảng BỘ tỉnh", legacy.VNI),
        (
            "DDa?ng bo^. ti?nh ho.p phie^n ba^'t thu+o+`ng",
            "Đảng bộ tỉnh họp phiên bất thường",
            "VIQR",
        ),
        ("ÐaÒng bôò tiÒnh", "Đảng bộ tỉnh", legacy.CP1258_AS_1252),
        ("Tiê\u0301ng Viê ̣t cu ̉a", "Tiếng Việt của", legacy.LOOSE_TONES),
        ("B√°o Ti·∫øng", "Báo Tiếng", legacy.UTF8_AS_MAC),
        ("Tiáº¿ng Viá»‡t", "Tiếng Việt", legacy.UTF8_AS_1252),
        ("Tiáº¿ng Viá»\x87t", "Tiếng Việt", legacy.UTF8_AS_LATIN1),
    ],
)
def test_short_headings(shown: str, text: str, trouble: str) -> None:
    assert repair(shown) == (text, trouble)


def test_mangled_twice() -> None:
    assert repair(as_1252(as_1252(ARTICLE)))[0] == ARTICLE


def test_mojibake_with_cut_sequence_keeps_what_cannot_be_read() -> None:
    shown = as_1252("Đường mới mở") + " á» …"
    assert convert(shown, legacy.UTF8_AS_1252) == "Đường mới mở á» …"


@pytest.mark.parametrize("encode", [to_tcvn3, to_vni], ids=["TCVN3", "VNI"])
def test_old_paragraph_in_a_good_page(encode: Callable[[str], str]) -> None:
    """The good words (có, tôi, nói are words in TCVN3, too) stay as they are."""
    good = "Tôi nói có thì làm; ba má tôi cũng vậy, được bữa nào hay bữa ấy. "
    page = good + encode(SENTENCES[0]) + " Được rồi, " + good
    assert repair(page)[0] == good + SENTENCES[0] + " Được rồi, " + good


GOOD = {
    "vietnamese": ARTICLE,
    "decomposed": unicodedata.normalize("NFD", ARTICLE),
    "capitals": ARTICLE.upper(),
    "latin-1 letters only": "Bà và má có cà, có hành, có hoa quý; ông Tân là cô chú tôi, quê tôi.",
    "eth": "Ðoàn xã họp, Ðảng bộ huyện Ðồi dự.",
    "no accents": "Sang nay ba con ban Nam Luong gop gao, gop cui giup gia dinh chi Tham.",
    "signs": "Điều § 5 ¶ 2, nhãn Lúa® và Gạo™, 5 µm, ø 12 mm, 30 °C, 20 m², ½ giá, 3 × 4, £5, ¥9, "
    "«Lúa mới», 1º, 2ª, ± 3, a·b, © Báo, ÷ 2, ¤, ¡, ¿.",
    "signs next to words": "©An, «ăn», «Lúa», Gạo®, µm, µg, Øa, £m, ¥n, và được · cùng · mọi · nhà",
    "bullets": "· Bản A\n· Bản B\n§ Bản C\n® Bản D\n¸ Bản Đ",
    "names in vietnamese": "Đội có Müller, Schröder, Özil, Løkke, Tromsø, Malmö, São Paulo, Bjørn, "
    "Mbappé, Noël, Zoë, Çelik, Núñez, Peña, Jäger, Weiß, Ångström, Citroën đến dự lễ.",
    "names": "José, André, Zoë, Noël, Müller, Bjørn, Søren, Åse, Peña",
    "soft hyphens": "Các chuyên\u00ad đề, nghị\u00ad quyết, hội\u00ad nghị, ho\u00adang.",
    "french": "Le château où naquit l'abbé est là, près de la forêt ; ça et là, des hêtres déjà "
    "dorés, un vieux maïs, un cœur gravé : « Noël à Gröningue », brûlé l'été passé, naïf et sûr.",
    "german": "Für die schönen Gärten müssen die Häuser größer und höher gebaut werden, außerdem "
    "wäre ein Stück Fläche nötig; später prüft die Behörde das Gebäude über dem Fluß.",
    "spanish": "El niño soñó que la cigüeña traía más leña a la montaña; mañana será otro año, "
    "señor, y quizá llegará también su tío. ¿Qué pasó? ¡Él se cayó!",
    "swedish": "Då gå vi på ön, så må det bli så. Nu få de nå båten på sjön. Två små får står där.",
    "portuguese": "A estação não é só das irmãs: há pão, maçã, avô e avó à mesa, vêm três.",
    "icelandic": "Það er gott að fá það sem þú átt, sagði Sigurður og hló við öllum í bænum.",
    "english": "The naïve café owner's résumé was déjà vu. Why go? So. We do. To be. Oh no.",
    "khmer": "សូមស្វាគមន៍មកកាន់ភូមិយើង",
    "chinese": "村里的孩子们今天去河边看新桥。",
    "code": "x = a^2 + b^2; re.compile(r'[^a-z]+(o+)*'); foo(a(b), c++); do+^to^ e^(a+o) ~/bin",
    "mathematics": "√2 ≈ 1,41; ∫ f dx; ∑ a(i)^2; a^n + e^x + o^2 + a^. e^' o^? · ∆",
    "adding": "add odd middle ladder: do+ go+ to+ a( b( ok? so? no? we. be. he.",
    "ipa": "Viet [viə̀t], tone [ta\u0304], a\u0323 e\u0323 marked",
    "empty": "",
    "space": " \n",
    "one word": "§¶ng",
    "one letter": "ø",
    "one mangled letter": "Gi√°",
    "quotes after letters": "“À”, ‘Á’, “ÊA”, Ã“A”, LÃ“, ĐÃ»",
}


@pytest.mark.parametrize("text", GOOD.values(), ids=GOOD.keys())
def test_no_false_alarm(text: str) -> None:
    assert suspect(text) is None
    assert suspect(f"{text}\n" * 20) is None
    assert repair(text) == (text, None)


@pytest.mark.parametrize("text", GOOD.values(), ids=GOOD.keys())
def test_no_false_alarm_in_a_long_page(text: str) -> None:
    assert suspect(f"{ARTICLE} {text} {ARTICLE}") is None


@given(words=some_syllables, extra=st.text(max_size=20))
@settings(max_examples=200, deadline=None)
def test_good_syllables_raise_no_alarm(words: list[str], extra: str) -> None:
    assert suspect(" ".join(words)) is None
    suspect(" ".join(words) + extra)


@given(text=st.text(), trouble=st.sampled_from(TROUBLES))
def test_convert_takes_anything(text: str, trouble: str) -> None:
    assert unicodedata.is_normalized("NFC", convert(text, trouble))


def test_unknown_trouble() -> None:
    with pytest.raises(ValueError, match="unknown trouble"):
        convert("a", "EBCDIC")


def _words(text: str) -> Iterable[str]:
    return text.split()


@pytest.mark.parametrize(
    "word",
    _words(
        "a ăn ấy hoà hòa khoẻ khỏe uỷ ủy thuý thúy hoàn quý quá quốc quỳnh quyết gì gìn giết giêng "
        "giữa nghiêng ghế nguyễn khuỷu ngoằn khuya thuở xoong yêu yếm lý mỹ chích Đường HUYỆN"
    ),
)
def test_syllables(word: str) -> None:
    assert is_syllable(word)


@pytest.mark.parametrize(
    "word",
    _words("hoaǹ qúy qùa cẻ kà ngè gê nghà bàt tốch wa fa zô jì nhạtt website ng đ uyềnh tièng"),
)
def test_not_syllables(word: str) -> None:
    assert not is_syllable(nfc(word))


def test_stops_take_two_tones_only() -> None:
    assert [w for w in _words("cac các càc cảc cãc cạc") if is_syllable(w)] == ["các", "cạc"]


def test_valid_share() -> None:
    assert valid_share("") == 0.0
    assert valid_share("1, 2, 3") == 0.0
    assert valid_share("Xóm Đồi website 2024") == pytest.approx(2 / 3)
    assert valid_share(unicodedata.normalize("NFD", "Xóm Đồi")) == 1.0


def _seeds() -> list[str]:
    return [path.read_text("utf-8") for path in sorted((SHARED / "seeds").glob("*.txt"))]


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared data is not beside the repository")
def test_real_articles() -> None:
    for text in _seeds():
        assert valid_share(text) > 0.95
        assert suspect(text) is None
        assert suspect(to_tcvn3(text)) == legacy.TCVN3
        assert suspect(to_vni(text)) == legacy.VNI


def test_clean_text_is_passed_fast() -> None:
    text = (ARTICLE * 8)[:3000]
    rounds = 500
    best = min(_seconds(text, rounds) for _ in range(5))
    assert best / rounds < 100e-6  # about 10 microseconds; the rest is for a busy machine


def _seconds(text: str, rounds: int) -> float:
    start = time.perf_counter()
    for _ in range(rounds):
        suspect(text)
    return time.perf_counter() - start
