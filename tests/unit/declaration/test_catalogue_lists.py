"""What the shipped catalogue says: two numberings of categories (5.2), and what each kind of applicant hands in."""

from collections import Counter
from typing import Any

import pytest

from services.declaration.domain.catalogue import Catalogue
from services.declaration.domain.certificate_category import certificate_category_warnings
from services.declaration.domain.content import CONTENT
from services.declaration.domain.materials import APPLICANT_KINDS
from services.declaration.storage.catalogue_files import FOLDER
from tests.unit.declaration.judging import ASSISTANT, FILES, RULES, category

KINDS = {one.kind: one for one in FILES.document_kinds}
CATALOGUE = Catalogue(1, FILES.categories, RULES, KINDS, FILES.reasons, FILES.compatible)


@pytest.mark.requirement("A23")
@pytest.mark.parametrize(
    ("code", "year", "family"),
    [
        ("141", 2008, "tcm"),
        ("141", 2016, "tcm_korean"),
        ("142", 2008, "integrated"),
        ("142", 2016, "tcm_zhuang"),
        ("143", 2008, "mongolian"),
        ("143", 2016, None),
        ("160", 2008, None),
        ("160", 2016, "mongolian"),
        ("244", 2008, "tibetan"),
        ("270", 2016, "tibetan"),
        ("110", 2008, "clinical"),
        ("110", 2016, "clinical"),
        ("342", 2008, None),
        ("999", 2016, None),
    ],
)
def test_a_code_means_what_it_meant_in_its_year(code: str, year: int, family: str | None) -> None:
    """141 in an old certificate is TCM, in a new one Korean TCM; a code of the other numbering is none."""
    found = CATALOGUE.numbered(code, year)
    assert (found.family if found else None) == family


def test_the_numberings_have_the_published_numbers_of_codes() -> None:
    """Twenty-four codes in the old one; of the current one all but the rural and the Kazakh kinds, whose digits are not
    known; and no code has two meanings in one year."""
    assert sum(one.numbering == "old" for one in FILES.categories) == 24
    assert sum(one.numbering == "current" for one in FILES.categories) == 12 + 24
    for year in range(1999, 2040):
        codes = Counter(one.code for one in FILES.categories if one.valid_in(year))
        assert set(codes.values()) == {1}, year


@pytest.mark.requirement("A23")
def test_only_what_the_zone_examines_is_offered() -> None:
    """Known is not offered: old codes and the kinds of nationalities can not be chosen in 2027."""
    offered = [one.code for one in CATALOGUE.offered(2027)]
    assert sorted(offered) == ["110", "120", "130", "140", "150", "210", "220", "230", "240", "250", "340", "440"]


@pytest.mark.parametrize(
    ("number", "declared", "warned"),
    [
        ("200842241420106199203070039", "140", False),
        ("201642241420106199203070039", "140", True),
        ("202042240420106199203070039", "140", False),
        ("202042210420106199203070039", "140", True),
        ("202042299420106199203070039", "140", False),
        ("short", "140", False),
    ],
)
def test_a_certificate_is_read_in_the_numbering_of_its_year(number: str, declared: str, warned: bool) -> None:
    """The category inside the number is compared as it was meant then; what is unknown says nothing (5.5)."""
    said: dict[str, Any] = {
        "is_assistant_upgrade": True,
        "assistant": ASSISTANT | {"qualification_certificate_no": number},
    }
    found = certificate_category_warnings(CONTENT.validate_python(said), CATALOGUE, category(declared))
    assert [one.rule for one in found] == (["qualification_certificate_category"] if warned else [])


@pytest.mark.requirement("A35", "C4")
def test_every_kind_of_applicant_has_its_materials() -> None:
    """All kinds of the table, each thing once, uploaded as a kind that exists; what a rule asks for is in the table."""
    assert {one.applicant_kind for one in FILES.materials} == set(APPLICANT_KINDS)
    assert max(Counter((one.applicant_kind, one.code) for one in FILES.materials).values()) == 1
    uploaded = {one.document_kind for one in FILES.materials} - {None}
    assert uploaded <= KINDS.keys()
    asked = {str(rule.condition) for rule in FILES.rules if rule.effect == "require"}
    for kind in KINDS:
        if any(f"'{kind}'" in condition for condition in asked):
            assert kind in uploaded, f"a rule asks for {kind}, the table does not tell"


@pytest.mark.requirement("A35")
def test_every_form_is_there() -> None:
    """Each kind that has a form to fill in has its PDF and the source it was set from."""
    forms = [one.template for one in KINDS.values() if one.template is not None]
    assert len(forms) == 5
    for form in forms:
        file = FOLDER / "templates" / form
        assert file.read_bytes().startswith(b"%PDF-")
        assert file.with_suffix(".typ").exists()
