"""Handing out a whole case: somebody has judged what may be told, and signs; the worker makes the two copies.

They lie among the files of the case, under its key, until nobody needs to fetch them any more.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eservices import attachments, journal, outbox
from eservices.calendars import Clock
from eservices.cases.model import Case
from eservices.definitions.municipality import Municipality
from eservices.documents.case_file import COPY, LeftOut, Reader, archive, gather
from eservices.documents.case_print import case_pdf
from eservices.documents.letterhead import letterhead
from eservices.documents.rendering import Press
from eservices.identity.people import Actor
from eservices.language import SOURCE
from eservices.language import words as words_of
from eservices.storage.database import Transaction
from eservices.values import Json, new_id

#: What the worker is asked to make, and what the journal calls it.
HAND_OUT, HANDED_OUT = "hand_out", "handed_out"


@dataclass(frozen=True, slots=True)
class Order:
    """One edition of a case to be made: for whom, and what is left out of it besides what always is."""

    id: str
    reader: Reader
    besides: LeftOut

    def to_json(self) -> dict[str, Json]:
        return {
            "order": self.id,
            "reader": self.reader.value,
            "keys": [*sorted(self.besides.keys)],
            "provision": self.besides.provision,
        }

    @classmethod
    def from_json(cls, facts: Mapping[str, Any]) -> "Order":
        besides = LeftOut(frozenset(facts["keys"]), facts["provision"])
        return cls(facts["order"], Reader(facts["reader"]), besides)


@dataclass(frozen=True, slots=True)
class Copies:
    """A case as one PDF and as an archive."""

    printed: bytes
    packed: bytes


def order(
    tx: Transaction, case: Case, reader: Reader, *, besides: LeftOut, actor: Actor, clock: Clock, why: str = ""
) -> Order:
    """Leave it to the worker to make both copies. The journal says who, for whom, how much is left out, and by what."""
    made, now = Order(new_id(), reader, besides), clock.now()
    withheld = gather(tx, case, reader, words_of(SOURCE), besides=besides).withheld
    content: dict[str, Json] = {**made.to_json(), "withheld": len(withheld)}
    journal.write(
        tx, actor=actor, kind=HANDED_OUT, at=now, key=case.key, case_id=case.id, why=why, content=content
    )  # fmt: skip
    outbox.put(
        tx, kind=HAND_OUT, target=outbox.DOCUMENT, payload=made.to_json(), key=case.key, at=now, case_id=case.id
    )  # fmt: skip
    return made


def copies(
    tx: Transaction,
    case: Case,
    wanted: Order,
    *,
    press: Press,
    municipality: Municipality,
    files_dir: Path,
    clock: Clock,
) -> Copies:
    """Make both, as the case is now. In Swedish: it is the archive's language and the law's."""
    words = words_of(SOURCE)
    exported = gather(tx, case, wanted.reader, words, besides=wanted.besides)
    printed = case_pdf(
        press,
        letterhead(municipality, words),
        exported,
        words,
        unit=municipality.unit(case.unit).name,
        day=words.day(clock.today()),
        board=municipality.board(case.board).name,
    )
    packed = archive(exported, lambda file: attachments.open_for_reading(files_dir, file, case.key))
    return Copies(printed, packed)


def copy_names(wanted: Order) -> tuple[str, str]:
    """Under which names the PDF and the archive lie among the files of the case."""
    return f"{COPY}{wanted.id}", f"{COPY}{wanted.id}-zip"
