"""The layer contracts of .importlinter catch what they are for: each kind of forbidden import, in a sample project."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.contract.services import ROOT, SERVICES

FOLDERS = ("api", "consumers", "commands", "use_cases", "storage", "domain")
SAMPLES = {
    "services/declaration/storage/rows.py": "import services.declaration.use_cases",
    "services/notification/api/routes.py": "import services.notification.consumers",
    "services/identity/recognition/read.py": "import services.identity.storage",
    "services/institution/use_cases/bind.py": "import services.identity.domain",
    "shared/ids.py": "import services.identity.domain",
    "shared/contracts/event.py": "import shared.postgres",
    "services/identity/domain/rules.py": "import asyncpg",
}
ALLOWED = {
    "services/identity/use_cases/verify.py": "import services.identity.recognition, services.identity.domain",
    "services/identity/recognition/read.py": "import services.identity.domain",
    "services/identity/app.py": "import services.identity.api, services.identity.consumers, services.identity.commands",
    "services/identity/domain/rules.py": "import shared.ids, decimal",
}


def sample(folder: Path, files: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run lint-imports with the project's contracts on four empty services plus the given files."""
    shutil.copy(ROOT / ".importlinter", folder)
    contract = (ROOT / ".importlinter").read_text(encoding="utf-8")
    parts = [name.replace(".", "/") for name in re.findall(r"^ +(shared(?:\.\w+)+)$", contract, re.MULTILINE)]
    packages = [f"services/{service}/{name}" for service in SERVICES for name in FOLDERS]
    packages += ["shared", "services/identity/recognition", *parts]
    modules = [f"services/{service}/{name}.py" for service in SERVICES for name in ("__main__", "app", "dependencies")]
    empty = dict.fromkeys([*(f"{one}/__init__.py" for one in packages), *modules], "")
    for path, text in {**empty, "shared/ids.py": "", **files}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text + "\n", encoding="utf-8")
    program = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    command = [sys.executable, "-c", program, "--no-cache"]
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize("path", SAMPLES)
def test_forbidden_import_breaks_a_contract(tmp_path: Path, path: str) -> None:
    """Each sample breaks a contract, and the report names the module."""
    done = sample(tmp_path, {path: SAMPLES[path]})
    assert done.returncode == 1, done.stdout + done.stderr
    assert path.removesuffix(".py").replace("/", ".") in done.stdout


def test_allowed_imports_keep_all_contracts(tmp_path: Path) -> None:
    """Imports that point inwards are fine."""
    done = sample(tmp_path, ALLOWED)
    assert done.returncode == 0, done.stdout + done.stderr
