"""What a record is told as: the value of 4.10 with what belongs to it, for questions, lists and changes alike."""

from datetime import datetime

from services.declaration.domain.status import StatusAnswer, value_of
from services.declaration.storage.contents import open_content
from services.declaration.storage.status import Found
from shared.security.keyring import Keyring


def answer_of(keyring: Keyring, found: Found, now: datetime, *, exempt: bool = False) -> StatusAnswer:
    """The answer; `exempt`: somebody chose the other channel with this document (A17). A provisional filing ends with
    its last day, not with the job that writes it down a little later: what that changes is counted as a change here
    already. Raises SealBroken."""
    ended = found.completes_before is not None and found.completes_before <= now
    value = value_of(found.state, found.evaluation_state, overdue=ended)
    if value == "in_progress":
        # A17: people in the military fill in their probation on the provincial network.
        elsewhere = exempt or found.chose_exempt
        if found.content is not None:
            elsewhere |= open_content(keyring, found.declaration_id, found.content).is_active_military
        value = "exempt_channel" if elsewhere else value
    return StatusAnswer(
        status=value,
        record_id=found.declaration_id,
        exam_level=found.exam_level,
        exam_category_code=found.exam_category_code,
        institution_name=found.institution_name,
        institution_code=found.institution_code,
        exam_site_code=found.exam_site_code,
        months_counted=found.months_counted,
        certificate_no=found.certificate_no,
        updated_at=max(found.updated_at, found.completes_before or now) if ended else found.updated_at,
        record_version=found.record_version + ended,
    )
