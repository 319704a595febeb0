"""Recognise names of persons, and the other strings that bylines print in place of a name.

A byline has no grammar. The rules use capitals, initials, ranks and degrees, and lists of words of
headlines and menus that occur in no person's name.
"""

from __future__ import annotations

import re
import unicodedata

from pipelines.record.bylines.organisations import has_only_inner_words, is_agency, is_organisation
from pipelines.text.memo import cache_short_texts
from pipelines.text.normal_forms import is_all_caps, search_fold, title_case_name

_CAPITAL = "A-ZĐƠƯÂÊÔĂÁÀÝ"
_INITIAL = rf"[{_CAPITAL}][hrgi]?"
_INITIALS = re.compile(rf"(?:{_INITIAL}\.\s?){{1,4}}{_INITIAL}\.?|[B-DF-HJ-NP-TV-XZĐ]{{2,3}}")
_PARTS_OF_INITIALS = re.compile(r"[.\s]+")
_SOUND = re.compile(r"ngh?|[cgknpt]h|tr|gi|qu|[a-zđ]")
_SYLLABLE = re.compile(
    rf"[^\W\d_]+(?:['’-][^\W\d_]+)*|(?:{_INITIAL}\.)+(?:[^\W\d_]+)?|[{_CAPITAL}]\."
)
_LETTERS = re.compile(r"[^\W\d_]+")
_MAX_SYLLABLE_LETTERS = 7  # "nghiêng"
_MAX_NAME_CHARS = 500  # of any byline; longer text is no name, account or office
_ACRONYMS = frozenset(
    ["TP", "TW", "PV", "VN", "HN", "HCM", "TT", "TH", "TS", "TL", "CT", "PT", "KT"]
)

# Words that are also given names (Lan, Điện, Quyết, Hội, Luận) are only in the pairs below.
_NEVER_A_NAME = frozenset(
    re.findall(
        r"\w+",
        """và các của trong với về đến cho những làm theo được không này đó khi mà để tại bởi vì
        cần biết đọc xem thêm nhiều khác tin bài ảnh video clip website facebook zalo google
        youtube ngày tháng người nước tỉnh huyện xã phường quận tp một cùng nghiệp đất mặt khẩu
        quên tiếng muôn vào thoát ngủ ăn uống góp hiến lòng nhà hàng giá mua bán hỏi đáp đổi
        nâng quả đột khăn""",
    )
)
_THAI_NAME = re.compile(r"(?-i:V)ì (?:văn|thị) ", re.IGNORECASE)  # else "vì" is "because of"
_NEVER_IN_A_NAME = re.compile(
    r"(?<!\w)(?:bình luận|hội nghị|thực hiện|kết quả|kết luận|phát huy|tăng cường|kỷ niệm|xây dựng"
    r"|học tập|nhận thức|trách nhiệm|đăng nhập|tuyên truyền|thông tin|thông báo|liên quan|liên hệ"
    r"|liên kết|trang chủ|chia sẻ|phản hồi|từ kh[oó][áa]|chuyển đổi|cải cách|nâng cao|đẩy mạnh"
    r"|tiếp tục|công tác|chính trị|kinh tế|xã hội|pháp luật|đời sống|văn h[oó][áa]|thể thao|an ninh"
    r"|quốc phòng|thời sự|giáo dục|y tế|du lịch|môi trường|thế giới|quốc tế|nông nghiệp|công nghiệp"
    r"|đa phương tiện|nghị quyết|chỉ thị|quyết định|đại hội|phóng sự|tin mới|mới nhất|việt nam"
    r"|chí minh|bác hồ|câu hỏi|gửi đi|quay lại|rao vặt|truy cập|tiêu điểm|chuyên đề|văn bản|tư liệu"
    r"|minh h[oọ][ạa]|sưu tầm|tổng hợp|biên tập|phóng viên|quản trị|tác giả|nhân vật|cung cấp"
    r"|dân vận|kiểm tra|giám sát|phong trào|thi đua|khen thưởng|hoạt động|gương sáng|tấm gương"
    r"|hồ sơ|quân sự|biển đảo|đăng ký|giải mã|học hành|nhiệm vụ|giải pháp|mục tiêu|thành tích"
    r"|sáng tạo|phát triển|thuận lợi|khắc phục|đoàn kết|điện (?:tử|ảnh)|chủ động"
    r"|quyết tâm|phương hướng|lao động|sự kiện|lan t[oỏ][ảa]|đột phá|chương trình|khoa học)(?!\w)"
)

_COLLECTIVE = re.compile(
    r"nhom thuc hien|(?:(?:nhom|to) )?(?:p\.? ?v\.?|c\.?t\.?v\.?|b\.?t\.?v\.?|b\.?b\.?t\.?"
    r"|pv, ?ctv|phong vien|cong tac vien|tac gia)|toa soan|bien tap vien|(?:nhieu|cac) tac gia"
    r"|(?:pho |truong )?ban bien tap"
    r"|(?:to|phong|bo phan) (?:bien tap|thu ky(?: toa soan)?|quan tri)"
)
_ACCOUNT = re.compile(
    r"\w*ad ?min\w*(?: .{1,60})?"
    r"|(?:nguoi |ban )?quan ?tri(?: (?:vien|he thong|mang|web\w*|trang.*))?"
    r"|super ?user|root|webmaster|moderator|user\d*|(?:pho |truong )?ban bien tap"
)

_TITLE = re.compile(
    r"(?:(?:P?GS|TS(?:KH)?|Th\.?\s?s|CN|(?:[BD]S\.?\s?)?CK\.?\s?(?:I{1,2}|[12])|[BD]S|LS|KS|NCS|NS[ƯN][TD]"
    r"|NGƯT|KTS|CVCC)(?:\.|(?=[\s,]))"
    r"|(?:thiếu|trung|thượng|đại) (?:tướng|tá|[úu][ýy])(?!\w)"
    r"|nhà (?:báo|văn|thơ|giáo|nghiên cứu)(?=\s)|(?:lương y|luật gia)(?=\s)"
    r"|(?:đồng chí|đ/c|phóng viên|p\.?v|ctv|btv|cộng tác viên|biên tập viên|(?:phó )?giáo sư"
    r"|tác giả|(?:tiến|thạc|luật|bác|dược|nhạc|họa|kỹ) s[ĩỹư]|cử nhân|nghệ nhân)(?=\s|$))[\s.,:]*",
    re.IGNORECASE,
)
_FUNCTION = re.compile(
    r"(?:nguyên |quyền )?(?:phó|trưởng|bí thư|chủ tịch|giám đốc|uv\w*"
    r"|(?:(?:đảng|huyện|tỉnh|thành) )?(?:ủy|uỷ) viên"
    r"|hiệu trưởng|viện trưởng|chánh|chủ nhiệm|tổng biên tập|thư ký|cán bộ|giảng viên|chuyên viên"
    r"|trợ lý|(?:công|viên) chức|học viên|sinh viên|đại biểu|tổng giám đốc|cục trưởng|vụ trưởng"
    r"|chính (?:ủy|uỷ)|tư lệnh|chỉ huy trưởng|kiểm sát viên|thẩm phán|thành viên)(?!\w)",
    re.IGNORECASE,
)


def is_initials(text: str) -> bool:
    """Return True for "N.K", "T. H", "HT", "Th.H", not for common abbreviations such as "TP"."""
    return _INITIALS.fullmatch(text) is not None and text not in _ACRONYMS


@cache_short_texts(4096)
def is_person(text: str, min_words: int = 1) -> bool:
    """Return True for `min_words` to 5 capitalised syllables that can all be part of a name."""
    words = text.split()
    if not min_words <= len(words) <= 5:
        return False
    named = words[1:] if _THAI_NAME.match(text) else words
    if not all(_is_name_word(word) for word in named):
        return False
    if not is_all_caps(text) and any(_is_acronym(word) for word in words):
        return False
    return _NEVER_IN_A_NAME.search(text.lower()) is None and not is_organisation(text)


def abbreviates(short: str, name: str) -> bool:
    """Return True for "N.T.H", "Th.H" or "Thị H." beside "Nguyễn Thị Hoa", the same person.

    Its parts begin words of the name, in order, down to the given name.
    """
    words = _without_tones(name).split()
    parts = _PARTS_OF_INITIALS.split(_without_tones(short).rstrip("."))
    if len(parts) == 1 and is_initials(short):
        parts = list(parts[0])  # "NTH"
    if not 0 < len(parts) <= len(words) or set(parts) <= set(words):
        return False
    *others, given = parts
    rest = iter(words[:-1])
    return _begins(given, words[-1]) and all(any(_begins(p, w) for w in rest) for p in others)


def _begins(part: str, word: str) -> bool:
    """Return whether a part is a word or the first letters of it that stand for one sound."""
    return part == word or (word.startswith(part) and _SOUND.fullmatch(part) is not None)


def _without_tones(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text)
    return "".join(c for c in decomposed if not unicodedata.combining(c)).lower()


def _is_name_word(word: str) -> bool:
    if not word[0].isupper() or word.lower() in _NEVER_A_NAME:
        return False
    if word.isalpha():  # nearly all
        return len(word) <= _MAX_SYLLABLE_LETTERS
    is_syllable = _SYLLABLE.fullmatch(word) is not None
    return is_syllable and max(map(len, _LETTERS.findall(word))) <= _MAX_SYLLABLE_LETTERS


def _is_acronym(word: str) -> bool:
    return len(word) > 1 and word.isalpha() and word.isupper()


@cache_short_texts(4096)
def is_collective(text: str) -> bool:
    """Return True for "PV", "BBT", "CTV", "Nhóm phóng viên": a signature that names no person."""
    if len(text) > _MAX_NAME_CHARS:
        return False
    return _COLLECTIVE.fullmatch(search_fold(text).strip(" .")) is not None


@cache_short_texts(4096)
def is_account(text: str) -> bool:
    """Return True for an account that posts pages ("admin", "Quản trị"), which is no author."""
    if len(text) > _MAX_NAME_CHARS:
        return False
    return _ACCOUNT.fullmatch(search_fold(text).strip(" .")) is not None


def is_office(text: str) -> bool:
    """Return True if the text begins with an office ("Phó Hiệu trưởng"), not for "Phó Đức A"."""
    match = _FUNCTION.match(text)
    if match is None:
        return False
    is_long = match.end() - match.start() > 6
    return is_long or not is_person(text) or set(_LETTERS.findall(text.lower())) <= _OFFICE_WORDS


_OFFICE_WORDS = frozenset(
    re.findall(
        r"\w+",
        """nguyên quyền phó trưởng bí thư chủ tịch giám đốc viên hiệu chánh nhiệm tổng ký giảng
        chuyên trợ học sinh thành tư lệnh thẩm phán luật vụ văn ban phòng thường trực công chức""",
    )
)

_SIGNED_FOR = re.compile(r"(?:T/?M|KT|TL|TUQ)\b[./]?\s?[A-ZĐÀ-Ỹ]")
_SIGNED_BY_HAND = re.compile(r"\(?\s*đã ký\s*\)?", re.IGNORECASE)


def is_office_only(text: str) -> bool:
    """Return True for "Bí thư Tỉnh ủy", not for "Bí thư Tỉnh ủy phát biểu"."""
    return is_office(text) and has_only_inner_words(text, _OFFICE_WORDS)


def signs_for_office(text: str) -> bool:
    """Return True for the lines above the name under a document: "T/M BAN THƯỜNG VỤ", "(Đã ký)"."""
    return _SIGNED_FOR.match(text) is not None or _SIGNED_BY_HAND.fullmatch(text) is not None


def without_titles(text: str) -> str:
    """Remove degrees, ranks and occupations before a name."""
    position = 0
    while match := _TITLE.match(text, position):
        position = match.end()
    text = text[position:]
    return text.strip(" .,:") if not is_initials(text.strip()) else text.strip()


def person_name(text: str) -> str:
    """Return the name as stored: title case, initials without a final full stop."""
    name = title_case_name(text)
    return name.rstrip(".") if is_initials(name) else name


@cache_short_texts(4096)
def is_signature(text: str, min_words: int = 1) -> bool:
    """Return True for a person's name or initials that are no agency, collective or account."""
    if is_agency(text) or is_collective(text) or is_account(text):
        return False
    return is_initials(text) or is_person(text, min_words)


# Former and present provinces, which menus and tags print alone. Those that are also given names
# (An Giang, Hà Giang, Hòa Bình, Thái Bình) may sign an article, so they are not listed.
_PROVINCE_NAMES = frozenset(
    name
    for name in re.split(
        r",\s+",
        """bà rịa, bạc liêu, bắc giang, bắc kạn, bắc ninh, bến tre, bình định, bình dương, bình
        phước, bình thuận, cà mau, cần thơ, cao bằng, đà nẵng, đắk lắk, đắk nông, điện biên,
        đồng nai, đồng tháp, gia lai, hà nam, hà nội, hà tĩnh, hải dương, hải phòng, hậu giang,
        hưng yên, khánh hòa, kiên giang, kon tum, lai châu, lâm đồng, lạng sơn, lào cai, long
        an, nam định, nghệ an, ninh bình, ninh thuận, phú thọ, phú yên, quảng bình, quảng nam,
        quảng ngãi, quảng ninh, quảng trị, sóc trăng, sơn la, tây ninh, thái nguyên, thanh hóa,
        thừa thiên huế, tiền giang, trà vinh, tuyên quang, vĩnh long, vĩnh phúc, yên bái, sài
        gòn, tây nguyên, tây bắc""",
    )
)


def is_province_name(text: str) -> bool:
    """Return True for the name of a province, which is no signature."""
    return text.lower() in _PROVINCE_NAMES
