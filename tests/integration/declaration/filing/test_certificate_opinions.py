"""What the supervisors say stands in the rows of the certificate (5.3)."""

from uuid import UUID

import pytest

from services.declaration.domain.content import Guidance
from services.declaration.storage import evaluations_opinions
from services.declaration.storage.evaluations_opinions import opinion_place
from shared.ids import new_id
from shared.security.sealing import seal_text
from tests.integration.declaration.filing.test_practice_certificate import words_of
from tests.integration.declaration.filing.year import exam_year, probation
from tests.support.service_under_test import Serve


@pytest.mark.requirement("B10", "B16")
async def test_opinions_are_printed_in_the_rows_of_their_supervisors(serve: Serve) -> None:
    """Each row carries the words of who guided it, with the name where several did; what somebody says who guides no
    row is not printed."""
    year = await exam_year(serve)
    first, second, stranger = new_id(), new_id(), new_id()
    content = probation()
    guides = [Guidance(supervisor_id=first, name="顾维安"), Guidance(supervisor_id=second, name="沈若水")]
    row = content.periods[0].model_copy(update={"supervisors": guides})
    someone = await year.declare(content=content.model_copy(update={"periods": [row]}))
    evaluation = await year.evaluate(someone)
    evaluation_id = UUID(evaluation["id"])
    said = {first: "病历书写规范", second: "无菌观念牢固", stranger: "与本人无关的话"}
    async with year.service.database.transaction() as tx:
        for supervisor_id, words in said.items():
            place = opinion_place(evaluation_id, supervisor_id)
            sealed = seal_text(year.service.keyring, "declaration", place, words)
            await evaluations_opinions.upsert(
                tx, evaluation_id, supervisor_id, sealed, year.institution_id, year.clock.now()
            )
    words = await words_of(year, await year.certify(evaluation))
    assert [one for one in ("顾维安：病历书写规范", "沈若水：无菌观念牢固") if one not in words] == []
    assert "与本人无关的话" not in words
