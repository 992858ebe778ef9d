"""Secrets in files, read whenever they are asked for (V53)."""

from pathlib import Path

import pytest
from pydantic import ConfigDict, SecretStr, ValidationError

from shared.secret_files import SecretUnreadable, TakesSecretFiles, values_in_settings
from shared.settings import BrokerSettings


class Group(TakesSecretFiles):
    """A group as services have them."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    word: SecretStr
    other: SecretStr | None = None


@pytest.mark.requirement("V53")
def test_a_secret_is_read_each_time(tmp_path: Path) -> None:
    """What stands in the file now is the secret, without the line's end; the object shows nothing of it."""
    file = tmp_path / "word"
    file.write_text("first\n", encoding="utf-8")
    group = Group.model_validate({"word_file": str(file)})
    assert group.word.get_secret_value() == "first"
    file.write_text("second", encoding="utf-8")
    assert group.word.get_secret_value() == "second"
    assert "second" not in f"{group!r} {group} {group.model_dump_json()}"


@pytest.mark.requirement("V53")
def test_control_a_value_stays_what_it_was(tmp_path: Path) -> None:
    """A secret given as a value can not rotate, wins over a file beside it, and is counted as one in the settings."""
    file = tmp_path / "word"
    file.write_text("from the file", encoding="utf-8")
    group = Group.model_validate({"word": "by hand", "word_file": file, "other_file": file})
    assert group.word.get_secret_value() == "by hand"
    assert values_in_settings(group) == ["word"]


@pytest.mark.requirement("V53")
@pytest.mark.parametrize("content", [None, "", "\n"])
def test_a_secret_that_can_not_be_read_is_named_by_its_file(tmp_path: Path, content: str | None) -> None:
    """At the start it ends the process, later it is an outage; neither tells what stood there before."""
    file = tmp_path / "word"
    file.write_text("before", encoding="utf-8")
    group = Group.model_validate({"word_file": file})
    if content is None:
        file.unlink()
    else:
        file.write_text(content, encoding="utf-8")
    with pytest.raises(SecretUnreadable, match=str(file)) as refused:
        group.word.get_secret_value()
    assert isinstance(refused.value, OSError)
    assert "before" not in str(refused.value)
    with pytest.raises((ValidationError, OSError)):
        Group.model_validate({"word_file": file})


@pytest.mark.requirement("V53")
def test_the_brokers_address_carries_the_password_of_the_moment(tmp_path: Path) -> None:
    """Signs that mean something in an address are written so that they do not."""
    file = tmp_path / "word"
    file.write_text("a/b@c:d", encoding="utf-8")
    broker = BrokerSettings.model_validate({"url": "amqps://user@mq.example:5671/tiro", "password_file": file})
    assert broker.address() == "amqps://user:a%2Fb%40c%3Ad@mq.example:5671/tiro"
    with pytest.raises(ValueError, match="migrator_url"):
        broker.as_migrator()
