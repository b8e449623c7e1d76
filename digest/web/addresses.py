"""Which addresses are out in the public: the guard against being led into somebody's own network.

What a publisher names (a redirect, a link, an image) may not make this machine talk to its router, its cloud's metadata
service or a neighbour; what the user wrote may be anywhere.
"""

import ipaddress

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def is_public(address: str) -> bool:
    """Whether a numeric address belongs to the public internet (RFC 6890), an embedded IPv4 one included.

    False for anything that is not a numeric address.
    """
    try:
        found = ipaddress.ip_address(address.split("%", 1)[0])
    except ValueError:
        return False
    return all(one.is_global and not one.is_multicast for one in (found, *_inside(found)))


def looks_private(host: str) -> bool:
    """Whether a host's name alone says that it is not public: a private number, `localhost`, a home's ending."""
    name = host.strip("[]").rstrip(".").casefold()
    try:
        ipaddress.ip_address(name.split("%", 1)[0])
    except ValueError:
        return name == "localhost" or name.endswith((".localhost", ".local", ".internal", ".home.arpa", ".lan"))
    return not is_public(name)


def _inside(address: Address) -> list[Address]:
    """IPv4 addresses carried in an IPv6 one: mapped, 6to4, Teredo, and NAT64's well-known prefix (RFC 6052)."""
    if isinstance(address, ipaddress.IPv4Address):
        return []
    inner = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if address in ipaddress.ip_network("64:ff9b::/96"):
        inner.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    return [one for one in inner if one is not None]
