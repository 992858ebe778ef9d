"""Words in the names of majors, courses and posts, as the oracle of section 6 reads them."""

NEVER = [
    "基础医学",
    "法医",
    "护理",
    "助产",
    "医学技术",
    "医学检验",
    "影像技术",
    "康复治疗",
    "药学",
    "中药",
    "制药",
    "管理",
]
MODERN = str.maketrans("醫學針預衛婦檢臨護藥產礎術驗復療製齒", "医学针预卫妇检临护药产础术验复疗制齿")
"""Traditional characters of majors, and what the mainland writes."""
RELATED = ["临床医学", "口腔医学", "中医", "针灸", "推拿", "中西医", "预防医学", "公共卫生", "妇幼"]
UNRELATED = ["护理", "助产", "医学技术", "检验", "影像技术", "康复", "药", "管理"]
COURSES = ["年制", "一体化", "专升本", "定向", "本硕", "5+3"]
PUBLIC_POSTS = [
    "公共卫生",
    "公卫",
    "预防",
    "疾控",
    "疾病控制",
    "防保",
    "保健",
    "卫生监督",
    "院感",
    "感染管理",
    "慢病",
    "免疫规划",
]
