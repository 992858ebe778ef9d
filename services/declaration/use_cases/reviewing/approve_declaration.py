"""Approve a submission: the unit confirms that the data is true, and its evaluation begins (A32, A38, B9, 4.6)."""

from datetime import datetime
from uuid import UUID

from services.declaration.domain.declaration import Action, transition
from services.declaration.domain.entry_errors import EnteredByYourself
from services.declaration.domain.review_errors import PriorRowsUnconfirmed, SupervisorsNotValid
from services.declaration.domain.second_look import is_first_of_two
from services.declaration.domain.supervision import supervision_problems
from services.declaration.domain.supervisor_category import category_findings
from services.declaration.storage import (
    cycles,
    first_approvals,
    institution_entries,
    known_supervisors,
    prior_confirmations,
    snapshots,
)
from services.declaration.storage.catalogues import CatalogueCache
from services.declaration.storage.declarations import Declaration
from services.declaration.use_cases.evaluating.derive_evaluation import derive_evaluation
from services.declaration.use_cases.event_fields import event_fields
from services.declaration.use_cases.move_declaration import move_declaration
from services.declaration.use_cases.reviewing.give_first_approval import give_first_approval
from services.declaration.use_cases.reviewing.reviewable import lock_reviewable
from shared import outbox
from shared.actor import Actor
from shared.contracts.declaration import DeclarationApproved
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring


async def approve_declaration(
    tx: Transaction,
    declaration_id: UUID,
    *,
    expected_version: int,
    keyring: Keyring,
    catalogues: CatalogueCache,
    actor: Actor,
    now: datetime,
) -> Declaration:
    """The approved declaration, or one that waits for a second look where the exam body asks for two reviewers. Raises
    what lock_reviewable raises, DeclarationNotUnderReview, EnteredByYourself, PriorRowsUnconfirmed,
    SupervisorsNotValid, SecondReviewerMissing, FirstApprovalIsYours."""
    declaration = await lock_reviewable(
        tx, declaration_id, expected_version=expected_version, actor=actor, now=now, keyring=keyring
    )
    transition(declaration.state, Action.APPROVE)
    if await institution_entries.select_was_entered_by(tx, declaration.id, actor):
        raise EnteredByYourself
    if unconfirmed := await prior_confirmations.count_unconfirmed(tx, declaration.id):
        raise PriorRowsUnconfirmed(count=unconfirmed)
    await _require_valid_supervisors(tx, declaration, keyring, catalogues)
    look = await first_approvals.select_look(tx, declaration, actor.id)
    if is_first_of_two(look, declaration.first_approval, actor):
        return await give_first_approval(tx, declaration, actor=actor, now=now)
    moved = await move_declaration(tx, declaration, Action.APPROVE, actor=actor, now=now, decision="set")
    await derive_evaluation(tx, keyring, moved.id, actor=actor, now=now)
    outbox.add(tx, DeclarationApproved(**event_fields(moved, now)))
    return moved


async def _require_valid_supervisors(
    tx: Transaction, declaration: Declaration, keyring: Keyring, catalogues: CatalogueCache
) -> None:
    """Rosters change between submission and review: checked again as they are now (5.3)."""
    content = (await snapshots.select(tx, keyring, declaration.id, declaration.submission)).content
    catalogue = await catalogues.get(tx, declaration.catalogue_version)
    category = catalogue.choose(
        declaration.cycle_year, declaration.exam_level, declaration.route, declaration.exam_category_code
    )
    known = await known_supervisors.select_many(tx, content.supervisor_ids)
    roster = {one: supervisor.facts for one, supervisor in known.items()}
    problems = list(supervision_problems(content, roster, declaration.institution_id))
    cycle = await cycles.select_for_unit(tx, declaration.cycle_id, declaration.institution_id)
    if not cycle.warns_of_supervisors:
        mismatches = category_findings(content, roster, catalogue.guides_of(category.family))
        problems += [one.as_problem() for one in mismatches]
    if problems:
        raise SupervisorsNotValid(problems=problems)
