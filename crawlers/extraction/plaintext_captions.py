"""Captions, subheads and paragraphs of a text capture, which shows no picture and no type.

A credit ("Ảnh: ...") makes a caption. Without one a caption is told by its words: it names who or
what is seen, mostly with a place, in one short sentence. It tells nothing: no tense, no reason, no
amount, nobody speaks.
"""

from __future__ import annotations

import re
from statistics import median

from crawlers.extraction.plaintext_lines import SENTENCE_END, TextLine
from pipelines.record.bylines.parse import is_byline, photographer
from pipelines.text.normal_forms import search_fold
from storage.models import Block, BlockKind

MAX_CAPTION_CHARS = 250
MAX_SUBHEAD_WORDS = 15
MIN_POINTS = 3
MIN_REPEATED_WORDS = 8
MIN_REPEATED_SHARE = 0.8
BRIEF = 0.5  # of the usual length of the article's paragraphs

CREDIT = re.compile(
    r"^\(?\s*(?:nguồn )?(?:ảnh|photo)(?:\s*:|\s+(?:(?:có tính )?minh h|tư liệu|internet))", re.I
)
CREDIT_AT_END = re.compile(
    r"(?:\(\s*ảnh\b[^()]*\)|\s[-–]\s?ảnh(?: (?-i:[A-ZĐÀ-Ỹ])[^\W\d_]*){1,4}\)?"
    r"|(?<!\w)ảnh\s*:(?:[^.:]|(?<=[\s.:][A-ZĐ])\.){1,60}"
    r"|ảnh (?:minh h[oọ][ạa]|tư liệu|internet))\.?$",
    re.I,
)
QUOTED = re.compile(r"[“\"«][^”\"»]*[”\"»]|\([^()]*\)")
_SCENE = re.compile(
    r"(?:quang|toan|khung|mot) canh|canh |mot (?:goc|tiet muc|buoi|gio|doan)|hinh anh|anh minh hoa"
    r"|tap the "
    r"|(?:cac )?dai bieu|(?:doan )?chu tich doan|cac (?:dong chi|thay,? co|em|vi) "
    r"|lanh dao .{3,60} (?:trao|tang|chup|tham|phat bieu|cat bang|dang huong|du )"
)
_ACTOR = re.compile(
    r"(?:dong chi|d/c|ong|ba|anh|chi|em|gia|cu|me|nghe (?:nhan|si)|bac|be|ban|(?:co|thay)(?: giao)?"
    r"|ni su|gia lang|truong (?:ban|thon|ap)|(?:dai|thuong|trung|thieu) (?:uy|ta|tuong))(?= [A-ZĐ])"
    r"|(?:gia dinh|vo chong|hai me con|thay tro) (?:anh|chi|ong|ba|co|thay|em)(?= [A-ZĐ])"
    r"|[a-z]+(?: [A-ZĐ]\w*){2,3} (?:cung|ben|dang|va (?:con|cac|ba con|gia dinh))"
    r"|(?i:(?:cac )?(?:can bo|chien si|dang vien|doan vien|thanh nien|hoc sinh|sinh vien|giao vien"
    r"|nguoi dan|ba con|cau thu|thi sinh|thuong lai"
    r"|nhan dan|phu nu|ngu dan|tieu thuong|dan quan|nong dan|hoi vien|cong nhan|cu tri|luc luong"
    r"|bo doi|cong an|lanh dao|cuu chien binh|doan cong"
    r" tac|dang uy|tinh uy|huyen uy|thanh uy|thi uy|quan uy|ban (?:thuong vu|tuyen giao|to"
    r" chuc|dan van|chi huy)|dang bo|chi bo|chi uy|(?:pho )?(?:bi thu|chu tich|giam doc|chu nhiem"
    r"|truong ban|thu tuong)|bo truong|thu truong|vdv|van dong vien"
    r"|thieu nhi|tre em|du khach|khach|dong bao|nha giao|bac si|y bac si|tap the|to cong"
    r"|hoi (?:nong dan|phu nu|cuu|lien hiep|lhpn|ccb)|ubnd|hdnd|mat tran|uy ban|doan (?:thanh"
    r" nien|vien))|cac (?:ho|hoi|don vi|ban|thanh vien|ky thu|doi|co quan|doan|chi|em|dai bieu"
    r"|dong chi|bac|me|cu))"
    r"(?![^\W_])"
)
_PLACE = re.compile(
    r"(?<!\w)(?:tại|ở|bên|trên|trong|giữa|trước|về|dưới|vào)"
    r"(?! (?:đầu |cuối |giữa )?(?:ngày [0-9]|tháng|năm|tuần|quý|thời|dịp|sáng|chiều|tối|[0-9]))"
    r"(?!\w)"
)
_IN_PLACE = re.compile(r"(?: [A-ZĐÀ-Ỹ]\w*)+ (?:bên|trên|giữa|trong|trước) ")  # "Bà Hạnh trên cầu"
_DEED = re.compile(
    r"(?<!\w)(?:trao|tặng|phát biểu|chụp|lưu niệm|thăm|kiểm tra|trao đổi|hướng dẫn|giới thiệu|dâng"
    r" hương|dâng hoa|báo công|khen thưởng|biểu diễn|tham quan|thu hoạch|chăm sóc|ký kết|đọc|làm"
    r" việc"
    r"|(?<!khoa )(?<!nghỉ )(?<!đi )học|tập|bàn|trồng|đón|giặm|vá|sửa|xây|đan|dệt|chủ trì"
    r"|ra mắt|bỏ phiếu|biểu quyết|thảo luận|vận hành|làm vệ sinh"
    r"|tuyên truyền|khám|phát quà|nấu|chế biến|đóng gói|sản xuất|ra quân|dọn dẹp|mít tinh|điều hành"
    r"|hội ý|nghe|quan sát|ôn lại|khảo sát|tổ chức|nhận|cắt băng|khởi công|diễn tập|luyện tập"
    r"|tiếp nhận"
    r"|thu hái|hái|gặt|cấy|gieo|phơi|bón|tưới|tỉa|thêu|vớt|đánh bắt|lắp|may|phân loại|sơ chế|múa"
    r"|hát|bắn|tuần tra|tiêm|gói|duyệt|quét|bàn giao"
    r"|đang|đổ|giúp|khai mạc|bế mạc|chúc mừng|thi đấu|tranh tài|nêu|đi trên|trình bày|chăm lo"
    r"|thắp|cân|gùi|cày|bừa)(?!\w)",
    re.I,
)
_NARRATIVE = re.compile(
    r"(?<!\w)(?:đã|sẽ|nên|vì|nhưng|tuy|là|thì|mà|cũng|vẫn|còn|nếu|do đó|phải|cần|hơn|rất|không"
    r"|chưa|từng|gồm|nhất là|đạt|nhờ|góp phần|thấy|biết|muốn|được|bởi|cho rằng|chia sẻ"
    r"|khẳng định"
    r"|nhấn mạnh|ghi nhận|nói|kể|yêu cầu|đề nghị|chịu trách nhiệm|căn cứ|quy định|theo quy|này|đó"
    r"|vậy)(?!\w)",
    re.I,
)
_SPEAKS = re.compile(r"(?<!\w)(?:đã|sẽ|cho biết|nói|kể|được|nên|vì|nhưng)(?!\w)", re.I)
_TELLS_IN_A_SENTENCE = re.compile(
    r"(?<!\w)(?:vừa|giúp|chia làm|khuyên|năm [0-9]{4}|(?:từ|đến|hết|trước) ngày [0-9]"
    r"|tổ chức (?:lễ|hội|họp|đối thoại|gặp))(?!\w)",
    re.I,
)
_BESIDE = re.compile(  # "Anh Bình bên chiếc máy", "Cô Tâm cùng các em nhỏ"
    r"[^,.;:]{2,40} (?:bên (?:cạnh|những|các|chiếc|vườn|căn|ngôi|tủ|mô hình|sản phẩm)"
    r"|(?:cùng|và) (?:các|những|bà con|gia đình|con|vợ|chồng|học trò|người thân)) [^,]*"
)
# "Lãnh đạo tỉnh chúc mừng các cá nhân được khen thưởng": whom the deed is for.
_HONOURED = re.compile(
    r" được (?:trao|tặng|nhận|khen thưởng|tuyên dương|biểu dương|vinh danh|kết nạp)(?!\w)", re.I
)
_CEREMONY = re.compile(r"(?:trao|tang|cat bang|chup anh|dang (?:huong|hoa)) ")
_DEED_FIRST = re.compile(
    r"(?:(?:thuc hanh|ban giao|khoi cong|dua|bieu dien|trinh dien|thu hoach|ra quan|ky ket"
    r"|khen thuong|bieu quyet|bo phieu|dong goi|che bien|kham|tham|luyen tap) )"
)
_OPENING = re.compile(
    r"(?:từ|theo|nhờ|đến|hiện|sáng|chiều|tối|trưa|ngày|trong|với|qua|bên|ngoài|sau|trước|khi|để"
    r"|do|tuy"
    r"|nhưng|song|đồng thời|đặc biệt|mỗi|hằng|hàng|điều|đây|đó|cùng|năm|tại|ở|nhiều|những|và|bằng"
    r"|trên"
    r"|dưới|giữa|vì|nếu|còn|phát biểu|tham (?:dự|gia)|kết luận|dự|thay mặt|về|mục|khoản|chương|phần"
    r"|một là|hai là|ba là|bốn là|thứ|tôi|chúng|họ|nó|ai|cả|rồi|thế|xin|hãy|được|bước|căn cứ"
    r"|số)(?!\w)",
    re.I,
)
_AMOUNT = re.compile(
    r"[0-9][.,]*\s*(?:%|triệu|tỷ|tỉ|ha\b|hộ|km|kg|đồng|lượt|người|tấn|m\b|m2)", re.I
)
_ROW = re.compile(r"[0-9]{1,3}\s")  # of a table
_NUMBERED = re.compile(r"\(?[0-9]{1,2}[.)/]\s")
_LIST_ITEM = re.compile(r"[-+•*–]\s|\(?[0-9]{1,2}[.)/]\s|\(?[a-zđ][.)/]\s|[IVX]+[.)/]\s")
_VERSE_WORDS = 10


def blocks_of(lines: list[TextLine], title: TextLine) -> tuple[list[Block], list[str]]:
    """Return the blocks of a body and its captions; a caption often repeats the title."""
    usual = median([len(line.text) for line in lines if line.is_sentence] or [0])
    stops = [SENTENCE_END.search(line.text) is not None for line in lines if line.is_sentence]
    with_stops = 2 * sum(stops) >= len(stops)  # else a line without one may be a paragraph
    blocks: list[Block] = []
    captions: list[str] = []
    for index, line in enumerate(lines):
        if line.cells:
            blocks.append(Block("table row", line.text, line.cells))
        elif not (_is_caption(lines, index, usual, with_stops) or _repeats_title(line, title)):
            kind: BlockKind = "subhead" if _is_subhead(lines, index) else "paragraph"
            blocks.append(Block(kind, line.text))
        elif line.text not in captions[-1:]:  # alt text and caption are often equal
            captions.append(line.text)
    return blocks, captions


def _repeats_title(line: TextLine, title: TextLine) -> bool:
    if line.words < MIN_REPEATED_WORDS or SENTENCE_END.search(line.text) or line.is_sentence:
        return False
    if _NUMBERED.match(line.text):
        return False
    words, of_title = set(line.folded.split()), set(title.folded.split())
    return len(words & of_title) >= MIN_REPEATED_SHARE * len(words)


def is_photo_credit(lines: list[TextLine], index: int) -> bool:
    """Return whether a line is the credit of the caption above it, and no byline."""
    if not CREDIT.match(lines[index].text):
        return False
    above = lines[index - 1] if index else None
    return (
        above is not None
        and not above.is_credit
        and (not above.is_sentence or is_caption_like(above.text))
    )


def is_caption_like(text: str) -> bool:
    """Return whether a line is a caption wherever it stands: by its credit, or a scene."""
    if len(text) > MAX_CAPTION_CHARS:
        return False
    if CREDIT.match(text) or CREDIT_AT_END.search(text) or photographer(text):
        return True
    return _SCENE.match(search_fold(text)) is not None and not _NARRATIVE.search(text)


def _is_caption(lines: list[TextLine], index: int, usual: float, with_stops: bool) -> bool:
    text = lines[index].text
    ends = SENTENCE_END.search(text) is not None or not with_stops
    if len(text) > MAX_CAPTION_CHARS or text[:1] in '“"-+•*–' or text.endswith((":", "?", ";")):
        return False
    if CREDIT.match(text) or CREDIT_AT_END.search(text) or photographer(text):
        return True
    following = lines[index + 1].text if index + 1 < len(lines) else ""
    if CREDIT.match(following) and _is_one_sentence(text) and text[0] != "(":
        is_brief = len(text) <= BRIEF * usual or (len(text) < usual and not _tells(text))
        return not ends or (index > 0 and is_brief)
    previous_is_subhead = (
        index > 0 and _is_subhead(lines, index - 1) and not is_caption_like(lines[index - 1].text)
    )
    if previous_is_subhead and not (following and lines[index + 1].is_sentence):
        return False
    points = _points(text, usual, ends=ends, after_subhead=previous_is_subhead)
    if not ends or is_caption_like(text):
        return points >= MIN_POINTS
    # The first sentence and, mostly, the last are the text's.
    is_last = not any(line.is_sentence for line in lines[index + 1 :])
    return index > 0 and points >= MIN_POINTS + is_last


def _tells(text: str) -> bool:
    """Return whether a line has the words of a paragraph: of time, reason, amount or speech."""
    return any(p.search(text) for p in (_NARRATIVE, _AMOUNT)) or bool(_OPENING.match(text))


def _points(text: str, usual: float, *, ends: bool, after_subhead: bool) -> int:
    """Return how much a line looks like a caption.

    Args:
        usual: the median length of paragraphs
        ends: it ends like a sentence, or no paragraph does
    """
    bare = QUOTED.sub("", text)
    honoured = _HONOURED.search(bare)
    if honoured and _DEED.search(bare[: honoured.start()]):
        bare = bare[: honoured.start()] + bare[honoured.end() :]
    folded, cased = search_fold(bare), _fold_case(bare)
    if not _is_one_sentence(text) or _OPENING.match(bare) or _AMOUNT.search(bare):
        return 0
    actor = _ACTOR.match(cased)
    is_actor = actor is not None
    if is_actor and _BESIDE.fullmatch(bare) and not _SPEAKS.search(bare):
        return MIN_POINTS
    if _NARRATIVE.search(bare) or (ends and _TELLS_IN_A_SENTENCE.search(bare)):
        return 0
    if _SCENE.match(folded):
        return MIN_POINTS
    deed_first = _CEREMONY.match(folded) or (ends and _DEED_FIRST.match(folded))
    shows = is_actor or (deed_first and "," not in bare)
    points = 2 if shows else 0
    start = actor.end() if actor else 0
    deed = _DEED.search(bare, start)
    place = _PLACE.search(bare)
    points += (place is not None) + (deed is not None)
    is_shown = deed or deed_first or _IN_PLACE.match(bare, start) or (place and place[0] == "tại")
    if ends and not is_shown:
        return 0
    if ends and len(text) <= BRIEF * usual:
        points += 1
    # A name with its office has commas; what ends like a paragraph may be one.
    if after_subhead or (ends and bare.count(",") > 1):
        points -= 1
    return 0 if ends and len(text) > usual else points


def _fold_case(text: str) -> str:
    """Fold diacritics, and keep the case of all words but the first, which tells names."""
    folded = search_fold(text)
    if len(folded) != len(text):
        return folded
    first, space, rest = folded.partition(" ")
    cased = zip(rest, text[len(first) + len(space) :], strict=True)
    return first + space + "".join(c.upper() if own.isupper() else c for c, own in cased)


def _is_one_sentence(text: str) -> bool:
    return (
        re.search(r"[.!?…]['\"”’)]*\s+[A-ZĐÀ-Ỹ“\"]", re.sub(r"\b(?:TP|Tp|TX|P|Q)\.", "", text))
        is None
    )


def _is_subhead(lines: list[TextLine], index: int) -> bool:
    """Return whether a short line without an end heads the paragraph under it."""
    text = lines[index].text
    if lines[index].words > MAX_SUBHEAD_WORDS or SENTENCE_END.search(text) or text.endswith(","):
        return False
    if text[:1] in "-+•*–" or index + 1 == len(lines) or is_byline(text):
        return False
    following = lines[index + 1]
    above = lines[index - 1] if index else None
    beside = [line.text for line in (above, following) if line is not None]
    if text[:1] + text[-1:] == "()" or (
        _NUMBERED.match(text) and any(map(_NUMBERED.match, beside))
    ):
        return False
    if above is not None and _ROW.match(text) and _ROW.match(above.text):
        return False
    is_verse = above is not None and _is_verse(above) and _is_verse(lines[index])
    if is_verse and following.words <= _VERSE_WORDS:  # the last verse ends like a sentence
        return False
    return (
        following.is_sentence
        or _LIST_ITEM.match(following.text) is not None
        or not (_is_verse(following))
    )


def _is_verse(line: TextLine) -> bool:
    ended = SENTENCE_END.search(line.text)
    return line.words <= _VERSE_WORDS and not ended
