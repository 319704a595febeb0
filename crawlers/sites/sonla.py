"""Báo Sơn La, paper of the Sơn La provincial party committee."""

from crawlers.platforms.editor_content import EditorContent


class SonLa(EditorContent):
    name = "sonla"
    title = "Báo Sơn La"
    province = "son-la"
    kind = "newspaper"
    domains = ["baosonla.vn"]
    retired_domains = ["baosonla.org.vn"]
    sections = ["xay-dung-dang", "thoi-su-chinh-tri"]
