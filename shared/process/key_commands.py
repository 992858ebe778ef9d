"""What an operator runs when keys are replaced: `reseal`, `reindex` and `retire-key` of every service (V47)."""

import argparse
import json
import sys
from typing import Any

from shared.privacy.key_use import count_key_use
from shared.privacy.reindexing import reindex
from shared.privacy.resealing import Outcome, reseal
from shared.process.definition import Foundation, ServiceDefinition

VERBS = ("reseal", "reindex", "retire-key")


async def run_key_command(service: ServiceDefinition, foundation: Foundation, verb: str, rest: list[str]) -> int:
    """0 when done, or when the key may go; 1 when values did not open, or the key is still needed."""
    if verb == "retire-key":
        return await _retire(service, foundation, rest)
    parser = argparse.ArgumentParser(prog=f"python -m services.{service.name} {verb}")
    parser.add_argument("--class", dest="data_class", help="one data class only, e.g. person")
    wanted = parser.parse_args(rest).data_class
    register, database, keyring = service.register, foundation.database, foundation.keyring
    if verb == "reindex" and not register.index_keys_rotate:
        _say({"refused": f"look-ups of {service.name} know one form of a value: its index keys can not change yet"})
        return 1
    if verb == "reseal":
        outcome = await reseal(register, database, foundation.bucket, keyring, wanted, _show)
    else:
        outcome = await reindex(register, database, keyring, wanted, _show)
    return _finish(outcome)


async def _retire(service: ServiceDefinition, foundation: Foundation, rest: list[str]) -> int:
    parser = argparse.ArgumentParser(prog=f"python -m services.{service.name} retire-key")
    parser.add_argument("data_class")
    parser.add_argument("key_id")
    asked = parser.parse_args(rest)
    use = await count_key_use(
        service.register, foundation.database, foundation.bucket, foundation.keyring, asked.data_class, asked.key_id
    )
    _say({"class": asked.data_class, "key": asked.key_id, "may_be_removed": use.free, "still_used_by": use.by_place})
    return 0 if use.free else 1


def _finish(outcome: Outcome) -> int:
    _say({"done": outcome.done, "did_not_open": outcome.broken, "of_erased_people": outcome.erased})
    return 1 if outcome.broken else 0


def _show(what: str, done: int, of: int) -> None:
    _say({"working_on": what, "done": done, "of": of})


def _say(line: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
    sys.stdout.flush()
