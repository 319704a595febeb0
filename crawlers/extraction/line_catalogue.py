"""The catalogue of lines that frame an article: toolbars, counters, headings of lists, imprints.

One catalogue for all sites and for pages as well as text captures: the CMSs are few, and their
labels are the same on every site. A pattern matches a whole line in its folded form (search_fold),
so case, tone placement and missing diacritics do not matter. What can be a sentence or a subhead of
an article is not in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from pipelines.text.memo import cache_short_texts
from pipelines.text.normal_forms import clean, search_fold
from storage.messages.reasons_inspection import FrameLine

MAX_FRAME_CHARS = 300  # longer text is a paragraph, whatever its words
_NUMBER = r"[0-9][0-9.,]*"


def _whole(*patterns: str, then: str = "") -> re.Pattern[str]:
    return re.compile(rf"(?:{'|'.join(patterns)}){then}")


def _sequence(labels: Iterable[str], separator: str) -> re.Pattern[str]:
    """Return a pattern of one or more of the labels in a row."""
    label = "|".join(labels)
    return re.compile(rf"{separator}(?:(?:{label})(?![^\W_]){separator})+")


_COUNTERS = (
    rf"(?:so |tong |tong so )*(?:luot|lan) (?:xem|doc|truy cap|tai|nghe)(?: (?:bai|tin))?"
    rf"\s*:?\s*(?:{_NUMBER})?",
    rf"(?:da |post )?(?:xem|doc|views?|hits?)\s*:\s*(?:{_NUMBER})?",
    rf"doc {_NUMBER} lan",
    rf"danh gia\s*:?\s*{_NUMBER} ?(?:diem|sao)(?: \([^()]*\))?",
    rf"(?:thoi gian doc\s*:?\s*)?{_NUMBER} phut doc",
    rf"{_NUMBER}\s*(?:luot|lan)(?: (?:xem|doc|truy cap|thich|binh luan|tai|nghe))?",
    rf"{_NUMBER}\s*(?:views?|hits?|binh luan|comments?|phan hoi|y kien|likes?|thich|chia se"
    rf"|shares?)",
    rf"(?:phan hoi|binh luan|comments?|y kien|thich|likes?|chia se|shares?|yeu thich)\s*:?\s*"
    rf"\(?{_NUMBER}\)?",
)
_NUMBERS_AT_ENDS = re.compile(rf"^[\W_]*(?:{_NUMBER}[\s|:]*)+(?=\W*$)|[|:\s]+(?:{_NUMBER}\s*)+$")
_COUNTER = re.compile(rf"\W*(?:(?:{'|'.join(_COUNTERS)})[\s|•·,;/()–—-]*)+")
_COUNTER_INSIDE = re.compile(rf"[(\[]?(?<![^\W_])(?:{'|'.join(_COUNTERS)})(?![^\W_])[)\]]?")

_SHARE = r"(?: (?:len|qua|tren|voi|toi))?(?: mang xa hoi)?(?: (?:facebook|zalo|twitter|email))?"
_TOOLS = (
    r"in(?: (?:bai(?: viet)?(?: nay)?|trang(?: nay)?|tin(?: nay)?|an|ra))?", r"ban in",
    r"print(?:er)?",
    r"gui (?:cho ban be|(?:bai(?: viet)?|tin)(?: nay)?|(?:qua )?(?:e-?mail|thu))", r"send e-?mail",
    rf"chia se(?: (?:bai(?: viet)?|tin|thong tin))?(?: nay)?(?: cho ban be)?{_SHARE}",
    r"shares?(?: this| on .{2,20})?", r"like this", r"views",
    r"tweet", r"e-?mail",
    r"facebook", r"zalo", r"twitter", r"youtube", r"tiktok", r"messenger", r"telegram", r"linkedin",
    r"pinterest", r"google news", r"google ?\+",
    r"theo doi (?:bao |trang )?.{0,40}(?:tren|qua) google news",
    r"theo doi (?:(?:bao .{2,40} )?(?:chung toi|tren)"
    r" ?(?:google|zalo|facebook|youtube|tiktok|$).{0,30}|.{2,40} tren$)",
    r"(?:tang|giam|xem(?: voi)?|chinh|thay doi)? ?(?:co|kich thuoc|kich co) chu"
    r"(?: (?:nho|vua|lon|mac dinh))?",
    r"mau(?: chu)?", r"font(?: chu| size)?", r"lam moi", r"chi tiet",
    r"phong to", r"thu nho", r"mac dinh", r"(?:tang|giam|do)* ?tuong phan", r"a ?[-+](?=$|\W)",
    r"[-+] ?a", r"a{1,3}", r"(?:nghe|doc)(?: (?:doc|audio|noi dung))?(?: (?:bai|tin)(?: viet)?)",
    r"nghe (?:audio|noi dung)", r"audio", r"(?:giong )?(?:nam|nu) mien (?:bac|nam|trung)",
    r"giong (?:doc|nam|nu)", r"pdf", r"(?:link|lien ket) (?:bai )?goc", r"nghe - nhin",
    r"danh gia(?: (?:tac gia|bai viet|tin))?", r"[0-9]{1,2}:[0-9]{2}",
    r"xem (?:tat ca )?(?:cac )?bai viet cua tac gia", r"sao chep (?:lien ket|link)",
    r"copy (?:link|url)", r"luu (?:bai(?: viet)?|tin)", r"bookmark",
    r"quay lai(?: trang truoc)?", r"tro (?:lai|ve)(?: trang truoc)?", r"(?:ve|len) dau(?: trang)?",
    r"ve (?:trang chu(?: de)?|trang truoc|chuyen muc)", r"dau trang", r"xem ban (?:goc|in)", r"goc",
    r"tai (?:ve|xuong|bai ve)", r"download", r"bao loi", r"like", r"thich", r"save", r"back",
    r"(?:xem (?:chi tiet|noi dung) )?(?:trong|tai)? ?(?:file|tep|van ban)(?: tin)? dinh kem",
    r"tai (?:file|tep) dinh kem", r"(?:ma )?qr(?: code)?", r"nguon tin", r"tien ich(?: thong tin)?",
    r"xuat ban thong tin", r"dang nghe", r"tam dung", r"toc do(?: (?:doc|phat))?",
    r"x?[0-2](?:[.,][0-9]{1,2})?x",
    r"speed", r"pause", r"play",
    r"xem (?:tin )?theo ngay", r"thu muc con", r"doc tiep", r"xem tiep",
)  # fmt: skip
_TOOLBAR = _sequence(_TOOLS, r"[\s|•·,;/:()\[\]\d▶►»+–—-]*")
# Texts that a CMS leaves on the page by mistake.
_LEAKS = _whole(
    r"publishingportal\b.*", r"\w*_war_\w+", r"\{\w+\}", r"null", r"undefined", r"banner", r"news",
    r"\[object object\]", r"-+>", r"[\w. ()-]*\.(?:jpe?g|png|gif|webp|bmp)\)?", r"\|.*\|",
    r"chi tiet (?:bai viet|tin)\b(?:.*[^.:])?", r"chi tiet", r"article details?",
    r"(?:cac )?(?:tep|file|tap tin|tai lieu|van ban) (?:tin )?(?:dinh|gui) kem(?: theo)?"
    r"(?:\W+[\w.()-]+\.(?:pdf|docx?|xlsx?|zip|rar))*\W*",
    r"(?:trinh duyet|your browser)(?: cua ban)? (?:khong ho tro|does not support) .{0,60}",
    r"skip to (?:main )?content", r"loading\W*",
    r"dang tai(?: noi dung| du lieu| trang)?\W*",
    r"(?:trang |noi dung )?(?:se )?tu dong (?:cap nhat|tai lai) sau ?\d* ?(?:giay|phut)",
    r"adve?rtisements?", r"(?:ad ?)?quang cao",
)  # fmt: skip

_ARTICLES = (
    r"(?:tin tuc|tin,? ?(?:va )?bai(?: viet)?|tin anh|tin|bai viet|bai dang|bai|video|clip|album"
    r"|anh"
    r"|van ban|thong bao|chuyen muc|noi dung|su kien|thong tin|news|posts?)"
)
_QUALITIES = (
    r"(?:lien quan|khac|(?:moi|cu)(?: (?:hon|nhat|dang|cap nhat|dua))*|cung (?:chuyen muc|chu de"
    r"|chuyen de|loai|the loai|muc|su kien|ngay|tac gia)|da (?:dua|dang)"
    r"|(?:duoc )?(?:doc|xem|quan tam)"
    r"(?: nhieu)?(?: nhat)?|noi bat|nong|dang chu y|tiep theo|ke tiep|truoc(?: do)?|sau|hot"
    r"|trong ngay"
    r"|trong tuan|goi y)"
)
_LIST_HEADING = re.compile(
    r"\W*(?:"
    rf"(?:(?:cac|nhung|mot so|xem(?: them)?|doc(?: them)?) )?{_ARTICLES} {_QUALITIES}(?:"
    rf" {_QUALITIES})?"
    rf"|cung (?:chuyen muc|chu de|chuyen de|su kien|tac gia)|(?:tham khao|xem|doc) them|tham khao"
    r"|moi nhat|moi cap nhat|(?:doc|xem) nhieu(?: nhat)?|tieu diem|nong trong ngay|co the ban"
    r" quan tam"
    r"|(?:ban (?:doc )?)?(?:co the )?quan tam|dung bo lo"
    r"|lien ket(?: (?:website|web|trang|site|nhanh|huu ich))*"
    r"|(?:cac )?(?:trang )?lien ket|cac album da dang|other news|related (?:news|posts|articles)"
    r"|latest news|thong bao moi|rao vat|thu vien (?:anh|video)|video clip|multimedia"
    r"|(?:(?:cac bai )?(?:trong|cung) )?(?:loat|tuyen) bai(?:\s*:.*)?"
    r"|chuyen muc khac|su kien noi bat|bai (?:truoc|sau|tiep)|previous|next|danh muc|chuyen trang"
    r"|dieu huong bai viet|post navigation"
    r")\W*"
)
_COMMENTS = _whole(
    r"(?:\(\d+\) )?(?:cac )?(?:y kien|binh luan|phan hoi)"
    r"(?: (?:ban doc|phan hoi|binh luan|doc gia|cua ban|moi))?"
    r"\s*(?:\(\d+\))?",
    r"(?:viet|gui|them|xem them|de lai|hien thi|dang) (?:mot |y kien |cac )?(?:binh luan|phan hoi"
    r"|y kien"
    r"|tra loi)(?: (?:moi|cua ban))?",
    r"(?:ban doc )?binh luan", r"leave a (?:reply|comment)", r"comments?",
    r"gui (?:y kien|cau hoi|di)?", r"huy(?: bo)?", r"nhap lai", r"gui binh luan cua ban.*",
    r"(?:tong so diem cua bai viet la|click de danh gia|xep hang|danh gia bai viet|ban da khong"
    r" su dung"
    r" site).*",
    r"(?:(?:moi ban |hay )?(?:danh gia|binh chon)|tang sao cho) bai viet.{0,12}",
    r"chua co (?:bat ky )?(?:binh luan|y kien)(?: nao)?"
    r"(?: (?:duoc gui|(?:cho|ve) bai viet(?: nay)?))?",
    r"hay la nguoi (?:dau tien )?(?:gui |viet |de lai |cho )?(?:binh luan|y kien)"
    r"(?: (?:cho|ve) bai viet(?: nay)?)?",
    r"(?:duoc )?quan tam nhat(?: moi nhat)?",
    r"(?:ban|quy vi) (?:co )?(?:thay|thich) bai viet nay.{0,20}", r"tra loi(?: huy)?",
    r"nhap (?:noi dung )?binh luan.{0,20}", r"\d+ nguoi da (?:binh chon|danh gia)",
    r"email cua ban se khong .*", r"luu ten cua toi.*",
    r"(?:ten|ho(?: va)? ten|email|e-mail|noi dung|tieu de|dien thoai|dia chi|ma (?:bao mat|xac nhan"
    r"|an toan|kiem tra)|mat khau|ten dang nhap)(?: cua ban| nguoi gui| binh luan| gop y)?"
    r"\s*(?:\([^)]*\))?\s*\*?\s*:?\s*\*?",
    r"vui long (?:nhap|dang nhap|go).*", r"(?:ban )?(?:can |phai )?dang nhap de .*", r"captcha",
    r"luu y\s*:.*(?:bien tap|y kien|ban doc).*", r"toi thieu \d+ chu.*", r"khong chua lien ket",
    r"y kien (?:cua )?(?:ban|ban doc) .{0,60}(?:dau|hien thi|bien tap).*",
    then=r"\W*",
)  # fmt: skip
_POLL = _whole(
    r"tham do(?: y kien| du luan)?", r"binh chon", r"bieu quyet", r"trung cau y kien",
    r"(?:xem )?ket qua (?:binh chon|tham do|bieu quyet)", r"lay y kien",
    then=r"\W*",
)  # fmt: skip
_SERVICES = _whole(
    r"(?:nhan|dang ky(?: nhan)?) (?:tin|ban tin|thong bao)"
    r"(?: (?:tuc|tin|moi|nhat|hang|ngay|tuan|qua|tu|bang|e-?mail|zalo|bai|viet|cua|chung|toi|bao"
    r"|noi|bat|nhanh|tai|day))*",
    r".{0,30}newsletters?",
    r".{0,40}(?:trang|website|site|chung toi)\b.{0,40}su dung cookies?\b.{0,120}",
    r"(?:toi )?dong y(?: va dong)?",
    r"thong tin can biet(?:\s*[:|–-].*)?",
    r"(?:du bao )?thoi tiet(?: (?:hom nay|ngay mai|cac (?:vung|tinh|thanh pho)))?(?:\s*[:|–-].*)?",
    r"(?:ty|ti) gia(?: (?:ngoai te|hoi doai|vang|usd|hom nay))*(?:\s*[:|(–-].*)?",
    r"gia vang(?: (?:sjc|hom nay))?(?:\s*[:|(–-].*)?",
    r"chung khoan", r"ket qua xo so", r"lich (?:am|van nien|phat song|cat dien)",
    r"(?:usd|eur|gbp|jpy|aud|cny|vang|sjc)\W*[\d.,\s]+", r"(?:nhiet do|do am|gio)\s*:.*",
    r"(?!.*[.!?]$).{0,30}\d{1,2}(?:[.,]\d)?\s*(?:°|º|˚)\s*c\b.{0,30}",
    then=r"\W*",
)  # fmt: skip
_STATISTICS = _whole(
    r"(?:thong ke|so lieu|luot|bo dem) (?:truy cap|nguoi truy cap|website|luot truy cap)",
    r"(?:so nguoi )?(?:dang )?(?:online|truc tuyen|truy cap)(?: hien tai)?\s*:\s*" + _NUMBER,
    r"(?:hom nay|hom qua|tuan nay|trong tuan|thang nay|trong thang|nam nay|tat ca|tong cong"
    r"|tong so|tong|thanh vien|khach|may chu tim kiem)\s*:?\s*" + _NUMBER,
    r"(?:tong )?(?:so )?luot truy cap\W*(?:" + _NUMBER + r")?", r"so nguoi (?:dang )?truy cap.*",
    then=r"\W*",
)  # fmt: skip
_MENU_LABELS = (
    r"trang chu",
    r"trang nhat",
    r"home",
    r"dang nhap",
    r"dang ky",
    r"dang xuat",
    r"lien he",
    r"so do (?:cong|site|trang|website)",
    r"site ?map",
    r"rss",
    r"tim kiem",
    r"english",
    r"tieng viet",
    r"menu",
    r"hoi dap",
    r"toggle navigation",
    r"gioi thieu",
    r"search",
    r"login",
    r"hotline",
    r"podcast",
    r"doc bao in",
    r"bao in",
    r"e-?paper",
    r"(?:e-?mail|thu dien tu) (?:cong vu|noi bo)",
    r"lich (?:cong tac|lam viec|tiep cong dan)",
    r"(?:co cau|so do) to chuc",
    r"chuc nang,?(?: va)? nhiem vu",
    r"huong dan su dung",
    r"(?:he thong )?van ban (?:chi dao dieu hanh|phap luat|moi|quy pham phap luat)",
    r"thu tuc hanh chinh",
    r"dich vu cong(?: truc tuyen)?",
    r"cai cach hanh chinh",
    r"tieng (?:anh|khmer|trung)",
    r"(?:xem |truyen hinh |nghe )?truc tuyen",
    r"(?:xem )?truyen hinh",
    r"(?:nghe )?phat thanh",
    r"(?:giao dien|phien ban) (?:mobile|di dong|may tinh)",
    r"thu vien(?: (?:anh|video))?",
)
_MENU = _sequence(_MENU_LABELS, r"[\s|•·,/:»>-]*")
_NO_VERB = r"(?!.*\b(?:ra mat|khai truong|chinh thuc|nang cao|phat huy)\b)"  # no sentence
_IMPRINT = _whole(
    r"(?:so )?giay phep(?:\s*:| so| (?:xuat ban|hoat dong|thiet lap|bao chi)\b(?=.*\d)).*",
    r"gp(?:xb|bc)? so .*",
    r"(?:quyen |pho |nguyen )?(?:tong|truong ban|pho ban|thu ky) bien tap\s*:.*", r"chuc vu\s*:.*",
    r"(?:nguoi )?chiu trach nhiem(?: (?:noi dung|chinh|xuat ban))*\s*:.*", r"toa soan\b.{0,20}:.*",
    r"(?:tru so|dia chi|dien thoai|dt|d/t|tel|fax|email|e-mail|hop thu|website|web|hotline"
    r"|duong day nong|lien he quang cao|so dien thoai|phone)(?: (?:toa soan|lien he))?\s*:.*",
    r"co quan (?:chu quan|ngon luan|quan ly|chu tri)\s*:.*", r"co quan ngon luan\b.*",
    r"co quan chu quan (?:tinh|thanh|huyen|dang|ban|so|uy ban)\b.*",
    r"ban quyen\s*[:©].*", r"ban quyen (?:thuoc|noi dung|website|cua|\d)\b.*",
    r"(?:copyright|©|®|\(c\)).*",
    r".{0,60}(?:all rights reserved|giu ban quyen).*", r"ghi ro nguon\b(?! goc).*",
    r".*khi phat hanh lai.*", r"(?:\(\*\) ?)?(?:khong|cam) sao chep duoi moi hinh thuc.*",
    r"chi duoc phat hanh lai thong tin.*",
    r"(?:thiet ke|xay dung|phat trien|van hanh|powered|design(?:ed)?|developed)"
    r"(?: (?:va|&) (?:thiet ke|xay dung|phat trien))? (?:boi|by)\b.*",
    r"(?:don vi )?(?:thiet ke|phat trien|xay dung)\s*:.*", r"don vi thuc hien\s*:.*",
    r"chung nhan tin nhiem.*",
    r"(?:website|trang (?:tin|thong tin)|cong thong tin)(?: dien tu)? (?:ban|tinh|huyen|dang|so"
    rf"|cua)\b{_NO_VERB}.*",
)  # fmt: skip
_PAGER = re.compile(
    r"[\s«»<>|]*(?:trang (?:truoc|dau)\W+)?(?:\d{1,3}[\s|,.]+)+\d{1,3}[\s.]*"
    r"(?:(?:trang|tiep|sau|cuoi|next|last)\W*)*"
    r"|\W*(?:trang (?:truoc|sau|dau|cuoi|tiep)|xem tat ca|tai them)(?:\W+trang (?:sau|cuoi))?\W*"
    r"|[\s«»<>|]*\d{0,3}[\s.]*(?:trang )?(?:truoc|sau|tiep)\s*[«»<>]+"
)
_TAGS = re.compile(
    r"\W*(?:tu khoa|key ?words?|the)(?: bai viet| lien quan)?\s*(?::.*)?|\W*tags?(?:\W.*)?"
    r"|(?:categorized as|tagged|posted in|filed under)\b.*"
)
_POSTER = re.compile(
    r"\W*(?:nguoi (?:dang|gui|nhap|cap nhat|post)(?: (?:tin|bai)(?: viet)?)?\s*(?::.*)?"
    r"|(?:(?:duoc )?dang (?:boi|by)|post(?:ed)? by)\b.*"
    r"|(?:duoc )?viet boi\W+(?:admin(?:istrator)?|super user|quan tri(?: vien)?))"
)
_BREADCRUMB = re.compile(
    r"\W*(?:trang chu|trang nhat|home)\s*(?:[»›>/|→\\-]+|::)\s*\S.*|[»›>]+\s*\S.*[»›>]+\s*\S.*"
    r"|ban dang o(?: day)?\s*:.*|vi tri\s*:.*[»›>/].*"
    r"|[^»›>]{2,60}\s[»›>]{1,2}\s[^»›>]{2,60}\s?[»›>]{1,2}.*"
)
_TEASER = re.compile(
    r"\W*(?:xem them|doc them|tin lien quan|bai lien quan)\s*:\s*\S.*|\W*>>+\s*\S.*"
)
_TEASER_TITLE = re.compile(r"\W*(?:Xem|Đọc) thêm\s+[^\W\d_a-zà-ỹđ].*[^.!?…]")  # a capital follows
_MASTHEAD = re.compile(
    r"(?:nhiet liet chao mung|chao mung (?:ban|quy|cac ban|den)|welcome)\b.*"
    r"|(?:co quan (?:ngon luan )?cua|co quan ngon luan|tieng noi(?: cua)?) (?:dang bo|tinh uy"
    r"|dang|ban|uy ban|hoi|thanh uy)\b.*"
    r"|bao va (?:dai )?phat thanh,?(?: -| va)? truyen hinh .{2,30}"
    r"|(?:trang|cong)(?: (?:tin|thong tin|thong tin dien tu|ttdt|tin dien tu|dien tu))+\b"
    rf"{_NO_VERB}.*"
    r"|(?:dien tu|online)"
)
# With its tone marks: "bảo vệ" is no newspaper.
_NEWSPAPER = re.compile(
    r"(?:báo|tạp chí) .{2,40}(?<!\w)(?:điện tử|online)|báo điện tử .{2,40}", re.IGNORECASE
)
# A sentence without a label, number or quotation is of the article, although it begins like one.
_PROSE = re.compile(
    r"(?!.*(?:phat hanh lai thong tin|sao chep duoi moi hinh thuc|giu ban quyen noi dung))"
    r"[^:©®\"\d]{40,}[.!?]"
)
_SECTIONS = re.compile(
    r"(?:tin|tin tuc|thoi su|chinh tri|kinh te|xa hoi|van hoa|van nghe|giao duc|y te|phap luat"
    r"|the thao"
    r"|du lich|the gioi|quoc te|doi song|suc khoe|moi truong|khoa hoc|cong nghe|quoc phong|an ninh"
    r"|xay dung dang|su kien|trong nuoc|trong tinh|dia phuong|hoat dong|ban doc|phong su|dien dan"
    r"|chuyen de|chuyen muc|nghien cuu|trao doi|video|multimedia|emagazine|e-magazine|longform"
    r"|infographics?|podcast|truyen hinh|phat thanh|nong nghiep|nong thon|cong nghiep|doan the"
    r"|tuyen giao|dan van|to chuc|kiem tra|noi chinh|tuyen truyen|thong bao|van ban|tu lieu"
    r"|chinh quyen|(?:hoc (?:tap )?va )?lam theo (?:bac|guong|loi|tam guong|tu tuong)"
    r"(?:,? (?:tam|guong|tu tuong|dao duc|phong cach|loi|bac|ho(?: chi minh)?|chi minh|cua|day|va)"
    r"(?![^\W_]))*"
    r"|guong (?:sang|dien hinh|nguoi tot)(?:,? (?:dien hinh|tien tien|guong|nguoi tot|viec tot"
    r"|quanh ta|cua bac))*"
    r"|nguoi tot(?: -|,)? viec tot|tieu diem|tin noi bat|xay dung"
    r"|moi nhat|tin nong|tin anh|magazine|chinh don dang|dang|doan|hoi|va|nhan dan|doi ngoai|hoi"
    r" nhap|phong trao|cong tac|nuoc|moi|nong"
    r"|giao thong|lao dong|viec lam|quoc hoi|bau cu|cuoc song|dat va nguoi|nhip song|dien tu|tin"
    r" anh"
    r"|dang bo|ngay|bao chi|thong tin|tong hop|bai viet|goc nhin|xa luan|binh luan|chuyen doi so|so"
    r"|ly luan|thuc tien|lich su|truyen thong|he thong|tu tuong|bao ve nen tang.{0,30}|media"
    r"|dan toc|ton giao|thanh nien|phu nu|quan su|bien dao|bien gioi|tinh|huyen|nganh|khac|chung"
    r"|su kien binh luan|nganh tuyen giao|cac ban dang|co so|cap uy|the che|va lam theo guong bac"
    r"|dan van kheo|thanh pho|thi (?:xa|tran)|xa|phuong|chuyen muc|giai tri|kinh doanh"
    r"|tham luan|phong van|doi thoai|toa dam|anh|ky su|ghi chep|van hoc|nghe thuat"
    r"|tin hoat dong|tin dia phuong|chi bo|ky nang|thoi dai|cong doan|nong dan)"
)
_SECTION = re.compile(rf"\W*(?:{_SECTIONS.pattern}[\s|/,&:>»›–—-]*)+(?:\.{{3}})?")
_MENU_LINE = _sequence((_SECTIONS.pattern, *_MENU_LABELS), r"[\s|•·,/:»>-]*")
_MIN_MENU_WORDS = 8  # of a menu on one line that names sections, too

# The first pattern that matches decides.
_CATALOGUE: tuple[tuple[FrameLine, re.Pattern[str]], ...] = (
    (FrameLine.MENU, _MENU),  # "Trang chủ | Liên hệ" is no breadcrumb
    (FrameLine.BREADCRUMB, _BREADCRUMB),
    (FrameLine.COUNTER, _COUNTER),
    (FrameLine.PAGER, _PAGER),
    (FrameLine.LIST_HEADING, _LIST_HEADING),
    (FrameLine.TOOLBAR, _TOOLBAR),
    (FrameLine.COMMENTS, _COMMENTS),
    (FrameLine.POLL, _POLL),
    (FrameLine.SERVICES, _SERVICES),
    (FrameLine.STATISTICS, _STATISTICS),
    (FrameLine.IMPRINT, _IMPRINT),
    (FrameLine.TAGS, _TAGS),
    (FrameLine.POSTER, _POSTER),
    (FrameLine.LIST_ITEM, _TEASER),
    (FrameLine.LEAK, _LEAKS),
)
# What ends an article if the article's text stands above it.
END_KINDS = frozenset((
    FrameLine.LIST_HEADING, FrameLine.COMMENTS, FrameLine.POLL, FrameLine.SERVICES, FrameLine.TAGS,
    FrameLine.STATISTICS, FrameLine.MENU, FrameLine.IMPRINT, FrameLine.PAGER,
))  # fmt: skip


@cache_short_texts(4096)
def frame_kind(text: str) -> FrameLine | None:
    """Return what a line is, if it is part of a page's frame on any site, or None."""
    if len(text) > MAX_FRAME_CHARS:
        return None
    cleaned = clean(text)
    folded = search_fold(cleaned).strip(" \t•●◦▪*·")
    kind = next((kind for kind, pattern in _CATALOGUE if pattern.fullmatch(folded)), None)
    is_menu = folded.count("|") > 2 or len(folded.split()) >= _MIN_MENU_WORDS
    if kind is None and is_menu and _MENU_LINE.fullmatch(folded):
        return None if _SECTION.fullmatch(folded) else FrameLine.MENU
    if kind is None and _TEASER_TITLE.fullmatch(cleaned):
        return FrameLine.LIST_ITEM
    if kind is None and _COUNTER_INSIDE.search(folded) and _has_only_buttons_beside(cleaned):
        return FrameLine.COUNTER
    return None if kind is FrameLine.IMPRINT and _PROSE.fullmatch(folded) else kind


def _has_only_buttons_beside(text: str) -> bool:
    """Return whether buttons are all that stands beside a counter: "Xem: 12 | In bài"."""
    parts = without_counters(text).split("|")
    return len(parts) > 1 and all(
        not part.strip() or frame_kind(part.strip()) is FrameLine.TOOLBAR for part in parts
    )


def without_counters(text: str) -> str:
    """Return a line without the counters and bare numbers that it prints at either end."""
    if len(text) > MAX_FRAME_CHARS:
        return text
    folded = search_fold(clean(text))
    if len(folded) != len(text):  # a letter that folds to two: the places would not agree
        return text
    for match in reversed(list(_COUNTER_INSIDE.finditer(folded))):
        text = text[: match.start()] + " | " + text[match.end() :]
    return _NUMBERS_AT_ENDS.sub(" ", text)


def is_masthead(text: str) -> bool:
    """Return True for a name or motto that mastheads print ("BÁO X ĐIỆN TỬ", "Cơ quan của ...")."""
    if len(text) > MAX_FRAME_CHARS:
        return False
    return bool(_NEWSPAPER.fullmatch(text) or _MASTHEAD.fullmatch(search_fold(text)))


def is_section(text: str) -> bool:
    """Return True for "Xây dựng Đảng", "Tin trong tỉnh": only words of names of sections."""
    return len(text) <= 80 and _SECTION.fullmatch(search_fold(text)) is not None
