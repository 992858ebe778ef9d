"""Reminders without their key, for negative controls."""

from typing import Final

import pytest

from shared.reminding import reminders

_KEYLESS: Final = reminders._INSERT.replace("o.ends_at, $4,", "o.ends_at, $4 + 1 + (random() * 9999)::smallint,")
assert _KEYLESS != reminders._INSERT


def take_keys_away(patch: pytest.MonkeyPatch) -> None:
    """What is told is written where nobody finds it and nothing meets it."""
    patch.setattr(reminders, "_INSERT", _KEYLESS)
