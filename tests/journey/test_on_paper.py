"""Keying in follows the paper: what may apply can be written, what certainly does not is passed over."""

import datetime as dt

from eservices.journey.answers import Answer, Answers, AnswerState, Origin
from eservices.journey.on_paper import as_printed
from eservices.journey.path import walk
from eservices.values import Channel
from tests.build.definition import service, with_steps

ORIGIN = Origin(Channel.PAPER, dt.datetime(2026, 11, 24, 9, 0, tzinfo=dt.UTC).isoformat())

BOAT = with_steps("""\
stops:
  - stop: too_long
    when:
      length:
        more_than: 20
    title: Båten är för lång
    text: Ring oss.
steps:
  - step: boat
    title: Båten
    questions:
      kind:
        type: radio
        label: Vilken båt?
        options:
          motor: Motorbåt
          sail: Segelbåt
      length:
        type: integer
        label: Hur lång?
        max: 40
  - step: engine
    title: Motorn
    when:
      kind: motor
    questions:
      fuel:
        type: text
        label: Vilket bränsle?
  - step: crew
    title: Besättningen
    group:
      item: Person {n}
      min: 2
      max: 4
      questions:
        called:
          type: text
          label: Namn
  - step: rest
    title: Annat
    questions:
      mast:
        type: integer
        label: Hur hög är masten?
        when:
          kind: sail
""")


def _written(**values: object) -> Answers:
    return Answers(
        {
            (name, None): Answer(value, AnswerState.BLANK if value is None else AnswerState.ANSWERED, ORIGIN)  # type: ignore[arg-type]
            for name, value in values.items()
        }
    )


def _asked(answers: Answers) -> list[str]:
    return [seen.step.id for seen in walk(as_printed(service(BOAT), answers), answers).steps]


def test_what_certainly_does_not_apply_is_passed_over() -> None:
    assert _asked(_written(kind="sail", length=6)) == ["boat", "crew", "rest"]


def test_what_hangs_on_a_blank_can_be_written() -> None:
    assert _asked(_written(kind=None, length=6)) == ["boat", "engine", "crew", "rest"]
    here = walk(as_printed(service(BOAT), blank := _written(kind=None)), blank)
    assert here.lookup("mast") is None
    assert "mast" in {question.id for seen in here.steps for question in seen.questions}


def test_nothing_on_a_paper_stops_it_or_asks_for_more() -> None:
    answers = _written(kind="sail", length=30, mast=None).with_group_closed("crew")

    here = walk(as_printed(service(BOAT), answers), answers)

    assert walk(service(BOAT), answers).stop is not None
    assert here.stop is None
    assert here.first_open is None
