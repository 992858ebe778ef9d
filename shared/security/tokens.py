"""Access tokens: ES256, at most ten minutes, verified locally by every service against the identity service's keys
(V14). `key` headers other than kid are never followed."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, get_args
from uuid import UUID

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from shared.actor import Actor, ActorKind, Role
from shared.errors import Unauthenticated

ALGORITHM = "ES256"
AUDIENCE = "tiro-api"
TOKEN_TYPE = "at+jwt"
_LEEWAY_SECONDS = 5
_KINDS = frozenset(get_args(ActorKind)) - {"system", "anonymous"}
_ROLES = frozenset(get_args(Role)) - {"system", "anonymous"}
_CACHED = 20_000


@dataclass(frozen=True, slots=True)
class SigningKey:
    """The identity service's private key and its id."""

    kid: str
    key: ECKey

    @classmethod
    def generate(cls, kid: str) -> "SigningKey":
        """A fresh P-256 key."""
        return cls(kid, ECKey.generate_key("P-256", {"kid": kid, "use": "sig", "alg": ALGORITHM}, private=True))

    def public_jwk(self) -> dict[str, Any]:
        """The public half, as published."""
        return dict(self.key.as_dict(private=False))


def issue(signing: SigningKey, actor: Actor, issuer: str, now: datetime, seconds: int) -> str:
    """A signed access token for `actor`."""
    issued = int(now.timestamp())
    claims: dict[str, Any] = {
        "iss": issuer,
        "aud": AUDIENCE,
        "sub": str(actor.id),
        "iat": issued,
        "nbf": issued,
        "exp": issued + seconds,
        "kind": actor.kind,
        "role": actor.role,
    }
    for name, value in (("sid", actor.session_id), ("scope_id", actor.scope_id), ("person_id", actor.person_id)):
        if value is not None:
            claims[name] = str(value)
    return jwt.encode({"alg": ALGORITHM, "typ": TOKEN_TYPE, "kid": signing.kid}, claims, signing.key)


class TokenVerifier:
    """Checks tokens against a set of public keys; remembers verified ones until they expire."""

    def __init__(self, issuer: str) -> None:
        self._issuer = issuer
        self._keys: dict[str, ECKey] = {}
        self._seen: OrderedDict[str, tuple[int, int, Actor]] = OrderedDict()

    def replace_keys(self, keys: Mapping[str, Mapping[str, Any]]) -> None:
        """Trust exactly these public keys (kid -> JWK) from now on."""
        if keys.keys() != self._keys.keys():
            self._keys = {kid: ECKey.import_key(dict(jwk)) for kid, jwk in keys.items()}
            self._seen.clear()

    @property
    def has_keys(self) -> bool:
        """Whether any key is trusted yet."""
        return bool(self._keys)

    def verify(self, token: str, now: datetime) -> Actor:
        """The actor a token speaks for. Raises Unauthenticated, or UnknownKey when its key is not known here."""
        moment = int(now.timestamp())
        if (seen := self._seen.get(token)) is not None:
            not_before, expires, actor = seen
            if not_before - _LEEWAY_SECONDS <= moment < expires + _LEEWAY_SECONDS:
                return actor
            raise Unauthenticated
        not_before, expires, actor = self._decode(token)
        if not not_before - _LEEWAY_SECONDS <= moment < expires + _LEEWAY_SECONDS:
            raise Unauthenticated
        self._seen[token] = (not_before, expires, actor)
        if len(self._seen) > _CACHED:
            self._seen.popitem(last=False)
        return actor

    def _decode(self, token: str) -> tuple[int, int, Actor]:
        kid = _kid_of(token)
        if (key := self._keys.get(kid)) is None:
            raise UnknownKey(kid)
        try:
            claims = jwt.decode(token, key, algorithms=[ALGORITHM]).claims
            if claims["iss"] != self._issuer or claims["aud"] != AUDIENCE:
                raise Unauthenticated
            if claims["kind"] not in _KINDS or claims["role"] not in _ROLES:
                raise Unauthenticated
            actor = Actor(
                kind=claims["kind"],
                id=UUID(claims["sub"]),
                role=claims["role"],
                scope_id=_optional_id(claims, "scope_id"),
                session_id=_optional_id(claims, "sid"),
                person_id=_optional_id(claims, "person_id"),
            )
            return int(claims["nbf"]), int(claims["exp"]), actor
        except (JoseError, KeyError, ValueError, TypeError, AttributeError):
            raise Unauthenticated from None


class UnknownKey(Unauthenticated):
    """The token names a key this process has not heard of (yet)."""

    def __init__(self, kid: str) -> None:
        super().__init__()
        self.kid = kid


def _kid_of(token: str) -> str:
    from joserfc.jws import extract_compact

    try:
        header = extract_compact(token.encode("ascii")).headers()
        # Anything beyond these three (jku, x5u, jwk, crit ...) is somebody trying something.
        if header.keys() != {"alg", "typ", "kid"} or header["alg"] != ALGORITHM or header["typ"] != TOKEN_TYPE:
            raise Unauthenticated
        return str(header["kid"])
    except (JoseError, ValueError, KeyError, TypeError):
        raise Unauthenticated from None


def _optional_id(claims: Mapping[str, Any], name: str) -> UUID | None:
    value = claims.get(name)
    return None if value is None else UUID(value)
