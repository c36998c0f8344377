"""A worker brings what is due, once for every receiver who can tell, and never lets one row stand in another's way."""

import datetime as dt
import io
import threading
from dataclasses import replace

import pikepdf
import pytest

from eservices import deliveries, outbox
from eservices.cases import store as cases
from eservices.cases.receipt import receipt_of
from eservices.deliveries import Evidence, Letter, Recipient
from eservices.submissions.model import Needs
from eservices.values import ContactMethod
from eservices.worker import mails
from eservices.worker.loop import Worker
from tests.worker.office import BY_EMAIL, BY_LETTER, BY_PHONE, PERSONAL_NUMBER, Office


def test_who_wants_mail_gets_one_receipt_and_the_case_its_document(office: Office) -> None:
    submission = office.hand_in(BY_EMAIL)

    office.worker.run_once()
    office.worker.run_once()

    assert [str(message["To"]) for message in office.messages()] == ["asa@exempel.se"]
    assert list(office.documents(submission)) == ["receipt"]
    assert [delivery.evidence for delivery in office.deliveries_of(submission)] == [Evidence.SENT]


def test_who_wants_a_call_gets_no_mail_but_the_same_document(office: Office) -> None:
    submission = office.hand_in(BY_PHONE)

    office.worker.run_once()

    assert office.messages() == []
    assert list(office.documents(submission)) == ["receipt"]


def test_a_no_for_today_is_tried_again_with_the_same_bytes(office: Office) -> None:
    office.inbox.verdicts = ["451 4.3.0 later"]
    submission = office.hand_in()
    office.worker.run_once()
    frozen = office.frozen()

    office.clock.move(dt.timedelta(minutes=2))
    office.worker.run_once()

    assert office.inbox.messages == frozen
    assert [attempt.outcome for attempt in office.attempts(submission)] == ["failed", "sent"]


def test_a_final_no_is_work_for_a_person_at_once(office: Office) -> None:
    office.inbox.replies = ["550 5.1.1 <asa@exempel.se> unknown"]
    submission = office.hand_in()

    office.worker.run_once()

    (delivery,) = office.deliveries_of(submission)
    assert (delivery.needs_person, delivery.reason, delivery.reached_at) == (True, "undeliverable", None)
    assert [attempt.detail for attempt in office.attempts(submission)] == ["550 5.1.1 … unknown"]


def test_after_a_week_of_trying_it_is_work_for_a_person(office: Office) -> None:
    submission = office.hand_in()
    office.inbox.verdicts = ["452 4.2.2 full"] * 2
    office.worker.run_once()
    assert not office.deliveries_of(submission)[0].needs_person

    office.clock.move(dt.timedelta(days=7))
    office.worker.run_once()

    assert office.deliveries_of(submission)[0].reason == "undeliverable"


def test_a_worker_killed_while_it_sends_leaves_the_same_message_to_the_next(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    submission = office.hand_in()
    with monkeypatch.context() as power:
        power.setattr(Worker, "_acknowledge", power_cut)
        with pytest.raises(PowerCutError):
            office.worker.run_once()
    office.worker.run_once()
    assert len(office.inbox.messages) == 1, "a row is lent until its lease runs out"

    frozen = office.frozen()
    monkeypatch.setattr(mails, "as_bytes", lambda *_: b"Subject: other words\r\n\r\n")
    office.clock.move(outbox.LEASE)
    office.worker.run_once()

    assert office.inbox.messages == frozen * 2, "twice, and the receiver can tell that it is the same"
    assert [attempt.outcome for attempt in office.attempts(submission)] == ["begun", "sent"]


def test_two_workers_never_send_one_row_at_the_same_time(office: Office) -> None:
    submission = office.hand_in(BY_PHONE)
    for _ in range(8):
        office.tell(submission, Recipient(None, ContactMethod.EMAIL, "sv", email="asa@exempel.se"))
    workers = [threading.Thread(target=office.worker.run_once) for _ in range(3)]

    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    numbers = [message["Message-ID"] for message in office.messages()]
    assert len(numbers) == len(set(numbers)) == 8


def test_a_bad_row_blocks_no_other(office: Office) -> None:
    submission = office.hand_in()
    with office.database.transaction() as tx:
        key = office.case_of(submission).key
        for target in ("carrier pigeon", outbox.EMAIL, outbox.DOCUMENT):
            outbox.put(tx, kind="receipt", target=target, payload={"no": "use"}, key=key, at=office.clock.now())

    office.worker.run_once()

    assert len(office.messages()) == 1
    assert list(office.documents(submission)) == ["receipt"]
    assert (office.standing().waiting, office.standing().needs_person) == (2, 1)


def test_a_letter_lies_ready_for_whoever_posts_it(office: Office) -> None:
    submission = office.hand_in(BY_PHONE)
    letter = Letter(office.clock.today(), "Vi behöver veta mer", ["Hej!", "Hur djupt går båten?"], "hamn")
    to = Recipient(None, ContactMethod.LETTER, "sv", "Åsa Öberg", address={"street": "Väg 1", "city": "Rönnäng"})
    delivery_id = office.tell(submission, to, letter=letter)

    office.worker.run_once()

    assert office.documents(submission)[f"letter-{delivery_id}"].startswith(b"%PDF")
    with office.database.read() as tx:
        delivery = deliveries.get(tx, delivery_id)
    assert delivery is not None
    assert delivery.is_work, "printed is not posted"


def test_who_wants_the_receipt_by_letter_has_it_ready_with_the_address(office: Office) -> None:
    submission = office.hand_in(BY_LETTER)
    with office.database.read() as tx:
        facts = receipt_of(tx, submission.id).to_json()
    address = {"street": "Strandvägen 3", "postal_code": "471 80", "city": "Skärhamn"}
    to = Recipient(None, ContactMethod.LETTER, "ar", "Åsa Öberg", address=address)
    delivery_id = office.tell(submission, to, kind="receipt", payload=facts)

    office.worker.run_once()

    documents = office.documents(submission)
    assert set(documents) == {"receipt", f"letter-{delivery_id}"}
    assert len(documents[f"letter-{delivery_id}"]) > 10_000


def test_without_a_mail_server_mail_waits_untried(office: Office) -> None:
    submission = office.hand_in()

    Worker(office.settings, office.database, office.library, office.clock).run_once()

    assert office.attempts(submission) == []
    assert list(office.documents(submission)) == ["receipt"]


def test_what_goes_wrong_is_told_without_what_it_went_wrong_with(
    office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def stumble(*_: object) -> bytes:
        raise KeyError(PERSONAL_NUMBER)

    monkeypatch.setattr(mails, "as_bytes", stumble)
    submission = office.hand_in()

    with caplog.at_level("DEBUG", logger="eservices"):
        office.worker.run_once()

    assert "could not be handled: KeyError" in caplog.text
    assert PERSONAL_NUMBER not in caplog.text
    assert [attempt.detail for attempt in office.attempts(submission)] == ["could not be handled: KeyError"]


class PowerCutError(BaseException):
    """Nothing after this happens, as when the machine stands still."""


def power_cut(_worker: Worker, row: outbox.Row, _done: object = None) -> None:
    if row.target == outbox.EMAIL:
        raise PowerCutError


def test_a_letter_is_printed_the_way_its_reader_reads(office: Office) -> None:
    """In large print, and its words for a Braille printer, for whoever needs it; and for nobody else."""
    papers = []
    for needs in (Needs(), Needs(large_print=True, braille=True)):
        submission = office.hand_in(BY_LETTER)
        case = office.case_of(submission)
        with office.database.transaction() as tx:
            [party] = cases.parties_of(tx, case)
            cases.change_party(tx, case, replace(party, needs=needs))
            facts = receipt_of(tx, submission.id).to_json()
        to = Recipient(party.id, ContactMethod.LETTER, "sv", "Åsa Öberg", address=ADDRESS)
        told = office.tell(submission, to, kind="receipt", payload=facts)
        office.worker.run_once()
        papers.append((office.documents(submission), told))

    [(ordinary, first), (large, second)] = papers
    assert f"braille-{first}" not in ordinary
    assert _pages(large[f"letter-{second}"]) > _pages(ordinary[f"letter-{first}"])
    assert "Registreringsbeteckning: SFC-1234\n" in large[f"braille-{second}"].decode()


ADDRESS = {"street": "Strandvägen 3", "postal_code": "471 80", "city": "Skärhamn"}


def _pages(printed: bytes) -> int:
    with pikepdf.open(io.BytesIO(printed)) as pdf:
        return len(pdf.pages)
