"""Deciding what an uploaded file is and making it safe: the public door of this package."""

import asyncio
import hashlib
from dataclasses import dataclass
from typing import Final

from shared.errors import Invalid
from shared.uploads import errors
from shared.uploads.capped_child import ChildCannotStart, ChildCrashed, ChildTimedOut, Limits
from shared.uploads.child_pool import ChildPool, PoolBusy
from shared.uploads.kinds import CONTENT_TYPES, EXTENSIONS, FileKind, agreed_kind

_MEGABYTE: Final = 1024 * 1024
_REFUSALS: Final[dict[str, type[Invalid]]] = {
    error.code: error
    for error in (
        errors.FileDisguised,
        errors.PictureDamaged,
        errors.PictureTooManyPixels,
        errors.PictureAnimated,
        errors.PdfDamaged,
        errors.PdfEncrypted,
        errors.PdfActiveContent,
        errors.PdfTooManyPages,
        errors.PdfTooComplex,
    )
}


@dataclass(frozen=True, slots=True)
class InspectedFile:
    """A file made safe. All fields describe the rewritten `data`, not what came: a WebP picture leaves as JPEG.

    `width` and `height` in pixels for pictures, `pages` for PDFs, the others None; `sha256` in lower-case hex.
    """

    kind: FileKind
    content_type: str
    data: bytes
    sha256: str
    size: int
    width: int | None
    height: int | None
    pages: int | None

    @property
    def extension(self) -> str:
        """The extension without a dot."""
        return EXTENSIONS[self.kind]


class Inspector:
    """Inspects files in capped children that start with the first file and end when idle (V34-V39)."""

    def __init__(
        self,
        *,
        processes: int = 1,
        wall_seconds: float = 5.0,
        memory_bytes: int = 300 * _MEGABYTE,
        idle_seconds: float = 60.0,
        queue_seconds: float = 30.0,
    ) -> None:
        limits = Limits(
            memory_bytes=memory_bytes,
            cpu_seconds=max(1, round(wall_seconds)),
            wall_seconds=wall_seconds,
            idle_seconds=idle_seconds,
        )
        self._pool = ChildPool("shared.uploads.inspection_worker", limits, size=processes, queue_seconds=queue_seconds)

    @property
    def longest_seconds(self) -> float:
        """How long a caller may wait for the word on a file."""
        return self._pool.longest_seconds

    @property
    def pids(self) -> list[int]:
        """Process ids of the children that live now."""
        return self._pool.pids

    async def start(self) -> None:
        """Nothing runs before the first file; kept so that the composition root treats all parts alike."""

    async def stop(self) -> None:
        """Ends the children; a file in the middle of its inspection is answered InspectionUnavailable."""
        await self._pool.stop()

    async def inspect(
        self,
        data: bytes,
        *,
        accept: frozenset[FileKind],
        declared_type: str | None = None,
        file_name: str | None = None,
    ) -> InspectedFile:
        """Returns `data` made safe. Raises a subclass of Invalid that names the broken rule, or InspectionUnavailable.

        A file on which the child crashes, or runs out of time or memory, is refused by itself (FileTooDemanding).
        """
        kind = agreed_kind(data, accept, declared_type, file_name)
        try:
            header, body = await self._pool.run({"kind": kind.value}, data)
        except (ChildTimedOut, ChildCrashed):
            if self._pool.stopped:
                raise errors.InspectionUnavailable(retry_after=5) from None
            raise errors.FileTooDemanding() from None
        except (PoolBusy, ChildCannotStart):
            raise errors.InspectionUnavailable(retry_after=5) from None
        if "out_of_memory" in header:
            raise errors.FileTooDemanding()
        if "refused" in header:
            raise _refusal(header)
        digest = await asyncio.to_thread(_digest, body)
        return _inspected(header, body, digest)


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _refusal(header: dict[str, object]) -> Invalid:
    kind = _REFUSALS.get(str(header["refused"]), errors.FileTooDemanding)
    facts = header.get("facts")
    return kind(**{str(name): value for name, value in facts.items()} if isinstance(facts, dict) else {})


def _inspected(header: dict[str, object], body: bytes, digest: str) -> InspectedFile:
    kind = FileKind(str(header["kind"]))
    return InspectedFile(
        kind=kind,
        content_type=CONTENT_TYPES[kind],
        data=body,
        sha256=digest,
        size=len(body),
        width=_count(header.get("width")),
        height=_count(header.get("height")),
        pages=_count(header.get("pages")),
    )


def _count(value: object) -> int | None:
    return value if isinstance(value, int) else None
