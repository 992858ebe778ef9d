"""The hash by which a printed list is recognised: SHA-256 over one canonical JSON of what is printed.

Canonical: UTF-8, keys sorted, no spaces, non-ASCII characters as themselves, text exactly as stored (no normalisation),
dates as YYYY-MM-DD, an absent certificate number as "". The first key names the scheme, so that a later scheme can
never give the same bytes. What is hashed: institution (name, registration number), filing body, cycle year, list
number, kind, version and all lines in order. What is not: the hash itself, the time of generation, the people who
decided and the address behind the QR code; they can be told from the paper and change no line.
"""

import dataclasses
import hashlib
import json
from datetime import date

SCHEME = "tiro.qualified_list.1"


def content_hash(content: object) -> str:
    """The hash in lower-case hex of a frozen dataclass made of strings, whole numbers, dates and tuples of the same.

    Raises TypeError for anything else, such as floats, which have no canonical form.
    """
    canonical = json.dumps(
        {"scheme": SCHEME, "content": _plain(content)},
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
        allow_nan=False,
    )
    return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()


def _plain(value: object) -> object:
    if isinstance(value, str):
        return str(value)
    if isinstance(value, int):
        return value
    if isinstance(value, date):
        return date(value.year, value.month, value.day).isoformat()
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if dataclasses.is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    raise TypeError(f"{type(value).__name__} has no canonical form")
