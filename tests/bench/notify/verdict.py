"""What a run of the bench says against the platform, or against itself: a fault that was asked for and never came."""

from typing import Any, Final

_LEFT_WITHIN_SECONDS: Final = 300
_P99_SECONDS: Final = 5.0
_P999_SECONDS: Final = 30.0


def faults_of(figures: dict[str, Any]) -> list[str]:
    """Empty where all is as G1, G3 and M10 ask."""
    faults = [f"{figures[name]} {name}" for name in ("lost", "doubled", "unsettled") if figures[name]]
    faults += figures["worker_faults"]
    for name in ("kills", "broker_restarts"):
        if (came := figures[f"{name}_came"]) != figures[name]:
            faults.append(f"of {figures[name]} {name} {came} came")
    return faults + (_late(figures) if figures["paced"] else _not_left(figures))


def _not_left(figures: dict[str, Any]) -> list[str]:
    after = figures["first_left_after_seconds"]
    if after is None:
        return ["the provider that was down kept its share"]
    return [f"the provider that was down kept its share for {after} s"] if after > _LEFT_WITHIN_SECONDS else []


def _late(figures: dict[str, Any]) -> list[str]:
    asked = {"hand_off_p99_seconds": _P99_SECONDS, "hand_off_p999_seconds": _P999_SECONDS}
    return [f"{name} is {figures[name]}, {most} asked for" for name, most in asked.items() if figures[name] > most]
