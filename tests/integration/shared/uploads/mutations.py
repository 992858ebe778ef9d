"""Honest and hostile files with bytes flipped, cut and repeated; also a command that goes on for as long as told.

python -m tests.integration.shared.uploads.mutations [seconds] [seed]   (V37 asks for an hour)
"""

import asyncio
import random
import sys
import time

from shared.errors import Invalid
from shared.uploads.inspect import Inspector
from shared.uploads.kinds import DOCUMENTS, IMAGES
from tests.unit.shared.uploads import corpus

EVERYTHING = IMAGES | DOCUMENTS


def seeds() -> list[bytes]:
    """The files from which mutations are made."""
    hostile = [corpus.pdf_with(change) for change, _ in corpus.FORBIDDEN_FEATURES.values()]
    pictures = [corpus.with_metadata(kind) for kind in ("JPEG", "PNG", "WEBP")]
    return [corpus.pdf_with(pages=2), *pictures, corpus.png_and_zip(), corpus.pdf_and_html(), *hostile]


def mutated(data: bytes, dice: random.Random) -> bytes:
    """One to twelve changes behind the signature."""
    changed = bytearray(data)
    for _ in range(dice.randint(1, 12)):
        place = dice.randrange(12, len(changed))
        match dice.randrange(4):
            case 0:
                changed[place] = dice.randrange(256)
            case 1:
                del changed[place : place + dice.randint(1, 40)]
            case 2:
                changed[place:place] = changed[place : place + dice.randint(1, 200)]
            case _:
                changed[place : place + 4] = dice.randbytes(4)
        if len(changed) < 40:
            break
    return bytes(changed)


async def outcome(inspector: Inspector, data: bytes) -> str:
    """ "safe" or the code of the refusal. Raises AssertionError when something forbidden came through."""
    try:
        result = await inspector.inspect(data, accept=EVERYTHING)
    except Invalid as refusal:
        return refusal.code
    assert corpus.MARKER not in result.data
    for trace in (b"/XFA", b"/JavaScript", b"/Launch", b"<script", b"PK\x05\x06"):
        assert trace not in result.data, trace
    return "safe"


async def fuzz(seconds: float, seed: int) -> dict[str, int]:
    """Inspects mutations until the time is up and counts what became of them."""
    dice = random.Random(seed)
    files = seeds()
    outcomes: dict[str, int] = {}
    inspector = Inspector()
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        data = mutated(dice.choice(files), dice)
        result = await outcome(inspector, data)
        outcomes[result] = outcomes.get(result, 0) + 1
    await inspector.stop()
    return outcomes


if __name__ == "__main__":
    budget, start = (float(sys.argv[1]) if len(sys.argv) > 1 else 3600.0), int(sys.argv[2]) if len(sys.argv) > 2 else 1
    print(asyncio.run(fuzz(budget, start)))
