"""NukeViet 4.3 to 5, modules "news": sites of party committees and propaganda departments.

tuyengiaothainguyen.org, thainguyen.dcs.vn, tuyengiaokontum.org.vn, tinhuybinhphuoc.vn,
tuyengiaocaobang.vn. The selectors come from NukeViet's own themes. The time is the first of three
.h5, before views and comments. dateModified always equals datePublished. /savefile/, /print/ and
/tag/ are other views of articles. Without rewriting, the URL is /index.php?language=vi&nv=news and
op=<category>/<slug>-<id>.html. The mobile theme prints the home image's caption in #hometext too.
"""

from typing import ClassVar

from crawlers.spider import SiteSpider


class NukeViet(SiteSpider):
    # Each module of each language counts its articles from 1: /en/module/category/alias-id.html,
    # without the module if it is the site's first one. Some modules have no articles.
    article_url = (
        r"^(?!.*(?:/|=|%2F)(?:savefile|print|tag|rss)(?:/|%2F))"
        r"(?:(?=/(?:(?:index\.php/)?|index\.php\?(?:.*&)?language=)(?P<language>vi|en|fr)[/&]))?"
        r"(?!/(?:index\.php/)?(?:(?:vi|en|fr)/)?(?:about|siteterms|page|contact|users|voting|banners"
        r"|statistics|freecontent|seek|feeds)/)"
        r"(?:(?=(?:/index\.php\?(?:.*&)?nv=|/(?:index\.php/)?(?:(?:vi|en|fr)/)?"
        r"(?!(?:vi|en|fr|index\.php)/)(?=[^/?]+/[^/?]+/[^/?]+\.html))(?P<module>[^/?&]+)))?"
        r"/(?:(?:[^/?]+/)+|index\.php\?(?:.*&)?op=(?:[^/&%]+(?:/|%2F))+)[^/?&%]+-(?P<key>\d+)\.html"
    )
    main_modules = {"news", "tin-tuc"}
    listing_url = "{root}/{section}/"
    next_listing: ClassVar[str | None] = "{root}/{section}/page-{page}/"
    generator = r'content="NukeViet|nv_base_siteurl|nv_module_name'
    fingerprints = ["#news-bodyhtml", ".newsdetailmetatop", ".news_column"]
    select = {
        "title": [".news_column h1.title", ".news_column h1", "h1.title"],
        "published": [".newsdetailmetatop .h5", ".news_column em.time", ".news_column .h5"],
        "lead": [".hometext", "#hometext [itemprop=description]", "#hometext"],
        "body": ["#news-bodyhtml", ".news_column .bodytext"],
        # The labels are "Tác giả:" and "Nguồn tin:"; their first letters are equal in NFC and NFD.
        # Authors with a page of their own are links; a source is one by a setting of the module.
        "byline": [
            "//p[contains(@class,'text-right')][starts-with(normalize-space(),'T')][a]",
            "//p[contains(@class,'text-right')][starts-with(normalize-space(),'T')]/text()",
        ],
        "source": [
            "//p[contains(@class,'text-right')][starts-with(normalize-space(),'N')]/a/@title",
            "//p[contains(@class,'text-right')][starts-with(normalize-space(),'N')]/text()",
        ],
        "tags": [
            "//em[contains(@class,'fa-tags')]/following-sibling::a",
            "//div[contains(@class,'newsdetailbox')]//a[em]",
        ],
    }
    captions = ["figcaption", "#hometext .imghome em", ".imgalt"]  # the last two: mobile theme
    exclude = [".news-download-file", ".newsdetailbox", ".socialicon"]
