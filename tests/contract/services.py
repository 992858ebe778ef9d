"""The four services as the contract tests see them: their tables are imported, a missing one is a failure."""

import importlib
import subprocess
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from shared.messaging.subscription import Subscription
from shared.web.routing import Route

ROOT = Path(__file__).resolve().parents[2]
SERVICES = ("identity", "institution", "declaration", "notification")


def routes(service: str) -> Sequence[Route]:
    """The route table; raises ImportError or AttributeError when the service has none."""
    table: Sequence[Route] = importlib.import_module(f"services.{service}.api.routes").ROUTES
    return table


def subscriptions(service: str) -> Sequence[Subscription]:
    """What the service hears; raises ImportError or AttributeError when it has no such table."""
    table: Sequence[Subscription] = importlib.import_module(f"services.{service}.consumers.subscriptions").SUBSCRIPTIONS
    return table


@cache
def generated_openapi(service: str) -> str:
    """What `python -m services.<service> openapi` prints; raises CalledProcessError with its errors."""
    command = [sys.executable, "-m", f"services.{service}", "openapi"]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True, timeout=60).stdout


def committed_openapi(service: str) -> str:
    """The committed description as text."""
    return (ROOT / "services" / service / "openapi.yaml").read_text(encoding="utf-8")


@cache
def document(service: str) -> dict[str, Any]:
    """The committed description as data."""
    # The loader in C: the one in Python takes seconds for a document of this size.
    content: dict[str, Any] = yaml.load(committed_openapi(service), Loader=yaml.CSafeLoader)
    return content
