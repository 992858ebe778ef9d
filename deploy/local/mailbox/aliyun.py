"""The provider's side of the ACS3-HMAC-SHA256 signature, computed from the request as it arrived and independent of the
client's code: a wrong signature is refused as the provider would refuse it."""

import hashlib
import hmac
import re
from dataclasses import dataclass

from aiohttp import web

_HEADER = re.compile(r"^ACS3-HMAC-SHA256 Credential=([^,]+),SignedHeaders=([^,]+),Signature=([0-9a-f]{64})$")
_REQUIRED = {"host", "x-acs-action", "x-acs-version", "x-acs-date", "x-acs-signature-nonce", "x-acs-content-sha256"}


@dataclass(frozen=True, slots=True)
class AliyunAccount:
    """The one access key that this fake knows."""

    key_id: str
    key_secret: str


def refusal(request: web.Request, body: bytes, account: AliyunAccount) -> str | None:
    """The provider's error code for a request that is not signed right, or None."""
    if (match := _HEADER.match(request.headers.get("Authorization", ""))) is None:
        return "MissingAuthorization"
    key_id, names, signature = match.groups()
    if key_id != account.key_id:
        return "InvalidAccessKeyId.NotFound"
    signed = names.split(";")
    if not set(signed) >= _REQUIRED or signed != sorted(signed):
        return "IncompleteSignature"
    digest = hashlib.sha256(body).hexdigest()
    if request.headers["x-acs-content-sha256"] != digest:
        return "SignatureDoesNotMatch"
    headers = "".join(f"{name}:{request.headers[name].strip()}\n" for name in signed)
    query = "&".join(sorted(request.url.raw_query_string.split("&")))
    canonical = "\n".join((request.method, request.url.raw_path, query, headers, names, digest))
    to_sign = "ACS3-HMAC-SHA256\n" + hashlib.sha256(canonical.encode()).hexdigest()
    expected = hmac.new(account.key_secret.encode(), to_sign.encode(), hashlib.sha256).hexdigest()
    return None if hmac.compare_digest(expected, signature) else "SignatureDoesNotMatch"
