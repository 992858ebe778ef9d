"""What differs between two versions: nothing between equal ones, every field by its name in both languages, rows with
themselves; and the check of a receipt, which only its own submission passes."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.declaration.domain.content import Content, EducationRecord, Guidance, Period
from services.declaration.domain.field_labels import field_label, shown_value
from services.declaration.domain.receipt import receipt_check, submission_of_check
from services.declaration.domain.version_difference import FileOfVersion, Version, pointer_in, version_difference
from shared.contracts.identity import PersonIdentity

# How long a machine takes that others use says nothing about a difference.
patient = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
IDENTITY = PersonIdentity(
    name="申报虚构",
    document_type="resident_id",
    document_no="420106199003070012",
    sex="1",
    birth_date="1990-03-07",
    ethnicity_code="01",
)
CHOICE = {"exam_level": "licensed_physician", "exam_category_code": "110", "route": "prescribed_education"}
days = st.dates(date(2020, 1, 1), date(2026, 12, 31))
periods = st.builds(
    Period,
    id=st.uuids(),
    department=st.sampled_from(["内科", "外科", None]),
    first_day=days,
    last_day=st.one_of(st.none(), days),
    supervisors=st.lists(st.builds(Guidance, name=st.sampled_from(["甲", "乙"])), max_size=2),
)
contents = st.builds(
    Content,
    periods=st.lists(periods, max_size=3, unique_by=lambda one: one.id),
    education=st.lists(
        st.builds(
            EducationRecord,
            level=st.sampled_from(["21", "31"]),
            form=st.just("full_time"),
            school=st.sampled_from(["甲校", "乙校"]),
            major=st.just("临床医学"),
            enrolled_on=days,
        ),
        max_size=2,
    ),
    fresh_graduate=st.booleans(),
)


def version(content: Content, files: tuple[FileOfVersion, ...] = ()) -> Version:
    """A version of somebody."""
    return Version(IDENTITY, content, CHOICE, files)


def file(kind: str, sha256: str) -> FileOfVersion:
    """A file with a row of its own."""
    return FileOfVersion(uuid4(), kind, None, sha256)


@pytest.mark.requirement("P18")
@patient
@given(contents, contents)
def test_both_ways_name_the_same_fields(before: Content, after: Content) -> None:
    """Nothing differs from itself; there and back show as many changes; each has a name in both languages and says
    something."""
    assert version_difference(version(before), version(before)).changes == ()
    there = version_difference(version(before), version(after)).changes
    back = version_difference(version(after), version(before)).changes
    assert len(there) == len(back)
    for change in there:
        label = field_label(change.pointer)
        assert label.zh != label.en
        assert change.before != change.after
        assert shown_value(change.pointer, change.before) != shown_value(change.pointer, change.after)


@pytest.mark.requirement("P18")
@patient
@given(st.permutations(range(4)), st.integers(0, 3))
def test_a_row_that_moved_is_the_same_row(order: list[int], pointed: int) -> None:
    """Rows in another order differ in nothing, and what a reviewer pointed to is found where it stands now."""
    rows = [Period(id=UUID(int=number + 1), department=f"科{number}") for number in range(4)]
    before, after = version(Content(periods=rows)), version(Content(periods=[rows[place] for place in order]))
    assert version_difference(before, after).changes == ()
    assert pointer_in(after, before, f"/periods/{pointed}/from") == f"/periods/{order.index(pointed)}/from"
    assert pointer_in(after, before, "/education/0/school") == "/education/0/school"
    gone = version(Content(periods=[one for one in rows if one.id != rows[pointed].id]))
    assert pointer_in(gone, before, f"/periods/{pointed}") == f"/periods/{pointed}"
    assert {one.pointer for one in version_difference(before, gone).changes} == {
        f"/periods/{pointed}/department",
        f"/periods/{pointed}/is_current",
    }


@pytest.mark.requirement("P18")
def test_files_are_known_by_their_content() -> None:
    """Uploaded again it is the same file; another content is one that went and one that came; a reason about files is
    answered by either."""
    old, again, other = file("diploma", "a" * 64), file("diploma", "a" * 64), file("diploma", "b" * 64)
    same = version_difference(version(Content(), (old,)), version(Content(), (again,)))
    assert (same.files_added, same.files_removed, same.answers("/documents")) == ((), (), False)
    new = version_difference(version(Content(), (old,)), version(Content(), (other,)))
    assert (new.files_added, new.files_removed) == ((other,), (old,))
    assert [new.answers(one) for one in ("/documents/diploma", "", "/note")] == [True, True, False]


def leaves(schema: dict[str, Any], schemas: dict[str, Any], pointer: str = "") -> list[str]:
    """Every field of a JSON schema as a pointer, rows with the number 0."""
    for one in schema.get("anyOf", []):
        if one.get("type") != "null":
            return leaves(one, schemas, pointer)
    if "$ref" in schema:
        return leaves(schemas[schema["$ref"].rsplit("/", 1)[-1]], schemas, pointer)
    if schema.get("type") == "array":
        return leaves(schema["items"], schemas, f"{pointer}/0")
    if "properties" in schema:
        return [
            one for name, part in schema["properties"].items() for one in leaves(part, schemas, f"{pointer}/{name}")
        ]
    return [pointer]


@pytest.mark.requirement("P18")
def test_every_field_of_the_form_has_a_name() -> None:
    """A field that is added to the form without a name in both languages is found here."""
    schema = Content.model_json_schema(mode="serialization")
    unseen = {"/periods/0/id", "/periods/0/supervisors/0/supervisor_id"}
    found = [one for one in leaves(schema, schema["$defs"]) if one not in unseen]
    assert len(found) > 25
    assert [one for one in found if field_label(one).en.endswith(one.rsplit("/", 1)[-1])] == []
    assert [one for one in IDENTITY.model_dump() if field_label(f"/identity/{one}").en.endswith(one)] == []
    assert field_label("/periods/1/supervisors/0/name").zh == "试用经历第2段·带教老师第1位·姓名"
    assert field_label("/education/school").en == "School"


@pytest.mark.requirement("A37")
@patient
@given(st.uuids(), st.integers(1, 6), st.integers(1, 6))
def test_a_check_belongs_to_one_submission(declaration_id: UUID, submissions: int, submission: int) -> None:
    """It names the submission it was made for, if there was one, and no other declaration's or number's."""
    check = receipt_check(declaration_id, "D2027-000001", submission)
    expected = submission if submission <= submissions else None
    assert submission_of_check(declaration_id, "D2027-000001", submissions, check) == expected
    assert submission_of_check(uuid4(), "D2027-000001", submissions, check) is None
    assert submission_of_check(declaration_id, "D2027-000002", submissions, check) is None
