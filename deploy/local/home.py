"""Where one stack keeps everything it owns: data, secrets, logs and the record of what runs."""

import secrets
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
DEFAULT_HOME = PROJECT / "var" / "stack"
SERVICES = ("identity", "institution", "declaration", "notification")
SEALING_FOR_SUBJECTS = ("identity", "declaration", "notification")
"""Services that are let into the store of subject keys; deploy/sql/subject_keys.sql names the same."""


@dataclass(frozen=True)
class Home:
    """Folders of one stack. Two stacks with different homes never touch each other."""

    root: Path

    @classmethod
    def at(cls, root: Path) -> "Home":
        """The home at `root`, created with all its folders; the secrets are for the owner only."""
        home = cls(root.resolve())
        for folder in (home.root, home.logs, home.run, home.data):
            folder.mkdir(parents=True, exist_ok=True)
        home.secrets.mkdir(mode=0o700, exist_ok=True)
        return home

    @property
    def data(self) -> Path:
        """Data of the engines; survives `down`."""
        return self.root / "data"

    @property
    def location(self) -> Path:
        """File that names the folder of the database's data where that lies outside the home."""
        return self.data / "postgres.location"

    @property
    def database(self) -> Path:
        """Data of the database server, inside the home or outside. What is not a whole path was never written to its
        end: it names nothing, least of all a folder to delete."""
        named = self.location.read_text(encoding="utf-8") if self.location.exists() else ""
        return Path(named) if named.startswith("/") else self.data / "postgres"

    @property
    def logs(self) -> Path:
        """One log file per part."""
        return self.root / "logs"

    @property
    def run(self) -> Path:
        """Record of running processes, locks and generated configuration."""
        return self.root / "run"

    @property
    def secrets(self) -> Path:
        """Generated credentials and key rings, mode 0700."""
        return self.root / "secrets"

    def log(self, part: str) -> Path:
        """Log file of one part."""
        return self.logs / f"{part}.log"

    @property
    def mark(self) -> str:
        """A random mark carried in the environment of everything this stack starts, so that it can be found again."""
        path = self.run / "mark"
        if not path.exists():
            path.write_text(secrets.token_hex(16), encoding="ascii")
        return path.read_text(encoding="ascii")
