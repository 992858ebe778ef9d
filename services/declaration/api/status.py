"""Handler: the national network asks where a person stands (4.10)."""

from aiohttp import web

from services.declaration.api.schemas.status import StatusQuestion, StatusView
from services.declaration.dependencies import Dependencies
from services.declaration.use_cases.status.answer_status import Question, answer_status
from shared.errors import LimitReached
from shared.web.call import Call
from shared.web.problems import problem


async def post_status_query(call: Call[Dependencies], body: StatusQuestion) -> StatusView | web.Response:
    """Answer and log. A refusal is answered, not raised, so that its log entry is committed too."""
    question = Question(body.document_type, body.document_no, body.exam_year, body.name)
    answer = await answer_status(call.tx, call.deps.keyring, question, actor=call.actor, now=call.now)
    if isinstance(answer, LimitReached):
        return problem(answer, call.request_id, call.language)
    return StatusView.model_validate(answer, from_attributes=True)
