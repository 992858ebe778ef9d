"""The printer: documents in, PDF bytes out, set in a capped child process that is replaced when it fails or grows."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import ClassVar, Final, NamedTuple, Protocol, runtime_checkable

from shared.printing.errors import (
    DocumentNotPrintable,
    FontsMissing,
    PrinterUnavailable,
    PrintTimedOut,
)
from shared.uploads.capped_child import ChildCannotStart, ChildFailure, ChildTimedOut, Limits
from shared.uploads.child_pool import ChildPool, PoolBusy

_MEGABYTE: Final = 1024 * 1024


class Printable(Protocol):
    """A document of a service: its template's name, its data, its time and the address of its QR."""

    template: ClassVar[str]

    @property
    def generated_at(self) -> datetime: ...

    @property
    def verification_url(self) -> str: ...

    def template_data(self) -> dict[str, object]: ...


class PageCode(NamedTuple):
    """What a page bears of its own: the address of its QR code, and the short text beneath it."""

    address: str
    label: str


@runtime_checkable
class PagedPrintable(Printable, Protocol):
    """A document each of whose pages can be told from every other page of every document. `expected_pages` is a guess
    that had better be high: with fewer codes than pages the document is set twice."""

    @property
    def expected_pages(self) -> int: ...

    def page_code(self, page: int) -> PageCode: ...


class Printed(NamedTuple):
    """A document that was set."""

    pdf: bytes
    pages: int


class Printer:
    """Sets documents one at a time; equal documents give equal bytes wherever the same fonts are installed (V70).

    `templates` is the folder of the service's templates, which can read nothing outside it.
    `font_directories` are searched before the system's fonts and every family in them may fill missing characters.
    """

    def __init__(
        self,
        templates: Path,
        *,
        font_directories: Sequence[Path] = (),
        system_fonts: bool = True,
        wall_seconds: float = 20.0,
        memory_bytes: int = 300 * _MEGABYTE,
        idle_seconds: float = 120.0,
        queue_seconds: float = 60.0,
        processes: int = 1,
    ) -> None:
        limits = Limits(
            memory_bytes=memory_bytes,
            # Fonts are mapped whole and touched in part; thread stacks are mapped and hardly touched.
            address_slack=512 * _MEGABYTE,
            cpu_seconds=max(1, round(wall_seconds)),
            wall_seconds=wall_seconds,
            idle_seconds=idle_seconds,
            jobs=100,
            peak_bytes=memory_bytes * 3 // 4,
        )
        config = {
            "templates": str(templates),
            "font_directories": [str(path) for path in font_directories],
            "system_fonts": system_fonts,
        }
        self._pool = ChildPool(
            "shared.printing.render_worker",
            limits,
            size=processes,
            queue_seconds=queue_seconds,
            config=config,
        )

    @property
    def pids(self) -> list[int]:
        """Process ids of the children that live now."""
        return self._pool.pids

    async def start(self) -> None:
        """Proves that a Chinese font can be had, by loading the fonts. Raises FontsMissing, PrinterUnavailable."""
        await self._run({"template": "", "data": {}, "address": "", "created": 0})

    async def stop(self) -> None:
        """Ends the children; a document in the middle of being set is answered PrinterUnavailable."""
        await self._pool.stop()

    async def render(self, document: Printable) -> bytes:
        """The PDF of `document`. Raises what `set` raises."""
        return (await self.set(document)).pdf

    async def set(self, document: Printable) -> Printed:
        """The PDF of `document` and how many pages it has. Raises what its `template_data` raises, and PrintTimedOut,
        PrinterUnavailable, FontsMissing, DocumentNotPrintable."""
        job: dict[str, object] = {
            "template": document.template,
            "data": document.template_data(),
            "address": document.verification_url,
            "created": int(document.generated_at.timestamp()),
        }
        header, pdf = await self._run(job | {"pages": _codes(document, 0)})
        # How many pages there are is known once they are set.
        if isinstance(more := header.get("more_pages"), int):
            header, pdf = await self._run(job | {"pages": _codes(document, more)})
        pages = header.get("pages")
        if not isinstance(pages, int) or not pdf.startswith(b"%PDF-"):
            raise DocumentNotPrintable(template=document.template)
        return Printed(pdf, pages)

    async def _run(self, job: dict[str, object]) -> tuple[dict[str, object], bytes]:
        try:
            return await self._pool.run(job)
        except ChildTimedOut:
            raise PrintTimedOut(retry_after=10) from None
        except ChildCannotStart as failure:
            if failure.args == ("fonts_missing",):
                raise FontsMissing(families="Noto Serif CJK SC / Noto Sans CJK SC") from None
            raise PrinterUnavailable(retry_after=10) from None
        except (ChildFailure, PoolBusy):
            raise PrinterUnavailable(retry_after=10) from None


def _codes(document: Printable, pages: int) -> list[PageCode]:
    if not isinstance(document, PagedPrintable):
        return []
    return [document.page_code(page) for page in range(1, (pages or document.expected_pages) + 1)]
