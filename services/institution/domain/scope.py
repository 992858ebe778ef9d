"""The node a staff account speaks for: an exam body or an institution. Every look-up is filtered by it in SQL."""

from uuid import UUID

from shared.actor import Actor
from shared.errors import Forbidden


class NoScope(Forbidden):
    """A staff account without a node can do nothing here."""

    code = "no_scope"
    message_zh = "您的账号未关联任何机构，请联系上级管理员。"
    message_en = "Your account belongs to no exam body or institution; ask the administrator above you."


def scope_of(actor: Actor) -> UUID:
    """The id of the actor's node. Raises NoScope."""
    if actor.scope_id is None:
        raise NoScope
    return actor.scope_id
