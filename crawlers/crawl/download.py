"""The download handler of http and https: a body that does not end or decode is a failed fetch.

It decodes each body here and not in a middleware, because the retry and robots.txt middlewares
treat what a handler raises as a failed download. HttpCompressionMiddleware is switched off.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.responsetypes import responsetypes

from storage.archive.decoding import MAX_ROBOTS_BYTES, codings_of, decode, decode_start

RECEIVED = "received"  # key of request.meta: the response with its codings, which is archived


class DecodingHandler(HTTP11DownloadHandler):
    """Downloads as Scrapy does, and undoes the content codings with the archive's decoder."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.max_bytes = crawler.settings.getint("DOWNLOAD_MAXSIZE")

    async def download_request(self, request: Request) -> Response:
        """Return the decoded response. Raise DecodingError, or what Scrapy's handler raises."""
        request.meta.pop(RECEIVED, None)
        response = await super().download_request(request)
        codings = codings_of(
            value.decode("latin-1") for value in response.headers.getlist("Content-Encoding")
        )
        if not codings or request.method == "HEAD":
            return response
        if urlsplit(request.url).path == "/robots.txt":
            body = decode_start(response.body, codings, MAX_ROBOTS_BYTES)
        else:
            body = decode(response.body, codings, self.max_bytes)
        request.meta[RECEIVED] = response
        return _decoded(response, body)


def _decoded(response: Response, body: bytes) -> Response:
    """Return a copy with this body, of the class that its media type asks for."""
    headers = response.headers.copy()
    del headers["Content-Encoding"]
    response_class = responsetypes.from_args(headers=headers, url=response.url, body=body)
    return response.replace(cls=response_class, headers=headers, body=body)
