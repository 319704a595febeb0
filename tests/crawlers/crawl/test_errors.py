"""The reason of a failed request, from the exception that Scrapy raises."""

from __future__ import annotations

import pytest
from OpenSSL import SSL
from scrapy.exceptions import DownloadFailedError
from twisted.internet.error import ConnectionLost
from twisted.python.failure import Failure
from twisted.web.client import ResponseNeverReceived

from crawlers.crawl.errors import failure_reason
from storage.reasons import Reason

TOO_OLD = [("SSL routines", "", "tlsv1 alert protocol version")]  # TLS 1.0 or 1.1 only
WEAK_DH = [("SSL routines", "", "dh key too small")]  # 1024 bits


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (SSL.Error(TOO_OLD), Reason("tls_failed", error="tlsv1 alert protocol version")),
        (SSL.Error(WEAK_DH), Reason("tls_failed", error="dh key too small")),
        (SSL.Error([]), Reason("tls_failed", error="no reason given")),
        (ConnectionLost(), Reason("connection_lost")),
    ],
)
def test_a_failed_handshake_is_told_from_a_lost_connection(
    error: Exception, reason: Reason
) -> None:
    """The form in which Scrapy reports it was seen with hosts of TLS 1.0, 1.1 and DH-1024."""
    raised = DownloadFailedError("no response")
    raised.__cause__ = ResponseNeverReceived([Failure(error)])
    assert failure_reason(Failure(raised)) == reason
