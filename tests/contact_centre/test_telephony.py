"""The exchange's report: read as it comes, refused line by line, and brought in again without counting twice."""

import pytest

from eservices.contact_centre import telephony
from eservices.contact_centre.telephony import UnreadableReport
from eservices.insight import measures
from eservices.insight.periods import Period
from eservices.storage.database import Transaction

_HEADING = "day;queue;offered;answered;abandoned;waited_seconds;agents"


def test_a_day_brought_in_again_replaces_what_was_there(tx: Transaction):
    first = telephony.read([_HEADING, "2026-11-24;kundcenter;90;80;10;4000;6"])
    corrected = telephony.read([_HEADING, "2026-11-24;kundcenter;100;80;15;4800;6"])

    assert telephony.bring_in(tx, first) == telephony.bring_in(tx, corrected) == 1

    found = measures.telephone(tx, Period(2026, 4))
    assert found is not None
    assert (found.offered, found.abandoned, found.mean_wait) == (100, 15, 60)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("i går;kundcenter;1;1;0;5;1", "line 2: a day as"),
        ("2026-11-24;kundcenter;many;1;0;5;1", "whole numbers"),
        ("2026-11-24;kundcenter;5;5;1;5;1", "more calls were answered"),
        ("2026-11-24;;5;5;0;5;1", "line 2"),
    ],
)
def test_a_line_that_cannot_be_counted_is_named(line: str, said: str):
    with pytest.raises(UnreadableReport, match=said):
        telephony.read([_HEADING, line])


def test_a_report_without_a_column_is_refused():
    with pytest.raises(UnreadableReport, match="waited_seconds"):
        telephony.read(["day,queue,offered,answered,abandoned"])
