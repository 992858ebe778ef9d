"""One recogniser for all tests of this folder: the models are loaded once."""

import pytest

from services.identity.recognition.recogniser import Recogniser


@pytest.fixture(scope="session")
def recogniser() -> Recogniser:
    """With models loaded and warm."""
    loaded = Recogniser()
    loaded.warm_up()
    return loaded
