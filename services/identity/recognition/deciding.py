"""From what was read to a reason: the first thing, in the order a person should be told, that is wrong."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from services.identity.recognition import layout, rules
from services.identity.recognition.back_fields import BackReading, term_of
from services.identity.recognition.front_fields import FrontReading
from services.identity.recognition.measures import Measures
from services.identity.recognition.outline import corners_apart
from services.identity.recognition.pixels import mapped
from services.identity.recognition.places import front_places
from services.identity.recognition.placing import Placed, certainty_of
from services.identity.recognition.reasons import Reason
from services.identity.recognition.registration import FRONT
from services.identity.recognition.settle import Settled

DARK = 40.0
_BLURRED = 0.16
_GLARING = 0.06
_GREY = 0.024
_BEYOND_FRAME, _BEYOND_FRAME_UNSEEN, _SAME_CARD = 0.025, 0.08, 0.15
_DOUBTFUL, _DOUBTFUL_WORD = 0.65, 0.75
_DOUBTFUL_NAME = 0.8
_TRUSTED = 0.9
_SOME_LABELS, _MOST_LABELS = 1.0, 2.5
_SOME_TEXT, _CLEAR = 12, 0.85
_OUTLINED, _HOPELESS, _STRUCTURED, _COLOURED = 0.4, 0.05, 60, 0.1
_REPEATED = 3


@dataclass(frozen=True)
class Doubt:
    """A settled field and the certainty below which a person must look."""

    field: Settled
    least: float


def place_reason(placed: Placed, expected: str, measures: Measures) -> Reason | None:
    """Why the photo shows no usable card of the expected side; None when it does."""
    if _other_card(placed):
        return Reason.OTHER_CARD
    if not placed.found:
        return _absence_reason(placed, measures)
    if _repeated(placed):
        return Reason.NO_CARD_FOUND
    if placed.fit.side != expected:
        return Reason.FRONT_EXPECTED if expected == FRONT else Reason.BACK_EXPECTED
    return Reason.CUT_OFF if _beyond(placed) else None


def _absence_reason(placed: Placed, measures: Measures) -> Reason:
    """Tells a card that cannot be read from something that is no card: by its outline, its labels and clear text."""
    something = placed.outline > _OUTLINED or measures.contrast > _STRUCTURED or measures.colour > _COLOURED
    if measures.sharpness < _HOPELESS and something:
        return Reason.BLURRED
    if _repeated(placed):
        return Reason.NO_CARD_FOUND
    if placed.fit.evidence >= _MOST_LABELS:
        return Reason.BLURRED if measures.sharpness < _BLURRED else Reason.CUT_OFF
    glyphs = sum(len(line.glyphs) for line in placed.lines)
    clear = glyphs >= _SOME_TEXT and certainty_of(placed.lines) > _CLEAR
    if placed.fit.evidence >= _SOME_LABELS and not clear:
        return _quality_reason(measures)
    return Reason.NO_CARD_FOUND


def _repeated(placed: Placed) -> bool:
    """Whether words of labels stand there twice, as on a page or a screen of text about cards."""
    characters = [(anchor.label, anchor.card) for anchor in placed.fit.anchors]
    return len(characters) - len(set(characters)) >= _REPEATED


def front_reason(front: FrontReading, measures: Measures, today: date) -> Reason:
    """The verdict on a portrait side whose place was found (A8, GB 11643)."""
    fields = (front.name, front.sex, front.ethnicity, front.birth_date, front.address, front.id_number)
    if any(field.text is None for field in fields):
        return _quality_reason(measures)
    number, born = str(front.id_number.text), date.fromisoformat(str(front.birth_date.text))
    if rules.is_other_document(number):
        return Reason.OTHER_CARD
    if not rules.check_digit_holds(number):
        return Reason.CHECK_DIGIT if front.id_number.sure >= _TRUSTED else _quality_reason(measures)
    if not rules.birth_plausible(born, today):
        return Reason.BIRTH_IMPOSSIBLE
    if rules.birth_of(number) != born:
        return _contradiction(front.birth_date, front.id_number, Reason.BIRTH_CONTRADICTS_NUMBER)
    if rules.sex_of(number) != front.sex.text:
        return _contradiction(front.sex, front.id_number, Reason.SEX_CONTRADICTS_NUMBER)
    doubts = (
        Doubt(front.name, _DOUBTFUL_NAME),
        Doubt(front.ethnicity, _DOUBTFUL_WORD),
        Doubt(front.address, _DOUBTFUL),
    )
    return _last_reasons(doubts, measures)


def back_reason(back: BackReading, measures: Measures, today: date) -> Reason:
    """The verdict on an emblem side whose place was found."""
    if back.authority.text is None or back.validity.text is None:
        return _quality_reason(measures)
    start, end = term_of(back.validity.text)
    if start > today or not rules.term_lawful(start, end):
        return Reason.VALIDITY_IMPOSSIBLE if back.validity.sure >= _TRUSTED else _quality_reason(measures)
    if end is not None and end < today:
        return Reason.EXPIRED
    return _last_reasons([Doubt(back.authority, _DOUBTFUL), Doubt(back.validity, _DOUBTFUL)], measures)


def first_of(reasons: Sequence[tuple[str, Reason]]) -> tuple[str | None, Reason]:
    """The reason of the two sides that a person should be told first; (None, ok) when nothing is wrong."""
    order = list(Reason)
    side, reason = min(reasons, key=lambda one: order.index(one[1]))
    return (None, reason) if reason is Reason.OK else (side, reason)


def _contradiction(one: Settled, two: Settled, reason: Reason) -> Reason:
    """A contradiction between sure readings is the card's; between doubtful ones it may be ours."""
    return reason if min(one.sure, two.sure) >= _TRUSTED else Reason.READINGS_DIFFER


def _last_reasons(doubts: Sequence[Doubt], measures: Measures) -> Reason:
    if measures.colour < _GREY:
        return Reason.PHOTOCOPY
    if any(doubt.field.differs or doubt.field.sure < doubt.least for doubt in doubts):
        return Reason.READINGS_DIFFER
    return Reason.OK


def _quality_reason(measures: Measures) -> Reason:
    if measures.sharpness < _BLURRED:
        return Reason.BLURRED
    return Reason.GLARE if measures.glare > _GLARING else Reason.UNREADABLE


def _beyond(placed: Placed) -> bool:
    if placed.sheet is None:
        return False
    corners = placed.sheet.corners
    height, width = placed.sheet.photo.shape[:2]
    length = float(np.linalg.norm(corners[1] - corners[0]))
    seen = bool(placed.outline)
    if placed.edges is not None and corners_apart(corners, placed.edges) < _SAME_CARD * length:
        # Labels of another print run move the corners; the edges of the same card say better where it ends.
        corners, seen = placed.edges, True
    out = np.maximum(np.maximum(-corners, corners - (width, height)), 0).max()
    # Corners that were worked out from labels are less exact than corners that were seen.
    return bool(out > (_BEYOND_FRAME if seen else _BEYOND_FRAME_UNSEEN) * length)


def _other_card(placed: Placed) -> bool:
    """Words of other cards; those that an address may contain count outside the address only."""
    for line in placed.lines:
        if any(word in line.text.upper() for word in layout.OTHER_CARD_WORDS):
            return True
        if not any(word in line.text for word in layout.OTHER_CARD_WORDS_OR_PLACES):
            continue
        if placed.sheet is None or not placed.found:
            return True
        x, y = mapped(line.corners.mean(axis=0)[None], placed.sheet.to_card)[0]
        if placed.fit.side != FRONT or not front_places(placed.fit, placed.sheet).address.holds(x, y):
            return True
    return False
