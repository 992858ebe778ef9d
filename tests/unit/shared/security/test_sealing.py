"""Sealed fields and blind indexes."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.security.blind_index import blind_index
from shared.security.keyring import Key, KeyMissing, Keyring
from shared.security.sealing import ALGORITHMS, SealBroken, seal, seal_for_event, unseal, unseal_from_event


def _ring(algorithm: str = "AES-256-GCM", active: str = "k1") -> Keyring:
    keys = {i: Key(i, algorithm, (i * 32)[:32].encode()) for i in ("k1", "k2")}
    return Keyring({"person": (active, keys), "index_person": (active, keys)})


@pytest.mark.requirement("V46", "V49")
@pytest.mark.parametrize("algorithm", ALGORITHMS)
@given(value=st.binary(max_size=300))
def test_what_is_sealed_opens_in_its_place_only(algorithm: str, value: bytes) -> None:
    """Every algorithm of the interface: round trip, and a ciphertext moved to another row does not open."""
    ring = _ring(algorithm)
    sealed = seal(ring, "person", "person.name:1", value)
    assert unseal(ring, "person", "person.name:1", sealed) == value
    with pytest.raises(SealBroken):
        unseal(ring, "person", "person.name:2", sealed)


@pytest.mark.requirement("V46")
@given(position=st.integers(0, 60), bit=st.integers(0, 7))
def test_a_changed_bit_is_noticed(position: int, bit: int) -> None:
    """No bit of header, nonce, text or tag can be flipped."""
    ring = _ring()
    sealed = bytearray(seal(ring, "person", "p", b"x" * 40))
    sealed[position % len(sealed)] ^= 1 << bit
    with pytest.raises((SealBroken, KeyMissing, UnicodeDecodeError)):
        unseal(ring, "person", "p", bytes(sealed))


@pytest.mark.requirement("V47")
def test_after_rotation_old_values_open_and_new_ones_use_the_new_key() -> None:
    """The key id travels in the ciphertext."""
    old = seal(_ring(active="k1"), "person", "p", b"a")
    rotated = _ring(active="k2")
    assert unseal(rotated, "person", "p", old) == b"a"
    assert seal(rotated, "person", "p", b"a")[3:5] == b"k2"


@pytest.mark.requirement("V49")
def test_nonces_do_not_repeat() -> None:
    """A hundred thousand nonces, all different."""
    ring = _ring()
    nonces = {seal(ring, "person", "p", b"")[5:17] for _ in range(100_000)}
    assert len(nonces) == 100_000


def test_junk_is_not_an_envelope() -> None:
    """Whatever bytes come, the answer is SealBroken or KeyMissing."""
    ring = _ring()
    for junk in (b"", b"\x01", os.urandom(3), b"\x01\x01\x02k9" + os.urandom(40), b"\x02\x01\x02k1" + os.urandom(40)):
        with pytest.raises((SealBroken, KeyMissing)):
            unseal(ring, "person", "p", junk)


def test_a_service_without_the_class_can_neither_seal_nor_open() -> None:
    """Keys are given out per data class."""
    with pytest.raises(KeyMissing):
        seal(_ring(), "contact", "p", b"x")


def test_event_fields_are_text() -> None:
    """Sealed for an event, opened from it; damage is SealBroken."""
    ring = _ring()
    sealed = seal_for_event(ring, "person", "e.name:1", "张三·阿里木")
    assert unseal_from_event(ring, "person", "e.name:1", sealed) == "张三·阿里木"
    with pytest.raises(SealBroken):
        unseal_from_event(ring, "person", "e.name:1", "not base64!")


@pytest.mark.requirement("V48")
@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("11010519491231002x", " 11010519491231002X "),
        ("１３８００００００００", "13800000000"),
        ("+86 138 0000 0000", "13800000000"),
        ("008613800000000", "13800000000"),
        ("阿里木．买买提", "阿里木·买买提"),
        ("阿里木•买买提", "阿里木·买买提"),
    ],
)
def test_equal_things_written_differently_have_one_index(left: str, right: str) -> None:
    """NFKC, case, spaces, country code and dots do not matter."""
    ring = _ring()
    assert blind_index(ring, "index_person", "f", left) == blind_index(ring, "index_person", "f", right)


@pytest.mark.requirement("V48")
def test_indexes_differ_between_fields_and_keys() -> None:
    """The same number in two fields, or under two keys, can not be joined."""
    ring, other = _ring(), _ring(active="k2")
    found = {
        blind_index(ring, "index_person", "document_no", "1"),
        blind_index(ring, "index_person", "phone", "1"),
        blind_index(other, "index_person", "phone", "1"),
    }
    assert len(found) == 3
