"""An installation outside the repository: forms, templates, translations and styles come along in the wheel."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.conftest import ROOT

pytestmark = pytest.mark.xdist_group("wheel")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made from a copy of what is tracked, so that nothing is left in the checkout."""
    folder, source = tmp_path_factory.mktemp("wheel"), tmp_path_factory.mktemp("source")
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in tracked.split("\n"):
        if name and (ROOT / name).exists() and not name.startswith("tests/"):
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, source / name, follow_symlinks=False)
    words = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "-q", "-w", str(folder)]
    # pip asks a Rust that is managed which it is, and that writes home.
    quiet = {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "RUSTUP_HOME": str(folder / "rustup")}
    subprocess.run([*words, str(source)], check=True, env={**os.environ, **quiet})
    return next(folder.glob("*.whl"))


def test_the_wheel_carries_what_lies_beside_the_package(wheel: Path):
    names = zipfile.ZipFile(wheel).namelist()

    for wanted in ("templates/layout/base.html", "forms/batplats.yaml", "translations/en/LC_MESSAGES/services.po"):
        assert f"eservices/_data/{wanted}" in names
    assert "eservices/web/static/app.css" in names
    assert "wsgi.py" in names


def test_an_installation_without_the_repository_serves_a_service(wheel: Path, tmp_path: Path):
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    script = (
        "import os; from eservices.settings import Settings; from eservices.schema.upgrade import bring_up_to_date\n"
        "settings = Settings.from_environment(); bring_up_to_date(settings.database_url)\n"
        "from eservices.web import create_app; client = create_app(settings).test_client()\n"
        "page = client.get('/sv/services/batplats'); assert page.status_code == 200, page.status\n"
        "import eservices; assert 'site' in eservices.__file__, eservices.__file__\n"
    )
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(tmp_path / "site"),
        "ESERVICES_DEMO": "1",
        "ESERVICES_DATA_DIR": str(tmp_path / "data"),
    }

    ran = subprocess.run(
        [sys.executable, "-P", "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True
    )

    assert ran.returncode == 0, ran.stderr
