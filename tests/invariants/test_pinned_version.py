"""A draft and a submission keep the definition they were started with, and can always be shown as they were."""

from eservices.calendars import FixedClock
from eservices.definitions.texts import ServiceTexts
from eservices.intake.submit import submit
from eservices.journey.path import walk
from eservices.journey.summary import summary
from eservices.language import words
from eservices.storage.database import Transaction
from eservices.submissions import drafts, pinned, store
from eservices.submissions.model import HandedIn
from eservices.values import Channel
from tests.build.drafts import a_complete_draft
from tests.build.service import a_question, a_service, a_step, what, who


def test_what_was_sent_is_shown_with_the_questions_it_answered(tx: Transaction, clock: FixedClock):
    old = a_service()
    draft = a_complete_draft(tx, clock, old)
    asked_more = a_service(steps=(who(), what(), a_step("more", a_question("colour"))))
    newer = drafts.start(tx, asked_more, language="sv", channel=Channel.WEB, now=clock.now())

    sent = store.get(tx, submit(tx, draft.id, HandedIn.on_the_web(at=clock.now()), clock).id)

    as_it_was = pinned.service(tx, sent.version)
    shown = summary(walk(as_it_was, sent.answers), ServiceTexts("sv", {}), words("sv"))
    assert as_it_was == old
    assert [section.step for section in shown] == ["person", "matter"]
    assert newer.version != sent.version
    assert all(line.state != "unanswered" for section in shown for line in section.lines)
