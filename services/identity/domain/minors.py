"""Children under fourteen, whose data a guardian consents to (PIPL 31, V60)."""

from datetime import date

AGE = 14
"""Set by law, not by us: PIPL 31 knows no other age."""


def fourteenth_birthday(born: date) -> date:
    """Who was born on 29 February has it on 1 March in years without that day: never earlier than the day itself."""
    try:
        return born.replace(year=born.year + AGE)
    except ValueError:
        return date(born.year + AGE, 3, 1)


def needs_guardian(born: date, today: date) -> bool:
    """Whether somebody is under fourteen on a day (in Asia/Shanghai)."""
    return today < fourteenth_birthday(born)
