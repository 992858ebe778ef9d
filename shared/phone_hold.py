"""For a day after somebody's phone was replaced, acts that are hard to undo wait, in every service: whoever stole the
number has no use of it before the true holder, who is told at the old one, can object (V9)."""

from datetime import datetime

from shared.errors import Forbidden


class HeldAfterPhoneChange(Forbidden):
    """The phone was replaced lately (V9)."""

    code = "held_after_phone_change"
    message_zh = "更换手机号后 24 小时内不能进行此操作，请于 {until} 后再试。"
    message_en = "After a change of phone this has to wait; try again after {until}."


def require_no_hold(held_until: datetime | None, now: datetime) -> None:
    """Raise HeldAfterPhoneChange while a person is held."""
    if held_until is not None and held_until > now:
        raise HeldAfterPhoneChange(until=f"{held_until.astimezone(now.tzinfo):%m-%d %H:%M}")
