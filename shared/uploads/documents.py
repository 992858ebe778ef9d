"""Rewriting a PDF inside the capped child: refused when it can act, else reduced to its static pages (V37)."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream

from shared.uploads.refusal import Refusal

PAGE_CAP: Final = 200
OBJECT_CAP: Final = 20_000
PICTURE_CAP: Final = 150_000_000
_DEPTH_CAP: Final = 64

# Keys and types that mean content which acts, hides files or reaches out of the document.
_FORBIDDEN_KEYS: Final = {
    "/JS": "JavaScript",
    "/JavaScript": "JavaScript",
    "/EF": "EmbeddedFile",
    "/EmbeddedFiles": "EmbeddedFile",
    "/Collection": "EmbeddedFile",
    "/XFA": "XFA",
    "/RichMediaContent": "RichMedia",
    "/3DD": "RichMedia",
}
_FORBIDDEN_ACTIONS: Final = {
    "/JavaScript": "JavaScript",
    "/Launch": "Launch",
    "/GoToE": "EmbeddedFile",
    "/ImportData": "ImportData",
    "/SubmitForm": "SubmitForm",
    "/Rendition": "RichMedia",
    "/Movie": "RichMedia",
    "/Sound": "RichMedia",
    "/RichMediaExecute": "RichMedia",
}
_FORBIDDEN_SUBTYPES: Final = {
    "/FileAttachment": "EmbeddedFile",
    "/Movie": "RichMedia",
    "/Sound": "RichMedia",
    "/RichMedia": "RichMedia",
    "/3D": "RichMedia",
    "/PS": "PostScript",
}
_PAGE_KEYS: Final = frozenset(
    {"/Type", "/Parent", "/MediaBox", "/CropBox", "/Rotate", "/UserUnit", "/Resources", "/Contents", "/Group"}
)
_TRACES: Final = frozenset(
    {
        "/Metadata",
        "/PieceInfo",
        "/Thumb",
        "/AF",
        "/OPI",
        "/LastModified",
        "/StructParent",
        "/StructParents",
    }
)


@dataclass(frozen=True, slots=True)
class Document:
    """A rewritten PDF and its number of pages."""

    data: bytes
    pages: int


def rewrite_document(data: bytes) -> Document:
    """Checks `data` and writes its pages into a new PDF: same input, same bytes.

    Annotations (stamps, filled fields) are drawn into the pages; links, forms, outlines, names, metadata and everything
    else outside the pages stay behind. Raises Refusal (pdf_damaged, pdf_encrypted, pdf_active_content,
    pdf_too_many_pages, pdf_too_complex).
    """
    try:
        with Pdf.open(io.BytesIO(data)) as source:
            _refuse(source)
            _flatten(source)
            with Pdf.new() as clean:
                clean.pages.extend(source.pages)
                _drop_traces(clean)
                refuse_active_content(clean)
                return _written(clean)
    except (Refusal, MemoryError):
        raise
    except pikepdf.PasswordError:
        raise Refusal("pdf_encrypted") from None
    except Exception:
        # The parser and its bindings raise many kinds; for the person they all mean one thing.
        raise Refusal("pdf_damaged") from None


def _refuse(source: Pdf) -> None:
    if source.is_encrypted:
        raise Refusal("pdf_encrypted")
    if len(source.objects) > OBJECT_CAP:
        raise Refusal("pdf_too_complex")
    pages = len(source.pages)
    if pages > PAGE_CAP:
        raise Refusal("pdf_too_many_pages", limit_pages=PAGE_CAP)
    if pages == 0:
        raise Refusal("pdf_damaged")
    refuse_active_content(source)
    _refuse_opening_action(source)


def refuse_active_content(pdf: Pdf) -> None:
    """Walks every object, reachable or not. Raises Refusal (pdf_active_content, pdf_too_complex)."""
    for node in _containers(pdf):
        for key in sorted(node.keys() & _FORBIDDEN_KEYS.keys()):
            raise _active(_FORBIDDEN_KEYS[key])
        action, subtype = _name(node, "/S"), _name(node, "/Subtype")
        if action in _FORBIDDEN_ACTIONS:
            raise _active(_FORBIDDEN_ACTIONS[action])
        if subtype in _FORBIDDEN_SUBTYPES:
            raise _active(_FORBIDDEN_SUBTYPES[subtype])
        if _name(node, "/Type") == "/EmbeddedFile":
            raise _active("EmbeddedFile")
        if isinstance(node, Stream):
            _refuse_stream(node, subtype)


def _refuse_stream(node: Stream, subtype: str) -> None:
    if Name.F in node or Name.Ref in node:
        raise _active("external file")
    if _name(node, "/Subtype2") == "/PS":
        raise _active("PostScript")
    if subtype == "/Image" and _number(node, "/Width") * _number(node, "/Height") > PICTURE_CAP:
        raise Refusal("pdf_too_complex")


def _refuse_opening_action(source: Pdf) -> None:
    """A place to open at is harmless and common; it is dropped with the catalog. Anything that does more is refused."""
    opening = source.Root.get(Name.OpenAction)
    if isinstance(opening, Dictionary) and _name(opening, "/S") != "/GoTo":
        raise _active("OpenAction")


def _flatten(source: Pdf) -> None:
    form = source.Root.get(Name.AcroForm)
    if isinstance(form, Dictionary) and Name.NeedAppearances in form:
        # With this flag the library would leave filled fields out instead of drawing what is there.
        del form[Name.NeedAppearances]
    source.flatten_annotations("all")
    for page in source.pages:
        for key in page.obj.keys() - _PAGE_KEYS:
            del page.obj[key]


def _drop_traces(clean: Pdf) -> None:
    for node in _containers(clean):
        for key in node.keys() & _TRACES:
            del node[key]


def _written(clean: Pdf) -> Document:
    out = io.BytesIO()
    clean.remove_unreferenced_resources()
    clean.save(
        out,
        compress_streams=True,
        object_stream_mode=pikepdf.ObjectStreamMode.generate,
        deterministic_id=True,
        fix_metadata_version=False,
    )
    return Document(out.getvalue(), len(clean.pages))


def _containers(pdf: Pdf) -> Iterator[Dictionary | Stream]:
    """Every dictionary and stream of the file, with the direct ones inside others."""
    for top in pdf.objects:
        pending: list[tuple[object, int]] = [(top, 0)]
        while pending:
            node, depth = pending.pop()
            if depth > _DEPTH_CAP:
                raise Refusal("pdf_too_complex")
            if isinstance(node, (Dictionary, Stream)):
                yield node
                children = [node.get(key) for key in tuple(node.keys())]
            elif isinstance(node, Array):
                children = list(node)
            else:
                continue
            # Indirect children are met by the outer loop.
            pending += [
                (child, depth + 1)
                for child in children
                if isinstance(child, (Dictionary, Stream, Array)) and not child.is_indirect
            ]


def _name(node: Dictionary | Stream, key: str) -> str:
    value = node.get(key)
    return str(value) if isinstance(value, Name) else ""


def _number(node: Stream, key: str) -> int:
    value = node.get(key)
    return value if isinstance(value, int) else 0


def _active(feature: str) -> Refusal:
    return Refusal("pdf_active_content", feature=feature)
