"""A connection to PostgreSQL that is given up when the server falls silent.

The server ends a query of ours after ten seconds (`statement_timeout`), and the kernel gives a line up on which nothing
is acknowledged. Neither happens when the server's process stands still and its machine does not: packets are taken, and
nobody reads them. So whoever waits counts how often they have looked up in vain, as the driver lets them do ten times a
second. What is answered before that pays for one more generator: less than a microsecond a query.
"""

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

#: Seconds without a word from the server: longer than it lets any query of ours take.
PATIENCE = 15.0

#: How often the driver looks up from waiting, in seconds.
_INTERVAL = 0.1


class Silent(psycopg.OperationalError):
    """The server keeps the line and says nothing. What it was asked may still come to pass."""


class WatchedConnection(psycopg.Connection[Any]):
    """Closes itself and raises `Silent` when its patience is over."""

    _patient = False

    @contextmanager
    def patient(self) -> Iterator[None]:
        """Meanwhile it waits for as long as it takes."""
        self._patient = True
        try:
            yield
        finally:
            self._patient = False

    def wait(self, gen: Generator[Any, Any, Any], interval: float = _INTERVAL, timeout: float | None = None) -> Any:
        """What the driver waits with, for everything it asks once the connection stands."""
        if not self._patient:
            gen = self._watched(gen, PATIENCE / interval)
        return super().wait(gen, interval, timeout)

    def _watched(self, gen: Generator[Any, Any, Any], patience: float) -> Generator[Any, Any, Any]:
        """Counted, not timed: a process that was frozen itself looks once more before it says that others are."""
        in_vain = 0
        try:
            wanted = next(gen)
            while True:
                ready = yield wanted
                in_vain = 0 if ready else in_vain + 1
                if in_vain > patience:
                    self.pgconn.finish()  # what follows on this line fails at once, the rollback too
                    raise Silent("the server has fallen silent")
                wanted = gen.send(ready)
        except StopIteration as done:
            return done.value
