"""The keys by which a service knows the gateway."""

from pathlib import Path

import pytest

from shared.security.gateway_keys import GatewayKeys

OLD, NEW = "a" * 64, "b" * 64


@pytest.mark.requirement("V27")
def test_one_key_or_two_are_accepted_and_nothing_else() -> None:
    """While keys rotate both are good; anything else is not, whatever characters it is made of."""
    assert GatewayKeys([OLD]).accepts(OLD)
    both = GatewayKeys([NEW, OLD])
    assert both.accepts(OLD)
    assert both.accepts(NEW)
    for wrong in ("", "c" * 64, OLD[:-1], OLD + "a", "密钥" * 32, OLD + NEW):
        assert not both.accepts(wrong)
    assert not GatewayKeys([OLD]).accepts(NEW)


@pytest.mark.requirement("V27", "V80")
@pytest.mark.parametrize("lines", ["", "short", f"{OLD}\n{NEW}\n{'c' * 64}", "a b", '"' * 40, "é" * 40])
def test_a_file_without_good_keys_is_refused(tmp_path: Path, lines: str) -> None:
    """No key, too many, short or odd ones: the process does not start, and the message does not show them."""
    file = tmp_path / "keys"
    file.write_text(lines, encoding="utf-8")
    with pytest.raises(ValueError, match="one or two lines") as refused:
        GatewayKeys.load(file)
    assert not lines or lines not in str(refused.value)


@pytest.mark.requirement("V27")
def test_keys_are_taken_from_the_file_while_running(tmp_path: Path) -> None:
    """New lines count at the next look; a file that is gone or half written changes nothing."""
    file = tmp_path / "keys"
    file.write_text(OLD, encoding="utf-8")
    keys = GatewayKeys.load(file)
    file.write_text(f"{NEW}\n{OLD}\n", encoding="utf-8")
    assert not keys.accepts(NEW)
    keys.refresh()
    assert keys.accepts(NEW)
    assert keys.accepts(OLD)
    file.write_text(f"{NEW}\n", encoding="utf-8")
    keys.refresh()
    assert not keys.accepts(OLD)
    for damage in ("", NEW[:10]):
        file.write_text(damage, encoding="utf-8")
        keys.refresh()
        assert keys.accepts(NEW)
    file.unlink()
    keys.refresh()
    assert keys.accepts(NEW)
