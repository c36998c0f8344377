"""What a test of the worker does: somebody hands something in, the worker works, and one looks at what came of it."""

import datetime as dt
import email
import email.policy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any

from sqlalchemy import select

from eservices import attachments, deliveries, outbox
from eservices.calendars import FixedClock
from eservices.cases import store as cases
from eservices.cases.model import Case
from eservices.definitions.library import Library
from eservices.definitions.load import service_from_content
from eservices.intake.submit import submit
from eservices.journey.answers import Answer, Answers, AnswerState, Origin
from eservices.settings import Settings
from eservices.storage.database import Database
from eservices.storage.keys import open_key
from eservices.submissions import drafts
from eservices.submissions.model import HandedIn, Submission
from eservices.values import Channel, Json
from eservices.worker.loop import Worker
from tests.worker.mail_server import Inbox

PERSONAL_NUMBER = "19850709-9805"

BY_EMAIL: Mapping[str, Json] = {"contact_preference": "email", "email": "asa@exempel.se"}
BY_PHONE: Mapping[str, Json] = {"contact_preference": "phone", "phone": "+46304601010"}
BY_LETTER: Mapping[str, Json] = {
    "contact_preference": "letter",
    "address": {"street": "Strandvägen 3", "postal_code": "471 80", "city": "Skärhamn"},
}


@dataclass(frozen=True)
class Office:
    settings: Settings
    database: Database
    library: Library
    clock: FixedClock
    inbox: Inbox
    worker: Worker

    def hand_in(
        self, way: Mapping[str, Json] = BY_EMAIL, *, language: str = "sv", tells: Sequence[str] = (), **more: Json
    ) -> Submission:
        """A whole application for a berth, sent on the web; other systems that it `tells` of the case."""
        service = self.library.service("batplats")
        assert service is not None
        if tells:
            routing = service.content["routing"]
            service = service_from_content(
                {**service.content, "routing": {**routing, "case": {**routing["case"], "targets": list(tells)}}}
            )
        declared = tuple(declaration.id for declaration in service.declarations)
        now = self.clock.now()
        with self.database.transaction() as tx:
            draft = drafts.start(
                tx, service, language=language, channel=Channel.WEB, now=now, answers=self._answers({**way, **more})
            )
            return submit(tx, draft.id, HandedIn.on_the_web(at=now, language=language, declared=declared), self.clock)

    def _answers(self, more: Mapping[str, Json]) -> Answers:
        origin = Origin(Channel.WEB, self.clock.now().isoformat())
        given: dict[str, Json] = {
            "name": "Åsa O'Brien-Åström (född 李)",
            "personal_number": PERSONAL_NUMBER,
            "boat_type": "motor",
            "registration": "SFC-1234",
            "length": "6.5",
            "width": "2.3",
            "harbours": ["skarhamn", "ronnang"],
            "from_date": (self.clock.today() + dt.timedelta(days=100)).isoformat(),
            "message": "Vi har en liten hund.\nمرحبا",
            **more,
        }
        answers = {(name, None): Answer(value, AnswerState.ANSWERED, origin) for name, value in given.items()}
        for left_out in ("email", "phone", "draught"):
            answers.setdefault((left_out, None), Answer(None, AnswerState.BLANK, origin))
        return Answers(answers)

    def tell(self, submission: Submission, to: deliveries.Recipient, kind: str = "message", **more: Any) -> str:
        """Some news in the case of a submission; the delivery's id."""
        case = self.case_of(submission)
        now = self.clock.now()
        news = deliveries.News(kind, case.id, case.number, "allman", now, **more)
        with self.database.transaction() as tx:
            return deliveries.deliver(tx, news, to, key=case.key, now=now)

    def case_of(self, submission: Submission) -> Case:
        with self.database.read() as tx:
            case = cases.by_id(tx, submission.case_id)
        assert case is not None
        return case

    def documents(self, submission: Submission) -> dict[str, bytes]:
        """What the house has made and laid among the files of the case, by name."""
        case = self.case_of(submission)
        folder = self.settings.files_dir
        with self.database.read() as tx:
            files = attachments.of_case(tx, case.id, case.key)
        return {file.question: b"".join(attachments.open_for_reading(folder, file, case.key)) for file in files}

    def deliveries_of(self, submission: Submission) -> list[deliveries.Delivery]:
        with self.database.read() as tx:
            return deliveries.of_case(tx, submission.case_id)

    def attempts(self, submission: Submission) -> list[outbox.Attempt]:
        """Of everything that goes by e-mail in the case of a submission."""
        with self.database.read() as tx:
            rows = [row for row in outbox.of_case(tx, submission.case_id) if row.target == outbox.EMAIL]
            return [attempt for row in rows for attempt in outbox.attempts_of(tx, row.id)]

    def standing(self) -> outbox.Standing:
        with self.database.read() as tx:
            return outbox.standing(tx, self.clock.now())

    def messages(self) -> list[EmailMessage]:
        """What arrived at the mail server, read as a mail program reads it."""
        policy = email.policy.default
        return [email.message_from_bytes(message, policy=policy) for message in self.inbox.messages]

    def frozen(self) -> list[bytes]:
        """What receivers get, as it was first written."""
        with self.database.read() as tx:
            rows = tx.execute(select(outbox.outbox).where(outbox.outbox.c.frozen.is_not(None))).all()
            return [
                open_key(tx, row.key_id).unseal_bytes(bytes(row.frozen), place=f"outbox.frozen:{row.id}")
                for row in rows
            ]


def text_of(message: EmailMessage, form: str = "plain") -> str:
    """The text of a mail, or with `form` "html" its other form."""
    part = message.get_body((form,))
    assert part is not None
    text: str = part.get_content()
    return text
