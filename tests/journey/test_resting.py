"""What rests on an earlier answer is asked again when that changes, and nothing else is."""

import datetime as dt
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eservices.definitions.model import Service
from eservices.definitions.texts import ServiceTexts
from eservices.journey.answers import Answer, Answers, AnswerState, Origin
from eservices.journey.check import problems
from eservices.journey.checking import check
from eservices.journey.path import Spot, ground, options, unconfirmed, walk
from eservices.journey.summary import summary
from eservices.journey.taking import take_step
from eservices.journey.trial import answers_of
from eservices.language import words
from eservices.questions.faults import sentence
from eservices.values import Channel
from tests.build.definition import service, with_steps
from tests.build.walker import Walker, origins

NOW = dt.datetime(2026, 11, 24, 9, 0, tzinfo=dt.UTC)
TODAY = NOW.date()
ORIGIN = Origin(Channel.WEB, NOW.isoformat(timespec="seconds"))
UNSEEN = Path(__file__).resolve().parent.parent / "definitions" / "unseen"
SERVICES = list(check([UNSEEN], NOW).services)

TRIP = with_steps("""\
steps:
  - step: trip
    title: Resan
    questions:
      out:
        label: Ut
        type: date
      travellers:
        label: Hur många?
        type: integer
        max: 20
      cost:
        label: Kostnad
        type: money
      remark:
        label: Något mer?
        type: text
        required: false
  - step: home
    title: Hem
    questions:
      back:
        label: Hem
        type: date
        min: out
        max: out + 2 months
      bags:
        label: Väskor för {travellers}
        type: integer
        max: travellers + 1
  - step: payers
    title: Vilka betalar?
    group:
      min: 1
      max: travellers
      item: Betalare {n}
      questions:
        payer:
          label: Namn
          type: text
        share:
          label: Hur mycket?
          type: money
          adds_up_to: cost
  - step: last
    title: Till sist
    questions:
      shares:
        label: Tillsammans
        type: computed
        value:
          sum: [share]
        measure: kronor
      contact:
        label: Vem ringer vi?
        type: radio
        options:
          each: payers
          name: payer
      note:
        label: Hälsning
        type: text
        required: false
""")

WRITTEN = {
    "out": "2027-05-01", "travellers": "3", "cost": "900", "remark": "", "back": "2027-05-08", "bags": "4",
    "payers": [{"payer": "Åsa", "share": "400"}, {"payer": "Bo {n}", "share": "500"}],
    "contact": "2", "note": "",
}  # fmt: skip


def trip() -> tuple[Service, Answers]:
    of = service(TRIP)
    answers, met = answers_of(of, WRITTEN, NOW)
    assert met == []
    assert problems(of, answers, TODAY) == []
    return of, answers


def changed(of: Service, answers: Answers, **values: str) -> Answers:
    form = {
        "out-day": ["1"],
        "out-month": ["5"],
        "out-year": ["2027"],
        "travellers": ["3"],
        "cost": ["900"],
        "remark": [""],
    }
    form |= {name.replace("_", "-"): [value] for name, value in values.items()}
    return take_step(of, answers, Spot("trip"), form, origin=ORIGIN, today=TODAY).answers


def asked_again(of: Service, answers: Answers) -> set[str]:
    return {problem.question for problem in problems(of, answers, TODAY)}


def test_a_changed_day_opens_the_day_after_it() -> None:
    of, answers = trip()

    later = changed(of, answers, out_month="6")

    assert walk(of, later).first_open == Spot("home")
    assert [(p.question, p.code) for p in problems(of, later, TODAY)] == [("back", "too_early")]
    [wrong] = problems(of, later, TODAY)
    assert sentence(wrong, "Hem", words("sv")) == "Hem ska vara 1 juni 2027 eller senare"


def test_an_answer_that_still_fits_is_looked_at_again_and_then_left_alone() -> None:
    of, answers = trip()

    earlier = changed(of, answers, out_day="2")
    assert asked_again(of, earlier) == {"back"}
    page = {"back-day": ["8"], "back-month": ["5"], "back-year": ["2027"], "bags": ["4"]}
    confirmed = take_step(of, earlier, Spot("home"), page, origin=ORIGIN, today=TODAY)

    assert confirmed.problems == ()
    assert problems(of, confirmed.answers, TODAY) == []
    assert Answers.from_json(confirmed.answers.to_json()) == confirmed.answers


def test_putting_the_answer_back_asks_nothing() -> None:
    of, answers = trip()

    assert problems(of, changed(of, changed(of, answers, travellers="5")), TODAY) == []


def test_what_nothing_rests_on_opens_nothing() -> None:
    of, answers = trip()

    assert problems(of, changed(of, answers, remark="Vi ses"), TODAY) == []


def test_fewer_travellers_touch_their_limits_and_the_question_that_names_them() -> None:
    of, answers = trip()

    fewer = changed(of, answers, travellers="1")

    assert {(p.question, p.code) for p in problems(of, fewer, TODAY)} == {
        ("bags", "too_large"), ("payers", "too_many_items"),
    }  # fmt: skip
    assert next(p.facts["maximum"] for p in problems(of, fewer, TODAY) if p.question == "payers") == 1


def test_another_sum_opens_the_list_whose_amounts_make_it() -> None:
    of, answers = trip()

    dearer = changed(of, answers, cost="1000")

    assert walk(of, dearer).first_open == Spot("payers")
    [wrong] = problems(of, dearer, TODAY)
    said = sentence(wrong, "Vilka betalar?", words("sv")).replace("\N{NO-BREAK SPACE}", " ")
    assert said == "Vilka betalar? Tillsammans ska det bli 1 000 kr. Nu blir det 900 kr."


def test_a_total_is_shown_again_when_its_parts_change() -> None:
    of, answers = trip()

    moved = take_step(
        of, answers, Spot("payers", 1), {"payer": ["Åsa"], "share": ["300"]}, origin=ORIGIN, today=TODAY
    ).answers

    assert {"shares", "payers"} <= asked_again(of, moved)
    assert "note" not in asked_again(of, moved)


def test_items_are_chosen_by_what_they_are_called_whoever_wrote_it() -> None:
    of, answers = trip()
    here = walk(of, answers)
    last = here.step("last")
    assert last is not None

    offered = options(of.questions["contact"], last.lookup)
    lines = {
        line.question.id: line.value for s in summary(here, ServiceTexts("en", {}), words("en")) for line in s.lines
    }

    assert [(option.key, option.label.sv) for option in offered] == [("1", "Åsa"), ("2", "Bo {n}")]
    assert lines["contact"] == "Bo {n}"
    assert asked_again(of, answers.without_item("payers", 2)) >= {"contact"}


@pytest.mark.parametrize("wrong", ["0", "3", "x", "²", "-1"])
def test_nothing_but_an_item_can_be_chosen(wrong: str) -> None:
    of, answers = trip()

    taken = take_step(of, answers, Spot("last"), {"contact": [wrong], "note": [""]}, origin=ORIGIN, today=TODAY)

    assert [p.code for p in taken.problems] == ["not_an_option"]


@given(st.sampled_from(SERVICES), st.integers(0, 10_000), st.integers(0, 10_000))
def test_exactly_what_rests_on_a_change_is_asked_again(of: Service, seed: int, another: int) -> None:
    """For every place that was there before: asked again if what it rests on is another now or it no longer fits,
    and never otherwise."""
    before = Walker(of, seed, TODAY).fill(origins(Channel.WEB, NOW))
    other = Walker(of, another, TODAY).fill(origins(Channel.WEB, NOW))
    here = walk(of, before)
    place = Random(another).choice([p for p, q, _ in here.places() if q.type.asks])
    answer = other.given.get(place)
    if answer is None or answer.state is not AnswerState.ANSWERED:
        return

    after = walk(of, before.with_answers({place: Answer(answer.value, answer.state, ORIGIN)}))

    was = {seen: lookup for seen, _, lookup in here.places()}
    codes = {(p.question, p.item): p.code for p in problems(of, after.answers, TODAY)}
    for seen, question, lookup in after.places():
        if seen not in was or seen == place:
            continue
        names = of.resting.get(question.id, ())
        same = ground(names, was[seen]) == ground(names, lookup)
        assert unconfirmed(of, after.answers, seen, lookup) is not same
        if same and question.required_when is None and question.adds_up_to is None and not question.dependent_options:
            assert seen not in codes, f"{question.id} is asked again for nothing"
        if not same:
            assert seen in codes, f"{question.id} rests on {names} and is not asked again"
    assert problems(of, after.answers.with_answers({place: before.given[place]}), TODAY) == []
