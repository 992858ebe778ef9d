"""An invented library: provinces, prefectures, counties, and institutions named by the patterns of real ones.

Of eleven institutions six are clinics of villages, three are private clinics and outpatient departments, one is a
hospital or a township's, one serves a community or a company: the mix that the whole country has.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_PLACE: Final = (
    "江河湖海山川田林沙石金银铜铁安宁平和永长新兴龙凤马牛花柳松竹梅桃青白红黄东西南北"
    "上下大小云天阳春秋明光清泉溪桥塘坝岗坪湾洲"
)
_FAMILY: Final = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎"
_GIVEN: Final = "建国志强文华明德仁和康宁济民永福春生玉兰桂芳秀英国庆海燕晓东卫民向阳红梅瑞祥惠民同德普安"
_COUNTIES_OF: Final = (6, 10)
_PREFECTURES_OF: Final = (8, 14)


@dataclass(frozen=True, slots=True)
class Area:
    """A county with the names above it."""

    code: str
    county: str
    prefecture: str
    province: str
    towns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Invented:
    """One institution."""

    name: str
    code: str
    alias: str | None
    state: str


class InventedLibrary:
    """The same seed gives the same library."""

    def __init__(self, provinces: int, seed: int = 7) -> None:
        self._chance = random.Random(seed)
        self.divisions: list[tuple[str, str, str, str | None]] = []
        self.areas = [area for number in range(provinces) for area in self._province(11 + number)]

    def institutions(self, count: int) -> Iterator[Invented]:
        """`count` of them, no name twice in a county."""
        seen: set[tuple[str, str]] = set()
        while len(seen) < count:
            area = self._chance.choice(self.areas)
            name, alias = self._name(area)
            if (area.code, name) not in seen:
                seen.add((area.code, name))
                state = "active" if self._chance.random() < 0.9 else self._chance.choice(("issued", "suspended"))
                yield Invented(name, area.code, alias, state)

    def _province(self, number: int) -> Iterator[Area]:
        province = self._place(2) + "省"
        self.divisions.append((f"{number}0000", province, "province", None))
        for second in range(1, self._chance.randint(*_PREFECTURES_OF)):
            prefecture = self._place(2) + "市"
            above = f"{number}{second:02}00"
            self.divisions.append((above, prefecture, "prefecture", f"{number}0000"))
            for third in range(1, self._chance.randint(*_COUNTIES_OF)):
                county = self._place(2) + self._chance.choice("县县区市")
                code = f"{number}{second:02}{third:02}"
                self.divisions.append((code, county, "county", above))
                towns = tuple(self._place(2) + self._chance.choice("镇镇乡") for _ in range(14))
                yield Area(code, county, prefecture, province, towns)

    def _name(self, area: Area) -> tuple[str, str | None]:
        kind = self._chance.random()
        if kind < 6 / 11:
            village = self._chance.choice((self._place(2), self._family() + "家")) + "村"
            return area.county + self._chance.choice(area.towns) + village + "卫生室", None
        if kind < 9 / 11:
            what = self._chance.choice(("诊所", "诊所", "口腔诊所", "中医诊所", "门诊部", "内科诊所", "医务室"))
            owner = self._family() + "".join(self._chance.sample(_GIVEN, 2))
            where = self._chance.choice((area.county, area.prefecture, area.prefecture + area.county, ""))
            return where + owner + what, None
        if kind < 10 / 11:
            return self._hospital(area)
        estate = self._place(2)
        what = self._chance.choice(
            ("街道社区卫生服务中心", "社区卫生服务站", "有限公司职工医院", "护理院", "医学检验实验室")
        )
        return self._chance.choice((area.prefecture, area.prefecture + area.county)) + estate + what, None

    def _hospital(self, area: Area) -> tuple[str, str | None]:
        above = self._chance.choice((area.province, area.prefecture, area.prefecture + area.county, area.county))
        figure = self._chance.choice("一二三四五六七八九")
        what = self._chance.choice(
            (
                *(f"第{figure}人民医院", "人民医院", "中医医院", "中心医院", "妇幼保健院", "疾病预防控制中心"),
                *(self._chance.choice(area.towns) + "卫生院", self._chance.choice(area.towns) + "中心卫生院"),
                *(
                    self._place(2) + "医院",
                    self._place(2) + "眼科医院",
                    self._place(2) + "骨科医院",
                    self._family() + "氏医院",
                ),
            )
        )
        alias = self._place(2) + self._chance.choice(("医院", "职工医院", "大学附属医院"))
        return above + what, alias if self._chance.random() < 0.3 else None

    def _place(self, length: int) -> str:
        return "".join(self._chance.sample(_PLACE, length))

    def _family(self) -> str:
        return self._chance.choice(_FAMILY)
