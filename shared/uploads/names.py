"""File names and object keys: what people call a file never becomes a path, a header or a trick (V38, V42)."""

import re
import secrets
import unicodedata
from typing import Final
from urllib.parse import quote

from shared.uploads.kinds import CONTENT_TYPES, EXTENSIONS, FileKind

_LONGEST: Final = 100
_FALLBACK: Final = "file"
_SEPARATORS: Final = re.compile(r"[\\/]")
_FORBIDDEN: Final = re.compile(r'[<>:"|?*;%]')
_PREFIX: Final = re.compile(r"[a-z0-9_-]+(?:/[a-z0-9_-]+)*")
_DEVICES: Final = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")
# RFC 5987 attr-char beyond letters and digits.
_ATTR_CHARS: Final = "!#$&+-.^_`|~"


def harmless_file_name(name: str | None, kind: FileKind) -> str:
    """A name to show and to download under: no folders, controls, bidi marks or device names; at most 100 characters
    before the extension, which always is that of `kind`."""
    last = _SEPARATORS.split(unicodedata.normalize("NFC", (name or "").encode("utf-8", "ignore").decode()))[-1]
    visible = "".join(char for char in last if unicodedata.category(char)[0] != "C")
    stem = _FORBIDDEN.sub("_", " ".join(visible.split()))
    head, dot, extension = stem.rpartition(".")
    if dot and len(extension) <= 8:
        stem = head
    stem = stem.strip(" .")[:_LONGEST].strip(" .")
    if not stem or _DEVICES.fullmatch(stem):
        stem = f"{_FALLBACK}_{stem}" if stem else _FALLBACK
    return f"{stem}.{EXTENSIONS[kind]}"


def content_disposition(file_name: str) -> str:
    """An attachment header by RFC 6266: an ASCII fallback and the true name in UTF-8 percent-encoding."""
    plain = unicodedata.normalize("NFKD", file_name).encode("ascii", "ignore").decode()
    fallback = re.sub(r"[^0-9A-Za-z._ -]", "_", plain).strip(" .") or _FALLBACK
    if fallback.lower() in EXTENSIONS.values():
        fallback = f"{_FALLBACK}.{fallback}"
    encoded = quote(file_name.encode("utf-8", "replace"), safe=_ATTR_CHARS)
    return f"attachment; filename=\"{fallback}\"; filename*=UTF-8''{encoded}"


def download_headers(kind: FileKind, file_name: str | None) -> dict[str, str]:
    """The headers under which a stored file leaves: never rendered in our origin, never cached by others (V38)."""
    return {
        "Content-Type": CONTENT_TYPES[kind],
        "Content-Disposition": content_disposition(harmless_file_name(file_name, kind)),
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "private, no-store",
    }


def random_part_key(prefix: str) -> str:
    """The same for a part of a file whose kind is not known yet. Raises ValueError on an unsafe prefix."""
    return f"{_random(prefix)}.part"


def random_object_key(prefix: str, kind: FileKind) -> str:
    """A key that says nothing and can not be guessed (160 random bits). Raises ValueError on an unsafe prefix."""
    return f"{_random(prefix)}.{EXTENSIONS[kind]}"


def _random(prefix: str) -> str:
    if not _PREFIX.fullmatch(prefix):
        raise ValueError("an object prefix consists of a-z, 0-9, _ and - between slashes")
    return f"{prefix}/{secrets.token_hex(20)}"
