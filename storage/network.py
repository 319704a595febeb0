"""Which network addresses are public, and which hosts may be requested: the one rule for all.

The setting allow_private_hosts lists private hosts that may be requested, as HOST:PORT.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from socket import getaddrinfo

# IANA's special-purpose registries name these, but ipaddress counts them, or parts, as global.
SPECIAL_IPV4 = (
    IPv4Network("192.0.0.0/24"),  # protocol assignments, RFC 6890
    IPv4Network("192.88.99.0/24"),  # 6to4 relays, RFC 7526
)
# Global unicast, RFC 4291. IPv4-compatible, translated, site-local addresses etc. lie outside.
UNICAST_IPV6 = IPv6Network("2000::/3")
SPECIAL_IPV6 = (
    IPv6Network("2002::/16"),  # 6to4, RFC 7526: an IPv4 address inside, and no public host any more
    IPv6Network("3fff::/20"),  # documentation, RFC 9637
)
NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052: the last 32 bits are an IPv4 address


def host_and_port(host: str, port: int | None) -> str:
    """Return HOST:PORT, as allow_private_hosts lists it."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def host_names(allowed: Collection[str]) -> frozenset[str]:
    """Return the hosts of a list of HOST:PORT."""
    return frozenset(entry.rpartition(":")[0].strip("[]") for entry in allowed)


def may_connect(host: str, port: int, allowed: Collection[str]) -> bool:
    """Whether the host is listed with this port, or all its addresses are public. Raise gaierror.

    A listed name may resolve to a private address, so its other ports are refused.
    """
    if host_and_port(host, port) in allowed:
        return True
    addresses = {str(info[4][0]) for info in getaddrinfo(host, port)}
    return host not in host_names(allowed) and not any(map(is_private, addresses))


@lru_cache(maxsize=256)  # called for each request, with the same few hosts
def is_private(address: str) -> bool:
    """Whether an IP address, also in brackets, is not a public one. False for a host name."""
    try:
        parsed = ip_address(address.strip("[]"))
    except ValueError:
        return False
    return not (_public_ipv4(parsed) if parsed.version == 4 else _public_ipv6(parsed))


def _public_ipv4(address: IPv4Address) -> bool:
    special = address.is_multicast or any(address in network for network in SPECIAL_IPV4)
    return address.is_global and not special


def _public_ipv6(address: IPv6Address) -> bool:
    if address.ipv4_mapped is not None:
        return _public_ipv4(address.ipv4_mapped)
    if address in NAT64:
        return _public_ipv4(IPv4Address(int(address) & 0xFFFF_FFFF))
    special = any(address in network for network in SPECIAL_IPV6)
    return address in UNICAST_IPV6 and address.is_global and not special
