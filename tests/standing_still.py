"""PostgreSQL's processes made to stand still, as they do where a disk does not answer: the line stays, no word comes."""

import os
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg

from eservices.storage.database import Database


@contextmanager
def standing_still(pids: Sequence[int]) -> Iterator[None]:
    """They go on afterwards, whatever happens meanwhile."""
    try:
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        yield
    finally:
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)


def backends(database: Database) -> list[int]:
    """The server's processes that speak with anybody about this database just now."""
    url = database.url
    with psycopg.connect(host=str(url.query["host"]), user=url.username, dbname="postgres") as apart:
        found = apart.execute("SELECT pid FROM pg_stat_activity WHERE datname = %s", [url.database]).fetchall()
    return [pid for (pid,) in found]


def whole_server(database: Database) -> list[int]:
    """Those, and the one that takes new connections on."""
    postmaster = Path(str(database.url.query["host"])) / "data" / "postmaster.pid"
    return [int(postmaster.read_text().split()[0]), *backends(database)]
