"""Table 4.4 row by row, written from the specification and not from the code, and what of it was played."""

from collections import Counter, deque
from typing import Final

STATES: Final = frozenset(
    {
        "draft",
        "submitted",
        "under_review",
        "withdrawn",
        "approved",
        "returned",
        "rejected",
        "modification_allowed",
        "filed",
        "lapsed",
        "revoked",
    }
)
EDITABLE: Final = frozenset({"draft", "withdrawn", "modification_allowed", "returned"})
WAITING: Final = frozenset({"submitted", "under_review"})
FINAL: Final = frozenset({"lapsed", "revoked"})
TABLE: Final[dict[str, tuple[frozenset[str], str]]] = {
    "submit": (EDITABLE, "submitted"),
    "withdraw": (WAITING, "withdrawn"),
    "claim": (WAITING, "under_review"),
    "release": (frozenset({"under_review"}), "submitted"),
    "approve": (WAITING, "approved"),
    "return_for_modification": (WAITING, "returned"),
    "reject": (WAITING, "rejected"),
    "allow_modification": (WAITING | {"approved", "rejected"}, "modification_allowed"),
    "restart": (frozenset({"rejected"}), "draft"),
    "file": (frozenset({"approved"}), "filed"),
    "reopen": (frozenset({"filed"}), "modification_allowed"),
    "lapse": (STATES - FINAL, "lapsed"),
    "revoke": (frozenset({"approved", "filed"}), "revoked"),
    "revoke_with_identity": (STATES - FINAL, "revoked"),
}
"""Action: from where, to where. Of the filed ones only those on a provisional certificate lapse (4.6)."""

Step = tuple[str, str]
"""A state and an action that is played in it."""
ALL: Final = frozenset((state, action) for action, (states, _) in TABLE.items() for state in states)


def is_ending(step: Step) -> bool:
    """Whether nothing can follow it."""
    return TABLE[step[1]][1] in FINAL


class Played:
    """What was played so far, over all examples of a run."""

    def __init__(self) -> None:
        self.times: Counter[Step] = Counter()

    @property
    def missing(self) -> list[Step]:
        """What was never played, in a fixed order; what ends a declaration last."""
        return sorted(ALL - self.times.keys(), key=lambda step: (is_ending(step), step))

    def way_to_missing(self, state: str, *, lapses_filed: bool) -> list[Step]:
        """The steps from `state` to the nearest one that was never played, with it: what ends a declaration only once
        everything else was. Empty where there is none."""
        missing = {one for one in self.missing if lapses_filed or one != ("filed", "lapse")}
        return _way(state, {one for one in missing if not is_ending(one)}) or _way(state, missing)


def _way(state: str, wanted: set[Step]) -> list[Step]:
    ways: deque[tuple[str, list[Step]]] = deque([(state, [])])
    seen = {state}
    while ways:
        here, way = ways.popleft()
        for step in sorted(one for one in ALL if one[0] == here):
            if step in wanted:
                return [*way, step]
            target = TABLE[step[1]][1]
            if target not in seen:
                seen.add(target)
                ways.append((target, [*way, step]))
    return []
