"""Cards as somebody else would draw them: other typefaces, papers, sizes and places than the demo's card has.

Every value stands within about two millimetres of where a real card has it; people, addresses and authorities are
invented out of the whole table of places, all 56 ethnic groups and the characters of GB 2312.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from deploy.demo.card_photos import Person, fictional_person
from deploy.demo.card_photos.people import Card, check_digit
from services.identity.recognition.gazetteer import places_by_area
from services.identity.recognition.rules import ETHNICITIES

PX = 18
WIDTH, HEIGHT = round(85.6 * PX), 54 * PX
_ROOT = Path("/usr/share/fonts")
_SPARE = ("opentype/noto/NotoSansCJK-Regular.ttc", 2)
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙朱马胡郭林何高梁郑罗宋谢唐韩曹许邓萧冯曾程蔡彭潘袁于董余苏叶吕魏蒋田杜丁沈姜"
    "范江傅钟卢汪戴崔任陆廖姚方金邱夏谭韦贾邹石熊孟秦阎薛侯雷白龙段郝孔邵史毛常万顾赖武康贺严尹钱施牛洪龚"
    "仇覃逄亓乜佘郗郄鞠缪阙麹"
)
_GIVEN = "子轩梓涵欣怡浩然宇航诗涵雨桐博文俊杰思远嘉怡晨曦一诺若曦建国志强秀英桂兰淑珍海燕丽华玉梅"
_RARE = (
    "燊翀赟旻湉堉婳祎彧玥昀鑫璟珺垚骁煜琰祺瑄晞翯翾芃苒荇菡葳蕤逯邈郢钰铄锴镕閎霁霂韫颀颢飏骐龑沄沅泓洺浚"
    "涣淏渌湜滢漪潼澍濛灏炘烜焜熠燚玘珂珩琤琬瑀瑭璇璐瓒甯皓睿祯禧竑筱箐簌粲紘翎"
)
_KIN = ("阿不都热合曼", "买买提江", "阿依努尔", "吐尔逊江", "帕提古丽", "热孜万古丽", "玛依拉", "叶尔肯")
_STREETS = "长安路 朝阳大街 和平里 东风路 望江路 清河街道 枫林巷 梧桐苑 学院南路 云溪大道 兴隆街 锦绣花园 汇景新城"
_VILLAGES = "大柳树村 前张庄村 牛角塘村 上坪村 桐梓林村 马家沟村 白鹭洲村 簸箕湾村 响水洞村 垭口村"


@dataclass(frozen=True)
class Press:
    """The typefaces of one set: (path, face) of texts and of figures."""

    texts: Sequence[tuple[str, int]]
    digits: Sequence[tuple[str, int]]


TUNED = Press(
    texts=(
        ("opentype/noto/NotoSansCJK-Regular.ttc", 2),
        ("opentype/noto/NotoSansCJK-Bold.ttc", 2),
        ("truetype/wqy/wqy-zenhei.ttc", 0),
        ("truetype/wqy/wqy-microhei.ttc", 0),
        ("opentype/noto/NotoSerifCJK-Medium.ttc", 2),
        ("truetype/arphic/ukai.ttc", 0),
    ),
    digits=(
        ("opentype/ocr-b/OCRB.otf", 0),
        ("truetype/dejavu/DejaVuSans-Bold.ttf", 0),
        ("opentype/noto/NotoSansCJK-Regular.ttc", 2),
    ),
)
HELD_OUT = Press(
    texts=(
        ("opentype/noto/NotoSansCJK-DemiLight.ttc", 2),
        ("opentype/noto/NotoSansCJK-Medium.ttc", 2),
        ("opentype/noto/NotoSerifCJK-SemiBold.ttc", 2),
        ("truetype/lxgw-wenkai/LXGWWenKai-Regular.ttf", 0),
        ("truetype/arphic-gbsn00lp/gbsn00lp.ttf", 0),
        ("truetype/cns11643/TW-Kai-98_1.ttf", 0),
    ),
    digits=(
        ("opentype/ocr-b/OCRBL.otf", 0),
        ("truetype/dejavu/DejaVuSansMono.ttf", 0),
        ("truetype/dejavu/DejaVuSansCondensed.ttf", 0),
        ("opentype/noto/NotoSansCJK-Medium.ttc", 2),
    ),
)


def stranger(seed: int, today: date) -> Person:
    """An invented person with a wider choice of names, places and ethnic groups than the demo's."""
    dice = random.Random(f"stranger {seed}")
    base = fictional_person(seed + 7_000_000, today)
    province = dice.choice(
        [area for area in places_by_area() if area.endswith(("省", "自治区")) and len(places_by_area()[area]) > 20]
    )
    inner = sorted(name for name in places_by_area()[province] if len(name) > 2 and name != province)
    county = dice.choice(inner)
    digits = "0123456789"
    first_17 = base.id_number[:2] + "".join(dice.choices(digits, k=4)) + base.id_number[6:17]
    if seed % 5 == 0:
        first_17 = next(c for c in (first_17[:14] + f"{n:03d}" for n in range(1000)) if _suits(c, first_17))
    number = first_17 + check_digit(first_17)
    authority = (
        county + "公安局" + (dice.choice(("", "", inner[0].rstrip("市区县") + "分局")) if len(county) < 6 else "")
    )
    card = Card(authority, base.card.valid_from, None if dice.random() < 0.2 else base.card.valid_to)
    name, ethnicity = _name(dice)
    return Person(name, base.sex, ethnicity, base.birth_date, _address(dice, province, county), number, card)


def _suits(candidate: str, first_17: str) -> bool:
    """Whether the check character is X and the sex stays what it was."""
    return check_digit(candidate) == "X" and int(candidate[16]) % 2 == int(first_17[16]) % 2


def _name(dice: random.Random) -> tuple[str, str]:
    if dice.random() < 0.08:
        return "·".join(dice.sample(_KIN, 2)), dice.choice(("维吾尔", "哈萨克", "塔吉克"))
    count = dice.choice((1, 2, 2, 2, 3))
    given = [dice.choice(_RARE if dice.random() < 0.2 else _GIVEN + _level_one()) for _ in range(count)]
    return dice.choice(_SURNAMES) + "".join(given), dice.choice(("汉", *ETHNICITIES[:56]))


def _level_one() -> str:
    """The 3,755 most usual characters of GB 2312."""
    codes = [(row, cell) for row in range(0xB0, 0xD8) for cell in range(0xA1, 0xFF) if row < 0xD7 or cell < 0xFA]
    return b"".join(bytes(code) for code in codes).decode("gb2312")


def _address(dice: random.Random, province: str, county: str) -> str:
    if dice.random() < 0.4:
        return f"{province}{county}{dice.choice(_VILLAGES.split())}{dice.randint(1, 19)}组{dice.randint(1, 120)}号"
    street = f"{dice.choice(_STREETS.split())}{dice.randint(1, 999)}号"
    block = dice.choice(("", "A座", "附1号", f"{dice.randint(1, 30)}幢", f"{dice.randint(1, 9)}-{dice.randint(1, 6)}-"))
    room = f"{dice.randint(1, 33)}0{dice.randint(1, 9)}室" if dice.random() < 0.7 or block.endswith("-") else ""
    return province + county + street + block + room


@dataclass
class _Sheet:
    image: Image.Image
    dice: random.Random
    text: tuple[str, int]
    digits: tuple[str, int]
    ink: tuple[int, int, int]

    def write(self, x: float, y: float, text: str, size: float, pitch: float = 0, label: bool = False) -> float:
        """Writes with the middle of the line at `y` mm; gives the x (mm) after it."""
        draw = ImageDraw.Draw(self.image)
        path = self.digits if text[:6].isdigit() and len(text) == 18 else self.text
        for char in text:
            font = face_for(path, char, round(size * PX))
            fill = (60, 115, 165) if label else self.ink
            draw.text((x * PX, y * PX), char, fill=fill, font=font, anchor="lm")
            x += pitch or font.getlength(char) / PX
        return x


def draw_stranger(person: Person, side: str, press: Press, seed: int) -> Image.Image:
    """One side, 18 pixels per millimetre."""
    dice = random.Random(f"press {seed}")
    tone = dice.choice((18, 32, 48))
    sheet = _Sheet(
        _paper(dice, side), dice, dice.choice(press.texts), dice.choice(press.digits), (tone, tone, tone + 4)
    )
    _front(sheet, person) if side == "front" else _back(sheet, person.card)
    return sheet.image


def _front(sheet: _Sheet, person: Person) -> None:
    roll = sheet.dice.uniform
    left, values, size, label = roll(4.6, 6.4), roll(14.8, 16.8), roll(3.0, 3.6), roll(2.6, 3.1)
    rows = [roll(7.0, 9.3)]
    for _ in range(3):
        rows.append(rows[-1] + roll(6.3, 7.1))
    for y, text in zip(rows, ("姓名", "性别", "出生", "住址"), strict=True):
        sheet.write(left, y, text, label, label * roll(1.0, 1.15), True)
    sheet.write(values, rows[0], person.name, size * roll(1.0, 1.18), 0 if len(person.name) > 7 else size * 1.2)
    sheet.write(values, rows[1], person.sex, size)
    x = sheet.write(roll(26.5, 29.5), rows[1], "民族", label, label * 1.05, True)
    sheet.write(x + roll(1.0, 2.6), rows[1], person.ethnicity, size)
    x, gap = values, roll(0.6, 1.6)
    for number, word in zip(
        (person.birth_date.year, person.birth_date.month, person.birth_date.day), "年月日", strict=True
    ):
        x = sheet.write(x, rows[2], str(number), size) + gap
        x = sheet.write(x, rows[2], word, label, 0, True) + gap
    pitch, room = roll(4.3, 5.0), sheet.dice.choice((10, 11, 12))
    for i, text in enumerate(_wrapped(person.address, room)):
        sheet.write(values, rows[3] + i * pitch, text, min(size, 37 / room))
    y, size = roll(45.6, 48.2), roll(3.4, 4.2)
    sheet.write(left, y, "公民身份号码", label, label * 1.03, True)
    sheet.write(roll(28.6, 31.0), y, person.id_number, size, roll(2.45, 2.68))
    _portrait(sheet)


def _back(sheet: _Sheet, card: Card) -> None:
    roll = sheet.dice.uniform
    draw, radius = ImageDraw.Draw(sheet.image), roll(6.0, 8.0) * PX
    x, y = roll(12, 15) * PX, roll(12, 15) * PX
    for part, colour in ((1.0, (190, 45, 40)), (0.8, (215, 150, 60)), (0.7, (185, 40, 40)), (0.2, (220, 160, 70))):
        draw.ellipse((x - radius * part, y - radius * part, x + radius * part, y + radius * part), fill=colour)
    top, size, second = roll(10.0, 12.5), roll(4.2, 5.0), roll(5.6, 6.8)
    sheet.write(roll(28, 31), top, "中华人民共和国", size, size * roll(1.2, 1.36))
    sheet.write(roll(28, 30.5), top + roll(7.0, 8.6), "居民身份证", second, second * roll(1.25, 1.42))
    y, size, left, values = roll(38.8, 41.2), roll(2.9, 3.5), roll(15.5, 18.5), roll(32.0, 35.0)
    pitch = roll(6.3, 7.2)
    sheet.write(left, y, "签发机关", size * 0.95, size)
    sheet.write(left, y + pitch, "有效期限", size * 0.95, size)
    sheet.write(values, y, card.authority, size if len(card.authority) < 15 else 2.9)
    ends = f"{card.valid_to:%Y.%m.%d}" if card.valid_to else "长期"
    sheet.write(values, y + pitch, f"{card.valid_from:%Y.%m.%d}{sheet.dice.choice(('-', '-', ' - '))}{ends}", size)


def _wrapped(address: str, room: int) -> list[str]:
    lines, left = [""], float(room)
    for char in address:
        need = 0.58 if char.isascii() else 1.0
        if left < need:
            lines, left = [*lines, ""], float(room)
        lines[-1] += char
        left -= need
    return lines


def _paper(dice: random.Random, side: str) -> Image.Image:
    """A tint that changes across the card, with fine waves and a security pattern of arcs."""
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    start, end = (np.array([dice.uniform(212, 250) for _ in range(3)]) for _ in range(2))
    share = (columns / WIDTH)[..., None] if dice.random() < 0.5 else (rows / HEIGHT)[..., None]
    paper = start * (1 - share) + end * share
    for _ in range(dice.randint(1, 3)):
        waves = np.sin(rows / dice.uniform(4, 11) + np.sin(columns / dice.uniform(40, 160)) * dice.uniform(1, 5))
        paper += (waves > 0.8)[..., None] * np.array([dice.uniform(-26, 4) for _ in range(3)])
    image = Image.fromarray(np.clip(paper, 0, 255).astype(np.uint8))
    draw = ImageDraw.Draw(image)
    tint = (236, 196, 200) if side == "back" else (190, 215, 232)
    for i in range(dice.randint(0, 9)):
        reach = (i + 2) * dice.uniform(2, 4) * PX
        draw.arc((WIDTH / 2 - reach, HEIGHT / 2 - reach, WIDTH / 2 + reach, HEIGHT / 2 + reach), 190, 350, tint, 3)
    return image


def _portrait(sheet: _Sheet) -> None:
    """A soft silhouette with dark hair and a tinted ground: no face."""
    roll, left, top = sheet.dice.uniform, 56.5 * PX, 7.5 * PX
    layer, mask = Image.new("RGB", sheet.image.size, (225, 230, 236)), Image.new("L", sheet.image.size, 0)
    draw, shade = ImageDraw.Draw(layer), ImageDraw.Draw(mask)
    if roll(0, 1) < 0.4:
        shade.rectangle((left, top, left + 24 * PX, top + 33 * PX), fill=255)
    coat, skin = (
        tuple(int(roll(30, 120)) for _ in range(3)),
        (int(roll(170, 215)), int(roll(140, 180)), int(roll(120, 160))),
    )
    for box, fill in (
        ((2, 24, 22, 46), coat),
        ((5.5, 3, 18.5, 20), (35, 33, 32)),
        ((6.5, 6, 17.5, 24), skin),
    ):
        place = (left + box[0] * PX, top + box[1] * PX, left + box[2] * PX, top + box[3] * PX)
        draw.ellipse(place, fill=fill)
        shade.ellipse(place, fill=255)
    shade.rectangle((0, 42 * PX, WIDTH, HEIGHT), fill=0)
    sheet.image.paste(layer.filter(ImageFilter.GaussianBlur(4)), mask=mask.filter(ImageFilter.GaussianBlur(3)))


_LOADED: dict[tuple[str, int, int], ImageFont.FreeTypeFont] = {}


def face_for(face: tuple[str, int], char: str, size: int) -> ImageFont.FreeTypeFont:
    """The wanted typeface, or the spare one for a character that it lacks."""
    font = _load(face, size)
    if face != _SPARE and bytes(font.getmask(char)) == bytes(font.getmask("\uffff")):
        return _load(_SPARE, size)
    return font


def _load(face: tuple[str, int], size: int) -> ImageFont.FreeTypeFont:
    key = (*face, size)
    if key not in _LOADED:
        _LOADED[key] = ImageFont.truetype(str(_ROOT / face[0]), size, index=face[1])
    return _LOADED[key]
