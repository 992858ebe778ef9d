"""What an office does with the printed list: presses its round seal on the last page and scans the sheets."""

import io
import math

import pypdfium2
from PIL import Image, ImageDraw, ImageFont

from deploy.demo.card_photos import default_fonts

_RED = (200, 30, 30, 210)


def sealed_scan(pdf: bytes, institution: str) -> bytes:
    """The pages as a scanned PDF, the last one with a seal that carries the institution's name and the word 样章."""
    document = pypdfium2.PdfDocument(pdf)
    pages = [document[number].render(scale=2).to_pil().convert("RGB") for number in range(len(document))]
    last = pages[-1].convert("RGBA")
    stamp = _stamp(institution)
    # The printed list leaves a dotted circle for the seal here.
    last.alpha_composite(
        stamp, (int(last.width * 0.638) - stamp.width // 2, int(last.height * 0.497) - stamp.height // 2)
    )
    pages[-1] = last.convert("RGB")
    scanned = io.BytesIO()
    pages[0].save(scanned, format="PDF", save_all=True, append_images=pages[1:], resolution=144)
    return scanned.getvalue()


def _font(size: int) -> ImageFont.FreeTypeFont:
    fonts = default_fonts()
    return ImageFont.truetype(fonts.text, size, index=fonts.index)


def _stamp(name: str, size: int = 230) -> Image.Image:
    stamp = Image.new("RGBA", (size, size), (0, 0, 0, 0))
    draw = ImageDraw.Draw(stamp)
    draw.ellipse((4, 4, size - 4, size - 4), outline=_RED, width=7)
    font = _font(24)
    middle, radius = size / 2, size / 2 - 32
    for place, char in enumerate(name):
        angle = math.radians(150 + 240 * (place + 0.5) / len(name))
        letter = Image.new("RGBA", (36, 36), (0, 0, 0, 0))
        ImageDraw.Draw(letter).text((18, 18), char, font=font, fill=_RED, anchor="mm")
        turned = letter.rotate(-math.degrees(angle) - 90)
        at = (int(middle + radius * math.cos(angle)) - 18, int(middle + radius * math.sin(angle)) - 18)
        stamp.alpha_composite(turned, at)
    draw.text((middle, middle), "样章", font=_font(40), fill=_RED, anchor="mm")
    return stamp


def text_page(title: str, text: str) -> bytes:
    """A sheet of paper with a title, as a JPEG: it stands for a certificate."""
    page = Image.new("RGB", (1240, 1754), (252, 250, 244))
    draw = ImageDraw.Draw(page)
    draw.rectangle((60, 60, 1180, 1694), outline=(150, 120, 60), width=6)
    draw.text((620, 300), title, font=_font(72), fill=(30, 30, 30), anchor="mm")
    draw.text((620, 620), text, font=_font(34), fill=(60, 60, 60), anchor="mm")
    written = io.BytesIO()
    page.save(written, format="JPEG", quality=88)
    return written.getvalue()
