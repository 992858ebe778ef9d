"""The register of personal data refuses entries that do not say why and how long (V56, V57)."""

from pathlib import Path

import pytest

from deploy.local.home import SERVICES
from shared.privacy.registry import load_register

SERVICE_FOLDER = Path(__file__).resolve().parents[3] / "services"
GOOD = """
[kept]
account = "as long as the account exists"

[table.pet]
key = ["pet_id"]
personal.name_sealed = { zh = "昵称", en = "pet name", basis = "contract", kept = "account", SEALED }
"""
SEALED = 'sealed = { class = "person", place = "pet.name:{pet_id}" }'


def load(tmp_path: Path, text: str) -> None:
    """Read a register with this content."""
    file = tmp_path / "personal_data.toml"
    file.write_text(text, encoding="utf-8")
    load_register(file)


@pytest.mark.requirement("V56")
@pytest.mark.parametrize("service", SERVICES)
def test_every_service_has_a_register(service: str) -> None:
    """It loads, and the tables every service has are part of it."""
    register = load_register(SERVICE_FOLDER / service / "personal_data.toml")
    assert "outbox" in register.table
    assert list(register.columns())


@pytest.mark.requirement("V56", "V57")
@pytest.mark.parametrize(
    ("said", "instead"),
    [
        ('basis = "contract", ', ""),
        ('basis = "contract"', 'basis = "curiosity"'),
        (', kept = "account"', ""),
        ('kept = "account"', 'kept = "for ever"'),
        ("SEALED", 'index = { class = "index_person", field = "name" }'),
        ("SEALED", 'index = { class = "index_person", field = "name", of = "x", member = "a", value = "{a}" }'),
        ("SEALED", 'sealed = { class = "person" }'),
        ('zh = "昵称", ', ""),
    ],
)
def test_an_entry_without_basis_or_term_is_refused(tmp_path: Path, said: str, instead: str) -> None:
    """No lawful basis, one that is none, no term, a term that nobody explains, an index nobody can renew, a sealed
    column without its place, no description: each stops the load; the same entry with all of them loads."""
    load(tmp_path, GOOD.replace("SEALED", SEALED))
    broken = GOOD.replace(said, instead).replace("SEALED", SEALED)
    wrong = tmp_path / "wrong"
    wrong.mkdir()
    with pytest.raises(ValueError):
        load(wrong, broken)
