"""The list of what has gone, kept outside the database, so that an old backup cannot bring it back.

One line of JSON a case that was disposed of: number, ids, plan, decision; and one with the ids of drafts that people
have cleared away, or that have expired. Nothing about anybody. It lies in DATA_DIR, goes into every
backup, and should lie in a third place too: whoever restores an older backup needs the newest list there is.
"""

import datetime as dt
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from eservices.records import retention, store
from eservices.records.model import Stub
from eservices.settings import Settings
from eservices.storage.database import Database
from eservices.submissions import drafts

NAME = "disposed.jsonl"

#: Drafts that ended longer ago are in no backup any more.
_LONGER_THAN_BACKUPS = dt.timedelta(days=400)


class UnreadableList(Exception):
    """This is no list of disposals, or not a whole one: nobody knows what it leaves out."""


def path_of(settings: Settings) -> Path:
    """Where the list of this installation lies."""
    return settings.data_dir / NAME


@dataclass(frozen=True, slots=True)
class Listed:
    """What has gone: cases by disposal, and drafts that were never handed in."""

    cases: Sequence[Stub] = ()
    drafts: frozenset[str] = frozenset()

    @property
    def newest(self) -> dt.date | None:
        """The day of the newest disposal in it."""
        return max((stub.disposed_at.date() for stub in self.cases), default=None)


def write(database: Database, path: Path, now: dt.datetime, *, also: Listed | None = None) -> Listed:
    """Write the whole list anew, durable under its name before this returns.

    What the list that lies there names beside is kept, and what is in `also`: a restored database may be too old to
    know it. Drafts that ended longer ago than any backup is kept are left out.
    """
    with database.read() as tx:
        here = Listed(store.stubs(tx), frozenset(drafts.ended_since(tx, now - _LONGER_THAN_BACKUPS)))
    gone = together([also or Listed(), read(path) if path.exists() else Listed(), here])
    lines = [*(_told(stub) for stub in gone.cases), {"drafts": sorted(gone.drafts)}]
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    half = path.with_name(f".{path.name}.{os.getpid()}")
    with half.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(line, sort_keys=True) + "\n" for line in [*lines, {"lines": len(lines)}])
        file.flush()
        os.fsync(file.fileno())
    half.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return gone


def read(path: Path) -> Listed:
    """The list as it was written. Raises `UnreadableList` for one that is not whole, `OSError`."""
    try:
        *lines, last = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        if last != {"lines": len(lines)}:
            raise UnreadableList(f"{path} is not whole: its last line does not count the others")
        *told, ended = lines
        return Listed([_stub(line) for line in told], frozenset(ended["drafts"]))
    except (ValueError, TypeError, KeyError) as error:
        raise UnreadableList(f"{path} is no list of disposals") from error


def together(lists: Iterable[Listed]) -> Listed:
    """Several lists as one; of a case that stands in two, what the last says."""
    known: dict[str, Stub] = {}
    ended: frozenset[str] = frozenset()
    for one in lists:
        known |= {stub.case_id: stub for stub in one.cases}
        ended |= one.drafts
    return Listed(list(known.values()), ended)


def replay(database: Database, settings: Settings, gone: Listed, now: dt.datetime) -> int:
    """Everything in the list that has come back goes again. Gives how many cases that were."""
    again = 0
    for stub in gone.cases:
        with database.transaction() as tx:
            emptied = retention.dispose_again(tx, stub, now)
        if emptied is not None:
            retention.erase(settings, emptied)
            again += 1
    with database.transaction() as tx:
        ended = drafts.end_again(tx, gone.drafts, now)
        for disposal_id in sorted({stub.disposal_id for stub in gone.cases}) if again else ():
            store.end(tx, disposal_id, now)
    if again or ended:
        retention.forget_in_storage(database)
    return again


def _told(stub: Stub) -> Mapping[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, dt.date) else value  # a moment is a date too
        for name, value in asdict(stub).items()
    }


def _stub(line: Mapping[str, Any]) -> Stub:
    days = {name: dt.date.fromisoformat(line[name]) for name in ("received_on", "due_on")}
    may_lack = {
        name: None if line[name] is None else dt.date.fromisoformat(line[name]) for name in ("decided_on", "closed_on")
    }
    at = dt.datetime.fromisoformat(line["disposed_at"])
    return Stub(**{**line, **days, **may_lack, "disposed_at": at, "keys": tuple(line["keys"])})
