"""Whatever language somebody fills in, the officer reads the very same in Swedish."""

from hypothesis import given
from hypothesis import strategies as st

from eservices.calendars import FixedClock
from eservices.definitions.texts import ServiceTexts
from eservices.intake.submit import submit
from eservices.journey.path import walk
from eservices.journey.summary import summary
from eservices.language import LANGUAGES, words
from eservices.storage.database import Database
from eservices.submissions import drafts
from eservices.submissions.model import HandedIn
from eservices.values import Channel
from tests.build.walker import Walker, origins
from tests.invariants.test_same_for_all import SERVICES


@given(seed=st.integers(0, 10**6), service_id=st.sampled_from(sorted(SERVICES)), language=st.sampled_from(LANGUAGES))
def test_an_officer_reads_in_swedish_what_was_filled_in_in_any_language(
    sqlite_database: Database, clock: FixedClock, seed: int, service_id: str, language: str
):
    service = SERVICES[service_id]
    read = []
    for chosen in ("sv", language):
        with sqlite_database.transaction() as tx:
            draft = drafts.start(tx, service, language=chosen, channel=Channel.WEB, now=clock.now())
            answers = Walker(service, seed, clock.today()).fill(origins(Channel.WEB, clock.now()))
            drafts.keep(tx, draft, answers, now=clock.now())
            declared = tuple(declaration.id for declaration in service.declarations)
            told = HandedIn.on_the_web(at=clock.now(), language=chosen, declared=declared)
            submission = submit(tx, draft.id, told, clock)
            read.append(summary(walk(service, submission.answers), ServiceTexts("sv", {}), words("sv")))

    assert read[0] == read[1]
