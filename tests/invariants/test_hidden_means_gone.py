"""An answer that no longer applies takes no part in anything, stays in the draft, and comes back if it applies again."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from eservices.calendars import FixedClock
from eservices.definitions.model import Service
from eservices.intake.submit import submit, visible_answers
from eservices.journey.answers import Answers, AnswerState
from eservices.journey.check import problems_of
from eservices.journey.path import walk
from eservices.storage.database import Database
from eservices.submissions import drafts
from eservices.submissions.model import HandedIn
from eservices.values import Channel
from tests.build.walker import Walker, origins, plain
from tests.invariants.test_same_for_all import SERVICES


@given(seed=st.integers(0, 10**6), service_id=st.sampled_from(sorted(SERVICES)))
def test_what_is_handed_in_is_what_can_be_seen_and_stands_alone(seed: int, service_id: str, clock: FixedClock):
    service = SERVICES[service_id]
    answers = _with_leftovers(service, seed, clock)
    here = walk(service, answers)

    seen = visible_answers(here)
    alone = walk(service, seen)

    # Taken for itself it is the same journey: same pages, same problems, nothing dropped, nothing missing more. What is
    # to be looked at once more belongs to the draft, which cannot be handed in before that.
    assert set(seen.given) <= {place for place, _, _ in here.places()}
    assert [step.step.id for step in alone.steps] == [step.step.id for step in here.steps]
    wrong = [problem for problem in problems_of(here, clock.today()) if problem.code != "confirm_again"]
    assert problems_of(alone, clock.today()) == wrong
    assert alone.dropped == ()
    assert plain(visible_answers(alone)) == plain(seen)


@given(seed=st.integers(0, 10**6), service_id=st.sampled_from(sorted(SERVICES)))
def test_what_was_dropped_is_told_and_not_kept(
    sqlite_database: Database, seed: int, service_id: str, clock: FixedClock
):
    service = SERVICES[service_id]
    answers = _with_leftovers(service, seed, clock)
    here = walk(service, answers)
    if here.stop is not None or here.first_open is not None:
        return
    with sqlite_database.transaction() as tx:
        draft = drafts.start(tx, service, language="sv", channel=Channel.WEB, now=clock.now(), answers=answers)
        declared = tuple(declaration.id for declaration in service.declarations)

        submission = submit(tx, draft.id, HandedIn.on_the_web(at=clock.now(), declared=declared), clock)

    hidden = {
        place
        for place, answer in answers.given.items()
        if answer.state is AnswerState.ANSWERED and place not in {seen for seen, _, _ in here.places()}
    }
    assert not hidden & set(submission.answers.given)
    assert set(submission.dropped) <= hidden


@given(seed=st.integers(0, 10**6), service_id=st.sampled_from(sorted(SERVICES)))
def test_changing_ones_mind_and_back_brings_the_answers_back(seed: int, service_id: str, clock: FixedClock):
    service = SERVICES[service_id]
    first = Walker(service, seed, clock.today()).fill(origins(Channel.WEB, clock.now()))
    other = Walker(service, seed + 1, clock.today()).fill(origins(Channel.WEB, clock.now()))
    choices = [
        place
        for place, answer in first.given.items()
        if place[1] is None and service.questions[place[0]].type.name in {"radio", "select", "yes_no"}
    ]
    if not choices:
        return
    place = Random(seed).choice(choices)

    changed = first.with_answers({place: other.given[place]} if place in other.given else {})
    back = changed.with_answers({place: first.given[place]})

    assert plain(visible_answers(walk(service, back))) == plain(visible_answers(walk(service, first)))


def _with_leftovers(service: Service, seed: int, clock: FixedClock) -> Answers:
    """A finished journey, after a first one whose choices were others: much of the first no longer applies."""
    web = origins(Channel.WEB, clock.now())
    first = Walker(service, seed, clock.today()).fill(web)
    second = Walker(service, seed + 1, clock.today()).fill(web)
    return first.with_answers({place: answer for place, answer in second.given.items() if place[1] is None})
