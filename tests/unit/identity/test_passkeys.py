"""Passkeys without a database: what is asked for, what is readable, when one looks copied."""

import secrets
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.identity.credentials.passkeys import Passkeys, read_assertion, read_attestation
from services.identity.credentials.shown_passkeys import SHOWN, shown_passkeys
from services.identity.domain.passkeys import Passkey, PasskeyUnreadable, looks_copied
from services.identity.domain.relying_party import RelyingParty
from shared.errors import TiroError
from shared.security.keyring import Key, Keyring
from tests.support.soft_authenticator import Algorithm, SoftAuthenticator, encoded

PARTY = RelyingParty("tiro.example.org", ("https://tiro.example.org",))
KEYRING = Keyring({"index_contact": ("k1", {"k1": Key("k1", "AES-256-GCM", bytes(range(32)))})})
CHALLENGE = bytes(range(32))


def passkey(credential_id: bytes, suspected: bool = False) -> Passkey:
    """A stored passkey."""
    now = datetime(2026, 11, 23, tzinfo=UTC)
    return Passkey(
        UUID(int=1), UUID(int=2), credential_id, b"", 0, "手机", False, 1, now, None, now if suspected else None
    )


@pytest.mark.requirement("V6", "V11")
def test_every_phone_is_asked_for_as_many_passkeys() -> None:
    """Eight ids whatever exists, the same each time, others for another phone; real ones among them, suspected ones
    not, and their place in the list tells nothing."""
    nobody = shown_passkeys("13900000001", [], KEYRING)
    assert len(nobody) == SHOWN == len(set(nobody))
    assert nobody == shown_passkeys("13900000001", [], KEYRING)
    assert not set(nobody) & set(shown_passkeys("13900000002", [], KEYRING))
    places = set()
    for _ in range(60):
        real = secrets.token_bytes(32)
        shown = shown_passkeys("13900000001", [passkey(real), passkey(b"suspected", suspected=True)], KEYRING)
        assert (len(shown), real in shown, b"suspected" in shown) == (SHOWN, True, False)
        assert len(set(shown) & set(nobody)) == SHOWN - 1
        places.add(shown.index(real))
    assert len(places) > 3
    many = [passkey(secrets.token_bytes(32)) for _ in range(12)]
    assert set(shown_passkeys("13900000001", many, KEYRING)) == {one.credential_id for one in many[:SHOWN]}


@pytest.mark.requirement("V6")
def test_invented_ids_look_like_those_of_several_makes() -> None:
    """Over many phones their lengths are those real devices use, and no length stands out as theirs alone."""
    lengths = {len(one) for n in range(100) for one in shown_passkeys(f"139{n:08}", [], KEYRING)}
    assert lengths == {16, 20, 32, 48, 64}


@pytest.mark.requirement("V11")
def test_a_counter_must_go_forward_unless_it_never_counts() -> None:
    """Equal or smaller is suspicious, as is a counter that stopped; always zero is not."""
    assert [looks_copied(*pair) for pair in ((0, 0), (0, 1), (4, 5), (4, 400))] == [False] * 4
    assert [looks_copied(*pair) for pair in ((5, 5), (5, 4), (5, 0))] == [True] * 3


def honest() -> dict[str, Any]:
    """A good answer of a device to a login."""
    device = SoftAuthenticator(origin=PARTY.origins[0])
    return device.get({"challenge": encoded(CHALLENGE), "rpId": PARTY.party_id})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)


@pytest.mark.requirement("V11")
@given(st.sampled_from(["clientDataJSON", "authenticatorData", "signature", "userHandle"]), st.binary(max_size=200))
def test_no_bytes_of_a_device_break_the_reader(part: str, junk: bytes) -> None:
    """Whatever stands in a part of the answer, it is refused as one of the named refusals and never accepted."""
    answer = honest()
    answer["response"][part] = encoded(junk)
    with pytest.raises(TiroError):
        Passkeys(PARTY).proof(read_assertion(answer), CHALLENGE, "login", [])


@pytest.mark.requirement("V11")
@given(JSON)
def test_no_json_breaks_the_reader(value: Any) -> None:
    """Answers that are not even shaped like one are unreadable, at a login and at a registration."""
    given_value = value if isinstance(value, dict) else {"response": value}
    for read in (read_assertion, read_attestation):
        with pytest.raises(PasskeyUnreadable):
            read(given_value)


@pytest.mark.requirement("V11")
@given(st.binary(max_size=300))
def test_no_attestation_breaks_the_reader(junk: bytes) -> None:
    """Foreign CBOR is unreadable, nothing else."""
    answer = honest() | {"response": {"clientDataJSON": honest()["response"]["clientDataJSON"]}}
    answer["response"]["attestationObject"] = encoded(junk)
    with pytest.raises(TiroError):
        Passkeys(PARTY).new_credential(read_attestation(answer), CHALLENGE)


@pytest.mark.requirement("V11")
@pytest.mark.parametrize("algorithm", ["ES256", "EdDSA"])
def test_what_was_made_is_what_was_named(algorithm: Algorithm) -> None:
    """A registration gives the id and key of the device; one that names another id than it made, or a longer one than
    the standard allows, is unreadable."""
    device = SoftAuthenticator(algorithm, origin=PARTY.origins[0])
    options = {"challenge": encoded(CHALLENGE), "rp": {"id": PARTY.party_id}, "user": {"id": encoded(bytes(16))}}
    made = Passkeys(PARTY).new_credential(read_attestation(device.create(options)), CHALLENGE)
    assert (made.credential_id, made.public_key) == (device.credential_id, device.public_key)
    long = SoftAuthenticator(algorithm, origin=PARTY.origins[0], credential_id=bytes(1024))
    for wrong in (device.create(options, made_id=bytes(32)), long.create(options)):
        with pytest.raises(PasskeyUnreadable):
            Passkeys(PARTY).new_credential(read_attestation(wrong), CHALLENGE)
