"""A wheel that is not the one that was locked is refused, by the very installers `make setup` uses (V78)."""

import hashlib
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

NAME = "probe-1.0-py3-none-any.whl"
WHEEL = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
PIP = (sys.executable, "-m", "pip", "install", "--disable-pip-version-check", "--no-cache-dir", "--no-input")
UV = (
    str(Path(sys.executable).with_name("uv")),
    "pip",
    "install",
    "--offline",
    "--no-cache",
    "--python",
    sys.executable,
)


def _write_wheel(folder: Path, word: str) -> str:
    """A wheel with one module that says `word`; its SHA-256."""
    folder.mkdir(exist_ok=True)
    files = {
        "probe.py": f'WORD = "{word}"\n',
        "probe-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: probe\nVersion: 1.0\n",
        "probe-1.0.dist-info/WHEEL": WHEEL,
    }
    record = "".join(f"{name},,\n" for name in (*files, "probe-1.0.dist-info/RECORD"))
    with zipfile.ZipFile(folder / NAME, "w") as wheel:
        for name, text in (*files.items(), ("probe-1.0.dist-info/RECORD", record)):
            wheel.writestr(zipfile.ZipInfo(name), text)
    return hashlib.sha256((folder / NAME).read_bytes()).hexdigest()


def _install(
    installer: tuple[str, ...], folder: Path, target: Path, lock: str, *, hashed: bool = True
) -> subprocess.CompletedProcess[str]:
    requirements = folder / "lock.txt"
    requirements.write_text(lock, encoding="utf-8")
    options = ["--no-deps", "--no-index", "--find-links", str(folder), "--target", str(target)]
    argv = [*installer, *options, *(["--require-hashes"] if hashed else []), "-r", str(requirements)]
    return subprocess.run(argv, capture_output=True, text=True, check=False, timeout=120)


@pytest.mark.requirement("V78")
@pytest.mark.parametrize("installer", [PIP, UV], ids=["pip", "uv"])
def test_a_wheel_with_one_byte_changed_is_refused(tmp_path: Path, installer: tuple[str, ...]) -> None:
    """The locked wheel goes in; the same name and version with one byte changed does not, and leaves nothing behind.
    Control: without the comparison of hashes the changed one goes in and says its own word."""
    folder = tmp_path / "index"
    lock = f"probe==1.0 --hash=sha256:{_write_wheel(folder, 'true')}\n"
    good = _install(installer, folder, tmp_path / "good", lock)
    assert good.returncode == 0, good.stderr
    assert (tmp_path / "good" / "probe.py").read_text(encoding="utf-8") == 'WORD = "true"\n'

    before = (folder / NAME).read_bytes()
    _write_wheel(folder, "trud")
    after = (folder / NAME).read_bytes()
    assert len(before) == len(after)
    refused = _install(installer, folder, tmp_path / "bad", lock)
    assert refused.returncode != 0
    assert "hash" in refused.stderr.lower()
    assert not (tmp_path / "bad" / "probe.py").exists()

    careless = _install(installer, folder, tmp_path / "careless", "probe==1.0\n", hashed=False)
    assert careless.returncode == 0, careless.stderr
    assert (tmp_path / "careless" / "probe.py").read_text(encoding="utf-8") == 'WORD = "trud"\n'


@pytest.mark.requirement("V78")
@pytest.mark.parametrize("installer", [PIP, UV], ids=["pip", "uv"])
def test_a_package_without_a_hash_is_refused(tmp_path: Path, installer: tuple[str, ...]) -> None:
    """One careless line in a lock stops the whole set-up."""
    _write_wheel(tmp_path / "index", "true")
    refused = _install(installer, tmp_path / "index", tmp_path / "out", "probe==1.0\n")
    assert refused.returncode != 0
    assert not (tmp_path / "out" / "probe.py").exists()
