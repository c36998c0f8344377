"""A faulty version is called back: drafts go on where they were, in the version that is served now."""

from eservices.calendars import FixedClock
from eservices.definitions.load import service_from_content
from eservices.definitions.model import Service
from eservices.storage.database import Database
from eservices.submissions import drafts
from eservices.submissions.recall import Recalled, recall
from tests.build.definition import DEFINITION, service
from tests.build.drafts import a_draft, answers


def versions() -> tuple[Service, Service]:
    old = service(DEFINITION + "      shoe:\n        label: Skostorlek\n        type: integer\n        max: 50\n")
    new = service(
        DEFINITION + "      shoe:\n        label: Vilken skostorlek?\n        type: integer\n        max: 40\n"
    )
    return service_from_content(old.content), service_from_content(new.content)


def test_drafts_move_with_every_answer_that_fits(database: Database, clock: FixedClock) -> None:
    old, new = versions()
    with database.transaction() as tx:
        small, large = a_draft(tx, clock, old), a_draft(tx, clock, old)
        drafts.keep(tx, small, answers({"name": "Åsa", "shoe": 38}, at=clock.now()), now=clock.now())
        drafts.keep(tx, large, answers({"name": "Bo", "shoe": 46}, at=clock.now()), now=clock.now())

    with database.transaction() as tx:
        done = recall(tx, old.version, new, clock.now())
    with database.transaction() as tx:
        again = recall(tx, old.version, new, clock.now())
        moved = [drafts.by_id(tx, each.id) for each in (small, large)]

    assert (done.moved, done.lost) == (2, 1)
    assert again == Recalled()
    assert [each.version for each in moved if each] == [new.version, new.version]
    assert [each.answers.value("name") for each in moved if each] == ["Åsa", "Bo"]
    assert [each.answers.value("shoe") for each in moved if each] == [38, None]
    with database.read() as tx:
        assert drafts.open_in(tx, old.version) == []
