"""For which site passkeys are made: its id (a host) and the addresses browsers may come from (V11, V80)."""

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """`party_id` is what passkeys are bound to for good; `origins` are scheme, host and port as browsers say them."""

    party_id: str
    origins: tuple[str, ...]


def relying_party(public_url: str, party_id: str, origins: Sequence[str]) -> RelyingParty:
    """What was set, and where nothing was, the host and origin of the public address. A bare network address can not
    hold passkeys, so it stands for this machine's own name."""
    address = urlsplit(public_url)
    host = address.hostname or ""
    if _is_address(host):
        host = "localhost"
    port = "" if address.port is None else f":{address.port}"
    return RelyingParty(party_id or host, tuple(origins) or (f"{address.scheme}://{host}{port}",))


def faults_of(party: RelyingParty) -> list[str]:
    """What is wrong with it anywhere: an origin outside the party's own host."""
    return [
        f"passkey.origins: {origin} is not at {party.party_id}"
        for origin in party.origins
        if not _is_at(urlsplit(origin).hostname or "", party.party_id)
    ]


def production_faults_of(party: RelyingParty) -> list[str]:
    """What must not be so in production: a party of this machine, and origins without TLS."""
    faults = []
    own = party.party_id == "localhost" or party.party_id.endswith(".localhost")
    if own or _is_address(party.party_id) or "." not in party.party_id:
        faults.append(f"passkey.party_id must be a public host, not {party.party_id}")
    faults += [f"passkey.origins: {one} must be https://" for one in party.origins if not one.startswith("https://")]
    return faults


def _is_at(host: str, party_id: str) -> bool:
    return host == party_id or host.endswith(f".{party_id}")


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
