"""Which addresses of a network a crawler of public pages may connect to.

A page, a redirect or a DNS server under foreign control must not be able to point the crawler at the machine
it runs on or at the network behind it (server-side request forgery). So only addresses that the IANA registries
for special-purpose addresses (RFC 6890 and its updates) leave to the public internet are allowed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

_REFUSED_4: tuple[tuple[IPv4Network, str], ...] = tuple(
    (IPv4Network(network), reason)
    for network, reason in (
        ("0.0.0.0/8", "unspecified"),
        ("10.0.0.0/8", "private"),
        ("100.64.0.0/10", "carrier-grade NAT"),
        ("127.0.0.0/8", "loopback"),
        ("168.63.129.16/32", "cloud metadata"),
        ("169.254.0.0/16", "link-local"),
        ("172.16.0.0/12", "private"),
        ("192.0.0.0/24", "reserved"),
        ("192.0.2.0/24", "documentation"),
        ("192.88.99.0/24", "6to4 relay"),
        ("192.168.0.0/16", "private"),
        ("198.18.0.0/15", "benchmarking"),
        ("198.51.100.0/24", "documentation"),
        ("203.0.113.0/24", "documentation"),
        ("224.0.0.0/4", "multicast"),
        ("240.0.0.0/4", "reserved"),
    )
)

_REFUSED_6: tuple[tuple[IPv6Network, str], ...] = tuple(
    (IPv6Network(network), reason)
    for network, reason in (
        ("::/128", "unspecified"),
        ("::1/128", "loopback"),
        ("64:ff9b:1::/48", "local NAT64"),
        ("100::/64", "discard"),
        ("2001::/32", "Teredo"),
        ("2001::/23", "reserved"),
        ("2001:db8::/32", "documentation"),
        ("2002::/16", "6to4"),
        ("3fff::/20", "documentation"),
        ("fc00::/7", "private"),
        ("fe80::/10", "link-local"),
        ("fec0::/10", "site-local"),
        ("ff00::/8", "multicast"),
    )
)
_PUBLIC_6 = IPv6Network("2000::/3")
_NAT64 = IPv6Network("64:ff9b::/96")
_NUMBER = re.compile(r"0x[0-9a-f]*|[0-9]+", re.IGNORECASE)


def refusal(address: str) -> str | None:
    """Why ``address`` (an IPv4 or IPv6 address as a resolver gives it) is refused; None if it is public.

    IPv4 addresses inside IPv6 ones (mapped, NAT64) are judged as what they lead to; the transition mechanisms
    that nobody serves public pages with (6to4, Teredo, IPv4-compatible) are refused whole. What cannot be
    read as an address is refused.
    """
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return "not an address"
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped is not None:
            parsed = parsed.ipv4_mapped
        elif parsed in _NAT64:
            parsed = IPv4Address(int(parsed) & 0xFFFFFFFF)
    if isinstance(parsed, IPv4Address):
        return next((reason for network, reason in _REFUSED_4 if parsed in network), None)
    special = next((reason for network, reason in _REFUSED_6 if parsed in network), None)
    return special or (None if parsed in _PUBLIC_6 else "reserved")


def literal(host: str) -> str | None:
    """The address that a host of a URL is, in any of the forms that browsers and ``getaddrinfo`` read as one.

    ``2130706433``, ``0x7f.1``, ``0177.0.0.1`` and ``[::ffff:7f00:1]`` are all addresses; a name gives None.
    The number forms are those of ``inet_aton``: up to four parts, the last fills what is left.
    """
    bare = host.removeprefix("[").removesuffix("]").partition("%")[0].rstrip(".")
    if ":" in bare:
        try:
            return str(IPv6Address(bare))
        except ValueError:
            return None
    parts = bare.split(".")
    if not 1 <= len(parts) <= 4 or not all(_NUMBER.fullmatch(part) for part in parts):
        return None
    try:
        *heads, last = [_number(part) for part in parts]
    except ValueError:
        return None
    if any(head > 255 for head in heads) or last >= 256 ** (5 - len(parts)):
        return None
    value = last
    for place, head in enumerate(heads):
        value |= head << (24 - 8 * place)
    return str(IPv4Address(value))


def _number(part: str) -> int:
    if part[:2].lower() == "0x":
        return int(part[2:] or "0", 16)
    return int(part, 8) if part.startswith("0") and part != "0" else int(part)


@dataclass(frozen=True, slots=True)
class PrivateHosts:
    """The hosts that the owner allows although their addresses are not public."""

    entries: frozenset[tuple[str, int | None]] = frozenset()

    @classmethod
    def parse(cls, entries: Iterable[str]) -> PrivateHosts:
        """Read ``host``, ``host:port``, ``[ipv6]`` or ``[ipv6]:port`` entries.

        Raises ValueError with one sentence for an entry that is none of these.
        """
        return cls(frozenset(_entry(entry) for entry in entries if entry.strip()))

    def allow(self, host: str, port: int) -> bool:
        """Whether ``host``, spelled as in the URL, is allowed on ``port``.

        The spelling is compared, not what it resolves to: allowing ``127.0.0.1:8000`` does not allow
        ``localhost``, another port, or ``2130706433``.
        """
        name = _name(host)
        return (name, port) in self.entries or (name, None) in self.entries


def _name(host: str) -> str:
    return host.removeprefix("[").removesuffix("]").rstrip(".").lower()


def _entry(entry: str) -> tuple[str, int | None]:
    match = re.fullmatch(r"(\[[0-9a-fA-F:.]+\]|[^\s:/\[\]@]+)(?::(\d{1,5}))?", entry.strip())
    if match is None:
        raise ValueError(f"{entry!r} is neither a host nor host:port (IPv6 in brackets)")
    port = int(match[2]) if match[2] else None
    if port is not None and not 0 < port < 65536:
        raise ValueError(f"{entry!r} has no such port")
    return _name(match[1]), port
