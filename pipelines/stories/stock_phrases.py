"""Stock phrases: phrases of many articles, which are no evidence of a reprint.

The full names of directives and campaigns have up to fifty syllables and are quoted everywhere;
copyright notices are printed below every article. The clusterer learns other stock phrases: a
sentence that many otherwise different texts share (clusterer.py).
"""

from __future__ import annotations

from functools import cache

from pipelines.stories.sentences import phrase_shingles

STOCK_PHRASES = (
    "học tập và làm theo tư tưởng, đạo đức, phong cách Hồ Chí Minh",
    "đẩy mạnh học tập và làm theo tư tưởng, đạo đức, phong cách Hồ Chí Minh",
    "tăng cường xây dựng, chỉnh đốn Đảng; ngăn chặn, đẩy lùi sự suy thoái về tư tưởng chính trị, "
    "đạo đức, lối sống, những biểu hiện “tự diễn biến”, “tự chuyển hóa” trong nội bộ",
    "một số vấn đề về tiếp tục đổi mới, sắp xếp tổ chức bộ máy của hệ thống chính trị tinh gọn, "
    "hoạt động hiệu lực, hiệu quả",
    "bảo vệ nền tảng tư tưởng của Đảng, đấu tranh phản bác các quan điểm sai trái, thù địch "
    "trong tình hình mới",
    "ghi rõ nguồn khi phát hành lại thông tin từ website này",
    "vui lòng ghi rõ nguồn khi sử dụng lại thông tin từ trang này",
    "bản quyền thuộc về, nghiêm cấm sao chép dưới mọi hình thức khi chưa có sự đồng ý",
    "toàn Đảng, toàn dân và toàn quân ta đoàn kết, thống nhất thực hiện thắng lợi nghị quyết",
)


@cache
def stock_phrase_shingles() -> frozenset[int]:
    return frozenset(shingle for phrase in STOCK_PHRASES for shingle in phrase_shingles(phrase))
