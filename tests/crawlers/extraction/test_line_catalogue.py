"""The catalogue of the lines that frame an article knows labels, and no sentence of an article."""

from __future__ import annotations

import pytest

from crawlers.extraction.line_catalogue import frame_kind, is_masthead
from storage.messages.reasons_inspection import FrameLine

OF_ARTICLES = (
    "Thế là cả làng có đường mới.",
    "Thể thao phong trào ở xã vùng cao",
    "Thẻ đảng viên được trao tại lễ kết nạp.",
    "Người đảng viên gương mẫu của bản Nà Sản",
    "Người đang sống ở đây đều biết ông.",
    "Người gửi thư là cụ Ba, năm nay đã ngoài tám mươi.",
    "Từ khóa của thành công là đoàn kết.",
    "Cơ quan quản lý thị trường vào cuộc trước Tết",
    "Bản quyền phần mềm được xã mua từ năm ngoái.",
    "Giấy phép hoạt động của cơ sở bị thu hồi.",
    "Ghi rõ nguồn gốc sản phẩm là yêu cầu bắt buộc",
    "Nhận tin báo, dân quân có mặt ở bến đò ngay trong đêm.",
    "Đăng ký thông báo tuyển sinh ở trường từ đầu tháng Bảy.",
    "Chưa có hộ nào có ý kiến khác.",
    "Hãy là người có ý kiến xây dựng.",
    "Chi tiết bài viết của cụ Ba như sau:",
    "Theo dõi bão số 3 để chủ động ứng phó",
    "Thời tiết thuận lợi nên buổi kể chuyện đông hơn mọi khi.",
    "Giá vàng tăng, tiệm vàng vắng khách",
    "Nhiệt độ ở đỉnh đèo xuống còn 3°C.",
    "Xem thêm sách ở nhà, các em còn biết ghi lại điều hay.",
    "Bảo vệ trẻ em trên môi trường điện tử",
    "Chào mừng 95 năm Ngày thành lập Đảng, xã Tân Hưng mở hội thi kể chuyện",
    "Trang thông tin điện tử Đảng bộ xã ra mắt bạn đọc",
)


@pytest.mark.parametrize("text", OF_ARTICLES)
def test_line_of_an_article_is_of_no_frame(text: str) -> None:
    assert (frame_kind(text), is_masthead(text)) == (None, False)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Từ khóa: vườn rau, đất hoang", FrameLine.TAGS),
        ("Trang chủ | Giới thiệu | Liên hệ", FrameLine.MENU),
        ("Trang chủ » Liên hệ hợp tác với bạn đọc", FrameLine.BREADCRUMB),
        ("Trang trước 1 2 3 Trang sau", FrameLine.PAGER),
        ("Trình duyệt của bạn không hỗ trợ video", FrameLine.LEAK),
        ("Tự động cập nhật sau 30 giây", FrameLine.LEAK),
        ("Người đăng: Quản trị", FrameLine.POSTER),
        ("Đăng bởi admin", FrameLine.POSTER),
        ("Thời tiết: nhiều mây", FrameLine.SERVICES),
        ("TP. Mỹ Tho 31°C", FrameLine.SERVICES),
        ("Tỷ giá", FrameLine.SERVICES),
        ("Giá vàng SJC", FrameLine.SERVICES),
        ("Cơ quan chủ quản: Tỉnh ủy", FrameLine.IMPRINT),
        ("Bản quyền thuộc Tỉnh ủy", FrameLine.IMPRINT),
        ("Giấy phép số 12/GP-STTTT", FrameLine.IMPRINT),
        ("Xem thêm Nhà vườn vào vụ Tết", FrameLine.LIST_ITEM),
        ("Theo dõi Báo Thử trên Google News", FrameLine.TOOLBAR),
        ("Bạn thấy bài viết này thế nào?", FrameLine.COMMENTS),
        ("5 phút đọc", FrameLine.COUNTER),
        ("Xem: 1.234 Cỡ chữ: A- A A+", FrameLine.COUNTER),
        ("Lịch tiếp công dân", FrameLine.MENU),
    ],
)
def test_label_is_of_the_frame(text: str, kind: FrameLine) -> None:
    assert frame_kind(text) is kind


@pytest.mark.parametrize("text", ["BÁO THỬ ĐIỆN TỬ", "Nhiệt liệt chào mừng Đại hội Đảng các cấp!"])
def test_masthead(text: str) -> None:
    assert is_masthead(text)
