"""Access tokens: only ours, whole, in time and for us are believed; keys rotate without a false refusal."""

import asyncio
import base64
import hmac
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from joserfc import jws, jwt
from joserfc.jwk import ECKey, RSAKey

from services.identity.app import build_dependencies
from services.identity.storage import signing_keys
from services.identity.use_cases.signing_keys.rotate_signing_key import rotate_signing_key
from shared.clock import FrozenClock, SystemClock
from shared.contracts.identity import SigningKeyPublished
from shared.security.known_keys import KnownKeys
from shared.security.sealing import unseal_text
from shared.security.tokens import TokenVerifier
from tests.integration.identity.people import log_in, some_morning, with_token
from tests.support.service_under_test import Serve, ServiceUnderTest


async def signing_key(service: ServiceUnderTest) -> tuple[str, ECKey]:
    """The service's own private key: what a forger can not have, to make tokens that are wrong in one thing only."""
    async with service.database.read() as reader:
        stored = (await signing_keys.select_living(reader, service.clock.now()))[0]
    place = f"signing_key.private:{stored.kid}"
    return stored.kid, ECKey.import_key(
        json.loads(unseal_text(service.keyring, "staff_secret", place, stored.private_sealed))
    )


def part(value: Any) -> str:
    """One part of a compact token."""
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


@pytest.mark.requirement("V14")
async def test_forged_tokens_are_refused(serve: Serve) -> None:
    """Thirty kinds of forged or foreign token answer 401; the same token untouched answers 200."""
    service = await serve("identity", some_morning())
    tokens = (await log_in(service)).body
    good = tokens["access_token"]
    kid, key = await signing_key(service)
    head, payload, signature = good.split(".")
    header = json.loads(base64.urlsafe_b64decode(head + "=="))
    claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
    other = ECKey.generate_key("P-256")
    public_pem = key.as_pem(private=False)

    def signed(change: dict[str, Any] | None = None, with_key: Any = key, **headers: Any) -> str:
        body = {k: v for k, v in (claims | (change or {})).items() if v is not None}
        registry = jws.JWSRegistry(algorithms=["ES256", "HS256", "RS256", "ES384"], strict_check_header=False)
        return jwt.encode(header | headers, body, with_key, registry=registry)

    def hmac_signed(secret: bytes) -> str:
        # By hand: the library refuses to take a public key for a shared secret.
        text = f"{part(header | {'alg': 'HS256'})}.{payload}"
        mac = hmac.digest(secret, text.encode(), "sha256")
        return f"{text}.{base64.urlsafe_b64encode(mac).decode().rstrip('=')}"

    forged: dict[str, Callable[[], str]] = {
        "no signature": lambda: f"{head}.{payload}.",
        "alg none": lambda: f"{part(header | {'alg': 'none'})}.{payload}.",
        "alg None": lambda: f"{part(header | {'alg': 'None'})}.{payload}.{signature}",
        "hmac with the public key": lambda: hmac_signed(public_pem),
        "hmac with the public jwk": lambda: hmac_signed(json.dumps(key.as_dict(private=False)).encode()),
        "rsa": lambda: signed(None, RSAKey.generate_key(2048), alg="RS256"),
        "another curve": lambda: signed(None, ECKey.generate_key("P-384"), alg="ES384"),
        "another key": lambda: signed(None, other),
        "another key under its own kid": lambda: signed(None, other, kid="mine"),
        "jwk header": lambda: signed(None, other, jwk=other.as_dict(private=False)),
        "jku header": lambda: signed(jku="http://127.0.0.1:9/jwks"),
        "x5u header": lambda: signed(x5u="http://127.0.0.1:9/cert"),
        "crit header": lambda: signed(crit=["kid"]),
        "kid traversal": lambda: signed(kid="../../../../dev/null"),
        "kid injection": lambda: signed(kid="' OR true --"),
        "kid missing": lambda: f"{part({k: v for k, v in header.items() if k != 'kid'})}.{payload}.{signature}",
        "type id token": lambda: signed(typ="JWT"),
        "wrong audience": lambda: signed({"aud": "other-api"}),
        "audience missing": lambda: signed({"aud": None}),
        "wrong issuer": lambda: signed({"iss": "elsewhere"}),
        "issuer missing": lambda: signed({"iss": None}),
        "expired": lambda: signed({"exp": claims["iat"] - 60}),
        "expiry missing": lambda: signed({"exp": None}),
        "not yet valid": lambda: signed({"nbf": claims["iat"] + 3600}),
        "not-before missing": lambda: signed({"nbf": None}),
        "subject no id": lambda: signed({"sub": "root"}),
        "unknown role": lambda: signed({"role": "superuser"}),
        "system role": lambda: signed({"role": "system", "kind": "system"}),
        "payload exchanged": lambda: f"{head}.{part(claims | {'sub': str(uuid4())})}.{signature}",
        "signature of another": lambda: f"{head}.{payload}.{signed({'sub': str(uuid4())}).split('.')[2]}",
        "refresh token": lambda: str(tokens["refresh_token"]),
        "cut off": lambda: good[:-6],
        "five parts": lambda: f"{good}.x.y",
        "empty": lambda: "..",
    }
    assert len(forged) >= 30
    accepted = []
    for name, make in forged.items():
        answer = await with_token(service, {"access_token": make()}).get("/me")
        if answer.status != 401 or answer.code != "unauthenticated":
            accepted.append((name, answer.status, answer.code))
    assert accepted == []
    assert kid == header["kid"]
    assert (await with_token(service, tokens).get("/me")).status == 200
    assert (await with_token(service, {"access_token": signed()}).get("/me")).status == 200


@pytest.mark.requirement("V14")
async def test_an_access_token_dies_after_ten_minutes(serve: Serve) -> None:
    """After 600 s and the leeway of 5 s the token is refused."""
    clock = some_morning()
    service = await serve("identity", clock)
    caller = with_token(service, (await log_in(service)).body)
    clock.advance(timedelta(seconds=599))
    assert (await caller.get("/me")).status == 200
    clock.advance(timedelta(seconds=7))
    assert (await caller.get("/me")).status == 401


@pytest.mark.requirement("V15")
async def test_keys_rotate_without_a_false_refusal(serve: Serve) -> None:
    """Through a rotation every fresh token is accepted by a verifier that knows the published keys, the new key signs
    only after its announcement, and the old one is no longer trusted when its last token has expired."""
    # The table of known keys goes by the database's clock: the test's starts at the same moment.
    clock = FrozenClock(SystemClock().now())
    service = await serve("identity", clock, SESSION__CANDIDATE_IDLE_MINUTES="600")
    verifier = TokenVerifier(service.settings.issuer)
    keys = KnownKeys(service.database, verifier)
    tokens = (await log_in(service)).body
    async with service.database.transaction() as tx:
        fresh = await rotate_signing_key(
            tx, service.keyring, service.settings.signing_key, service.settings.session, clock.now()
        )
    announced_until = clock.now() + timedelta(seconds=service.settings.signing_key.announce_seconds)
    used = []
    for _ in range(60):
        await keys.refresh(force=True)
        answer = await service.anonymous().post("/sessions/refresh", {"refresh_token": tokens["refresh_token"]})
        tokens = answer.body
        verifier.verify(tokens["access_token"], clock.now())
        kid = json.loads(base64.urlsafe_b64decode(tokens["access_token"].split(".")[0] + "=="))["kid"]
        assert kid != fresh or clock.now() >= announced_until
        used.append(kid)
        clock.advance(timedelta(seconds=20))
    assert len(set(used)) == 2
    assert used[-1] == fresh
    listed = (await service.anonymous().get("/jwks")).body["keys"]
    assert [key["kid"] for key in listed] == [fresh]
    assert all("d" not in key for key in listed)
    published = await service.published(SigningKeyPublished)
    assert [event.aggregate_version for event in published] == [1, 2, 1]


@pytest.mark.requirement("V15")
async def test_many_first_starts_make_one_key(serve: Serve) -> None:
    """Processes that start together on an empty database make one key; later starts make none."""
    service = await serve("identity", some_morning())
    async with service.database.transaction() as tx:
        await tx.execute("DELETE FROM signing_key")
    foundation = service.foundation
    built = await asyncio.gather(*(build_dependencies(service.settings, foundation) for _ in range(8)))
    for deps in built:
        await deps.close()
    async with service.database.read() as reader:
        assert await reader.fetchval("SELECT count(*) FROM signing_key") == 1
