"""Supervisors on an institution's roster (C2, P2, 5.3, 5.5)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.institution.domain.certificate_numbers import category_of, may_supervise, practising_no_ok
from shared.errors import Conflict, FieldProblem, Invalid


class PractisingNumberWrong(Invalid):
    """15 digits, the first 1 or 3: an assistant can not supervise (5.3, 5.5)."""

    code = "practising_number_wrong"
    message_zh = "带教医师执业证书编码不符合要求，请按提示核对。"
    message_en = "The supervisor's practising certificate number is not acceptable; check it as indicated."


class TraineeLimitWrong(Invalid):
    """Between one and what the zone allows (F1); facts: `most`."""

    code = "trainee_limit_wrong"
    message_zh = "带教人数上限应为1至{most}人，请修改。"
    message_en = "A supervisor guides between 1 and {most} people at the same time; correct the limit."


class SupervisorListed(Conflict):
    """One number stands once on a roster."""

    code = "supervisor_listed"
    message_zh = "该执业证书编码已在本单位带教医师名单中，请在名单中查找。"
    message_en = "This number is on the roster already; look it up there."


class SupervisorInactive(Conflict):
    """What was taken off the roster stays off; list the person again."""

    code = "supervisor_inactive"
    message_zh = "该带教医师已停用，如需恢复请重新添加。"
    message_en = "This supervisor was taken off the roster; add the person again if needed."


@dataclass(frozen=True, slots=True)
class Supervisor:
    """One line of the roster, masked; name and number are sealed apart. `trainee_limit`: how many at the same time."""

    id: UUID
    version: int
    institution_id: UUID
    name_masked: str
    practising_no_masked: str
    category_code: str
    multi_site: bool
    trainee_limit: int
    active: bool
    listed_at: datetime
    deactivated_at: datetime | None


def require_may_supervise(practising_no: str) -> None:
    """Raises PractisingNumberWrong with the reason at /practising_certificate_no."""
    if not practising_no_ok(practising_no):
        text = ("应为15位数字，首位为1至4", "15 digits, the first one 1 to 4")
        reason = "practising_no_shape"
    elif not may_supervise(practising_no):
        text = ("助理医师（首位为2或4）不能带教", "An assistant physician (first digit 2 or 4) can not supervise")
        reason = "practising_no_assistant"
    else:
        return
    raise PractisingNumberWrong(problems=[FieldProblem("/practising_certificate_no", reason, *text)])


def trainee_limit_within(wanted: int | None, most: int) -> int:
    """The limit of a line: what is wanted, or the most that is allowed. Raises TraineeLimitWrong (F1)."""
    if wanted is None:
        return most
    if not 1 <= wanted <= most:
        refusal = TraineeLimitWrong(most=most)
        told = FieldProblem("/trainee_limit", refusal.code, refusal.sentence("zh"), refusal.sentence("en"))
        raise TraineeLimitWrong(problems=[told], most=most)
    return wanted


def category_differs(category_code: str, practising_no: str) -> bool:
    """Whether the stated category disagrees with the number: a warning, because real data is dirty (5.5)."""
    return category_code != category_of(practising_no)
