"""Run a coroutine under Twisted's asyncio reactor, once per process."""

from __future__ import annotations

import signal
from collections.abc import Callable, Collection, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from scrapy.utils.defer import deferred_from_coro
from scrapy.utils.reactor import install_reactor, is_reactor_installed

from crawlers.middlewares.private_network import PublicResolver
from storage.network import host_names

T = TypeVar("T")
DNS_CACHE_SIZE = 1000
DNS_TIMEOUT_SECONDS = 60.0


def run(main: Callable[[], Coroutine[Any, Any, T]], allow_private_hosts: Collection[str] = ()) -> T:
    """Run `main` to completion; return its result or raise its exception.

    allow_private_hosts: HOST:PORT whose names may resolve to private addresses

    Twisted's reactor cannot be started twice: call this once per process.
    """
    if not is_reactor_installed():
        install_reactor("twisted.internet.asyncioreactor.AsyncioSelectorReactor")
    reactor = _reactor()
    resolver = PublicResolver(reactor, DNS_CACHE_SIZE, DNS_TIMEOUT_SECONDS)
    resolver.allowed_names = host_names(allow_private_hosts)
    resolver.install_on_reactor()
    outcome: list[Any] = []
    failures: list[BaseException] = []

    def start() -> None:
        done = deferred_from_coro(main())
        done.addCallbacks(outcome.append, lambda failure: failures.append(failure.value))
        done.addBoth(lambda _: reactor.stop())

    reactor.callWhenRunning(start)
    reactor.run(installSignalHandlers=False)
    if failures:
        raise failures[0]
    result: T = outcome[0]
    return result


def _reactor() -> Any:
    """Import the reactor late, because importing it installs it. Typed as an interface only."""
    from twisted.internet import reactor

    return reactor


@contextmanager
def on_interrupt(stop: Callable[[], object]) -> Iterator[None]:
    """On the first SIGINT or SIGTERM, call `stop` from the event loop; a second one kills."""
    reactor = _reactor()
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def restore() -> None:
        for number, handler in before.items():
            signal.signal(number, handler)

    def first(number: int, frame: Any) -> None:
        restore()
        reactor.callFromThread(stop)

    for number in before:
        signal.signal(number, first)
    try:
        yield
    finally:
        restore()
