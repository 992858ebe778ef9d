"""Invents people and their cards from a seed: same seed, same person."""

import random
from dataclasses import dataclass
from datetime import date, timedelta

from deploy.demo.card_photos.places import PLACES, Place

_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈"
    "姚卢姜崔钟谭陆汪范金石廖贾夏韦傅方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
_COMPOUND = ("欧阳", "司马", "上官", "诸葛", "夏侯", "皇甫", "尉迟", "令狐")
_GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华慧巧美玉萍红玲芬燕彩春菊兰凤洁梅琳素云莲真环雪荣爱妹"
    "香月莺媛瑞凡佳嘉琼勤珍贞莉锦黛青倩婷姣婉娴瑾颖露瑶怡婵雁蓓纨仪荷丹蓉眉君琴蕊薇菁梦岚苑筠柔竹霭凝晓欢"
    "枫芸菲寒欣滢伊亚宜可姬舒影荔枝思子文武新利清飞彬富顺信昌成康星天达安岩中茂进林有坚和彪博诚先敬震振"
)
_RARE = "燊翀赟旻湉䶮堉婳祎彧玥昀鑫璟曌珺垚犇骉淼焱晟翊昊懿骁煜琰祺瑄"
_MINORITIES = (
    *("土家", "苗", "回", "满", "壮", "侗", "瑶", "白", "彝", "布依", "黎", "畲", "仡佬", "水", "纳西"),
    *("羌", "仫佬", "朝鲜", "达斡尔", "锡伯", "傈僳", "佤", "傣", "毛南"),
)
_HAN_LIKE = ("汉",) * 8 + _MINORITIES
_DOTTED_FIRST = (
    "阿依古丽",
    "买买提",
    "努尔兰",
    "古丽娜尔",
    "艾力",
    "热依汗",
    "吐尔逊",
    "迪丽娜尔",
    "哈丽达",
    "库尔班江",
)
_DOTTED_LAST = (
    "阿卜杜拉",
    "吐尔地",
    "依明",
    "买合木提",
    "托合提",
    "卡德尔",
    "斯拉木",
    "努尔麦麦提",
    "玉素甫",
    "哈斯木",
)
_DOTTED_KIN = ("维吾尔", "哈萨克", "柯尔克孜", "塔吉克", "乌孜别克")
_TIBETAN = ("扎西", "次仁", "卓玛", "平措", "央金", "多吉", "旺堆", "拉姆", "白玛", "格桑")
_STREETS = ("中山路", "解放大道", "人民西路", "建设街", "文化巷", "青年路", "滨江大道", "珞狮路", "学府街", "花溪路")
_VILLAGES = ("杨家湾村", "石门村", "龙潭坪村", "三岔口村", "柳林村", "大垭口村", "清水塘村", "枫香树村", "双堰村")
_TOWNS = ("高家堰镇", "茅坪镇", "白沙乡", "泉口镇", "龙马溪乡", "古路垭镇", "新集镇", "沙河乡")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


@dataclass(frozen=True)
class Card:
    """The emblem side. `valid_to` is None for 长期 (no end)."""

    authority: str
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True)
class Person:
    """The portrait side, and the card it belongs to. `sex` is 男 or 女, `ethnicity` is without 族."""

    name: str
    sex: str
    ethnicity: str
    birth_date: date
    address: str
    id_number: str
    card: Card


def fictional_person(seed: int, today: date = date(2026, 11, 1)) -> Person:
    """Invents the person of `seed`, aged 19 to 67 on `today`, with a card that is valid on that day (5.4, GB 11643)."""
    dice = random.Random(f"person {seed}")
    place = dice.choice(PLACES)
    sex = dice.choice("男女")
    age = dice.choice((dice.randint(20, 32), dice.randint(19, 67)))
    birth = today - timedelta(days=age * 365 + dice.randint(40, 320))
    name, ethnicity = _name(dice)
    number = _number(dice, place.code, birth, sex)
    return Person(name, sex, ethnicity, birth, _address(dice, place), number, _card(dice, place, birth, today))


def check_digit(first_17: str) -> str:
    """The 18th character for 17 digits (GB 11643, MOD 11-2)."""
    return "10X98765432"[sum(int(d) * w for d, w in zip(first_17, _WEIGHTS, strict=True)) % 11]


def _name(dice: random.Random) -> tuple[str, str]:
    kind = dice.random()
    if kind < 0.07:
        return f"{dice.choice(_DOTTED_FIRST)}·{dice.choice(_DOTTED_LAST)}", dice.choice(_DOTTED_KIN)
    if kind < 0.10:
        return dice.choice(_TIBETAN) + dice.choice(_TIBETAN), "藏"
    surname = dice.choice(_COMPOUND) if dice.random() < 0.04 else dice.choice(_SURNAMES)
    given = dice.choice(_GIVEN) + (dice.choice(_GIVEN) if dice.random() < 0.75 else "")
    if dice.random() < 0.15:
        given = given[:-1] + dice.choice(_RARE)
    return surname + given, dice.choice(_HAN_LIKE)


def _number(dice: random.Random, code: str, birth: date, sex: str) -> str:
    sequence = dice.randint(0, 49) * 20 + dice.randint(0, 9) * 2 + (1 if sex == "男" else 0)
    first_17 = f"{code}{birth:%Y%m%d}{sequence % 1000:03d}"
    return first_17 + check_digit(first_17)


def _address(dice: random.Random, place: Place) -> str:
    if dice.random() < 0.45:
        village = dice.choice(_TOWNS) + dice.choice(_VILLAGES)
        return f"{place.address}{village}{dice.randint(1, 14)}组{dice.randint(1, 90)}号"
    flat = f"{dice.randint(1, 32)}栋{dice.randint(1, 4)}单元{dice.randint(1, 33)}0{dice.randint(1, 4)}室"
    return f"{place.address}{dice.choice(_STREETS)}{dice.randint(1, 999)}号" + (flat if dice.random() < 0.7 else "")


def _card(dice: random.Random, place: Place, birth: date, today: date) -> Card:
    """A term as the law gives it by the age at issue: 10 years from 16, 20 from 26, no end from 46."""
    sixteenth = birth + timedelta(days=16 * 366)
    issued = max(sixteenth, today - timedelta(days=dice.randint(30, 3200)))
    years_old = (issued - birth).days / 365.25
    if issued.month == 2 and issued.day == 29:
        issued = issued.replace(day=28)
    if years_old >= 46:
        return Card(place.authority, issued, None)
    return Card(place.authority, issued, issued.replace(year=issued.year + (20 if years_old >= 26 else 10)))
