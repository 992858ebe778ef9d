"""A million seals, on every algorithm: too long for the unit tests."""

import pytest

from shared.security.keyring import Key, Keyring
from shared.security.sealing import ALGORITHMS, seal

COUNT = 1_000_000


@pytest.mark.requirement("V49")
def test_no_nonce_repeats_in_a_million() -> None:
    """A million values sealed by the algorithms in turn have a million different nonces."""
    rings = [Keyring({"person": ("k1", {"k1": Key("k1", name, b"a" * 32)})}) for name in ALGORITHMS]
    nonces = {seal(rings[n % len(rings)], "person", "p", b"")[5:17] for n in range(COUNT)}
    assert len(nonces) == COUNT
