"""Tencent Cloud request signature TC3-HMAC-SHA256: canonical request, derived key, Authorization header. Source: the
vendor's page on signature v3."""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime

ALGORITHM = "TC3-HMAC-SHA256"


def authorization(
    service: str, timestamp: int, headers: Mapping[str, str], body: bytes, key_id: str, key_secret: str
) -> str:
    """The Authorization header of a POST to `/`. `headers` are the ones to sign, with lower-case names and the values
    as they are signed (lower case but for content-type); `timestamp` in seconds since 1970, from which the date comes
    too: at midnight a second clock would disagree."""
    names = ";".join(sorted(headers))
    lines = "".join(f"{name}:{headers[name].strip()}\n" for name in sorted(headers))
    canonical = "\n".join(("POST", "/", "", lines, names, hashlib.sha256(body).hexdigest()))
    date = datetime.fromtimestamp(timestamp, UTC).strftime("%Y-%m-%d")
    scope = f"{date}/{service}/tc3_request"
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    to_sign = f"{ALGORITHM}\n{timestamp}\n{scope}\n{digest}"
    key = f"TC3{key_secret}".encode()
    for part in (date, service, "tc3_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    signature = hmac.new(key, to_sign.encode(), hashlib.sha256).hexdigest()
    return f"{ALGORITHM} Credential={key_id}/{scope}, SignedHeaders={names}, Signature={signature}"
