"""What a complete profile consists of (B9, 5.6)."""

from dataclasses import replace
from datetime import date
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.institution.domain.institution_kinds import WITHOUT_LICENCE, InstitutionType
from services.institution.domain.profile import Profile, ProfileWrong, missing_fields, require_lawful

COMPLETE = Profile(
    legal_representative="甄法人",
    probation_officer="贾试用",
    probation_officer_phone="13900000003",
    address="湖北省武汉市虚构路1号",
    credit_code="91350100M000100Y43",
    registration_no="PDY00001X42010211A1001",
    licence_valid_from=date(2020, 1, 1),
    licence_valid_to=date(2035, 1, 1),
    grade="3A",
    ownership=None,
    departments=("内科",),
    physicians={"110": 3},
)
EMPTY: dict[str, object] = {
    "legal_representative": None,
    "probation_officer": None,
    "probation_officer_phone": None,
    "address": None,
    "registration_no": None,
    "licence_valid_from": None,
    "licence_valid_to": None,
    "grade": None,
    "departments": (),
    "physicians": {},
}
TYPES: tuple[InstitutionType, ...] = get_args(InstitutionType)


@pytest.mark.requirement("B9")
@given(emptied=st.sets(st.sampled_from(sorted(EMPTY))))
def test_each_empty_required_field_is_named(emptied: set[str]) -> None:
    """Exactly the emptied fields are missing, each with a sentence in both languages."""
    profile = replace(COMPLETE, **{name: EMPTY[name] for name in emptied})  # type: ignore[arg-type]
    missing = missing_fields(profile, "general_hospital")
    assert {problem.pointer for problem in missing} == {f"/{name}" for name in emptied}
    assert all(problem.message_zh and problem.message_en for problem in missing)


@pytest.mark.requirement("B9")
@pytest.mark.parametrize("kind", TYPES)
def test_public_health_bodies_show_a_credit_code_instead_of_a_licence(kind: InstitutionType) -> None:
    """A licence is required of all but public health bodies, of which the credit code is required."""
    unlicensed = replace(COMPLETE, registration_no=None, licence_valid_from=None, licence_valid_to=None)
    uncoded = replace(COMPLETE, credit_code=None)
    assert bool(missing_fields(unlicensed, kind)) is (kind not in WITHOUT_LICENCE)
    assert bool(missing_fields(uncoded, kind)) is (kind in WITHOUT_LICENCE)


def test_a_credit_code_may_pass_unchecked_only_as_it_was_let_pass() -> None:
    """An override is for one code; another wrong one is refused, and a malformed one always."""
    wrong = replace(COMPLETE, credit_code="91350100M000100Y44")
    require_lawful(wrong, unchecked_credit_code="91350100M000100Y44")
    for profile, unchecked in (
        (wrong, None),
        (wrong, "91350100M000100Y45"),
        (replace(COMPLETE, credit_code="KURZ"), "KURZ"),
    ):
        with pytest.raises(ProfileWrong) as refusal:
            require_lawful(profile, unchecked_credit_code=unchecked)
        assert [problem.pointer for problem in refusal.value.problems] == ["/credit_code"]


def test_a_licence_ends_after_it_begins() -> None:
    """Turned dates are refused at the end date."""
    with pytest.raises(ProfileWrong) as refusal:
        require_lawful(replace(COMPLETE, licence_valid_to=date(2019, 12, 31)))
    assert [problem.pointer for problem in refusal.value.problems] == ["/licence_valid_to"]
