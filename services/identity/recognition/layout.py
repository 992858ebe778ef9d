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

    def of_height(self, share: float) -> "Region":
        """The same stretch of the row with this share of its height."""
        cut = (self.bottom - self.top) * (1 - share) / 2
        return Region(self.left, self.top + cut, self.right, self.bottom - cut)


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

# How far above and below the middle of its row a value is read again, and where values usually end.
STRIP_HALF = 2.4
NUMBER_STRIP_HALF = 2.9
NAME_ENDS, SEX_WIDE, ETHNICITY_ENDS, BIRTH_ENDS, NUMBER_ENDS, DETAIL_ENDS = 50.0, 7.0, 50.0, 47.0, 79.0, 82.0

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
