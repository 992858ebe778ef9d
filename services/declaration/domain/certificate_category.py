"""Does the category in a qualification certificate, in the numbering of its year, go with what is declared (5.5)?"""

from collections.abc import Iterator

from services.declaration.domain.catalogue import Catalogue, Category
from services.declaration.domain.content import Content
from services.declaration.domain.eligibility import Finding

_POINTER = "/assistant/qualification_certificate_no"


def certificate_category_warnings(content: Content, catalogue: Catalogue, declared: Category) -> Iterator[Finding]:
    """Warns only: when one numbering followed the other is not on any page that could be read. What the practising
    certificate says decides (R11)."""
    number = content.assistant.qualification_certificate_no if content.assistant else None
    if number is None or len(number) < 9 or not number[:9].isdigit():
        return
    meant = catalogue.numbered(number[6:9], int(number[:4]))
    if meant is None or meant.family == declared.family:
        return
    yield Finding(
        "qualification_certificate_category",
        "warn",
        _POINTER,
        f"资格证书编码中的类别为“{meant.name_zh}”，与申报类别不一致。",
        f"The number of the certificate says {meant.name_en}, which is not the declared category.",
        "请核对编码和申报类别。",
        "Check the number and the declared category.",
    )
