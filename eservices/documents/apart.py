"""A document printed at once in a process of its own, for the web: the printer needs memory that a web process has not.

Run as a module it is that process: what is to be printed comes in, the document goes out. It gets neither the keys of
the house nor its database, and nothing of it is kept.
"""

import json
import subprocess
import sys
from pathlib import Path
from threading import BoundedSemaphore

import eservices
from eservices.documents.guide import Guide, printed
from eservices.documents.rendering import Unprintable

_PATIENCE = 60
_HERE = str(Path(eservices.__file__).parent.parent)

#: One at a time in each web process: the next waits, as long as a document may take.
_ONE = BoundedSemaphore(1)


def printed_apart(html: str, guide: Guide | None, *, articles: str = "") -> bytes:
    """The same document as `guide.printed` gives. Raises `Unprintable`."""
    told = {"html": html, "articles": articles, "guide": None if guide is None else [
        guide.language, guide.direction, guide.title, list(guide.sentences),
    ]}  # fmt: skip
    command = [sys.executable, "-m", __name__]
    environment = {"LC_ALL": "C.UTF-8", "PYTHONPATH": _HERE}
    if not _ONE.acquire(timeout=_PATIENCE):
        raise Unprintable("others are printing")
    try:
        done = subprocess.run(  # noqa: S603 - ourselves
            command, input=json.dumps(told).encode(), capture_output=True, timeout=_PATIENCE, env=environment,
            check=True,
        )  # fmt: skip
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        raise Unprintable("the document could not be made") from error
    finally:
        _ONE.release()
    return done.stdout


if __name__ == "__main__":
    asked = json.load(sys.stdin)
    sys.stdout.buffer.write(
        printed(asked["html"], Guide(*asked["guide"]) if asked["guide"] else None, articles=asked["articles"])
    )
