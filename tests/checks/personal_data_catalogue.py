"""docs/personal-data.md: what is held about people, on which basis and how long, from the services' registers."""

import importlib
import sys
from collections.abc import Iterator

from deploy.local.home import SERVICES
from shared.privacy.registry import Personal, Register

HEAD = """# Personal data

Generated from `services/<name>/personal_data.toml` and `shared/privacy/foundation.toml`; a column that is missing
there, or has no lawful basis or term, fails the tests. *identity* speaks of every column, the other services of every
sealed or hashed one. What is said to be *the person's* opens with the person's own key only, which is destroyed when
the account is closed, for all backups as well (V58, [ADR 0039](adr/0039-keys-of-persons-outside-the-backups.md)).

| basis | is |
|---|---|
| contract | needed to do what the person asked for (PIPL 13 (2)) |
| separate_consent | sensitive data, by a consent of its own that can be taken back (PIPL 14, 15, 29, 31) |
| statutory_duty | part of the record that the law on the qualification asks for (PIPL 13 (3)) |
| security | needed to keep accounts safe, which is a duty (PIPL 51) |
"""
_OF_THE_PERSON = ", the person's"


def page() -> str:
    """The whole page."""
    return "\n".join([HEAD, *(line for service in SERVICES for line in _service(service))]).rstrip() + "\n"


def _service(service: str) -> Iterator[str]:
    register: Register = importlib.import_module(f"services.{service}.app").SERVICE.register
    yield f"## {service}\n"
    yield "| column | what | rests as | basis | kept | own copy |"
    yield "|---|---|---|---|---|---|"
    for column in register.columns():
        said = column.said
        kept, own = register.kept[said.kept], "no: " + said.withheld if said.withheld else "yes"
        yield f"| `{column}` | {said.zh} / {said.en} | {_form(said)} | {said.basis} | {kept} | {own} |"
    yield ""


def _form(said: Personal) -> str:
    if said.sealed is not None:
        return f"sealed, class `{said.sealed.data_class}`{_OF_THE_PERSON if said.sealed.subject else ''}"
    if said.index is not None:
        return f"keyed hash, class `{said.index.data_class}`"
    if said.object is None:
        return "as it is"
    return f"sealed object, class `{said.object.data_class}`{_OF_THE_PERSON if said.object.subject else ''}"


if __name__ == "__main__":
    sys.stdout.write(page())
