"""The catalogue of signals (8.2): whom each looks at, which thresholds it has and how far they may be moved."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Literal

Subject = Literal["declaration", "institution", "supervisor", "reviewer"]
Bounds = tuple[int, int]
"""Smallest and largest value of a threshold, both allowed."""

SUBJECTS: Final[tuple[Subject, ...]] = ("declaration", "institution", "supervisor", "reviewer")
_POINTS: Final[Mapping[str, Bounds]] = MappingProxyType({"points": (1, 100)})
_DAYS: Final = (0, 3660)
_SHARERS: Final = 200
"""Of those who share a device or an address so many are read (storage/risk_devices): more can not be asked for."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One signal. `worse_by` is what makes a finding graver than another: its value, how many declarations it names, or
    nothing, where it is there or not. `request_*` is what the exam body may ask the institution for when it is
    found."""

    id: str
    subject: Subject
    title_zh: str
    title_en: str
    thresholds: Mapping[str, Bounds] = field(default_factory=dict)
    worse_by: Literal["value", "people", "nothing"] = "value"
    request_zh: str | None = None
    request_en: str | None = None

    @property
    def bounds(self) -> Mapping[str, Bounds]:
        """Every threshold with its bounds."""
        return {**_POINTS, **self.thresholds}


_EVERY: Final = (
    Rule("F1", "supervisor", "同时带教人数过多", "Too many trainees at once", {"trainees": (1, 200)}),
    Rule(
        "F2",
        "institution",
        "带教人数与执业医师数不符",
        "More trainees than its physicians can guide",
        {"ratio": (1, 50)},
    ),
    Rule(
        "F3",
        "institution",
        "申报人数异常增长",
        "Far more declarations than the year before",
        {"times": (1, 100), "least": (1, 10_000), "clinic": (1, 1000)},
    ),
    Rule("F4", "supervisor", "带教医师资格存疑", "A supervisor's number does not hold"),
    Rule(
        "F5",
        "declaration",
        "试用期与其他经历重叠",
        "Probation overlaps other places or full-time study",
        {"days": _DAYS},
    ),
    Rule(
        "F6",
        "declaration",
        "户籍地与毕业院校均在省外",
        "ID area and school both outside the province",
        {"province": (11, 82)},
        "nothing",
        "请试用机构提供该考生近半年的工资发放记录，以及由其本人书写的病历（隐去患者信息）供核查。",
        "Please provide half a year of this person's payroll, and medical records written by him or her, with the "
        "patients' data covered.",
    ),
    Rule(
        "F7",
        "declaration",
        "多人共用设备或网络地址",
        "One device or address for several people",
        {"people": (2, _SHARERS), "address_people": (2, _SHARERS)},
    ),
    Rule(
        "F8",
        "declaration",
        "绑定不久即申报满一年",
        "Bound shortly before declaring a full year there",
        {"days": _DAYS, "months": (1, 60)},
        "nothing",
    ),
    Rule(
        "F9",
        "declaration",
        "文字与其他机构考生雷同",
        "Texts nearly the same as at another institution",
        {"percent": (50, 100), "shingles": (5, 1000)},
        "people",
    ),
    Rule("F10", "declaration", "不同考生提交同一文件", "The same file handed in by two people"),
    Rule(
        "F11",
        "declaration",
        "机构许可未覆盖试用期",
        "The institution's licence does not cover the interval",
        {"days": _DAYS},
    ),
    Rule("F12", "declaration", "毕业前开始试用", "Probation began before graduation", {"days": _DAYS}),
    Rule("F13", "institution", "单位确认码被多次试错", "The confirmation code was guessed at", {"wrong": (1, 100_000)}),
    Rule(
        "F14",
        "reviewer",
        "审核过快或深夜批量审核",
        "Decisions too fast, or many in a night hour",
        {"seconds": (1, 600), "fast": (2, 1000), "night": (1, 10_000), "from_hour": (0, 23), "to_hour": (0, 23)},
    ),
    Rule("F15", "declaration", "与上一年度申报内容矛盾", "Contradicts last year's declaration", {"days": _DAYS}),
    Rule("F16", "declaration", "同一人使用两个证件或姓名", "One person with two documents or two names"),
    Rule("F17", "declaration", "退回后未修改即由他人通过", "Returned, then approved by another without a change"),
    Rule("F18", "institution", "机构曾受处理", "The institution was sanctioned before", {"years": (1, 20)}),
)
RULES: Final[Mapping[str, Rule]] = MappingProxyType({rule.id: rule for rule in _EVERY})


def rules_of(subject: Subject) -> tuple[Rule, ...]:
    """The signals that look at subjects of a kind."""
    return tuple(rule for rule in _EVERY if rule.subject == subject)
