"""`make torture`: nothing that was acknowledged is lost or doubled, whatever breaks while it is handed in.

First a trace of system calls shows that each 303 follows its fsync. Then residents drive whole journeys with a photo
over HTTP, and officers write in their cases, while web workers, their master, the outbox worker, whole nodes and
PostgreSQL itself get SIGKILL, most of them aimed at a final POST in flight. Whose line breaks asks again, as a browser
does. Then a worker freezes in the middle of a mail, the database is away, the disk is full and the clock jumps back.

Afterwards every receipt that anybody saw must stand for exactly one submission with one case, one contact item and its
photo byte for byte; the same receipt must be shown when asked again; every note that was taken stands there once; the
journal must be whole; and each mail and event must have arrived at a real server, under one id and with one body. The
run fails itself when too few kills met a final POST, and controls plant losses and doublings, which must be found.

KILLS, SEED, DATABASE (`sqlite` or `postgresql`), NODES (two on PostgreSQL) and AWAY (seconds without a database) set how
it is run; SECONDS is when it gives up. Only processes started here are killed, by id.
"""

import http.client
import os
import random
import tempfile
import threading
import time
from collections.abc import Mapping
from pathlib import Path

from tests.bench import robot
from tests.torture import judging, synced, trials
from tests.torture.house import House, database, installation
from tests.torture.people import Officer, Resident, Seen
from tests.torture.sinks import sinks

KILLS = int(os.environ.get("KILLS", "100"))
SEED = int(os.environ.get("SEED", "1"))
ENGINE = os.environ.get("DATABASE", "sqlite")
NODES = int(os.environ.get("NODES", "2" if ENGINE == "postgresql" else "1"))
SECONDS = float(os.environ.get("SECONDS", str(600 + 2 * KILLS)))
RESIDENTS, OFFICERS = 8, 3

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
        house, seen = House(environment, Path(temporary), nodes=NODES, socket=socket), Seen()
        house.start()
        try:
            found = _synced(environment, Path(temporary), socket)
            torment(house, seen)
            found += [
                *trials.frozen_worker(house, settings, arrived, seen),
                *trials.database_away(house, seen),
                *trials.full_disk(house, settings, seen),
                *trials.clock_jumps_back(house, settings, seen),
            ]
            house.start()
            found += judging.shown_again(house.bases, seen)
            judging.empty_outbox(settings, seconds=240 + len(seen.receipts) / 2)
        finally:
            house.stop()
        told = judging.Acknowledged.of(seen)
        found += [*seen.errors, *judging.faults(settings, told, arrived)]
        missed = judging.control(settings, told, arrived)
        unanswered = judging.answers_lost(settings, seen)
    kills = sum(seen.killed.values())
    enough = len(seen.cut) >= ENOUGH * kills and kills >= KILLS
    print(f"{ENGINE}, {NODES} nodes: {len(seen.receipts)} receipts and {len(seen.written)} notes seen")
    print(f"{kills} killed: {dict(seen.killed)}; {seen.broken} requests broke and were asked again")
    print(f"{len(seen.cut)} final POSTs were cut, {unanswered} of them when they had been committed already")
    print(f"{len(arrived.mails)} mails and {len(arrived.events)} events, {_twice(arrived.mails, arrived.events)} twice")
    print(f"lost, doubled or broken: {len(found)} ({time.monotonic() - began:.0f} seconds)")
    for fault in found[:20]:
        print(f"  {fault}")
    print(f"control: {'all planted faults were found' if not missed else f'NOT FOUND: {missed}'}")
    if not enough:
        print(f"{kills} of {KILLS} kills in the time there was, and {len(seen.cut)} cut a final POST: too few")
    return 0 if seen.receipts and seen.written and not found and not missed and enough else 1


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


def torment(house: House, seen: Seen) -> None:
    """Kill while residents hand in and officers write."""
    over, until, told = threading.Event(), time.monotonic() + SECONDS, 0
    residents: list[Resident | None] = [None] * RESIDENTS
    threads = [
        threading.Thread(target=_hand_in, args=(house, seen, residents, place, over)) for place in range(RESIDENTS)
    ]
    cookies = _signed_in(house)
    threads += [threading.Thread(target=_write, args=(house, seen, cookies, over)) for _ in range(OFFICERS)]
    for thread in threads:
        thread.start()
    try:
        while (kills := sum(seen.killed.values())) < KILLS and time.monotonic() < until:
            what, at = random.choices(list(_WHAT), list(_WHAT.values()))[0], ""
            if what in _AIMED:
                at = _where_a_final_post_is(residents)
                time.sleep(random.uniform(0, 0.02))
            seen.killed[what] += house.kill(what, at)
            if what != "worker":
                house.start()
            if kills >= told + 100:
                told = kills
                print(f"  {kills} killed, {len(seen.receipts)} receipts, {len(seen.cut)} final POSTs cut", flush=True)
    finally:
        over.set()
        for thread in threads:
            thread.join(120)


def _hand_in(house: House, seen: Seen, residents: list[Resident | None], place: int, over: threading.Event) -> None:
    while not over.is_set():
        visit = residents[place] = Resident(random.choice(house.bases), trials.ANSWERS, bases=house.bases)
        try:
            trials.hand_in(visit, seen)
        except (robot.Refused, OSError, http.client.HTTPException) as error:
            with seen.lock:
                seen.errors.append(f"resident: {error}")
        finally:
            visit.close()


def _signed_in(house: House) -> Mapping[str, str]:
    """The cookies of an officer: one signs in, and all write as that one."""
    visit = Resident(house.bases[0], {}, bases=house.bases)
    Officer(visit).sign_in()
    visit.close()
    return visit.cookies


def _write(house: House, seen: Seen, cookies: Mapping[str, str], over: threading.Event) -> None:
    visit = Resident(house.bases[0], {}, bases=house.bases, cookies=dict(cookies))
    officer = Officer(visit)
    try:
        while not over.is_set() or not seen.written:
            if not seen.receipts:
                time.sleep(0.2)
                continue
            number, words = random.choice(seen.receipts)[0], f"Antecknat {random.getrandbits(48):012x}"
            officer.write(number, words)
            seen.written.append((number, words))
    except (robot.Refused, OSError, http.client.HTTPException) as error:
        with seen.lock:
            seen.errors.append(f"officer: {error}")
    finally:
        visit.close()


def _where_a_final_post_is(residents: list[Resident | None]) -> str:
    """The address of a node that has one in hand; "" when none comes for a while."""
    until = time.monotonic() + 5
    while time.monotonic() < until:
        for one in residents:
            if one is not None and one.sending.is_set():
                return one.base
        time.sleep(0.001)
    return ""


def _twice(*sinks_: dict[str, list[bytes]]) -> int:
    return sum(len(bodies) > 1 for sink in sinks_ for bodies in sink.values())


if __name__ == "__main__":
    raise SystemExit(main())
