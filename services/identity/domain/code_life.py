"""How long a one-time code lives unless the environment says otherwise. The texts that carry a code say it in words."""

from datetime import timedelta
from typing import Final

CODE_LIFE: Final = timedelta(minutes=5)
"""Of a code sent to a phone: a text arrives within seconds (V1)."""
LETTER_CODE_LIFE: Final = timedelta(minutes=10)
"""Of a code sent by e-mail: mail servers hold a first letter from an unknown sender back for some minutes (A5)."""
