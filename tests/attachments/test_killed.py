"""A process that is killed while it takes files leaves at most bytes without a row, never a row without its bytes."""

import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import func, select

from eservices import attachments
from eservices.attachments import folder
from eservices.attachments.tables import attachments as table
from eservices.storage.database import Database
from eservices.storage.keys import open_key

_TAKER = """
import io, itertools, os, sys
from pathlib import Path
from eservices import attachments
from eservices.attachments import Limits, receive
from eservices.storage.database import Database
from eservices.storage.sealing import KeyRing
from tests.storage.rows import NOW, a_draft

database = Database(sys.argv[1], KeyRing({"test": b"\\x07" * 32}, b"\\x0b" * 32))
limits = Limits(kinds=frozenset({"txt"}), max_bytes=10**9, max_files=10**9)
with database.transaction() as tx:
    draft_id, key = a_draft(tx)
print("ready", flush=True)
for number in itertools.count():
    content = f"{os.getpid()} {number} ".encode() * 20_000
    received = receive(Path(sys.argv[2]), io.BytesIO(content), name="a.txt", key=key, limits=limits)
    with database.transaction() as tx:
        attachments.keep(tx, received, draft_id=draft_id, question="q", key=key, limits=limits, now=NOW, scanning=False)
"""


@pytest.mark.slow
def test_after_every_kill_each_row_has_its_bytes_and_they_open(sqlite_database: Database, tmp_path: Path) -> None:
    files_dir = tmp_path / "files"
    command = [sys.executable, "-c", _TAKER, str(sqlite_database.url), str(files_dir)]
    for pause in (0.05, 0.11, 0.17, 0.23):
        with subprocess.Popen(command, stdout=subprocess.PIPE) as taker:
            assert taker.stdout is not None
            assert taker.stdout.readline() == b"ready\n"
            time.sleep(pause)
            taker.kill()

    assert attachments.lost(sqlite_database, files_dir) == []
    with sqlite_database.read() as tx:
        rows = list(tx.execute(select(table)))
        for row in rows:
            size = sum(map(len, folder.read(files_dir, row.stored_as, open_key(tx, row.key_id))))
            assert size == row.size_bytes
        assert tx.execute(select(func.count()).select_from(table)).scalar_one() > 4  # the kills came while it worked
    attachments.sweep(sqlite_database, files_dir, older_than=-10)
    assert len([path for path in files_dir.rglob("*") if path.is_file()]) == len(rows)
