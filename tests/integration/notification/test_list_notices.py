"""Who hears of lists on their way: the unit and its exam body, each kind of list in its own words (4.7, B13)."""

import pytest

from shared.contracts.declaration import ModificationAllowed
from shared.contracts.declaration_filing import (
    LateFilingPermitted,
    QualifiedListAccepted,
    QualifiedListEvent,
    QualifiedListReturned,
    QualifiedListSubmitted,
)
from shared.ids import new_id
from tests.integration.notification.test_evaluation_notices import about, hears
from tests.integration.notification.test_institution_notices import NAME, Scene
from tests.integration.notification.test_staff_notices import texted
from tests.support.service_under_test import Serve


@pytest.mark.requirement("B13")
@pytest.mark.parametrize(
    ("event", "kind", "more", "told_to", "words"),
    [
        (QualifiedListSubmitted, "main", {}, "body", "报送名单"),
        (QualifiedListSubmitted, "cancellation", {}, "body", "报送撤销名单"),
        (QualifiedListAccepted, "supplementary", {}, "owner", "已备案"),
        (QualifiedListAccepted, "cancellation", {}, "owner", "已退出备案"),
        (QualifiedListReturned, "main", {"reason_codes": ["department_seal"]}, "owner", "被退回"),
        (LateFilingPermitted, "main", {"reason_code": "flood"}, "owner", "已同意"),
    ],
)
async def test_each_step_of_a_list_is_told_once(
    serve: Serve, event: type[QualifiedListEvent], kind: str, more: dict[str, object], told_to: str, words: str
) -> None:
    """In the app and by SMS, with the number of the list, however often the event comes."""
    scene = await Scene(await serve("notification")).open()
    told = event.model_validate(
        {
            "occurred_at": scene.service.clock.now(),
            "aggregate_version": 4,
            "list_id": new_id(),
            "institution_id": scene.unit,
            "institution_name": NAME,
            "filing_body_id": scene.filing_body,
            "cycle_year": 2027,
            "number": "QL2027-4201-000012",
            "kind": kind,
            "lines": 7,
        }
        | more
    )
    await scene.service.deliver(told)
    await scene.service.deliver(told)
    read = await scene.told()
    assert {name: len(bodies) for name, bodies in read.items() if bodies} == {told_to: 1}
    assert "QL2027-4201-000012" in read[told_to][0]
    assert words in read[told_to][0]
    assert {recipient for recipient, _, _ in await texted(scene.service)} == {scene.people[told_to]}


@pytest.mark.requirement("B13")
@pytest.mark.parametrize(("was_filed", "words"), [(True, "已退出备案，不能凭原备案报名"), (False, "已设为允许修改")])
async def test_the_candidate_hears_that_his_filing_is_gone(serve: Serve, was_filed: bool, words: str) -> None:
    """Whoever was taken off an accepted list must not read only that he may modify."""
    scene = await Scene(await serve("notification")).open()
    event = about(scene, reason_code="name_wrong", was_filed=was_filed)
    event.pop("evaluation_id")
    told = await hears(scene, ModificationAllowed.model_validate(event), {"applicant"}, {"applicant"})
    assert "D2027-000123" in told["applicant"][0]
    assert words in told["applicant"][0]


@pytest.mark.requirement("A42", "B13")
async def test_the_unit_hears_what_the_exam_body_reopened(serve: Serve) -> None:
    """Without a list of its own the unit would not know: it reads which declaration left its list and what to do, the
    candidate that his filing is gone."""
    scene = await Scene(await serve("notification")).open()
    event = about(scene, reason_code="name_wrong", was_filed=True, tells_unit=True)
    event.pop("evaluation_id")
    audience = {"applicant", "owner"}
    told = await hears(scene, ModificationAllowed.model_validate(event), audience, audience)
    assert "已退出备案，不能凭原备案报名" in told["applicant"][0]
    assert "补充名单" in told["owner"][0]
    assert all("D2027-000123" in told[name][0] for name in audience)
