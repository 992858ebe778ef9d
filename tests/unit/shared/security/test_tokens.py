"""Access tokens: what is accepted, and the forgeries that are not (V14)."""

import base64
import hashlib
import hmac
import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey

from shared.actor import Actor
from shared.clock import SHANGHAI
from shared.errors import Unauthenticated
from shared.ids import new_id
from shared.security.tokens import AUDIENCE, SigningKey, TokenVerifier, UnknownKey, issue

NOW = datetime(2027, 1, 5, 9, 0, tzinfo=SHANGHAI)
KEY = SigningKey.generate("k1")
ACTOR = Actor("staff", new_id(), "site_admin", scope_id=new_id(), session_id=new_id())


def _verifier() -> TokenVerifier:
    verifier = TokenVerifier("tiro")
    verifier.replace_keys({KEY.kid: KEY.public_jwk()})
    return verifier


def _claims(**changes: Any) -> dict[str, Any]:
    at = int(NOW.timestamp())
    claims = {
        "iss": "tiro",
        "aud": AUDIENCE,
        "sub": str(new_id()),
        "iat": at,
        "nbf": at,
        "exp": at + 600,
        "kind": "staff",
        "role": "site_admin",
    }
    return {k: v for k, v in (claims | changes).items() if v is not None}


def _signed(header: dict[str, Any], claims: dict[str, Any], key: Any = KEY.key) -> str:
    return jwt.encode(
        {"alg": "ES256", "typ": "at+jwt", "kid": "k1"} | header, claims, key, algorithms=["ES256", "HS256"]
    )


def _raw(header: dict[str, Any], claims: dict[str, Any], signature: bytes) -> str:
    def part(value: bytes) -> str:
        return base64.urlsafe_b64encode(value).decode().rstrip("=")

    return ".".join((part(json.dumps(header).encode()), part(json.dumps(claims).encode()), part(signature)))


def _hs256_with_public_key() -> str:
    header = {"alg": "HS256", "typ": "at+jwt", "kid": "k1"}
    public = KEY.key.as_pem(private=False)
    text = _raw(header, _claims(), b"").rstrip(".")
    return _raw(header, _claims(), hmac.new(public, text.encode(), hashlib.sha256).digest())


OTHER = ECKey.generate_key("P-256", {"kid": "k1"}, private=True)
FORGERIES = {
    "empty": "",
    "one part": "abc",
    "junk": "a.b.c",
    "alg none": _raw({"alg": "none", "typ": "at+jwt", "kid": "k1"}, _claims(), b""),
    "alg none in caps": _raw({"alg": "None", "typ": "at+jwt", "kid": "k1"}, _claims(), b""),
    "HS256 with the public key": _hs256_with_public_key(),
    "HS256 with a secret": _signed({"alg": "HS256"}, _claims(), OctKey.import_key("x" * 32)),
    "another key, same kid": _signed({}, _claims(), OTHER),
    "jku": _signed({"jku": "https://evil.example/jwks"}, _claims()),
    "x5u": _signed({"x5u": "https://evil.example/cert"}, _claims()),
    "embedded jwk": _signed({"jwk": OTHER.as_dict(private=False)}, _claims(), OTHER),
    "kid traversal": _signed({"kid": "../../etc/passwd"}, _claims()),
    "kid injection": _signed({"kid": "k1' OR '1'='1"}, _claims()),
    "unknown kid": _signed({"kid": "k9"}, _claims()),
    "no typ": jwt.encode({"alg": "ES256", "kid": "k1"}, _claims(), KEY.key),
    "refresh as access": _signed({"typ": "rt+jwt"}, _claims()),
    "wrong audience": _signed({}, _claims(aud="other")),
    "audience list": _signed({}, _claims(aud=[AUDIENCE, "other"])),
    "wrong issuer": _signed({}, _claims(iss="evil")),
    "expired": _signed({}, _claims(exp=int(NOW.timestamp()) - 60)),
    "not yet valid": _signed({}, _claims(nbf=int(NOW.timestamp()) + 60)),
    "no expiry": _signed({}, _claims(exp=None)),
    "no subject": _signed({}, _claims(sub=None)),
    "subject is no id": _signed({}, _claims(sub="admin")),
    "unknown role": _signed({}, _claims(role="root")),
    "system role": _signed({}, _claims(kind="system", role="system")),
    "changed payload": _signed({}, _claims()).replace(".ey", ".eX", 1),
}


@pytest.mark.requirement("V14")
@pytest.mark.parametrize("name", FORGERIES)
def test_forged_tokens_are_refused(name: str) -> None:
    """Each forgery is an Unauthenticated, never a crash and never an actor."""
    with pytest.raises(Unauthenticated):
        _verifier().verify(FORGERIES[name], NOW)


@pytest.mark.requirement("V14")
def test_our_own_token_speaks_for_its_actor() -> None:
    """Control: issued and verified, all fields survive; the second time from memory."""
    verifier = _verifier()
    token = issue(KEY, ACTOR, "tiro", NOW, 600)
    assert verifier.verify(token, NOW) == ACTOR == verifier.verify(token, NOW + timedelta(seconds=599))


@pytest.mark.requirement("V14")
def test_a_remembered_token_expires_all_the_same() -> None:
    """The memory of verified tokens does not outlive exp."""
    verifier = _verifier()
    token = issue(KEY, ACTOR, "tiro", NOW, 600)
    verifier.verify(token, NOW)
    with pytest.raises(Unauthenticated):
        verifier.verify(token, NOW + timedelta(seconds=606))


@pytest.mark.requirement("V15")
def test_a_retired_key_is_refused_at_once() -> None:
    """When the set of keys changes, tokens of the old one end, remembered or not."""
    verifier = _verifier()
    token = issue(KEY, ACTOR, "tiro", NOW, 600)
    verifier.verify(token, NOW)
    successor = SigningKey.generate("k2")
    verifier.replace_keys({successor.kid: successor.public_jwk()})
    with pytest.raises(UnknownKey):
        verifier.verify(token, NOW)
