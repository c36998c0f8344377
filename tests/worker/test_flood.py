"""A flood of applications fills nobody's mailbox, keeps no decision from anybody, and loses nothing."""

import dataclasses
import datetime as dt

import pytest

from eservices.deliveries import Recipient
from eservices.values import ContactMethod
from eservices.worker.mails import mailbox
from tests.worker.office import Office


def test_one_mailbox_gets_so_many_receipts_in_a_day_and_the_rest_the_days_after(office: Office) -> None:
    limited(office, 2)
    for n in range(5):
        office.hand_in({"contact_preference": "email", "email": f"Asa+{n}@exempel.se"})
    office.hand_in({"contact_preference": "email", "email": "bo@exempel.se"})
    sent = []

    for _ in range(4):
        for _ in range(3):  # tried again and again, it is no more in the same day
            office.worker.run_once()
            office.clock.move(dt.timedelta(minutes=10))
        sent.append(len(office.inbox.messages))
        office.clock.move(dt.timedelta(days=1))

    assert sent == [3, 5, 6, 6]
    assert len({message["Message-ID"] for message in office.messages()}) == 6


def test_what_staff_write_goes_whatever_has_flooded_the_mailbox(office: Office) -> None:
    limited(office, 1)
    submission = office.hand_in()
    office.hand_in()
    for kind in ("message", "decision", "decision"):
        office.tell(submission, Recipient(None, ContactMethod.EMAIL, "sv", email="asa@exempel.se"), kind)

    office.worker.run_once()

    assert len(office.inbox.messages) == 1 + 3


def test_a_try_that_failed_is_not_counted_once_more(office: Office) -> None:
    limited(office, 1)
    office.inbox.verdicts = ["452 4.2.2 full"] * 2
    office.hand_in()
    for _ in range(3):
        office.worker.run_once()
        office.clock.move(dt.timedelta(minutes=10))

    assert len(office.inbox.messages) == 1


@pytest.mark.parametrize("written", ["Asa@Exempel.se", "asa+1@exempel.se", "asa+a+b@exempel.se"])
def test_case_and_tags_make_no_other_mailbox(written: str) -> None:
    assert mailbox(written) == "asa@exempel.se"


def limited(office: Office, most: int) -> None:
    settings = dataclasses.replace(office.settings, messages_per_address=most, demo=False)
    office.worker.desk = dataclasses.replace(office.worker.desk, settings=settings)
