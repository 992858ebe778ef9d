"""What the cards of a measurement look like: typefaces, paper wear and tables, apart for tuning and for the verdict."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from deploy.demo.card_photos.draw import CardFonts
from deploy.demo.card_photos.scenes import SCENES

Pixels = npt.NDArray[np.uint8]
Scene = Callable[[np.random.Generator, int, int], Pixels]
_ROOT = Path("/usr/share/fonts")
_SPARE = "opentype/noto/NotoSansCJK-Regular.ttc"
_PACKAGES = "fonts-noto-cjk fonts-noto-cjk-extra fonts-wqy-microhei fonts-wqy-zenhei fonts-lxgw-wenkai fonts-ocr-b"
_SIMPLIFIED = 2


@dataclass(frozen=True)
class Look:
    """Typefaces (text, digits) and tables of one set."""

    texts: tuple[str, ...]
    digits: tuple[str, ...]
    scenes: tuple[Scene, ...]


def paper(dice: np.random.Generator, width: int, height: int) -> Pixels:
    """A white sheet with printed lines, hardly darker than the card."""
    sheet = Image.new("RGB", (width, height), (int(dice.integers(205, 250)),) * 3)
    draw, font = ImageDraw.Draw(sheet), ImageFont.truetype(str(_ROOT / _SPARE), int(width * 0.018), index=_SIMPLIFIED)
    words = "关于做好本年度报名工作的通知各有关单位请按照要求认真组织填报材料一式两份"
    for y in range(int(dice.integers(10, 60)), height, int(width * 0.034)):
        shift = int(dice.integers(len(words)))
        draw.text((width * 0.05, y), (words[shift:] + words) * 2, fill=(70, 70, 74), font=font)
    return np.ascontiguousarray(np.asarray(sheet)[:, :, ::-1])


def white(dice: np.random.Generator, width: int, height: int) -> Pixels:
    """A bright desk: little contrast to the card's edge."""
    tone = dice.uniform(200, 240) + dice.uniform(-6, 6, 3)
    return np.clip(tone + dice.normal(0, 1.5, (height, width, 1)), 0, 255).astype(np.uint8)


def tiles(dice: np.random.Generator, width: int, height: int) -> Pixels:
    """Floor tiles: straight edges that are not the card's."""
    size, gap = int(dice.integers(width // 6, width // 3)), int(dice.integers(4, 12))
    tone = dice.uniform(90, 200, 3)
    picture = np.full((height, width, 3), tone, np.float32)
    for start in range(int(dice.integers(size)), max(width, height), size):
        picture[start : start + gap] *= 0.6
        picture[:, start : start + gap] *= 0.6
    return np.clip(picture + dice.normal(0, 5, (height, width, 1)), 0, 255).astype(np.uint8)


def marble(dice: np.random.Generator, width: int, height: int) -> Pixels:
    """Veined stone in two tones."""
    cloud = np.zeros((height, width), np.float32)
    for cells in (4, 9, 21, 47):
        rough = dice.normal(0, 1, (cells, cells)).astype(np.float32)
        soft = cv2.resize(rough, (width, height), interpolation=cv2.INTER_CUBIC)
        cloud += np.asarray(soft, dtype=np.float32) / cells**0.5
    vein: npt.NDArray[np.float32] = np.exp(-((cloud / 0.12) ** 2))[..., None]
    return np.clip(dice.uniform(110, 215, 3) - vein * dice.uniform(30, 90), 0, 255).astype(np.uint8)


def stripes(dice: np.random.Generator, width: int, height: int) -> Pixels:
    """A striped tablecloth."""
    _, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    band = (np.sin(columns / dice.uniform(12, 50)) > dice.uniform(-0.5, 0.5))[..., None]
    return np.where(band, dice.uniform(30, 210, 3), dice.uniform(30, 210, 3)).astype(np.uint8)


def keyboard(dice: np.random.Generator, width: int, height: int) -> Pixels:
    """Rows of dark keys with letters."""
    picture = Image.new("RGB", (width, height), (28, 28, 30))
    draw, font = ImageDraw.Draw(picture), ImageFont.truetype(str(_ROOT / _SPARE), int(width * 0.022))
    key = int(width * dice.uniform(0.055, 0.08))
    for row, top in enumerate(range(0, height, key)):
        for left in range(-key + row * key // 3 % key, width, key):
            draw.rounded_rectangle((left, top, left + key * 0.9, top + key * 0.88), key // 8, fill=(48, 49, 53))
            letter = "QWERTYUIOPASDFGHJKLZXCVBNM"[int(dice.integers(26))]
            draw.text((left + key * 0.2, top + key * 0.12), letter, fill=(190, 190, 190), font=font)
    return np.ascontiguousarray(np.asarray(picture)[:, :, ::-1])


def magazine(dice: np.random.Generator, width: int, height: int) -> Pixels:
    """Coloured pictures with columns of small print between them."""
    picture = Image.new("RGB", (width, height), (236, 233, 226))
    draw, font = ImageDraw.Draw(picture), ImageFont.truetype(str(_ROOT / _SPARE), int(width * 0.013), index=_SIMPLIFIED)
    for left in range(20, width, width // 3):
        for top in range(0, height, height // 4):
            if dice.random() < 0.45:
                colour = tuple(int(c) for c in dice.integers(20, 230, 3))
                draw.rectangle((left, top + 10, left + width // 3 - 40, top + height // 4 - 10), fill=colour)
                continue
            for y in range(top + 10, top + height // 4 - 20, int(width * 0.021)):
                draw.text(
                    (left, y), "春天的山谷里溪水潺潺游人如织"[int(dice.integers(5)) :] * 2, fill=(40, 40, 40), font=font
                )
    return np.ascontiguousarray(np.asarray(picture)[:, :, ::-1])


def sheet(dice: np.random.Generator, width: int, height: int) -> Pixels:
    """Bed linen with soft folds."""
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    fold = np.zeros((height, width), np.float32)
    for _ in range(7):
        angle, length = dice.uniform(0, 3.14), dice.uniform(90, 500)
        fold += np.sin((columns * np.cos(angle) + rows * np.sin(angle)) / length * 6.28 + dice.uniform(0, 6))
    return np.clip(dice.uniform(150, 225, 3) + (fold * 7)[..., None], 0, 255).astype(np.uint8)


def parquet(dice: np.random.Generator, width: int, height: int) -> Pixels:
    """Short boards of changing tone, laid crosswise."""
    picture = np.zeros((height, width, 3), np.float32)
    board = int(dice.integers(width // 14, width // 7))
    base = np.array(dice.choice(((60, 100, 150), (90, 130, 170))), np.float32)
    for i, top in enumerate(range(0, height, board)):
        for j, left in enumerate(range(0, width, board)):
            block = base * dice.uniform(0.75, 1.2) + dice.normal(0, 3, (board, board, 1))
            line = np.arange(board) % max(6, board // 4) < 2
            block[line if (i + j) % 2 else slice(None), slice(None) if (i + j) % 2 else line] *= 0.75
            picture[top : top + board, left : left + board] = block[: height - top, : width - left]
    return np.clip(picture, 0, 255).astype(np.uint8)


def grass(dice: np.random.Generator, width: int, height: int) -> Pixels:
    """A busy natural ground."""
    noise = dice.normal(0, 1, (height, width)).astype(np.float32)
    blades = np.asarray(cv2.GaussianBlur(noise, (0, 0), sigmaX=1.2, sigmaY=6), dtype=np.float32)[..., None]
    green: npt.NDArray[np.float64] = np.array((50, 110, 80)) + blades * 110 * np.array((0.6, 1, 0.8))
    return np.clip(green, 0, 255).astype(np.uint8)


def notebook(dice: np.random.Generator, width: int, height: int) -> Pixels:
    """Squared paper."""
    picture = np.full((height, width, 3), dice.uniform(215, 245), np.float32)
    step = int(dice.integers(24, 60))
    picture[::step] -= (50, 25, 10)
    picture[:, ::step] -= (50, 25, 10)
    return np.clip(picture, 0, 255).astype(np.uint8)


TUNING = Look(
    texts=(_SPARE, "opentype/noto/NotoSansCJK-Light.ttc", "truetype/wqy/wqy-microhei.ttc"),
    digits=(_SPARE, "truetype/dejavu/DejaVuSans.ttf"),
    scenes=(*SCENES, white, tiles, paper, marble, stripes),
)
UNSEEN = Look(
    texts=(
        "truetype/wqy/wqy-zenhei.ttc",
        "opentype/noto/NotoSansCJK-Medium.ttc",
        "opentype/noto/NotoSansCJK-DemiLight.ttc",
        "truetype/lxgw-wenkai/LXGWWenKai-Regular.ttf",
    ),
    digits=("opentype/ocr-b/OCRB.otf", "truetype/dejavu/DejaVuSansMono.ttf", "opentype/noto/NotoSansCJK-Medium.ttc"),
    scenes=(keyboard, magazine, sheet, parquet, grass, notebook, white, *SCENES[1:3]),
)


def fonts_of(look: Look, dice: random.Random) -> CardFonts:
    """Typefaces for one card, with the values printed up to half a millimetre off. Names the packages if one lacks."""
    chosen = [str(_ROOT / dice.choice(paths)) for paths in (look.texts, look.digits)]
    for path in (*chosen, str(_ROOT / _SPARE)):
        if not Path(path).is_file():
            raise SystemExit(f"{path} is not installed: apt-get install {_PACKAGES}")
    shift = (dice.uniform(-0.5, 0.5), dice.uniform(-0.4, 0.4))
    index = _SIMPLIFIED if "CJK" in chosen[0] else 0
    return CardFonts(chosen[0], chosen[1], str(_ROOT / _SPARE), index, shift)


def worn(card: Image.Image, dice: np.random.Generator, amount: float) -> Image.Image:
    """Scratches, a bent laminate that shines in bands, and coloured hologram patches."""
    picture = np.asarray(card).astype(np.float32)
    height, width = picture.shape[:2]
    for _ in range(int(dice.integers(0, 1 + round(14 * amount)))):
        start, angle = dice.uniform((0, 0), (width, height)), dice.uniform(0, 3.14)
        end = start + dice.uniform(60, 500) * np.array((np.cos(angle), np.sin(angle)))
        cv2.line(picture, start.astype(int).tolist(), end.astype(int).tolist(), dice.uniform(190, 255, 3).tolist(), 1)
    if dice.random() < 0.6:
        band = np.sin(np.linspace(0, dice.uniform(3, 12), width) + dice.uniform(0, 6))[None, :, None]
        picture += band * 14 * amount
    for _ in range(int(dice.integers(0, 1 + round(4 * amount)))):
        spot = np.zeros((height, width), np.float32)
        centre = dice.uniform((0, 0), (width, height)).astype(int).tolist()
        cv2.ellipse(spot, centre, dice.integers(40, 150, 2).tolist(), float(dice.uniform(0, 180)), 0, 360, 1, -1)
        picture += cv2.GaussianBlur(spot, (0, 0), 14)[..., None] * dice.uniform(-30, 45, 3) * amount
    return Image.fromarray(np.clip(picture, 0, 255).astype(np.uint8))
