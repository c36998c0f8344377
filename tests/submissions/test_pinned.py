"""Drafts and submissions stay on the definition they were started with, while newer ones are published beside them."""

import contextlib
from dataclasses import replace
from pathlib import Path

import pytest

from eservices.calendars import FixedClock
from eservices.definitions.library import Library
from eservices.definitions.model import Text
from eservices.intake.submit import submit
from eservices.storage.database import Database, Transaction
from eservices.submissions import drafts, pinned, store
from eservices.submissions.model import HandedIn
from eservices.values import Channel
from tests.build.drafts import a_complete_draft, a_submission
from tests.build.service import a_question, a_service, a_step, what, who

FORMS = Path(__file__).resolve().parents[2] / "forms"


@pytest.fixture(autouse=True)
def _another_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is remembered: what is asked for comes from the database."""
    monkeypatch.setattr(pinned, "_services", pinned._Remembered(10))
    monkeypatch.setattr(pinned, "_texts", pinned._Remembered(10))


def test_a_definition_is_read_back_from_the_database_as_it_was(database: Database, clock: FixedClock):
    service = Library((FORMS,)).services["batplats"]
    with database.transaction() as tx:
        drafts.start(tx, service, language="en", channel=Channel.WEB, now=clock.now())
    pinned._services = pinned._Remembered(10)

    with database.read() as tx:
        again = pinned.service(tx, service.version)
        texts = pinned.texts(tx, service.version, "en")

    assert again == service
    assert texts.get(service.title) != ""


def test_a_draft_goes_on_with_its_questions_after_a_new_version_has_asked_more(tx: Transaction, clock: FixedClock):
    old = a_service()
    draft = a_complete_draft(tx, clock, old)
    new = a_service(steps=(who(), what(), a_step("more", a_question("colour"))))
    drafts.start(tx, new, language="sv", channel=Channel.WEB, now=clock.now())

    submission = submit(tx, draft.id, HandedIn.on_the_web(at=clock.now()), clock)

    assert submission.version == old.version != new.version
    assert store.get(tx, submission.id).version == old.version


def test_keeping_the_same_version_again_changes_nothing(tx: Transaction, clock: FixedClock):
    service = a_service()
    pinned.keep(tx, service, "sv", clock.now())
    pinned.keep(tx, replace(service, title=Text("title", "Annan titel")), "sv", clock.now())

    from sqlalchemy import func, select

    from eservices.submissions.tables import definitions

    assert tx.execute(select(func.count()).select_from(definitions)).scalar_one() == 1


def test_a_version_nobody_used_is_unknown(tx: Transaction):
    with pytest.raises(pinned.UnknownVersion):
        pinned.service(tx, "0" * 64)


def test_a_transaction_that_fails_leaves_no_false_memory_of_a_kept_definition(database: Database, clock: FixedClock):
    service = a_service("glömd")
    with contextlib.suppress(ZeroDivisionError), database.transaction() as tx:
        pinned.keep(tx, service, "sv", clock.now())
        raise ZeroDivisionError

    with database.transaction() as tx:
        submission = a_submission(tx, clock, service)

    assert submission.version == service.version


def test_a_mended_translation_is_shown_and_one_the_catalogues_have_lost_is_remembered(
    tx: Transaction, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
):
    service = a_service()
    first = {"title": "Aply for a wall", "summary": "Ask for a wall to paint on."}
    monkeypatch.setattr(pinned, "translated_table", lambda *_: first)
    pinned.keep(tx, service, "en", clock.now())
    monkeypatch.setattr(pinned, "translated_table", lambda *_: {"title": "Apply for a wall"})

    texts = pinned.texts(tx, service.version, "en")

    assert texts.get(service.title) == "Apply for a wall"
    assert texts.get(service.summary) == "Ask for a wall to paint on."
