"""Liferay 6 and 7 asset publisher. The same article is at /, /vi/ and /en/.

sotttt.hanoi.gov.vn; binhdinh.dcs.vn, btg.dongthap.gov.vn and daklak.gov.vn with other URLs.
"""

from typing import ClassVar

from crawlers.spider import SiteSpider


class Liferay(SiteSpider):
    same_article = {r"^/(?:vi|en)/": "/"}
    article_url = r"^/[^/?]+/-/view_content/(?P<key>\d+)-[^/?]*"
    listing_url = "{root}/{section}"
    next_listing: ClassVar[str | None] = (
        "{root}/{section}?p_p_id=101&p_p_lifecycle=0&p_p_state=normal&p_p_mode=view"
        "&p_p_col_id=column-1&p_p_col_pos=1&p_p_col_count=2&_101_delta=10&_101_keywords="
        "&_101_advancedSearch=false&_101_andOperator=true&p_r_p_564233524_resetCur=false"
        "&_101_cur={page}"
    )
    generator = r"Liferay\.(?:ThemeDisplay|Portlet|Language)|/o/frontend-(?:js|css)"
    fingerprints = [".journal-content-article", ".portlet-asset-publisher", ".asset-full-content"]
    select = {
        "title": [".asset-full-content-title", ".asset-full-content .component-title"],
        "published": [".assetPublishDate", ".metadata-publish-date"],
        "lead": ["p.sapo", ".detail__sapo", ".han6-content-detail:first-child > b:only-child"],
        "body": [
            ".asset-full-content .journal-content-article",
            ".journal-content-article",
            ".asset-content",
        ],
        "section": [".dd_chuyenmuc .tintuc"],
    }
    posting_account = [".view-content-author"]
    captions = [".avatar-desc", "figcaption", ".PhotoCMS_Caption", ".image-caption"]
    exclude = [".detail__sapo", ".asset-control-detail", ".related_asset", ".entry-links"]
