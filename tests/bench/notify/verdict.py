"""What a run of the bench says against the platform, or against itself: a fault that was asked for and never came, a
control that found nothing."""

from typing import Any, Final

_LEFT_WITHIN_SECONDS: Final = 300
_P99_SECONDS: Final = 5.0
_P999_SECONDS: Final = 30.0
_OFFERED_SECONDS: Final = 60


def faults_of(figures: dict[str, Any]) -> list[str]:
    """Empty where all is as G1, G3 and M10 ask; with a control, where what it took away was missed."""
    if figures["control"]:
        return _unproven(figures)
    faults = [*_wrong(figures, "lost", "doubled", "unsettled"), *figures["worker_faults"]]
    faults += _not_come(figures, "kills", "broker_restarts")
    return faults + (_late(figures) if figures["paced"] else _not_left(figures))


def faults_of_announcing(figures: dict[str, Any]) -> list[str]:
    """Empty where nobody was lost and nobody heard twice, though all kills came that were asked for (P16)."""
    return [*_wrong(figures, "lost", "doubled"), *figures["worker_faults"], *_not_come(figures, "kills")]


def too_short(notices: int, per_second: float) -> str | None:
    """Why so many notices at this rate are no paced run: of less than a minute the slow end says nothing."""
    if (seconds := notices / per_second) >= _OFFERED_SECONDS:
        return None
    enough = int(per_second * _OFFERED_SECONDS) + 1
    return (
        f"--paced is refused: {notices} notices at {per_second:.0f} a second are over in {seconds:.0f} s, and "
        f"{_OFFERED_SECONDS} s are the least; give --notices {enough} or more"
    )


def _unproven(figures: dict[str, Any]) -> list[str]:
    faults: list[str] = list(figures["worker_faults"])
    if not figures["doubled"]:
        faults.append(f"control {figures['control']}: nothing doubled, so the bench would not see it")
    return faults


def _wrong(figures: dict[str, Any], *names: str) -> list[str]:
    return [f"{figures[name]} {name}" for name in names if figures[name]]


def _not_come(figures: dict[str, Any], *names: str) -> list[str]:
    came = {name: figures[f"{name}_came"] for name in names}
    return [f"of {figures[name]} {name} {number} came" for name, number in came.items() if number != figures[name]]


def _not_left(figures: dict[str, Any]) -> list[str]:
    after = figures["first_left_after_seconds"]
    if after is None:
        return ["the provider that was down kept its share"]
    return [f"the provider that was down kept its share for {after} s"] if after > _LEFT_WITHIN_SECONDS else []


def _late(figures: dict[str, Any]) -> list[str]:
    asked = {"hand_off_p99_seconds": _P99_SECONDS, "hand_off_p999_seconds": _P999_SECONDS}
    return [f"{name} is {figures[name]}, {most} asked for" for name, most in asked.items() if figures[name] > most]
