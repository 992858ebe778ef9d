"""Bodies and answers: what differs between two versions, and the answers to the reasons of a return."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from services.declaration.storage.reason_answers import Answer, NewAnswer
from shared.web.schemas import Body, View


class WordsView(View):
    """In both languages."""

    zh: str
    en: str


class FieldChangeView(View):
    """A field that differs: what it is called, and its values as people read them; null for absent."""

    pointer: str
    label: WordsView
    before: WordsView | None
    after: WordsView | None


class FileChangeView(View):
    """A file that came or went."""

    id: UUID
    kind: str
    label: WordsView
    period_id: UUID | None


class AnsweredReasonView(View):
    """A reason of the return beside its answer; `changes` are places in the list of changes, `is_changed` says whether
    anything changed where the reviewer pointed."""

    place: int
    pointer: str
    code: str
    label: WordsView
    text: str
    answer: Answer | None
    explanation: str
    answered_at: datetime | None
    changes: list[int]
    is_changed: bool


class DifferenceView(View):
    """From submission `since` (null: there is none yet) to `submission` (null: to the draft as it is now)."""

    id: UUID
    number: str | None
    since: int | None
    submission: int | None
    reasons: list[AnsweredReasonView]
    unanswered: int
    changes: list[FieldChangeView]
    files_added: list[FileChangeView]
    files_removed: list[FileChangeView]


class DifferenceQuery(Body):
    """The earlier submission to compare with; the one before by default."""

    since: int | None = Field(None, ge=1, le=10_000)


class AnswerBody(Body):
    """The answer to one reason of the return, by its place; an explanation is needed where nothing was changed."""

    place: int = Field(ge=0, le=100)
    answer: Answer
    explanation: str = Field("", max_length=500)

    def given(self) -> NewAnswer:
        """For the use case."""
        return NewAnswer(self.place, self.answer, self.explanation.strip())


class AnswersBody(Body):
    """Answers to reasons; the others may follow later."""

    answers: list[AnswerBody] = Field(min_length=1, max_length=20)
