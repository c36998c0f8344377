"""The list of what was disposed of, kept outside the database, so that an old backup cannot bring it back.

One line of JSON a case: number, ids, plan, decision; nothing about anybody. It lies in DATA_DIR, goes into every
backup, and should lie in a third place too: whoever restores an older backup needs the newest list there is.
"""

import datetime as dt
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from eservices.records import retention, store
from eservices.records.model import Stub
from eservices.settings import Settings
from eservices.storage.database import Database

NAME = "disposed.jsonl"


class UnreadableList(Exception):
    """This is no list of disposals, or not a whole one: nobody knows what it leaves out."""


def path_of(settings: Settings) -> Path:
    """Where the list of this installation lies."""
    return settings.data_dir / NAME


def write(database: Database, path: Path, *, also: Iterable[Sequence[Stub]] = ()) -> int:
    """Write the whole list anew, durable under its name before this returns. Gives how many cases are in it.

    What the list that lies there names beside is kept, and what is in `also`: a restored database may be too old to
    know it.
    """
    known = {stub.case_id: stub for stubs in also for stub in stubs}
    if path.exists():
        known |= {stub.case_id: stub for stub in read(path)}
    with database.read() as tx:
        known |= {stub.case_id: stub for stub in store.stubs(tx)}
    gone = list(known.values())
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    half = path.with_name(f".{path.name}.{os.getpid()}")
    with half.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(_told(stub), sort_keys=True) + "\n" for stub in gone)
        file.write(json.dumps({"cases": len(gone)}) + "\n")
        file.flush()
        os.fsync(file.fileno())
    half.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return len(gone)


def read(path: Path) -> list[Stub]:
    """The list as it was written. Raises `UnreadableList` for one that is not whole, `OSError`."""
    try:
        *lines, last = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        if last != {"cases": len(lines)}:
            raise UnreadableList(f"{path} is not whole: its last line does not count the others")
        return [_stub(line) for line in lines]
    except (ValueError, TypeError, KeyError) as error:
        raise UnreadableList(f"{path} is no list of disposals") from error


def replay(database: Database, settings: Settings, lists: Iterable[Sequence[Stub]], now: dt.datetime) -> int:
    """Dispose again of everything in these lists that has come back. Gives how many cases that were."""
    known: dict[str, Stub] = {stub.case_id: stub for stubs in lists for stub in stubs}
    gone = 0
    for stub in known.values():
        with database.transaction() as tx:
            emptied = retention.dispose_again(tx, stub, now)
        if emptied is not None:
            retention.erase(settings, emptied)
            gone += 1
    if gone:
        with database.transaction() as tx:
            for disposal_id in sorted({stub.disposal_id for stub in known.values()}):
                store.end(tx, disposal_id, now)
        retention.forget_in_storage(database)
    return gone


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
