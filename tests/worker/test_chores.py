"""What is done by the clock: nobody remembers it, so the clock must."""

import datetime as dt
import io
import logging

import pillow_heif
import pytest
from PIL import Image
from sqlalchemy import delete

from eservices import attachments, journal
from eservices.attachments import Limits, State
from eservices.contact_centre.tables import contact_items
from eservices.submissions import drafts
from eservices.submissions.model import Draft
from eservices.values import Channel
from tests.worker.office import Office


def test_a_photo_from_a_phone_becomes_one_that_everybody_can_open(office: Office) -> None:
    draft = a_draft(office)
    photo = io.BytesIO()
    pillow_heif.from_pillow(Image.new("RGB", (60, 40), "navy")).save(photo)
    photo.seek(0)
    limits = Limits(kinds=frozenset({"heic"}), max_bytes=10_000_000, max_files=3)
    folder = office.settings.files_dir
    received = attachments.receive(folder, photo, name="IMG_1.HEIC", key=draft.key, limits=limits)
    with office.database.transaction() as tx:
        attachments.keep(
            tx, received, draft_id=draft.id, question="photo", key=draft.key, limits=limits, now=office.clock.now(),
            scanning=False,
        )  # fmt: skip

    office.worker.run_once()

    with office.database.read() as tx:
        (file,) = attachments.of_draft(tx, draft.id, draft.key)
    assert (file.state, file.media_type, file.name) == (State.READY, "image/jpeg", "IMG_1.jpg")
    picture = Image.open(io.BytesIO(b"".join(attachments.open_for_reading(folder, file, draft.key))))
    assert picture.size == (60, 40)


def test_a_draft_that_nobody_touches_is_gone_after_its_time(office: Office) -> None:
    draft = a_draft(office)

    office.clock.move(dt.timedelta(days=29))
    office.worker.run_once()
    assert is_there(office, draft)

    office.clock.move(dt.timedelta(days=2))
    office.worker.run_once()
    assert not is_there(office, draft)


def test_every_day_of_the_journal_is_closed_also_after_a_standstill(office: Office) -> None:
    office.hand_in()
    office.clock.move(dt.timedelta(days=3))

    office.worker.run_once()

    with office.database.read() as tx:
        assert journal.days_without_digest(tx, office.clock.today()) == []


def test_a_submission_without_its_contact_item_raises_the_alarm(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    submission = office.hand_in()
    office.clock.move(dt.timedelta(minutes=20))
    with caplog.at_level(logging.ERROR):
        office.worker.run_once()
        assert caplog.records == []

        with office.database.transaction() as tx:
            tx.execute(delete(contact_items).where(contact_items.c.submission_id == submission.id))
        office.worker.run_once()

    assert [record.getMessage() for record in caplog.records] == [f"submission {submission.id} has no contact_item"]


def a_draft(office: Office) -> Draft:
    service = office.library.service("batplats")
    assert service is not None
    with office.database.transaction() as tx:
        return drafts.start(tx, service, language="sv", channel=Channel.WEB, now=office.clock.now())


def is_there(office: Office, draft: Draft) -> bool:
    with office.database.read() as tx:
        return drafts.by_id(tx, draft.id) is not None and drafts.by_code(tx, draft.code) is not None
