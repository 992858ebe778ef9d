"""Photos that must not be accepted, each with the verdicts that are right for it."""

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from deploy.demo.card_photos import CardFonts, Person, draw_back, draw_front
from deploy.demo.card_photos.people import check_digit
from deploy.demo.card_photos.photograph import encode
from tests.bench.recognition.camera import pixels_of, shoot, upright
from tests.bench.recognition.looks import Look

_SIZE = (1712, 1080)
_NOTES = ("收据 金额 128.00 元", "出生医学证明 姓名", "今日特价 有效期限三天", "联系电话 010-62230000")
_OTHER = {
    "driving licence": (
        ("中华人民共和国机动车驾驶证", 60, 250),
        ("证号 {number}", 48, 60),
        ("姓名 {name}    性别 {sex}    国籍 中国", 48, 60),
        ("住址 {address}", 44, 60),
        ("出生日期 {birth}", 48, 60),
        ("初次领证日期 2019-04-08", 48, 60),
        ("准驾车型 C1", 56, 60),
    ),
    "residence permit": (
        ("姓名 {name}", 66, 110),
        ("性别 {sex}", 58, 110),
        ("出生 {birth}", 58, 110),
        ("户籍地址 {address}", 52, 110),
        ("居住证 居住地址 {address}", 52, 110),
        ("公民身份号码 {number}", 66, 110),
    ),
    "bank card": (("中国建设银行", 90, 120), ("6217 0028 7000 4512 398", 110, 160), ("借记卡 有效期 09/31", 60, 160)),
    "student card": (
        ("学生证", 110, 600),
        ("姓名 {name}", 60, 200),
        ("学院 临床医学院", 60, 200),
        ("学号 2021302180", 60, 200),
        ("有效期限 2021.09-2026.06", 60, 200),
    ),
}


@dataclass(frozen=True)
class Refusal:
    """One photo: which kind of refusal, which side was asked for, and the verdicts that are right."""

    kind: str
    side: str
    photo: bytes
    right: frozenset[str]


Maker = Callable[[Person, CardFonts, Look, int, date], Refusal]


def refusal(kind: str, person: Person, fonts: CardFonts, look: Look, seed: int, today: date) -> Refusal:
    """Makes one photo of the given kind."""
    return KINDS[kind](person, fonts, look, seed, today)


def _level(seed: int) -> str:
    return ("clean", "mild", "mild", "hard")[seed % 4]


def _wrong_side(person: Person, fonts: CardFonts, look: Look, seed: int, today: date) -> Refusal:
    front = seed % 2 == 0
    card = draw_front(person, fonts) if front else draw_back(person.card, fonts)
    photo = shoot(card, seed, _level(seed // 2), look).jpeg
    return Refusal("wrong side", "back" if front else "front", photo, frozenset({"wrong_side"}))


def _tampered(person: Person, fonts: CardFonts, look: Look, seed: int, today: date) -> Refusal:
    number = person.id_number
    forged = [
        replace(person, id_number=number[:17] + ("3" if number[17] != "3" else "8")),
        replace(person, birth_date=person.birth_date + timedelta(days=31)),
        replace(person, sex="女" if person.sex == "男" else "男"),
        replace(person, id_number=number[:5] + str((int(number[5]) + 1) % 10) + number[6:]),
    ][seed % 4]
    if forged.id_number != number and check_digit(forged.id_number[:17]) == forged.id_number[17]:
        forged = replace(person, id_number=number[:16] + str((int(number[16]) + 1) % 10) + number[17])
    photo = shoot(draw_front(forged, fonts), seed, _level(seed), look).jpeg
    # On a hard photo a person may also be asked for a better one.
    also = {"retake", "review"} if _level(seed) == "hard" else set()
    return Refusal("tampered", "front", photo, frozenset({"inconsistent"} | also))


def _expired(person: Person, fonts: CardFonts, look: Look, seed: int, today: date) -> Refusal:
    ended = today - timedelta(days=1 + seed * 37 % 2000)
    ended = ended.replace(day=min(ended.day, 28))
    card = replace(person.card, valid_from=ended.replace(year=ended.year - (10, 20)[seed % 2]), valid_to=ended)
    photo = shoot(draw_back(card, fonts), seed, _level(seed), look).jpeg
    return Refusal("expired", "back", photo, frozenset({"expired"}))


def _wrong_term(person: Person, fonts: CardFonts, look: Look, seed: int, today: date) -> Refusal:
    start = today - timedelta(days=200 + seed % 300)
    start = start.replace(day=min(start.day, 28))
    card = replace(person.card, valid_from=start, valid_to=start.replace(year=start.year + (12, 15, 30)[seed % 3]))
    photo = shoot(draw_back(card, fonts), seed, _level(seed), look).jpeg
    also = {"retake", "review"} if _level(seed) == "hard" else set()
    return Refusal("wrong term", "back", photo, frozenset({"inconsistent"} | also))


def _dark(person: Person, fonts: CardFonts, look: Look, seed: int, today: date) -> Refusal:
    dice = np.random.default_rng([seed, 1])
    picture = pixels_of(shoot(draw_front(person, fonts), seed, "mild", look).jpeg).astype(np.float32)
    dim = picture * dice.uniform(0.02, 0.1) + dice.normal(0, 4, picture.shape)
    photo = encode(np.clip(dim, 0, 255).astype(np.uint8), 70)
    return Refusal("too dark", "front", photo, frozenset({"retake"}))


def _blurred(person: Person, fonts: CardFonts, look: Look, seed: int, today: date) -> Refusal:
    dice = np.random.default_rng([seed, 2])
    picture = pixels_of(shoot(draw_front(person, fonts), seed, "mild", look).jpeg)
    sigma = dice.uniform(7, 13) * picture.shape[1] / 1600
    photo = encode(np.asarray(cv2.GaussianBlur(picture, (0, 0), sigma), dtype=np.uint8), 80)
    return Refusal("blurred", "front", photo, frozenset({"retake"}))


def _partial(person: Person, fonts: CardFonts, look: Look, seed: int, today: date) -> Refusal:
    dice = np.random.default_rng([seed, 3])
    front = seed % 2 == 0
    card = draw_front(person, fonts) if front else draw_back(person.card, fonts)
    photo = shoot(card, seed * 8 + 1, "clean" if seed % 3 else "mild", look)
    picture = upright(photo.jpeg)
    (left, top), (right, bottom) = photo.corners.min(axis=0), photo.corners.max(axis=0)
    share = dice.uniform(0.12, 0.45)
    x0, y0, x1, y1 = 0, 0, picture.shape[1], picture.shape[0]
    match int(dice.integers(4)):
        case 0:
            x0 = int(left + share * (right - left))
        case 1:
            x1 = int(right - share * (right - left))
        case 2:
            y0 = int(top + share * (bottom - top))
        case _:
            y1 = int(bottom - share * (bottom - top))
    cut = np.ascontiguousarray(picture[max(0, y0) : y1, max(0, x0) : x1])
    return Refusal("partial", "front" if front else "back", encode(cut, 90), frozenset({"retake", "not_a_card"}))


def _photocopy(person: Person, fonts: CardFonts, look: Look, seed: int, today: date) -> Refusal:
    dice = np.random.default_rng([seed, 4])
    front = seed % 2 == 0
    card = draw_front(person, fonts) if front else draw_back(person.card, fonts)
    grey = np.asarray(card.convert("L")).astype(np.float32)
    copied = np.clip((grey - 128) * dice.uniform(1.05, 1.5) + dice.uniform(140, 165), 0, 255).astype(np.uint8)
    sheet = Image.new("L", (2480, 1760), int(dice.integers(238, 252)))
    sheet.paste(Image.fromarray(copied), (int(dice.integers(250, 500)), int(dice.integers(250, 430))))
    page = cv2.cvtColor(np.asarray(sheet), cv2.COLOR_GRAY2BGR).astype(np.float32)
    page *= 1 + dice.uniform(-0.07, 0.07, 3) * np.array((-1, 0, 1))
    slope = np.linspace(1, dice.uniform(0.75, 1), page.shape[1])[None, :, None]
    noisy = np.clip(page * slope + dice.normal(0, 4, page.shape), 0, 255).astype(np.uint8)
    small = cv2.resize(noisy, (1900, 1348), interpolation=cv2.INTER_AREA)
    return Refusal("photocopy", "front" if front else "back", encode(np.asarray(small), 82), frozenset({"review"}))


def _other_card(person: Person, fonts: CardFonts, look: Look, seed: int, today: date) -> Refusal:
    dice = random.Random(seed)
    card = Image.new("RGB", _SIZE, dice.choice(((236, 240, 232), (214, 228, 244), (240, 226, 206))))
    draw, y = ImageDraw.Draw(card), 90
    words = {"number": person.id_number, "name": person.name, "sex": person.sex}
    words |= {"address": person.address[:18], "birth": person.birth_date.isoformat()}
    for text, size, x in list(_OTHER.values())[seed % len(_OTHER)]:
        font = ImageFont.truetype(fonts.text, size, index=fonts.index)
        draw.text((x, y), text.format(**words), fill=(30, 30, 40), font=font)
        y += int(size * 2.1)
    draw.ellipse((1380, 560, 1620, 800), outline=(190, 40, 40), width=8)
    level = ("clean", "mild")[seed // 4 % 2]
    side = "back" if seed % 7 == 0 else "front"
    return Refusal("other card", side, shoot(card, seed, level, look).jpeg, frozenset({"not_a_card"}))


def _no_card(person: Person, fonts: CardFonts, look: Look, seed: int, today: date) -> Refusal:
    dice = np.random.default_rng([seed, 6])
    picture = look.scenes[seed % len(look.scenes)](dice, 1600, 1200).copy()
    for _ in range(int(dice.integers(0, 9))):
        start, end = dice.integers(0, 1200, 2).tolist(), dice.integers(0, 1200, 2).tolist()
        cv2.rectangle(picture, start, end, dice.integers(0, 255, 3).tolist(), -1)
    if seed % 2:
        sheet = Image.fromarray(picture)
        font = ImageFont.truetype(fonts.text, 52, index=fonts.index)
        for row in range(7):
            text = str(dice.choice(_NOTES))
            ImageDraw.Draw(sheet).text((200, 150 + 120 * row), text, fill=(20, 20, 20), font=font)
        picture = np.asarray(sheet)
    return Refusal("not a card", ("front", "back")[seed % 2], encode(picture, 85), frozenset({"not_a_card"}))


KINDS: dict[str, Maker] = {
    "wrong side": _wrong_side,
    "tampered": _tampered,
    "expired": _expired,
    "wrong term": _wrong_term,
    "too dark": _dark,
    "blurred": _blurred,
    "partial": _partial,
    "photocopy": _photocopy,
    "other card": _other_card,
    "not a card": _no_card,
}
