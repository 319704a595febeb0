"""Recognise organisations, news agencies and papers by the words of their names."""

from __future__ import annotations

import re

from pipelines.text.memo import cache_short_texts
from pipelines.text.normal_forms import clean, is_all_caps, search_fold

# No surname or pen name begins with these heads, so the head alone decides.
_DECISIVE_HEAD = re.compile(
    r"(?:ban|báo|đảng (?:ủy|uỷ)|đảng bộ|(?:huyện|thành|thị|tỉnh|quận) (?:ủy|uỷ)"
    r"|(?:tỉnh|huyện|thành|thị|xã|quận) đoàn|sở|ubnd|hđnd|ubmttq\w*|mttq|lđlđ|ldlđ|(?:ủy|uỷ) ban"
    r"|chi cục|tổng cục|cục|bộ|học viện|chi bộ|chi đoàn|chi hội|tạp chí|cổng|bch|btg|btc|cdc"
    r"|viện kiểm sát|vksnd|hội đồng|thông tấn xã|trung tâm|phòng)(?!\w)",
    re.IGNORECASE,
)
# Persons are called Đoàn Văn, Trường An, Công Minh too: these heads need a lower-case word or an
# abbreviation after them ("Đoàn Thanh niên", "Trường THPT").
_AMBIGUOUS_HEAD = re.compile(
    r"(?:đoàn|trường|đài|hội|công an|công đoàn|liên đoàn|văn phòng|viện|tổ|đội|đồn|khối|khoa"
    r"|mặt trận|trang|ngân hàng|kho bạc|bảo hiểm|bệnh viện|t[òo][àa] án|quân khu|công ty|cơ quan"
    r"|nhà (?:máy|hát|xuất bản)|thư viện|bảo tàng|hạt kiểm lâm|quỹ|[sl]ư đoàn|trung đoàn"
    r"|trạm)(?!\w)",
    re.IGNORECASE,
)
# A name in capitals has no lower-case word, so its second word must be one of these.
_AMBIGUOUS_HEAD_IN_CAPITALS = re.compile(
    r"đoàn (?:thanh niên|khối|tn|đbqh|đại biểu)"
    r"|trường (?:chính trị|đại học|cao đẳng|th|trung|cán bộ)"
    r"|đài (?:phát|truyền|pt|th|tiếng)|hội (?:nông|liên hiệp|lhpn|cựu|ccb|chữ|nhà báo|đồng|luật)"
    r"|công an (?:tỉnh|huyện|xã|phường|thành|quận)|văn phòng (?:tỉnh|huyện|đảng|thành|ubnd|hđnd)"
    r"|trang (?:tin|thông|web|điện|ttđt)"
    r"|(?:công|liên) đoàn|viện (?:kiểm|nghiên)|mặt trận tổ|khối (?:các|cơ|đảng)|khoa nhà",
    re.IGNORECASE,
)
_NOT_A_HEAD = re.compile(
    r"(?:ban hành|báo (?:cáo|công|chí|hiệu|động|tin)|bộ (?:máy|đội|mặt)|tổ chức|trường hợp"
    r"|khối lượng"
    r"|trang (?:bị|trí|nghiêm|chủ|trọng)|đội ngũ|phòng[, ]+(?:chống|bệnh|ngừa|tránh|dịch)"
    r"|hội (?:nghị|thi|thảo|thao|nhập)"
    r"|đoàn (?:kết|viên)|(?:đảng|huyện|tỉnh|thành|quận) (?:ủy|uỷ) viên|văn phòng phẩm)(?!\w)",
    re.IGNORECASE,
)
# Words that are lower case inside names of organisations. Any other lower-case word after a head
# means that the line is a sentence or a subhead.
_INNER_WORDS = frozenset(
    re.findall(
        r"\w+",
        """giáo ủy uỷ niên phòng tỉnh huyện thành phố xã phường thị trấn quận và các cơ quan doanh
        nghiệp dân vận đảng đoàn bộ tổ chức kiểm tra thanh thể thao văn hóa hoá du lịch thông
        tin truyền hình phát điện tử nội vụ tư pháp chính trị đặc khu trung ương khối hội nông
        liên hiệp phụ nữ cựu chiến binh công an thương y tế đào tạo giáo dục khoa học kỹ thuật
        nghệ thôn môi trường tài nguyên sản ngân hàng kho bạc xây dựng giao tộc tôn biên tập
        đồng nhân tổng hợp báo chí xuất bản quân sự chỉ huy đội phóng viên nhà thường trực quốc
        đại biểu cao đẳng cấp tâm lý cán sinh hoạt chuyên trang cổng hành thuộc kinh đối ngoại
        nước lao động lịch sử tuyên truyền bảo hiểm cục thuế hải kế hoạch đầu tư thống kê nghiên
        cứu tạp vệ sức khỏe khoẻ chữ thập đỏ người tuổi khuyến trẻ em đô miền núi gia đình nuôi
        thú thủy thuỷ lợi lâm sát án cảnh chấp ban viện đa soát bệnh tật""",
    )
)
_WORD = re.compile(r"[^\W\d_]+")
_UNIT_WORDS = frozenset(["tỉnh", "huyện", "xã", "phường", "quận"])


def has_only_inner_words(text: str, also: frozenset[str] = frozenset()) -> bool:
    """Return True if every lower-case word is one of an organisation's name, or one of `also`."""
    small = {w for w in _WORD.findall(text) if w[0].islower()}
    return small <= _INNER_WORDS | also


@cache_short_texts(512)
def is_organisation(text: str) -> bool:
    """Return True for "Ban Tuyên giáo Huyện ủy X", "Đoàn Thanh niên Sở Y" or "Báo Z"."""
    decisive = _DECISIVE_HEAD.match(text) is not None
    if not decisive and not _AMBIGUOUS_HEAD.match(text):
        return False  # nearly all texts
    words = _WORD.findall(text)
    if not 2 <= len(words) <= 20 or ":" in text or _NOT_A_HEAD.match(text):
        return False
    if is_all_caps(text):
        return decisive or _AMBIGUOUS_HEAD_IN_CAPITALS.match(text) is not None
    if not has_only_inner_words(text) or not text[0].isupper():
        return False
    small = [w for w in words[1:] if w[0].islower()]
    return decisive or _has_proper_part(words, small)


def _has_proper_part(words: list[str], small: list[str]) -> bool:
    """Return True if an abbreviation, or a lower-case word and a proper name or unit, follows."""
    proper = any(w[0].isupper() for w in words[1:])
    abbreviated = any(len(w) > 1 and w.isupper() for w in words[1:])
    return abbreviated or (bool(small) and (proper or words[-1] in _UNIT_WORDS))


_AGENCY_NAMES = (
    r"TTXVN|Thông tấn xã Việt Nam|VNA|VOV|VTV|VTC(?: News)?|VGP|Vietnam\+|Vietnamplus|VNEWS|Xinhua"
    r"|Tân Hoa Xã|THX|Reuters|AFP|TASS|Sputnik|Kyodo|Yonhap|Bloomberg|BBC|CNN|RIA|VnExpress"
    r"|VietNamNet|Znews|Zing|SGGP|QĐND|NLĐ|ANTV|ĐCSVN|TCCS"
)
_AGENCY = re.compile(
    rf"(?:{_AGENCY_NAMES})[0-9]*"
    r"(?:\.vn|\s+online|\s+(?:Tây Bắc|Tây Nguyên|Đông Bắc|Miền Trung|ĐBSCL|TP\.?\s?HCM))?"
    rf"(?:\s*[/,+&-]\s*(?:{_AGENCY_NAMES})[0-9]*(?:\.vn)?)*",
    re.IGNORECASE,
)
_PAPER_HEAD = re.compile(
    r"(?:báo|tạp chí|đài|cổng|trang|bản tin|thông tấn|truyền hình)(?!\s+(?:cáo|công|hiệu))\s+\S",
    re.IGNORECASE,
)
# Papers named by common words, which are credited in lower case too.
_PAPERS = frozenset(
    search_fold(" ".join(name.split()))
    for name in re.split(
        r",\s+",
        """Tuổi trẻ, Thanh niên, Dân trí, Lao động, Nhân dân, Tiền phong, Quân đội nhân dân, Người
        lao động, Công an nhân dân, Hà Nội mới, Hànộimới, Đại đoàn kết, Sài Gòn giải phóng, Pháp
        luật Việt Nam, Tin tức, Giao thông, Công thương, Nông nghiệp Việt Nam, Tuyên
        giáo, Xây dựng Đảng, Chính phủ, Đảng Cộng sản, Kinh tế và Đô thị, Phụ nữ Việt Nam, Sức
        khỏe và Đời sống, Giáo dục và Thời đại, Tài nguyên và Môi trường, Cần Thơ, Tin tức và Dân
        tộc, An ninh Thủ đô, Gia đình và Xã hội, Khoa học và Đời sống, Đời sống và Pháp luật,
        Thể thao và Văn hóa, Thế giới và Việt Nam, Đại biểu Nhân dân, Khoa học phổ thông""",
    )
)
HOST = re.compile(r"(?:[a-z0-9-]+\.)+(?:vn|com|net|org|info)", re.IGNORECASE)


@cache_short_texts(512)
def is_agency(text: str) -> bool:
    """Return True for the name of a news agency, broadcaster or online paper, or a host name."""
    return _AGENCY.fullmatch(text) is not None or HOST.fullmatch(text) is not None


def is_publisher(text: str) -> bool:
    """Return True for an agency, or a paper with its head ("báo lao động") or without."""
    if is_agency(text) or search_fold(text.replace("&", "và")) in _PAPERS:
        return True
    head = _PAPER_HEAD.match(text)
    if head is None or len(text.split()) > 12:
        return False
    if head[0][:5].lower() == "trang":
        return is_organisation(text)
    name = text[head.end() - 1 :]
    return name[0].isupper() or search_fold(name) in _PAPERS or is_organisation(text)


_COMPOUNDS = re.compile(
    r"(?<!\w)(Tuyên Giáo|(?:Huyện|Tỉnh|Thành|Thị|Đảng|Quận) (?:Ủy|Uỷ)|Tổ Chức|Dân Vận|Kiểm Tra"
    r"|Nội Chính|Văn Phòng|Thanh Niên|Công An|(?:Ủy|Uỷ) Ban|Nhân Dân|Mặt Trận|Tổ Quốc|Phụ Nữ"
    r"|Nông Dân|Truyền Hình|Phát Thanh|Trung Tâm|Chính Trị|Y Tế|Nội Vụ|Tư Pháp|Tạp Chí|Môi Trường"
    r"|Nông Nghiệp|Văn Hóa|Thể Thao|Du Lịch|Giáo Dục|Đào Tạo|Thông Tin|Truyền Thông|Điện Tử"
    r"|Công Đoàn|Liên Đoàn|Biên Tập|Quân Sự|Chỉ Huy|Đảng Bộ|Chi Bộ|Cơ Quan|Doanh Nghiệp"
    r"|Thường Vụ|Thường Trực)(?!\w)"
)
_SMALL = re.compile(r"(?<=\s)(Và|Các|Tỉnh|Huyện|Xã|Phường|Thành Phố)(?=\s(?!ủy|uỷ|đoàn))")
_SYLLABLE = re.compile(
    r"(?:[bcdghklmnprstvx]|ch|gh|gi|kh|ngh?|nh|ph|qu|th|tr)?[aeiouy]{1,3}(?:c|ch|m|ng?|nh|p|t)?"
)


def organisation_name(text: str) -> str:
    """Return an organisation's name; a name printed in capitals gets its usual case back.

    "BAN TUYÊN GIÁO TỈNH ỦY" -> "Ban Tuyên giáo Tỉnh ủy", "BÁO NHÂN DÂN" -> "Báo Nhân Dân",
    "báo lao động" -> "Báo Lao Động"; abbreviations stay
    unchanged.
    """
    text = clean(text).strip(" .,;:|-–—")
    name = text.partition(" ")[2]
    if _PAPER_HEAD.match(text) and search_fold(name) in _PAPERS and name.islower():
        return " ".join(_capitalised(w) for w in text.split())
    if not is_all_caps(text) or " " not in text:
        return text[:1].upper() + text[1:] if not HOST.fullmatch(text) else text
    titled = " ".join(_capitalised(w) for w in text.split())
    titled = _COMPOUNDS.sub(lambda m: m[0].capitalize(), titled)
    return _SMALL.sub(lambda m: m[0].lower(), titled)


def _capitalised(word: str) -> str:
    """Capitalise a Vietnamese syllable; any other word is an abbreviation and stays unchanged."""
    return word.capitalize() if _SYLLABLE.fullmatch(search_fold(word)) else word
