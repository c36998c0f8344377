"""`make torture`: nothing that was acknowledged is lost or doubled, whatever breaks while it is handed in.

First a trace of system calls shows that each 303 follows its fsync. Then residents drive whole journeys with a photo
over HTTP, agents take down calls, and officers take, note, write, ask for supplements, decide (signed with the password)
and write in appeals, while web workers (some at once), their master, the outbox worker, whole nodes and PostgreSQL get
SIGKILL, most of them aimed at a final POST in flight. Whose line breaks sends the same again, as a browser does. Then a
worker freezes in the middle of a mail, the mail server is at fault, the database is away, the disk is full and the clock
jumps back.

Afterwards every receipt that anybody saw must stand for exactly one submission with one case, one contact item and its
photo byte for byte; the same receipt must be shown when asked again; every act of staff that was answered with 303 must
stand once, with its entry in the journal and its news; the journal must be whole; and each mail and event must have
arrived at a real server, under one id and with one body. The run fails itself when too few kills cut a final POST, and
controls plant losses and doublings, which must be found.

KILLS, SEED, DATABASE (`sqlite` or `postgresql`), NODES (two on PostgreSQL) and AWAY (seconds without a database) set how
it is run; SECONDS is when the killing gives up. Only processes started here are killed, by id.
"""

import os
import random
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.torture import judging, synced, trials
from tests.torture.crowd import Crowd
from tests.torture.house import House, database, installation
from tests.torture.people import Seen
from tests.torture.sinks import sinks
from tests.torture.staff import Acts

KILLS = int(os.environ.get("KILLS", "100"))
SEED = int(os.environ.get("SEED", "1"))
ENGINE = os.environ.get("DATABASE", "sqlite")
NODES = int(os.environ.get("NODES", "2" if ENGINE == "postgresql" else "1"))
SECONDS = float(os.environ.get("SECONDS", str(600 + 2 * KILLS)))

#: A kill comes so many seconds after a final POST has begun, at most: about as long as one takes.
LONGEST = 0.15

#: Fewer kills than this share that met a final POST in flight prove nothing.
ENOUGH = 0.05

#: What is killed, for each hundred times; a node and the database where there are such. Web workers come back by
#: themselves, so that most of the killing goes on while others serve; after the rest everything is started anew.
_AIMED = {"worker": 85, "master": 4, "node": 3 if NODES > 1 else 0, "database": 3 if ENGINE == "postgresql" else 0}
_WHAT = {**_AIMED, "outbox": 5}


def main() -> int:
    random.seed(SEED)
    began = time.monotonic()
    with (
        tempfile.TemporaryDirectory(prefix="eservices-torture-") as temporary,
        database(ENGINE, Path(temporary)) as (url, socket),
        sinks() as arrived,
    ):
        environment, settings = installation(Path(temporary), url, arrived)
        house, seen, acts = House(environment, Path(temporary), nodes=NODES, socket=socket), Seen(), Acts()
        found = _synced(environment, Path(temporary), socket)  # first: what an outbox worker syncs would count as well
        house.start()
        try:
            torment(house, seen, acts)
            found += [
                *trials.frozen_worker(house, settings, arrived, seen),
                *trials.mail_at_fault(house, settings, arrived, seen),
                *trials.database_away(house, seen),
                *trials.full_disk(house, seen),
                *trials.clock_jumps_back(house, settings, seen),
            ]
            house.start()
            found += judging.shown_again(house.bases, seen)
            judging.empty_outbox(settings, seconds=240 + len(seen.receipts) / 2)
        finally:
            house.stop()
        told = judging.Acknowledged.of(seen, acts)
        found += [*seen.errors, *house.unforeseen, *judging.faults(settings, told, arrived)]
        missed = judging.control(settings, told, arrived)
        unanswered = judging.answers_lost(settings, seen)
    kills = sum(seen.killed.values())
    enough = len(seen.cut) >= ENOUGH * kills and kills >= KILLS
    print(f"{ENGINE}, {NODES} nodes: {len(seen.receipts)} receipts and {len(acts.done)} acts of staff seen")
    print(f"acts: {_told(Counter(one.what for one in acts.done))}")
    print(f"acts sent again as no answer came, and what came then: {_told(acts.again)}")
    print(f"{kills} killed: {dict(seen.killed)}; {seen.broken} requests broke and were asked again")
    print(f"{len(seen.cut)} final POSTs were cut, {unanswered} of them when they had been committed already")
    print(f"{len(arrived.mails)} mails and {len(arrived.events)} events, {_twice(arrived.mails, arrived.events)} twice")
    print(f"lost, doubled or broken: {len(found)} ({time.monotonic() - began:.0f} seconds)")
    for fault in found[:20]:
        print(f"  {fault}")
    print(f"control: {'all planted faults were found' if not missed else f'NOT FOUND: {missed}'}")
    if not enough:
        print(f"{kills} of {KILLS} kills in the time there was, and {len(seen.cut)} cut a final POST: too few")
    return 0 if seen.receipts and acts.done and not found and not missed and enough else 1


def _synced(environment: Mapping[str, str], folder: Path, socket: str) -> list[str]:
    """What was answered before it was on the disk; and what a careless variant got through without being found."""
    seen = synced.look(environment, folder, socket=socket)
    careless = synced.look(environment, folder, socket=socket, app="tests.torture.careless:app")
    if seen is None or careless is None:
        print("synced: NOT RUN, as strace is missing or may not look at processes here")
        return []
    print(
        f"synced: {seen.answers} answers followed their fsync, {len(seen.unsynced)} did not;"
        f" of a careless variant {len(careless.unsynced)} of {careless.answers} were found"
    )
    found = [f"answered before it was on the disk: {one}" for one in seen.unsynced]
    return found if seen.answers and careless.unsynced else [*found, "synced: the control was not found"]


def torment(house: House, seen: Seen, acts: Acts) -> None:
    """Kill while residents hand in, agents take down and officers act."""
    until, told, crowd = time.monotonic() + SECONDS, 0, Crowd(house, seen, acts)
    with crowd.let_in():
        while (kills := sum(seen.killed.values())) < KILLS and time.monotonic() < until:
            what, at = random.choices(list(_WHAT), list(_WHAT.values()))[0], ""
            crowd.wait_for_progress()
            if what in _AIMED:
                at = crowd.where_a_final_post_is()
                time.sleep(random.uniform(0, LONGEST))
            seen.killed[what] += house.kill(what, at)
            if what != "worker":
                house.start()
            if kills >= told + 100:
                told = kills
                print(
                    f"  {kills} killed, {len(seen.receipts)} receipts, {len(acts.done)} acts,"
                    f" {len(seen.cut)} final POSTs cut",
                    flush=True,
                )


def _told(counted: Counter[Any]) -> str:
    return ", ".join(
        f"{what if isinstance(what, str) else ' '.join(map(str, what))} {times}"
        for what, times in sorted(counted.items())
    )


def _twice(*sinks_: dict[str, list[bytes]]) -> int:
    return sum(len(bodies) > 1 for sink in sinks_ for bodies in sink.values())


if __name__ == "__main__":
    raise SystemExit(main())
