"""The capped child that sets documents: one typst compiler a process, templates of ours only, data only as JSON."""

import io
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pikepdf
import typst

from shared.printing.coverage import Coverage, coverage_of
from shared.printing.plain_text import printable_data
from shared.printing.qr import qr_svg
from shared.uploads.child_loop import CannotStart, Job, serve

# In the order of the characters' look on paper; the later ones only fill what the earlier lack.
PREFERRED: Final = ("Noto Serif CJK SC", "Source Han Serif SC", "Noto Sans CJK SC", "Source Han Sans SC")
LAST_RESORT: Final = ("HanaMinA", "HanaMinB", "Plangothic P1", "Plangothic P2")
# Of no long runs with addresses; a list has a code on each of its pages.
_PAGE_MASK: Final = 0
_NOWHERE: Final = "/nonexistent"


class Typesetter:
    """Keeps the fonts and one compiler for the life of the process."""

    def __init__(self, templates: Path, font_directories: Sequence[str], *, system_fonts: bool) -> None:
        self._templates = templates
        given = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=list(font_directories))
        fonts = typst.Fonts(
            include_system_fonts=system_fonts, include_embedded_fonts=False, font_paths=list(font_directories)
        )
        present = set(fonts.families())
        chinese = [family for family in PREFERRED if family in present]
        if not chinese:
            raise CannotStart("fonts_missing")
        self.families = [
            *chinese,
            *sorted(set(given.families()) - set(chinese)),
            *(family for family in LAST_RESORT if family in present and family not in given.families()),
        ]
        self.headings = [*(family for family in self.families if "Sans" in family), *self.families]
        self.covered = _coverage(fonts, self.families)
        # Package imports would be fetched from the network: both places where packages could be found are closed.
        self._compiler = typst.Compiler(
            root=str(templates),
            font_paths=fonts,
            ignore_system_fonts=True,
            package_path=_NOWHERE,
            package_cache_path=_NOWHERE,
        )

    def set(
        self, template: str, data: object, address: str, created: int, pages: Sequence[tuple[str, str]] = ()
    ) -> bytes:
        """The PDF of `template` filled with `data`, created at `created` (Unix seconds); `pages` are address and label
        of the first pages, for a template that shows them. Raises TypstError."""
        shown = printable_data(data, self.covered)
        pdf = self._compiler.compile(
            input=str(self._templates / f"{template}.typ"),
            format="pdf",
            sys_inputs={
                "data": json.dumps(shown, ensure_ascii=False),
                "fonts": json.dumps({"text": self.families, "heading": self.headings}, ensure_ascii=False),
                "qr": qr_svg(address),
                "pages": json.dumps([{"svg": qr_svg(code, mask=_PAGE_MASK), "label": label} for code, label in pages]),
            },
            timestamp=created,
            pdf_standards=["a-2u"],
        )
        assert isinstance(pdf, bytes)
        return pdf


def _coverage(fonts: typst.Fonts, families: Sequence[str]) -> Coverage:
    faces: dict[str, tuple[str, int]] = {}
    for face in fonts.fonts():
        if face.family in families and face.path and face.family not in faces:
            faces[face.family] = (face.path, face.index)
    return coverage_of(list(faces.values()))


def _pairs(pages: object) -> list[list[object]]:
    return pages if isinstance(pages, list) else []


def load(config: dict[str, object]) -> Job:
    """Reads the fonts once. Raises CannotStart without a Chinese font."""
    directories = config["font_directories"]
    assert isinstance(directories, list)
    templates = Path(str(config["templates"]))
    typesetter = Typesetter(templates, [str(path) for path in directories], system_fonts=bool(config["system_fonts"]))

    def set_one(header: dict[str, object], _: bytes) -> tuple[dict[str, object], bytes]:
        template = str(header["template"])
        if template not in {path.stem for path in templates.glob("*.typ")}:
            return {"failed": "no such template"}, b""
        codes = [(str(address), str(label)) for address, label in _pairs(header.get("pages"))]
        try:
            pdf = typesetter.set(template, header["data"], str(header["address"]), int(str(header["created"])), codes)
        except typst.TypstError:
            # The typesetter's message quotes the text it failed on: personal data stays inside this process.
            return {"failed": template}, b""
        pages = len(pikepdf.Pdf.open(io.BytesIO(pdf)).pages)
        if codes and pages > len(codes):
            return {"more_pages": pages}, b""
        return {"pages": pages}, pdf

    return set_one


if __name__ == "__main__":
    # Threads of the typesetter would each map a stack and an allocator arena; the work of one document gains nothing.
    os.environ["RAYON_NUM_THREADS"] = "1"
    serve(load)
