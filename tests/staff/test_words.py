"""Every code that a member of staff can meet on a page has words of its own."""

import re
from pathlib import Path

import pytest

from eservices import naming
from eservices.cases.model import MOVES, ClockKind, Outcome, Public, Status
from eservices.contact_centre.bringing import Outcome as Try
from eservices.contact_centre.calls import RESOLUTIONS
from eservices.contact_centre.items import Need
from eservices.deliveries import NEEDED
from eservices.identity.people import Role
from eservices.submissions.model import ReceiptBy
from eservices.values import Channel, ContactMethod, IdentityBasis
from eservices.web.contact_centre import asking, case, desk

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.mark.parametrize(
    ("codes", "table"),
    [
        (Channel, naming.CHANNELS),
        (Channel, naming.BY_CHANNEL),
        (ContactMethod, naming.METHODS),
        (IdentityBasis, naming.IDENTITIES),
        (Status, naming.STATUSES),
        (Public, naming.PUBLIC_STATUSES),
        (Public, case.NEXT),
        (Outcome, naming.OUTCOMES),
        (Outcome, naming.DECIDED),
        (ClockKind, naming.CLOCKS),
        (Role, naming.ROLES),
        (Try, naming.TRIES),
        (NEEDED, naming.BY_PHONE),
        (NEEDED, naming.BY_LETTER),
        (Need, desk.NEEDS),
        (RESOLUTIONS, desk.RESOLVED),
        (ReceiptBy, asking.RECEIPTS),
    ],
)
def test_every_code_has_words(codes, table) -> None:
    assert {str(code) for code in codes} <= {str(code) for code in table}


def test_every_open_state_says_what_comes_next() -> None:
    over = {Status.CLOSED, Status.WITHDRAWN, Status.TRANSFERRED}
    assert {str(state) for state in set(MOVES) - over} <= set(naming.NEXT_STEPS)


def test_everything_that_is_written_in_a_case_s_journal_has_words() -> None:
    written = set()
    for file in (ROOT / "eservices").glob("**/*.py"):
        text = file.read_text("utf-8")
        written |= set(re.findall(r'\bnote(?:_entry)?\(\s*tx,\s*\w+,\s*[^,]+,\s*"(\w+)"', text))
        written |= set(re.findall(r'_write\(tx, delivery, actor, "(\w+)"', text))
        written |= set(re.findall(r'Note\([^)]*kind="(\w+)"', text))
    assert len(written) > 10
    assert written <= set(naming.JOURNAL)
