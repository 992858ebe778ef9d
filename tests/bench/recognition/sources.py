"""The sets of photos that can be measured: who draws the cards, who photographs them, and what must be refused."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from deploy.demo.card_photos import Person, draw_back, draw_front, fictional_person
from tests.bench.recognition.camera import shoot
from tests.bench.recognition.looks import TUNING, UNSEEN, Look, fonts_of
from tests.bench.recognition.refusals import KINDS, Refusal, refusal
from tests.bench.recognition.stranger_cards import HELD_OUT, TUNED, Press, draw_stranger, stranger
from tests.bench.recognition.stranger_photos import HELD_OUT_GROUNDS, TUNED_GROUNDS, Ground, shoot_stranger
from tests.bench.recognition.template_cards import DRAWN, SEALED, Style, draw_template, template_person
from tests.bench.recognition.template_photos import shoot_template
from tests.bench.recognition.template_refusals import TEMPLATE_KINDS, Case
from tests.bench.recognition.template_tables import DRAWN_TABLES, SEALED_TABLES, Table

TODAY = date(2026, 11, 1)
SIDES = ("front", "back")


@dataclass(frozen=True)
class Source:
    """`photos` makes both sides of one person's card by seed and level, `refuse` one photo of a kind by seed."""

    photos: Callable[[int, str], tuple[Person, dict[str, bytes]]]
    kinds: Sequence[str]
    refuse: Callable[[str, int], Refusal]


def _demo(look: Look) -> Source:
    return Source(lambda seed, level: _demo_photos(look, seed, level), tuple(KINDS), _demo_refusals(look))


def _demo_refusals(look: Look) -> Callable[[str, int], Refusal]:
    def refuse(kind: str, seed: int) -> Refusal:
        person, fonts = fictional_person(seed, TODAY), fonts_of(look, random.Random(seed))
        return refusal(kind, person, fonts, look, seed, TODAY)

    return refuse


def _demo_photos(look: Look, seed: int, level: str) -> tuple[Person, dict[str, bytes]]:
    person, fonts = fictional_person(seed, TODAY), fonts_of(look, random.Random(seed))
    drawn = {"front": draw_front(person, fonts), "back": draw_back(person.card, fonts)}
    return person, {side: shoot(card, seed * 2 + (side == "back"), level, look).jpeg for side, card in drawn.items()}


def _strange(press: Press, grounds: Sequence[Ground], look: Look) -> Source:
    def photos(seed: int, level: str) -> tuple[Person, dict[str, bytes]]:
        person = stranger(seed, TODAY)
        drawn = {side: draw_stranger(person, side, press, seed) for side in SIDES}
        shots = {
            side: shoot_stranger(card, seed * 2 + (side == "back"), level, grounds) for side, card in drawn.items()
        }
        return person, {side: shot.jpeg for side, shot in shots.items()}

    return Source(photos, tuple(KINDS), _demo_refusals(look))


def _template(style: Style, tables: Sequence[Table]) -> Source:
    def photos(seed: int, level: str) -> tuple[Person, dict[str, bytes]]:
        person = template_person(seed, TODAY)
        drawn = {side: draw_template(person, side, style, seed) for side in SIDES}
        return person, {s: shoot_template(c, seed * 2 + (s == "back"), level, tables).jpeg for s, c in drawn.items()}

    def refuse(kind: str, seed: int) -> Refusal:
        return TEMPLATE_KINDS[kind](Case(template_person(seed, TODAY), style, tables, seed, TODAY))

    return Source(photos, tuple(TEMPLATE_KINDS), refuse)


SOURCES: dict[str, Source] = {
    "tuning": _demo(TUNING),
    "unseen": _demo(UNSEEN),
    "stranger": _strange(TUNED, TUNED_GROUNDS, TUNING),
    "held-out": _strange(HELD_OUT, HELD_OUT_GROUNDS, UNSEEN),
    "template": _template(DRAWN, DRAWN_TABLES),
    "sealed": _template(SEALED, SEALED_TABLES),
}
