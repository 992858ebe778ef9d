"""Photos of the third generator that must not be accepted, each with the verdicts that are right for it."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import cv2
import numpy as np
from PIL import Image, ImageDraw

from deploy.demo.card_photos import Person
from deploy.demo.card_photos.people import check_digit
from deploy.demo.card_photos.photograph import Photo
from tests.bench.recognition.camera import pixels_of, upright
from tests.bench.recognition.refusals import Refusal
from tests.bench.recognition.stranger_cards import face_for
from tests.bench.recognition.template_cards import HIGH, WIDE, Style, draw_template
from tests.bench.recognition.template_photos import jpeg, shoot_template
from tests.bench.recognition.template_tables import Table

_LEVELS = ("clean", "mild", "hard")
_OTHERS = (
    "招商银行|CHINA MERCHANTS BANK|6225 8801 2345 6789|VALID THRU 08/30|银联 UnionPay|{name}",
    "中华人民共和国机动车驾驶证|证号 {number}|姓名 {name}  性别 {sex}|住址 {address}|准驾车型 C1|有效期 {since}",
    "滨海医科大学|学生证 STUDENT CARD|姓名 {name}|性别 {sex}  民族 {ethnicity}|学号 2023115044|出生 {born}",
    "中华人民共和国社会保障卡|姓名 {name}|社会保障号码 {number}|发卡日期 2021年5月|中国农业银行|6228 4803 1188 9900",
    "工 作 证|单位 云溪县人民医院|姓名 {name}|部门 急诊科|编号 00417|性别 {sex}",
    "港澳居民居住证|姓名 {name}|性别 {sex}|出生 {born}|住址 {address}|公民身份号码 810000199408230021",
    "图书馆借阅证|姓名 {name}|证号 A0331207|有效期 2027-06-30|遗失请与本馆联系|电话 8123 4567",
)
_SCREEN = ("设置", "姓名 未填写", "消息通知", "实名认证 请上传身份证", "有效期限 三十天", "退出登录")


@dataclass(frozen=True)
class Case:
    """What a refusal is made of."""

    person: Person
    style: Style
    tables: Sequence[Table]
    seed: int
    today: date

    @property
    def level(self) -> str:
        return _LEVELS[self.seed // 2 % 3]

    @property
    def side(self) -> str:
        return ("front", "back")[self.seed % 2]

    def photo(self, person: Person, side: str, level: str | None = None) -> Photo:
        """A photo of one side of this person's card."""
        card = draw_template(person, side, self.style, self.seed)
        return shoot_template(card, self.seed, level or self.level, self.tables)


def _tolerated(case: Case, *right: str) -> frozenset[str]:
    """On a hard photo a person may also be asked for a better one."""
    return frozenset(right) | (frozenset({"retake", "review"}) if case.level == "hard" else frozenset())


def _other_side(case: Case) -> Refusal:
    shown = "back" if case.side == "front" else "front"
    return Refusal("wrong side", case.side, case.photo(case.person, shown).jpeg, frozenset({"wrong_side"}))


def _contradicting(case: Case) -> Refusal:
    """A wrong check digit, or a birth date or sex that the number denies."""
    number = case.person.id_number
    last = "X" if number[17] != "X" else "2"
    later = case.person.birth_date + timedelta(days=366)
    changes: tuple[dict[str, object], ...] = (
        {"id_number": number[:17] + last},
        {"birth_date": later},
        {"sex": "女" if case.person.sex == "男" else "男"},
        {"id_number": number[:8] + str((int(number[8]) + 1) % 10) + number[9:]},
    )
    forged = replace(case.person, **changes[case.seed % 4])  # type: ignore[arg-type]
    assert forged.id_number == number or check_digit(forged.id_number[:17]) != forged.id_number[17]
    return Refusal("contradicting", "front", case.photo(forged, "front").jpeg, _tolerated(case, "inconsistent"))


def _ended(case: Case) -> Refusal:
    end = (case.today - timedelta(days=1 + case.seed * 53 % 1500)).replace(day=1 + case.seed % 28)
    end = min(end, case.today - timedelta(days=1))
    start = end.replace(year=end.year - (5, 10, 20)[case.seed % 3])
    forged = replace(case.person, card=replace(case.person.card, valid_from=start, valid_to=end))
    return Refusal("expired", "back", case.photo(forged, "back").jpeg, frozenset({"expired"}))


def _odd_term(case: Case) -> Refusal:
    start = (case.today - timedelta(days=90 + case.seed % 700)).replace(day=1 + case.seed % 28)
    end = start.replace(year=start.year + (7, 12, 25)[case.seed % 3])
    forged = replace(case.person, card=replace(case.person.card, valid_from=start, valid_to=end))
    return Refusal("odd term", "back", case.photo(forged, "back").jpeg, _tolerated(case, "inconsistent"))


def _copied(case: Case) -> Refusal:
    """A copy without colours lying on a table, in light with a tint."""
    dice = np.random.default_rng([case.seed, 8])
    grey = np.asarray(draw_template(case.person, case.side, case.style, case.seed).convert("L")).astype(np.float32)
    copied = np.clip((grey - 150) * dice.uniform(1.0, 1.4) + dice.uniform(160, 190), 0, 255)
    copied += dice.normal(0, 5, copied.shape) - (np.arange(WIDE) % int(dice.integers(40, 300)) == 0) * 12
    card = Image.fromarray(np.clip(copied, 0, 255).astype(np.uint8)).convert("RGB")
    photo = shoot_template(card, case.seed, ("clean", "mild")[case.seed // 2 % 2], case.tables)
    return Refusal("copied", case.side, photo.jpeg, frozenset({"review"}))


def _foreign(case: Case) -> Refusal:
    dice = random.Random(f"other {case.seed}")
    card = Image.new("RGB", (WIDE, HIGH), tuple(dice.randint(150, 250) for _ in range(3)))
    draw, y, person = ImageDraw.Draw(card), dice.randint(80, 150), case.person
    face, ink = dice.choice(case.style.texts), tuple(dice.randint(0, 90) for _ in range(3))
    words = {"name": person.name, "number": person.id_number, "sex": person.sex, "ethnicity": person.ethnicity}
    words |= {"address": person.address[:16], "born": f"{person.birth_date:%Y年%m月%d日}", "since": "2025-05-06"}
    for i, row in enumerate(_OTHERS[case.seed % len(_OTHERS)].split("|")):
        size, x = (dice.randint(80, 100) if i == 0 else dice.randint(54, 68)), float(dice.randint(90, 130))
        for char in row.format(**words):
            font = face_for(face, char, size)
            draw.text((x, y), char, fill=ink, font=font)
            x += font.getlength(char)
        y += int(size * dice.uniform(1.7, 2.1))
    draw.rounded_rectangle((1330, 380, 1620, 760), 20, fill=tuple(dice.randint(90, 230) for _ in range(3)))
    photo = shoot_template(card, case.seed, ("clean", "mild")[case.seed // 7 % 2], case.tables)
    return Refusal("other card", case.side, photo.jpeg, frozenset({"not_a_card"}))


def _nothing(case: Case) -> Refusal:
    """An empty table, or a picture of a telephone's screen full of text."""
    dice = np.random.default_rng([case.seed, 9])
    if case.seed % 3:
        frame = case.tables[case.seed % len(case.tables)](dice, 1600, 1200)
        return Refusal("no card", case.side, jpeg(frame, 80), frozenset({"not_a_card"}))
    screen = Image.new("RGB", (1080, 1920), (247, 247, 250))
    draw = ImageDraw.Draw(screen)
    for i in range(14):
        text = _SCREEN[(i + case.seed) % len(_SCREEN)] + f" {i * 37 % 100}"
        draw.text((60, 90 + i * 125), text, fill=(25, 25, 30), font=face_for(case.style.texts[0], "字", 52))
        draw.line((0, 180 + i * 125, 1080, 180 + i * 125), fill=(220, 220, 224), width=3)
    return Refusal("no card", case.side, jpeg(np.asarray(screen)[:, :, ::-1], 90), frozenset({"not_a_card"}))


def _cut(case: Case) -> Refusal:
    """Two tenths or more of the card lie outside the frame."""
    dice = np.random.default_rng([case.seed, 10])
    photo = case.photo(case.person, case.side, "clean" if case.seed % 4 < 2 else "mild")
    picture, (left, top), (right, bottom) = upright(photo.jpeg), photo.corners.min(axis=0), photo.corners.max(axis=0)
    share, edge = dice.uniform(0.2, 0.45), int(dice.integers(4))
    x0, y0, x1, y1 = 0, 0, picture.shape[1], picture.shape[0]
    x0, x1 = (int(left + share * (right - left)), x1) if edge == 0 else (x0, x1)
    x0, x1 = (x0, int(right - share * (right - left))) if edge == 1 else (x0, x1)
    y0, y1 = (int(top + share * (bottom - top)), y1) if edge == 2 else (y0, y1)
    y0, y1 = (y0, int(bottom - share * (bottom - top))) if edge == 3 else (y0, y1)
    return Refusal(
        "cut off", case.side, jpeg(picture[max(0, y0) : y1, max(0, x0) : x1], 88), frozenset({"retake", "not_a_card"})
    )


def _night(case: Case) -> Refusal:
    dice = np.random.default_rng([case.seed, 11])
    picture = pixels_of(case.photo(case.person, case.side, "mild").jpeg).astype(np.float32)
    dim = picture * dice.uniform(0.02, 0.09) + dice.normal(0, 5, picture.shape)
    return Refusal("dark", case.side, jpeg(dim, 75), frozenset({"retake"}))


def _shaken(case: Case) -> Refusal:
    dice = np.random.default_rng([case.seed, 12])
    photo = case.photo(case.person, case.side, "clean")
    unit = float(np.linalg.norm(photo.corners[1] - photo.corners[0])) / 85.6
    picture = cv2.GaussianBlur(pixels_of(photo.jpeg), (0, 0), dice.uniform(0.75, 1.5) * unit)
    return Refusal("shaken", case.side, jpeg(picture, 85), frozenset({"retake"}))


TEMPLATE_KINDS: dict[str, Callable[[Case], Refusal]] = {
    "wrong side": _other_side,
    "contradicting": _contradicting,
    "expired": _ended,
    "odd term": _odd_term,
    "copied": _copied,
    "other card": _foreign,
    "no card": _nothing,
    "cut off": _cut,
    "dark": _night,
    "shaken": _shaken,
}
