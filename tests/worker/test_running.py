"""The worker as it runs: a process of its own, told to stop by a signal."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable

from eservices.calendars import FixedClock
from eservices.definitions.library import Library
from eservices.settings import Settings
from eservices.storage.database import Database
from tests.worker.mail_server import Inbox
from tests.worker.office import Office


def test_a_running_worker_brings_the_mail_and_stops_when_told(
    settings: Settings, sqlite_database: Database, library: Library, clock: FixedClock
) -> None:
    assert settings.mail_dir is not None
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    office = Office(settings, sqlite_database, library, clock, Inbox(), None)  # type: ignore[arg-type]
    submission = office.hand_in()
    worker = subprocess.Popen([sys.executable, "-m", "eservices", "worker"], env=environment(settings))
    mail_dir = settings.mail_dir

    try:
        wait_until(lambda: "receipt" in office.documents(submission) and any(mail_dir.glob("*.eml")))
        alive = json.loads((settings.data_dir / "worker.heartbeat").read_text())
        assert alive["pid"] == worker.pid
    finally:
        worker.send_signal(signal.SIGTERM)
        code = worker.wait(30)

    assert code == 0
    assert office.standing().waiting == 0


def environment(settings: Settings) -> dict[str, str]:
    own = {
        "DATABASE_URL": settings.database_url,
        "SECRET_KEY": settings.secret_key.decode(),
        "KEYS": settings.keys,
        "DATA_DIR": str(settings.data_dir),
        "FORMS_DIR": ":".join(str(folder) for folder in settings.forms_dirs),
        "BASE_URL": settings.base_url,
        "DEMO": "1",
    }
    return {**os.environ, **{f"ESERVICES_{name}": value for name, value in own.items()}}


def wait_until(happened: Callable[[], bool]) -> None:
    ends = time.monotonic() + 60
    while not happened():
        assert time.monotonic() < ends, "nothing happened for a minute"
        time.sleep(0.1)
