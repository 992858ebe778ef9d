"""The file kinds that may be uploaded, and how content, extension and declared type must agree (V34)."""

import re
from enum import StrEnum
from pathlib import PurePosixPath

from shared.uploads.errors import FileTypeNotAccepted, FileTypeUnclear, HeicNotAccepted


class FileKind(StrEnum):
    """A kind of file, decided by its first bytes only."""

    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"
    PDF = "pdf"


IMAGES = frozenset({FileKind.JPEG, FileKind.PNG, FileKind.WEBP})
DOCUMENTS = frozenset({FileKind.JPEG, FileKind.PNG, FileKind.PDF})

CONTENT_TYPES = {
    FileKind.JPEG: "image/jpeg",
    FileKind.PNG: "image/png",
    FileKind.WEBP: "image/webp",
    FileKind.PDF: "application/pdf",
}
EXTENSIONS = {FileKind.JPEG: "jpg", FileKind.PNG: "png", FileKind.WEBP: "webp", FileKind.PDF: "pdf"}

_TYPE_ALIASES = {
    "image/jpeg": FileKind.JPEG,
    "image/jpg": FileKind.JPEG,
    "image/pjpeg": FileKind.JPEG,
    "image/png": FileKind.PNG,
    "image/x-png": FileKind.PNG,
    "image/webp": FileKind.WEBP,
    "application/pdf": FileKind.PDF,
    "application/x-pdf": FileKind.PDF,
}
_EXTENSION_ALIASES = {
    "jpg": FileKind.JPEG,
    "jpeg": FileKind.JPEG,
    "jpe": FileKind.JPEG,
    "jfif": FileKind.JPEG,
    "png": FileKind.PNG,
    "webp": FileKind.WEBP,
    "pdf": FileKind.PDF,
}
# What a client sends when it does not know: no statement, so nothing to contradict.
_UNDECLARED = frozenset({"", "application/octet-stream", "binary/octet-stream"})
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"})
_EXTENSION = re.compile(r"[0-9A-Za-z]{1,8}")


def kind_of_content(data: bytes) -> FileKind | None:
    """The kind that the first bytes show, or None. A signature must stand at offset 0: nothing may precede it."""
    if data.startswith(b"\xff\xd8\xff"):
        return FileKind.JPEG
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return FileKind.PNG
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return FileKind.WEBP
    if data.startswith(b"%PDF-"):
        return FileKind.PDF
    return None


def agreed_kind(data: bytes, accept: frozenset[FileKind], declared_type: str | None, file_name: str | None) -> FileKind:
    """The one kind on which content, declared type and extension agree (V34).

    A missing type or extension states nothing and passes; an unknown one contradicts.
    Raises HeicNotAccepted, FileTypeNotAccepted, FileTypeUnclear.
    """
    kind = kind_of_content(data)
    if kind is None and data[4:8] == b"ftyp" and data[8:12] in _HEIC_BRANDS:
        raise HeicNotAccepted()
    if kind is None or kind not in accept:
        raise FileTypeNotAccepted(accepted=_listed(accept))
    stated = (declared_type or "").partition(";")[0].strip().lower()
    if stated not in _UNDECLARED and _TYPE_ALIASES.get(stated) is not kind:
        raise FileTypeUnclear()
    extension = PurePosixPath((file_name or "").strip()).suffix.removeprefix(".").lower()
    if extension and _EXTENSION.fullmatch(extension) and _EXTENSION_ALIASES.get(extension) is not kind:
        raise FileTypeUnclear()
    return kind


def _listed(accept: frozenset[FileKind]) -> str:
    return "/".join(EXTENSIONS[kind].upper() for kind in FileKind if kind in accept)
