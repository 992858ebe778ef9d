"""The key that numbers are hashed with is missing: nothing starts, instead of a worker that stops sending (V5)."""

import json
from pathlib import Path

import pytest

from services.notification.app import build_dependencies
from shared.process.definition import Foundation
from shared.security.keyring import KeyMissing, Keyring
from tests.support.engines import Engines
from tests.support.service_under_test import Serve, ServiceUnderTest


@pytest.mark.requirement("V5")
@pytest.mark.parametrize("there", [True, False])
async def test_without_the_key_of_numbers_no_role_starts(
    serve: Serve, engines: Engines, tmp_path: Path, there: bool
) -> None:
    """Api and worker refuse to be wired together without the class, naming it; with it they are (control)."""
    service: ServiceUnderTest = await serve("notification")
    whole = engines.settings("notification", service.database_name).keyring_file
    ring = json.loads(whole.read_text(encoding="utf-8"))
    if not there:
        del ring["index_number"]
    (tmp_path / "keyring.json").write_text(json.dumps(ring), encoding="utf-8")
    keyring = Keyring.load(tmp_path / "keyring.json")
    foundation = Foundation(service.database, keyring, service.bucket, service.clock, service.settings)
    if there:
        deps = await build_dependencies(service.settings, foundation)
        for channel in deps.sms.values():
            await channel.close()
        return
    with pytest.raises(KeyMissing, match="index_number"):
        await build_dependencies(service.settings, foundation)
