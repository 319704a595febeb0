"""Legacy encodings and mojibake: detected, decoded exactly, never reported in correct text."""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.text.encodings import repair as legacy
from pipelines.text.encodings.repair import (
    ENCODING_PROBLEMS,
    convert_to_unicode,
    detect_encoding_problem,
)
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


def repair(text: str) -> tuple[str, str | None]:
    problem = detect_encoding_problem(text)
    return (text if problem is None else convert_to_unicode(text, problem)), problem


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
    """Put the tone after the whole syllable, so that NFC cannot compose it."""
    words = []
    for word in text.split(" "):
        parts = [apart(c) for c in word]
        words.append("".join(p for p, _ in parts) + "".join(t for _, t in parts))
    return " ".join(words)


ENCODERS: list[tuple[str, Callable[[str], str]]] = [
    (legacy.TCVN3, to_tcvn3),
    (legacy.VNI, to_vni),
    (legacy.VIQR, to_viqr),
    (legacy.CP1258_AS_1252, to_cp1258),
    (legacy.LOOSE_TONES, to_loose_tones),
    (legacy.UTF8_AS_LATIN1, as_latin1),
    (legacy.UTF8_AS_1252, as_1252),
    (legacy.UTF8_AS_MAC, as_mac),
]
each_problem = pytest.mark.parametrize(
    ("problem", "encode"), ENCODERS, ids=[name for name, _ in ENCODERS]
)
each_exact_problem = pytest.mark.parametrize(
    ("problem", "encode"),
    [pair for pair in ENCODERS if pair[0] != legacy.LOOSE_TONES],
    ids=[name for name, _ in ENCODERS if name != legacy.LOOSE_TONES],
)


def test_every_problem_is_tested() -> None:
    assert {name for name, _ in ENCODERS} == set(ENCODING_PROBLEMS)


@each_problem
def test_article_is_detected_and_decoded(problem: str, encode: Callable[[str], str]) -> None:
    text = "".join(c for c in ARTICLE if c not in ",;:.")
    shown = encode(text)
    assert detect_encoding_problem(shown) == problem
    assert convert_to_unicode(shown, problem) == text
    assert repair(shown) == (text, problem)
    assert valid_share(shown) < 0.9 < valid_share(text)


@each_exact_problem
@pytest.mark.parametrize("sentence", SENTENCES)
def test_sentence_is_detected_and_decoded(
    sentence: str, problem: str, encode: Callable[[str], str]
) -> None:
    shown = encode(sentence)
    assert detect_encoding_problem(shown) == problem
    assert convert_to_unicode(shown, problem) == sentence


some_syllables = st.lists(st.sampled_from(sorted(legal_syllables())), min_size=1, max_size=30)


@each_exact_problem
@given(words=some_syllables)
@settings(max_examples=100)
def test_random_syllables_are_decoded(
    words: list[str], problem: str, encode: Callable[[str], str]
) -> None:
    text = " ".join(words)
    assert convert_to_unicode(encode(text), problem) == text


@each_exact_problem
def test_every_legal_syllable_is_decoded(problem: str, encode: Callable[[str], str]) -> None:
    text = "\n".join(sorted(legal_syllables()))
    assert convert_to_unicode(encode(text), problem) == text


@pytest.mark.parametrize(
    ("shown", "text", "problem"),
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
def test_short_headings_are_repaired(shown: str, text: str, problem: str) -> None:
    assert repair(shown) == (text, problem)


def test_text_mangled_twice_is_repaired() -> None:
    assert repair(as_1252(as_1252(ARTICLE)))[0] == ARTICLE


def test_incomplete_mojibake_sequence_is_kept() -> None:
    shown = as_1252("Đường mới mở") + " á» …"
    assert convert_to_unicode(shown, legacy.UTF8_AS_1252) == "Đường mới mở á» …"


@pytest.mark.parametrize("encode", [to_tcvn3, to_vni], ids=["TCVN3", "VNI"])
def test_legacy_paragraph_in_a_unicode_page(encode: Callable[[str], str]) -> None:
    """Unicode words stay unchanged (có, tôi, nói are valid TCVN3 words, too)."""
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
def test_correct_text_has_no_problem(text: str) -> None:
    assert detect_encoding_problem(text) is None
    assert detect_encoding_problem(f"{text}\n" * 20) is None
    assert repair(text) == (text, None)


@pytest.mark.parametrize("text", GOOD.values(), ids=GOOD.keys())
def test_correct_text_in_a_long_page_has_no_problem(text: str) -> None:
    assert detect_encoding_problem(f"{ARTICLE} {text} {ARTICLE}") is None


@given(words=some_syllables, extra=st.text(max_size=20))
@settings(max_examples=200)
def test_legal_syllables_have_no_problem(words: list[str], extra: str) -> None:
    assert detect_encoding_problem(" ".join(words)) is None
    detect_encoding_problem(" ".join(words) + extra)


@given(text=st.text(), problem=st.sampled_from(ENCODING_PROBLEMS))
def test_any_text_can_be_converted(text: str, problem: str) -> None:
    assert unicodedata.is_normalized("NFC", convert_to_unicode(text, problem))


def test_unknown_problem_raises_value_error() -> None:
    with pytest.raises(ValueError, match="unknown encoding problem"):
        convert_to_unicode("a", "EBCDIC")


def _words(text: str) -> Iterable[str]:
    return text.split()


@pytest.mark.parametrize(
    "word",
    _words(
        "a ăn ấy hoà hòa khoẻ khỏe uỷ ủy thuý thúy hoàn quý quá quốc quỳnh quyết gì gìn giết giêng "
        "giữa nghiêng ghế nguyễn khuỷu ngoằn khuya thuở xoong yêu yếm lý mỹ chích Đường HUYỆN"
    ),
)
def test_is_syllable(word: str) -> None:
    assert is_syllable(word)


@pytest.mark.parametrize(
    "word",
    _words("hoaǹ qúy qùa cẻ kà ngè gê nghà bàt tốch wa fa zô jì nhạtt website ng đ uyềnh tièng"),
)
def test_is_not_syllable(word: str) -> None:
    assert not is_syllable(nfc(word))


def test_syllables_with_stop_finals_take_two_tones() -> None:
    assert [w for w in _words("cac các càc cảc cãc cạc") if is_syllable(w)] == ["các", "cạc"]


def test_valid_share() -> None:
    assert valid_share("") == 0.0
    assert valid_share("1, 2, 3") == 0.0
    assert valid_share("Xóm Đồi website 2024") == pytest.approx(2 / 3)
    assert valid_share(unicodedata.normalize("NFD", "Xóm Đồi")) == 1.0


def _seeds() -> list[str]:
    return [path.read_text("utf-8") for path in sorted((SHARED / "seeds").glob("*.txt"))]


@pytest.mark.skipif(not SHARED.is_dir(), reason="shared data is not available")
def test_real_articles_are_correct_and_detected_when_encoded() -> None:
    for text in _seeds():
        assert valid_share(text) > 0.95
        assert detect_encoding_problem(text) is None
        assert detect_encoding_problem(to_tcvn3(text)) == legacy.TCVN3
        assert detect_encoding_problem(to_vni(text)) == legacy.VNI


def test_detection_is_fast_for_correct_text() -> None:
    text = (ARTICLE * 8)[:3000]
    rounds = 500
    best = min(_seconds(text, rounds) for _ in range(5))
    assert best / rounds < 100e-6  # about 10 microseconds; the rest is for a busy machine


def _seconds(text: str, rounds: int) -> float:
    start = time.perf_counter()
    for _ in range(rounds):
        detect_encoding_problem(text)
    return time.perf_counter() - start
