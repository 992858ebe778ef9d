"""The algorithms of both suites against vectors that others published (V49)."""

from binascii import unhexlify as hexadecimal

import pytest

from shared.security.blind_index import blind_index, keyed_hash
from shared.security.keyring import Key, Keyring
from shared.security.sealing import ALGORITHMS, seal, unseal

# NIST GCM test case 16 (256-bit key), RFC 8452 C.2 (AEAD_AES_256_GCM_SIV, 8 bytes), RFC 8998 A.1 (SM4-GCM).
VECTORS = {
    "AES-256-GCM": (
        "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308",
        "cafebabefacedbaddecaf888",
        "feedfacedeadbeeffeedfacedeadbeefabaddad2",
        "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525"
        "b16aedf5aa0de657ba637b39",
        "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838"
        "c5f61e6393ba7a0abcc9f66276fc6ece0f4e1768cddf8853bb2d551b",
    ),
    "AES-256-GCM-SIV": (
        "0100000000000000000000000000000000000000000000000000000000000000",
        "030000000000000000000000",
        "",
        "0100000000000000",
        "c2ef328e5c71c83b843122130f7364b761e0b97427e3df28",
    ),
    "SM4-GCM": (
        "0123456789abcdeffedcba987654321000000000000000000000000000000000",
        "00001234567800000000abcd",
        "feedfacedeadbeeffeedfacedeadbeefabaddad2",
        "aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbccccccccccccccccddddddddddddddddeeeeeeeeeeeeeeeeffffffffffffffff"
        "eeeeeeeeeeeeeeeeaaaaaaaaaaaaaaaa",
        "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735d82710ca5c22f0ccfa7cbf93d496ac15"
        "a56834cbcf98c397b4024a2691233b8d83de3541e4c2b58177e065a9bf7b62ec",
    ),
}


@pytest.mark.requirement("V49")
@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_every_algorithm_agrees_with_its_published_vector(algorithm: str) -> None:
    """Key, nonce, associated data and text give the published ciphertext and tag, and open again."""
    key, nonce, associated, text, sealed = (hexadecimal(part) for part in VECTORS[algorithm])
    aead = ALGORITHMS[algorithm][1](key)
    assert aead.encrypt(nonce, text, associated) == sealed
    assert aead.decrypt(nonce, sealed, associated) == text


@pytest.mark.requirement("V49", "V48")
def test_keyed_hashes_agree_with_their_published_vectors() -> None:
    """HMAC-SHA-256 of RFC 4231 case 2, HMAC-SM3 of GM/T 0042-2015 D.3."""
    short = Key("k", "AES-256-GCM", b"Jefe")
    assert keyed_hash(short, b"what do ya want for nothing?").hex() == (
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    )
    chinese = Key("k", "SM4-GCM", bytes(range(1, 33)))
    assert keyed_hash(chinese, b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq" * 2).hex() == (
        "ca05e144ed05d1857840d1f318a4a8669e559fc8391f414485bfdf7bb408963a"
    )


@pytest.mark.requirement("V49")
def test_a_ring_may_hold_both_suites() -> None:
    """A value sealed by one suite opens while the other seals, and an index has a form under each."""
    keys = {"k1": Key("k1", "AES-256-GCM", b"a" * 32), "k2": Key("k2", "SM4-GCM", b"b" * 32)}
    before = Keyring({"person": ("k1", keys), "index_person": ("k1", keys)})
    after = Keyring({"person": ("k2", keys), "index_person": ("k2", keys)})
    assert unseal(after, "person", "p", seal(before, "person", "p", b"x")) == b"x"
    old = blind_index(before, "index_person", "document_no", "1")
    new = blind_index(after, "index_person", "document_no", "1")
    assert old != new
    assert sorted(old.known) == sorted(new.known)
    assert new.matches(bytes(old))
    assert not new.matches(bytes(blind_index(before, "index_person", "document_no", "2")))
