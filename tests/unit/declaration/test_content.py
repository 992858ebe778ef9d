"""What may be written into a draft, and what a submission lacks (3.1, 5.1, 5.3, 5.5)."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from pydantic import ValidationError

from services.declaration.domain.certificates import practising_certificate_fault, qualification_certificate_fault
from services.declaration.domain.completeness import completeness_problems, institution_problems
from services.declaration.domain.content import CONTENT, Content, normalised
from services.declaration.domain.difference import Change, difference
from services.declaration.domain.supervision import Supervisor, family_of, supervision_problems
from shared.contracts.identity import PersonIdentity
from tests.unit.declaration.judging import ASSISTANT, CURRENT, DEGREE, TODAY

HERE, ELSEWHERE, WHO = UUID(int=10), UUID(int=11), UUID(int=12)
IDENTITY = PersonIdentity(
    name="林晓明",
    document_type="resident_id",
    document_no="420106199203070039",
    sex="1",
    birth_date="1992-03-07",
    ethnicity_code="01",
)
PLACE = {"institution_id": str(HERE), "institution_name": "江城试验医院", "division_code": "420106"}
PAST = CURRENT | {"is_current": False, "to": "2026-01-01"}
FULL: dict[str, Any] = {"education": [DEGREE], "periods": [CURRENT | PLACE]}


def read(value: dict[str, Any]) -> Content:
    """As the API would."""
    return CONTENT.validate_python(value)


def problems(
    value: dict[str, Any], identity: PersonIdentity = IDENTITY, route: str = "prescribed_education"
) -> list[tuple[str, str]]:
    """Pointer and code of everything that is missing."""
    return [(one.pointer, one.code) for one in completeness_problems(read(value), route, identity, 2027, TODAY)]


def test_a_complete_one_lacks_nothing() -> None:
    """The base of the table below is complete."""
    assert problems(FULL) == []


@pytest.mark.requirement("A27", "A29", "A30", "A31", "A32")
@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({}, [("/education", "education_basis"), ("/periods", "current_row")]),
        ({"education": [DEGREE, DEGREE]}, [("/education", "education_basis")]),
        ({"education": [DEGREE | {"graduated_on": None}]}, [("/education/0/graduated_on", "required")]),
        ({"education": [DEGREE | {"certificate_no": None}]}, [("/education/0/certificate_no", "required")]),
        ({"education": [DEGREE | {"graduated_on": "2019-09-01"}]}, [("/education/0/graduated_on", "date_order")]),
        ({"periods": [CURRENT | PLACE, CURRENT | PLACE]}, [("/periods", "current_row")]),
        ({"periods": [CURRENT | PLACE | {"department": None}]}, [("/periods/0/department", "required")]),
        ({"periods": [CURRENT | PLACE | {"from": None}]}, [("/periods/0/from", "required")]),
        ({"periods": [CURRENT | PLACE | {"from": "2026-12-21"}]}, [("/periods/0/from", "date_in_future")]),
        ({"periods": [CURRENT | PLACE | {"to": "2025-06-30"}]}, [("/periods/0/to", "date_order")]),
        (
            {"periods": [CURRENT | PLACE, CURRENT | PLACE | {"is_current": False}]},
            [("/periods/1/to", "required")],
        ),
        (
            {"periods": [CURRENT | PLACE, CURRENT | PLACE | {"is_current": False, "to": "2026-12-21"}]},
            [("/periods/1/to", "date_in_future")],
        ),
        (
            {"periods": [CURRENT | PLACE, PAST | {"institution_name": "外省医院"}]},
            [("/periods/1/institution_id", "institution_missing")],
        ),
        ({"is_assistant_upgrade": True, "assistant": ASSISTANT}, []),
        (
            {"is_assistant_upgrade": True},
            [(f"/assistant/{name}", "required") for name in ASSISTANT],
        ),
        (
            {"is_assistant_upgrade": True, "assistant": ASSISTANT | {"practising_certificate_no": "110420106000123"}},
            [("/assistant/practising_certificate_no", "practising_certificate_level")],
        ),
    ],
)
def test_what_is_missing(value: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    """Exactly these fields are named, with nothing else."""
    assert problems({} if value == {} else FULL | value) == expected


@pytest.mark.requirement("A27", "R06")
@pytest.mark.parametrize(
    ("degrees", "expected"),
    [
        ([], []),
        ([DEGREE], []),
        ([DEGREE, DEGREE | {"is_basis": False}], []),
        ([DEGREE | {"is_basis": False}], [("/education", "education_basis")]),
        ([DEGREE, DEGREE], [("/education", "education_basis")]),
    ],
)
def test_apprentices_may_have_no_degree(degrees: list[dict[str, Any]], expected: list[tuple[str, str]]) -> None:
    """By apprenticeship or expertise none is asked for; where some are given, one of them is the basis."""
    assert problems(FULL | {"education": degrees}, route="apprenticeship_or_expertise") == expected


@pytest.mark.requirement("A28")
def test_ethnicity_is_asked_only_where_the_identity_has_none() -> None:
    """A manual verification may lack it; then the candidate gives it."""
    bare = IDENTITY.model_copy(update={"ethnicity_code": None})
    assert problems(FULL, bare) == [("/ethnicity_code", "required")]
    assert problems(FULL | {"ethnicity_code": "15"}, bare) == []


@pytest.mark.requirement("A29")
def test_without_the_flag_no_certificate_number_is_stored() -> None:
    """Flag off: the numbers are dropped; flag on: they stay."""
    off = normalised(read({"is_assistant_upgrade": False, "assistant": ASSISTANT}))
    assert off.assistant is None
    on = normalised(read({"is_assistant_upgrade": True, "assistant": ASSISTANT}))
    assert on.assistant is not None


@pytest.mark.parametrize(
    "value",
    [
        {"education": [DEGREE | {"level": "99"}]},
        {"education": [DEGREE | {"school": "x" * 101}]},
        {"education": [DEGREE | {"school": "江\u202e城"}]},
        {"education": [DEGREE] * 7},
        {"periods": [CURRENT | {"from": "1890-01-01"}]},
        {"periods": [CURRENT | {"division_code": "42"}]},
        {"periods": [CURRENT | {"id": str(HERE)}, CURRENT | {"id": str(HERE)}]},
        {"periods": [CURRENT | {"supervisors": [{"practising_certificate_no": "1; DROP"}]}]},
        {"ethnicity_code": "han"},
    ],
)
def test_malformed_values_do_not_enter_a_draft(value: dict[str, Any]) -> None:
    """A draft may be incomplete, not malformed."""
    with pytest.raises(ValidationError):
        read(value)


def test_unknown_fields_are_ignored() -> None:
    """Name and unit in the body have no place to go (A24)."""
    assert "name" not in read({"name": "冒名", "institution_name": "他处"}).model_dump()


def test_stored_content_reads_back_equal() -> None:
    """What is sealed is what comes out, dates under their wire names."""
    content = read(FULL)
    text = CONTENT.dump_json(content)
    assert b'"from":"2025-07-01"' in text
    assert CONTENT.validate_json(text) == content


@pytest.mark.parametrize(
    ("number", "fault"),
    [
        ("202042210420106199203070039", None),
        ("199842210420106199203070039", None),
        ("202042210420106920307003", None),
        ("202042210420106199203070047", "qualification_certificate_holder"),
        ("202042110420106199203070039", "qualification_certificate_level"),
        ("199742210420106199203070039", "qualification_certificate_year"),
        ("202742210420106199203070039", "qualification_certificate_year"),
        ("20204221042010619920307003", "qualification_certificate_format"),
    ],
)
def test_qualification_certificates(number: str, fault: str | None) -> None:
    """24 or 27 characters that end in the person's own number (5.5)."""
    assert qualification_certificate_fault(number, "resident_id", "420106199203070039", 2027) == fault


def test_other_documents_have_other_tails() -> None:
    """A passport holder's certificate ends in something else, which is not checked (5.5)."""
    number = "202042210420106199203070047"
    assert qualification_certificate_fault(number, "passport", "E12345678", 2027) is None


@pytest.mark.parametrize(
    ("number", "fault"),
    [
        ("210430122000123", None),
        ("410430122000123", None),
        ("110430122000123", "practising_certificate_level"),
        ("510430122000123", "practising_certificate_format"),
        ("21043012200012", "practising_certificate_format"),
    ],
)
def test_practising_certificates(number: str, fault: str | None) -> None:
    """Fifteen digits; an assistant's begins with 2 or 4 (5.5)."""
    assert practising_certificate_fault(number) == fault


@pytest.mark.requirement("A32", "B15")
def test_the_bound_unit_must_be_in_order() -> None:
    """The current row is the bound unit, active, with a licence that runs today."""
    content = read(FULL)

    def codes(unit: UUID, state: str, licence: date | None) -> list[str]:
        return [one.code for one in institution_problems(content, unit, state, licence, TODAY)]

    assert codes(HERE, "active", TODAY) == []
    assert codes(HERE, "active", None) == []
    assert codes(ELSEWHERE, "active", None) == ["current_row_elsewhere"]
    assert codes(HERE, "suspended", date(2026, 12, 19)) == ["institution_not_active", "institution_licence_expired"]


GUIDE = Supervisor(WHO, HERE, 1, "110", False, True)
PICKED = {"supervisor_id": str(WHO), "name": "顾维安", "practising_certificate_no": "110420106000123"}
_TYPED = {"name": "顾维安", "practising_certificate_no": "110420106000123"}
OUTSIDE = PAST | {"institution_name": "外省医院"}
EARLIER = PAST | {"institution_id": str(HERE), "supervisors": [PICKED]}
GUIDED = CURRENT | {"supervisors": [PICKED]}


@pytest.mark.parametrize(
    ("period", "guide", "expected"),
    [
        (GUIDED, GUIDE, []),
        (CURRENT, GUIDE, ["supervisor_missing"]),
        (CURRENT | {"supervisors": [_TYPED]}, GUIDE, ["supervisor_not_picked"]),
        (OUTSIDE | {"supervisors": [_TYPED]}, GUIDE, []),
        (OUTSIDE | {"supervisors": [{"name": "顾维安"}]}, GUIDE, ["supervisor_certificate"]),
        (
            OUTSIDE | {"supervisors": [_TYPED | {"practising_certificate_no": "210420106000123"}]},
            GUIDE,
            ["supervisor_certificate"],
        ),
        (GUIDED, replace(GUIDE, active=False), ["supervisor_not_listed"]),
        (EARLIER, replace(GUIDE, active=False), []),
        (EARLIER, replace(GUIDE, active=False, level=2), ["supervisor_is_assistant"]),
        (EARLIER, replace(GUIDE, active=False, institution_id=ELSEWHERE), ["supervisor_elsewhere"]),
        (EARLIER, replace(GUIDE, id=ELSEWHERE), ["supervisor_not_listed"]),
        (GUIDED, replace(GUIDE, institution_id=ELSEWHERE), ["supervisor_elsewhere"]),
        (GUIDED, replace(GUIDE, institution_id=ELSEWHERE, multi_site=True), []),
        (GUIDED, replace(GUIDE, level=2), ["supervisor_is_assistant"]),
    ],
)
def test_supervisors(period: dict[str, Any], guide: Supervisor, expected: list[str]) -> None:
    """A licensed physician on the roster of the place of the row, of an earlier row also one who has left it since;
    outside the library typed with a number (C3, 5.3)."""
    content = read(FULL | {"periods": [period]})
    found = supervision_problems(content, {guide.id: guide}, HERE)
    assert [one.code for one in found] == expected


def test_nobody_supervises_himself() -> None:
    """The candidate's own practising number on the row of a supervisor is refused (5.3)."""
    own = ASSISTANT | {"practising_certificate_no": "110420106000123"}
    value = FULL | {"periods": [CURRENT | {"supervisors": [PICKED]}], "is_assistant_upgrade": True, "assistant": own}
    found = supervision_problems(read(value), {WHO: GUIDE}, HERE)
    assert [one.code for one in found] == ["supervisor_is_candidate"]


def test_families_are_read_from_codes() -> None:
    """Category codes of both levels and the two digits of a certificate name the same family (5.2)."""
    assert {family_of(code) for code in ("110", "210", "10")} == {"clinical"}
    assert family_of("199") is None


def test_differences_are_leaves_with_pointers() -> None:
    """Changed, added and removed fields, each once."""
    before = {"a": 1, "rows": [{"x": 1}, {"x": 2}], "gone": "y"}
    after = {"a": 1, "rows": [{"x": 1}, {"x": 3}, {"x": 4}], "new": None}
    assert list(difference(before, after)) == [
        Change("/rows/1/x", 2, 3),
        Change("/rows/2", None, {"x": 4}),
        Change("/gone", "y", None),
    ]
    assert list(difference(after, after)) == []


def test_every_period_has_an_id() -> None:
    """Rows that come without one get one, so that confirmations can name them (4.5)."""
    content = read({"periods": [CURRENT, CURRENT | {"id": str(uuid4())}]})
    assert len({one.id for one in content.periods}) == 2
