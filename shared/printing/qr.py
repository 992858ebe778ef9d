"""The QR code on prints: the address under which anybody can check the document."""

import io

import segno


def qr_svg(address: str, *, mask: int | None = None) -> str:
    """An SVG of the code, error correction M, the quiet zone of four modules included; equal input, equal output.

    Without `mask` the best of all eight is looked for, which takes most of the time; any of them can be read."""
    out = io.BytesIO()
    segno.make(address, error="m", micro=False, mask=mask).save(
        out, kind="svg", border=4, xmldecl=False, omitsize=True, nl=False
    )
    return out.getvalue().decode("ascii")
