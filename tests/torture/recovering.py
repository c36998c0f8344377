"""`make recovery`: what was taken while people hand in comes back whole, and so does any moment in between.

While residents hand in on PostgreSQL, `eservices backup` takes a copy and `pg_basebackup` a base with the archived log,
as docs/recovery.md says. Then the copy is restored into an empty place, where the command verifies itself; every receipt
that was seen before the copy was begun must stand there, and the house must take the next. And the cluster is brought
back to a moment: every receipt that was seen before it must be there, none that was begun after it may be, with whole
journal and files.

Controls: a copy in which one byte of a file was changed is refused, and the moment before has fewer cases than the one
after. Takes two minutes.
"""

import contextlib
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg

from eservices.schema.upgrade import bring_up_to_date
from eservices.settings import Settings
from tests import postgres
from tests.servers import ROOT
from tests.torture import judging, trials
from tests.torture.house import House, installation
from tests.torture.people import Seen
from tests.torture.sinks import sinks

RESIDENTS = 3


@dataclass(frozen=True)
class Places:
    """Where the house is, where it comes back, and what lies in between."""

    folder: Path
    socket: str
    log: Path

    @property
    def copy(self) -> Path:
        return self.folder / "copy"

    @property
    def base(self) -> Path:
        return Path(self.socket) / "base"


def main() -> int:
    began, seen = time.monotonic(), Seen()
    with (
        tempfile.TemporaryDirectory(prefix="eservices-recovery-") as temporary,
        tempfile.TemporaryDirectory(prefix="eservices-log-") as log,
        sinks() as arrived,
    ):
        Path(log).chmod(0o777)  # the server, which is another user, writes into it
        kept = {"archive_mode": "on", "archive_command": f"cp %p {log}/%f", "wal_level": "replica"}
        with postgres.cluster(fsync="on", full_page_writes="on", **kept) as socket:
            here = Places(Path(temporary), socket, Path(log))
            _create(socket, "torture")
            environment, settings = installation(here.folder, postgres.address(socket, "torture"), arrived)
            house = House(environment, here.folder, socket=socket)
            house.start()
            try:
                before, middle, moment = _take_all(house, here, environment, seen)
            finally:
                house.stop()
            found = [*seen.errors, *_restored(here, environment, before, seen)]
            found += _refused_when_changed(here, environment)
            found += _back_at_the_moment(here, settings, middle, moment, seen)
    print(f"{len(seen.receipts)} receipts, {len(before)} before the copy and {len(middle)} before the moment")
    print(f"lost, come back or broken: {len(found)} ({time.monotonic() - began:.0f} seconds)")
    for fault in found[:20]:
        print(f"  {fault}")
    return 0 if before and len(middle) > len(before) and len(seen.receipts) > len(middle) and not found else 1


def _take_all(
    house: House, here: Places, environment: Mapping[str, str], seen: Seen
) -> tuple[list[str], list[str], str]:
    """A copy and a base while people hand in: the receipts before the copy, those before a later moment, the moment."""
    with _handing_in(house, seen):
        trials.until_more(seen)
        before = [number for number, *_ in seen.receipts]
        _eservices(environment, "backup", str(here.copy))
        base = [*postgres.as_owner(), postgres.programs() / "pg_basebackup", "-h", here.socket, "-U", "postgres"]
        subprocess.run([*base, "-D", here.base, "--checkpoint=fast", "--wal-method=fetch"], check=True, cwd=here.socket)
        trials.until_more(seen)
    middle = [number for number, *_ in seen.receipts]
    with psycopg.connect(host=here.socket, user="postgres", dbname="torture", autocommit=True) as connection:
        row = connection.execute("SELECT clock_timestamp()::text").fetchone()
    assert row is not None
    time.sleep(1)
    with _handing_in(house, seen):
        trials.until_more(seen)
    with psycopg.connect(host=here.socket, user="postgres", dbname="torture", autocommit=True) as connection:
        connection.execute("SELECT pg_switch_wal()")
        _until_archived(connection)
    return before, middle, str(row[0])


def _restored(here: Places, environment: Mapping[str, str], before: list[str], seen: Seen) -> list[str]:
    """The copy in an empty place, and a house on it that takes the next."""
    _create(here.socket, "restored")
    there = _elsewhere(here, environment, "restored")
    told = _eservices(there, "restore", str(here.copy))
    print(told.strip())
    settings = Settings.from_environment(there)
    found = [f"the copy: {one}" for one in judging.stands(settings, before, _photos(seen, before))]
    house = House(there, here.folder / "restored", socket=here.socket)
    house.start()
    try:
        trials.a_receipt(house, Seen())
    finally:
        house.stop()
    return found


def _refused_when_changed(here: Places, environment: Mapping[str, str]) -> list[str]:
    """The control: one byte of one file is another."""
    file = next(path for path in sorted((here.copy / "files").rglob("*")) if path.is_file())
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.write_bytes(content)
    _create(here.socket, "refused")
    try:
        _eservices(_elsewhere(here, environment, "refused"), "restore", str(here.copy))
    except RuntimeError as error:
        print(f"control: a copy with one changed byte is refused: {str(error).strip()}")
        return []
    return ["control: a copy with one changed byte was restored"]


def _back_at_the_moment(here: Places, settings: Settings, middle: list[str], moment: str, seen: Seen) -> list[str]:
    """The base, and the log up to the moment, on a server of its own."""
    with postgres.recovered(here.base, f"cp {here.log}/%f %p", moment) as socket:
        there = replace(settings, database_url=postgres.address(socket, "torture"))
        bring_up_to_date(there.database_url)
        found = [f"the moment: {one}" for one in judging.stands(there, middle, _photos(seen, middle))]
        cases = judging.numbers(there)
    late = {number for number, *_ in seen.receipts} - set(middle)
    print(f"back at {moment}: {len(cases)} cases, of {len(seen.receipts)} receipts in the end")
    return [*found, *(f"the moment: {number} came after it, and is there" for number in sorted(late & cases))]


def _photos(seen: Seen, numbers: list[str]) -> dict[str, str]:
    return {number: photo for number, _, _, photo in seen.receipts if number in set(numbers)}


def _handing_in(house: House, seen: Seen) -> contextlib.AbstractContextManager[None]:
    """Residents hand in as long as the block lasts."""
    return trials.meanwhile(lambda: trials.a_receipt(house, seen), RESIDENTS)


def _elsewhere(here: Places, environment: Mapping[str, str], name: str) -> dict[str, str]:
    """The settings of an empty place with the same key ring."""
    (here.folder / name / "data").mkdir(parents=True)
    keys = here.folder / "data" / "keys"
    if keys.exists():
        (here.folder / name / "data" / keys.name).write_text(keys.read_text("utf-8"), "utf-8")
    return {
        **environment,
        "ESERVICES_DATABASE_URL": postgres.address(here.socket, name),
        "ESERVICES_DATA_DIR": str(here.folder / name / "data"),
    }


def _create(socket: str, name: str) -> None:
    with psycopg.connect(host=socket, user="postgres", dbname="postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")  # type: ignore[arg-type]


def _until_archived(connection: "psycopg.Connection[tuple[object, ...]]") -> None:
    until = time.monotonic() + 60
    asked = "SELECT count(*) FROM pg_ls_archive_statusdir() WHERE name LIKE '%.ready'"
    while time.monotonic() < until:
        row = connection.execute(asked).fetchone()
        if row is not None and row[0] == 0:
            return
        time.sleep(0.2)
    raise RuntimeError("the log was not archived")


def _eservices(environment: Mapping[str, str], *words: str) -> str:
    command = [sys.executable, "-m", "eservices", *words]
    ran = subprocess.run(command, env=dict(environment), cwd=ROOT, capture_output=True, text=True, check=False)
    if ran.returncode:
        raise RuntimeError(ran.stderr)
    return ran.stdout


if __name__ == "__main__":
    raise SystemExit(main())
