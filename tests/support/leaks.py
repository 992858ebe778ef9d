"""Looks for values that must not be there, in the forms in which they slip out."""

import base64
import json
from collections.abc import Iterable
from urllib.parse import quote


def forms_of(value: str) -> set[bytes]:
    """The value in the encodings of texts, escaped for JSON and addresses, as hex, and as base64 at any offset."""
    plain = value.encode()
    forms = {plain, value.encode("utf-16-le"), value.encode("utf-16-be"), value.encode("gb18030")}
    forms |= {quote(value).encode(), quote(value).lower().encode()}
    forms |= {json.dumps(value)[1:-1].encode(), plain.hex().encode(), plain.hex().upper().encode()}
    for offset in range(3):
        # Without the characters that depend on the neighbours.
        coded = base64.b64encode(b"x" * offset + plain)[4 if offset else 0 :]
        whole = coded[: (len(plain) - (3 - offset) % 3) // 3 * 4 if offset else len(plain) // 3 * 4]
        forms |= {whole, whole.replace(b"+", b"-").replace(b"/", b"_")}
    return {form for form in forms if len(form) >= 4}


def leaks(data: bytes, values: Iterable[str]) -> list[str]:
    """Which of the values are in the data, in whatever form."""
    return [value for value in values if any(form in data for form in forms_of(value))]
