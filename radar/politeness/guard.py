"""Refuses private addresses at the moment of connecting, after DNS, for every connection of the downloader.

``request ─► GuardedDownloadHandler ─► Twisted endpoint ─► reactor.nameResolver = GuardedResolver ─► connect``

Twisted's endpoints ask the reactor's name resolver for every host, literal addresses included, on every new
connection, and connect to what it answers and nothing else. A resolver that withholds refused addresses is
therefore the one place that redirects, odd spellings and DNS answers that change between two looks all pass.
``GuardedDownloadHandler`` installs it (Twisted's public ``installNameResolver``) before its first download and
proves that it is asked.
"""

from __future__ import annotations

import socket
from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Any, cast

from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.exceptions import CannotResolveHostError, IgnoreRequest
from scrapy.http import Request, Response
from scrapy.settings import BaseSettings
from scrapy.utils.defer import maybe_deferred_to_future
from scrapy.utils.httpobj import urlparse_cached
from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.defer import Deferred, succeed
from twisted.internet.endpoints import HostnameEndpoint
from twisted.internet.error import DNSLookupError
from twisted.internet.interfaces import IAddress, IHostnameResolver, IHostResolution
from twisted.internet.protocol import Factory, Protocol
from twisted.internet.threads import deferToThread
from zope.interface import implementer

from radar.errors import ConfigError
from radar.politeness.policy.addresses import PrivateHosts, refusal

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

_MOST_ADDRESSES = 8
"""Addresses of one host that are tried; a DNS answer may hold hundreds."""

_PORTS = {"http": 80, "https": 443}


class AddressRefused(IgnoreRequest):
    """The host has no address that may be connected to; ``str()`` says which it has and why not."""


@dataclass(frozen=True, slots=True)
class _Answer:
    """What DNS says of a host, kept for a while."""

    addresses: tuple[str, ...]
    until: float


@implementer(IHostResolution)
class _Resolution:
    def __init__(self, name: str) -> None:
        self.name = name

    def cancel(self) -> None:
        """A lookup in a thread cannot be cancelled; its answer is dropped by who asked."""


@implementer(IHostnameResolver)
class GuardedResolver:
    """A resolver of IPv4 and IPv6 names that answers with allowed addresses only.

    Answers are kept for ``ttl`` seconds (Scrapy's own resolvers keep them for the life of the process).
    """

    def __init__(self, reactor: Any, private: PrivateHosts, ttl: float = 300.0, size: int = 10_000) -> None:
        self.private = private
        self._reactor = reactor
        self._ttl = ttl
        self._size = size
        self._answers: dict[str, _Answer] = {}

    @classmethod
    def from_crawler(cls, crawler: Any, reactor: Any) -> GuardedResolver:
        """Read ``RADAR_PRIVATE_HOSTS``, ``DNSCACHE_ENABLED`` and ``RADAR_DNS_TTL``."""
        settings: BaseSettings = crawler.settings
        ttl = settings.getfloat("RADAR_DNS_TTL", 300.0) if settings.getbool("DNSCACHE_ENABLED") else 0.0
        return cls(reactor, private_hosts(settings), ttl, settings.getint("DNSCACHE_SIZE"))

    def install_on_reactor(self) -> None:
        """Be asked for every name from now on."""
        self._reactor.installNameResolver(self)

    def refused(self, host: str, port: int) -> str | None:
        """Why nothing of the latest answer for ``host`` may be connected to, None if something may."""
        answer = self._answers.get(host)
        if answer is None or self.private.allow(host, port):
            return None
        reasons = {address: refusal(address) for address in answer.addresses}
        if not reasons or None in reasons.values():
            return None
        listed = ", ".join(f"{address} ({reason})" for address, reason in reasons.items())
        return f"{host} leads to {listed}"

    def resolveHostName(
        self,
        resolutionReceiver: Any,
        hostName: str,
        portNumber: int = 0,
        addressTypes: Sequence[type[IAddress]] | None = None,
        transportSemantics: str = "TCP",
    ) -> IHostResolution:
        """``IHostnameResolver``: tells the receiver each allowed address, then that this was all."""
        resolution = cast(IHostResolution, _Resolution(hostName))
        resolutionReceiver.resolutionBegan(resolution)

        def tell(answer: _Answer) -> None:
            for address in self._allowed(answer, hostName, portNumber):
                kind = IPv6Address if ":" in address else IPv4Address
                if addressTypes is None or kind in addressTypes:
                    resolutionReceiver.addressResolved(kind("TCP", address, portNumber))
            resolutionReceiver.resolutionComplete()

        self._ask(hostName).addCallback(tell)
        return resolution

    async def addresses(self, host: str, port: int) -> list[str]:
        """The addresses of ``host`` that may be connected to on ``port``, for connections not made by Twisted."""
        return self._allowed(await maybe_deferred_to_future(self._ask(host)), host, port)

    def _allowed(self, answer: _Answer, host: str, port: int) -> list[str]:
        private = self.private.allow(host, port)
        allowed = [address for address in answer.addresses if private or refusal(address) is None]
        return allowed[:_MOST_ADDRESSES]

    def _ask(self, host: str) -> Deferred[_Answer]:
        known = self._answers.get(host)
        if known is not None and known.until > monotonic():
            return succeed(known)
        return deferToThread(_look_up, host).addCallback(self._keep, host)

    def _keep(self, addresses: tuple[str, ...], host: str) -> _Answer:
        answer = _Answer(addresses, monotonic() + (self._ttl if addresses else 0.0))
        self._answers.pop(host, None)
        self._answers[host] = answer
        while len(self._answers) > self._size:
            del self._answers[next(iter(self._answers))]
        return answer


def _look_up(host: str) -> tuple[str, ...]:
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return ()
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in found))


def private_hosts(settings: BaseSettings) -> PrivateHosts:
    """The owner's exemptions from ``RADAR_PRIVATE_HOSTS``; raises ConfigError for one that is unreadable."""
    try:
        return PrivateHosts.parse(settings.getlist("RADAR_PRIVATE_HOSTS"))
    except ValueError as error:
        raise ConfigError(f"RADAR_PRIVATE_HOSTS: {error}") from error


class GuardedDownloadHandler(HTTP11DownloadHandler):
    """Scrapy's HTTP/1.1 handler, through the guard: only http and https, no proxy, allowed addresses only.

    Raises ``AddressRefused`` for what the guard refuses. ``DOWNLOAD_TIMEOUT`` bounds name lookup, connecting,
    headers and body together, so that a server that drips byte by byte gains nothing.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._guard: GuardedResolver | None = None
        self._private = private_hosts(crawler.settings)

    async def download_request(self, request: Request) -> Response:
        """Download through the guard."""
        guard = await self.guard()
        parts = urlparse_cached(request)
        if parts.scheme not in _PORTS:
            raise AddressRefused(f"{parts.scheme}: is not fetched, only http and https are")
        if request.meta.get("proxy"):
            raise AddressRefused("proxies are not used: they connect where the guard cannot look")
        try:
            return await super().download_request(request)
        except CannotResolveHostError:
            reason = guard.refused(parts.hostname or "", parts.port or _PORTS[parts.scheme])
            if reason is None:
                raise
            self._crawler.stats.inc_value("politeness/refused_addresses")
            raise AddressRefused(f"{reason}; RADAR_PRIVATE_HOSTS would have to name it") from None

    async def guard(self) -> GuardedResolver:
        """The resolver, installed if need be and proven to be asked; raises ConfigError if it is not."""
        if self._guard is not None:
            return self._guard
        from twisted.internet import reactor

        guard = cast(Any, reactor).nameResolver
        if not isinstance(guard, GuardedResolver):
            guard = GuardedResolver.from_crawler(self._crawler, reactor)
            guard.install_on_reactor()
        if guard.private != self._private:
            raise ConfigError(
                "Two crawlers of one process differ in RADAR_PRIVATE_HOSTS: use one process each."
            )
        await _prove(reactor)
        self._guard = guard
        return guard


async def _prove(reactor: Any) -> None:
    """Try to connect to an address of this machine, and raise ConfigError unless the guard refuses it."""
    endpoint = HostnameEndpoint(reactor, "127.255.255.254", 9, timeout=5)
    try:
        await maybe_deferred_to_future(endpoint.connect(cast(Any, Factory.forProtocol(Protocol))))
    except DNSLookupError:
        return
    except Exception as error:
        raise ConfigError(f"The address guard is not asked by this Twisted: {error!r}") from error
    raise ConfigError("The address guard is not asked by this Twisted: 127.255.255.254 could be reached.")
