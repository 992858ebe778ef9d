"""Prints the bill of materials of the Python packages as CycloneDX JSON:
python -m deploy.dependencies.bill_of_materials

Made of the lock alone, so the same lock gives the same bytes. The image carries its own (deploy/Dockerfile); what the
distribution installs beside it is the image scanner's to list."""

import json
import sys
import tomllib
import uuid
from pathlib import Path
from typing import Any

from deploy.dependencies.lock_file import RUNTIME, Pinned, read_lock
from deploy.local.home import PROJECT

ROOT = "tiro"


def bill_of_materials(lock: Path = RUNTIME) -> dict[str, Any]:
    """The document. Raises LockBroken."""
    packages = read_lock(lock)
    components = [_component(one) for one in packages]
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": _application()},
        "components": components,
        "dependencies": _dependencies(packages),
    }
    content = json.dumps(document, sort_keys=True)
    return document | {"serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, content)}"}


def _application() -> dict[str, str]:
    file = PROJECT / "pyproject.toml"
    version = tomllib.loads(file.read_text(encoding="utf-8"))["project"]["version"] if file.exists() else "0"
    return {"type": "application", "bom-ref": ROOT, "name": "tiro", "version": version}


def _component(one: Pinned) -> dict[str, Any]:
    component: dict[str, Any] = {
        "type": "library",
        "bom-ref": one.purl,
        "name": one.name,
        "version": one.version,
        "purl": one.purl,
        # Of each file the lock accepts: wheels of the platforms, and the source.
        "hashes": [{"alg": "SHA-256", "content": content} for content in one.hashes],
    }
    if one.marker:
        component["properties"] = [{"name": "tiro:marker", "value": one.marker}]
    return component


def _dependencies(packages: list[Pinned]) -> list[dict[str, Any]]:
    wants: dict[str, list[str]] = {ROOT: [], **{one.purl: [] for one in packages}}
    by_name: dict[str, list[str]] = {}
    for one in packages:
        by_name.setdefault(one.name, []).append(one.purl)
    for one in packages:
        if one.direct:
            wants[ROOT].append(one.purl)
        for name in one.wanted_by:
            for asking in by_name.get(name, []):
                wants[asking].append(one.purl)
    return [{"ref": ref, "dependsOn": sorted(wanted)} for ref, wanted in wants.items()]


if __name__ == "__main__":
    json.dump(bill_of_materials(), sys.stdout, indent=1)
    sys.stdout.write("\n")
