"""Where things stand on a second-generation resident ID card, in millimetres from its top left corner (85.6 x 54)."""

from dataclasses import dataclass

WIDTH, HEIGHT = 85.6, 54.0


@dataclass(frozen=True)
class Region:
    """An upright rectangle."""

    left: float
    top: float
    right: float
    bottom: float

    def holds(self, x: float, y: float) -> bool:
        """Whether a point lies inside."""
        return self.left <= x <= self.right and self.top <= y <= self.bottom


@dataclass(frozen=True)
class Label:
    """Printed words: the middle of the first and of the last character; `least` characters must be legible."""

    text: str
    first: float
    last: float
    y: float
    least: int
    weight: float


FRONT_LABELS = (
    Label("公民身份号码", 7.05, 21.55, 47.2, 3, 2.0),
    Label("姓名", 7.05, 9.95, 8.4, 2, 1.0),
    Label("性别", 7.05, 9.95, 15.2, 2, 1.0),
    Label("民族", 29.65, 32.55, 15.2, 2, 1.0),
    Label("出生", 7.05, 9.95, 21.8, 2, 1.0),
    Label("住址", 7.05, 9.95, 28.6, 2, 1.0),
)
BACK_LABELS = (
    Label("中华人民共和国", 31.25, 67.97, 11.0, 4, 1.5),
    Label("居民身份证", 31.3, 68.79, 18.6, 3, 1.5),
    Label("签发机关", 18.1, 27.1, 40.2, 3, 1.5),
    Label("有效期限", 18.1, 27.1, 47.0, 3, 1.5),
)
NUMBER_LABEL = Label("*" * 18, 30.9, 75.4, 47.2, 18, 1.0)

# Where a value may stand: generous, for choosing among characters that were found anywhere on the card.
NAME = Region(13.2, 4.6, 53.0, 11.8)
SEX = Region(13.2, 12.2, 24.5, 18.4)
ETHNICITY = Region(34.2, 12.2, 53.0, 18.4)
BIRTH = Region(13.2, 18.9, 53.0, 24.8)
ADDRESS = Region(13.2, 25.6, 54.2, 44.0)
NUMBER = Region(26.5, 43.8, 82.0, 50.8)
AUTHORITY = Region(30.6, 36.9, 80.0, 43.6)
VALIDITY = Region(30.6, 43.8, 80.0, 50.6)

# Tight strips for reading a value again from its place.
NAME_STRIP = Region(14.3, 5.4, 36.0, 11.4)
SEX_STRIP = Region(14.3, 12.8, 21.5, 17.6)
ETHNICITY_STRIP = Region(35.0, 12.8, 50.0, 17.6)
BIRTH_STRIP = Region(14.3, 19.5, 47.0, 24.1)
NUMBER_STRIP = Region(27.6, 44.3, 79.0, 50.1)
AUTHORITY_STRIP = Region(31.6, 37.7, 70.0, 42.7)
VALIDITY_STRIP = Region(31.6, 44.6, 70.0, 49.4)

# Words that stand on other cards and never on this one.
OTHER_CARD_WORDS = (
    "驾驶证",
    "行驶证",
    "居住证",
    "户籍地址",
    "工作证",
    "学生证",
    "医师资格",
    "执业证",
    "护照",
    "通行证",
    "DRIVING",
    "PASSPORT",
    "准驾车型",
    "借记卡",
    "信用卡",
    "永久居留",
    "户口簿",
)
OTHER_CARD_WORDS_OR_PLACES = ("银行", "社会保障")
