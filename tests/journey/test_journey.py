"""Single turns of a journey: pages taken, groups, stops, quotes, what is said, who it is about."""

import datetime as dt

from eservices.definitions.model import Service
from eservices.definitions.texts import ServiceTexts, translated_table
from eservices.journey.answers import Answer, Answers, AnswerState, Origin
from eservices.journey.check import missing, problems
from eservices.journey.path import Spot, stop_spot, walk
from eservices.journey.people import applicant_of
from eservices.journey.script import condition_sentence, numbering, read_back, say, script
from eservices.journey.summary import quotes, quotes_of, summary
from eservices.journey.taking import Form, take_step
from eservices.journey.trial import answers_of
from eservices.language import words
from eservices.values import Channel, ContactMethod
from tests.build.definition import DEFINITION, service, with_steps

NOW = dt.datetime(2026, 11, 24, 9, 0, tzinfo=dt.UTC)
TODAY = NOW.date()
ORIGIN = Origin(Channel.WEB, NOW.isoformat(timespec="seconds"))
SV = words("sv")
PLAIN = ServiceTexts("sv", {})

PARTY = with_steps("""\
stops:
  - stop: too_many
    when:
      guests:
        more_than: 2
    title: Det blir för många
    text: Ni är {all_of_you}. Ring oss.
steps:
  - step: what
    title: Kalaset
    questions:
      sort:
        label: Vilket kalas?
        type: radio
        options:
          cake: Tårtkalas
          crayfish: Kräftskiva
      day:
        label: Vilken dag?
        type: date
      late:
        label: Varför i efterhand?
        type: text
        when:
          day:
            before: today
  - step: guests
    title: Gäster
    group:
      min: 1
      max: 4
      item: Gäst {n}
      questions:
        guest_name:
          label: Namn
          type: text
        allergic:
          label: Är {guest_name} allergisk?
          type: yes_no
        against:
          label: Mot vad?
          type: text
          when:
            allergic: yes
  - step: rest
    title: Till ert {sort}
    questions:
      all_of_you:
        label: Så många blir ni
        type: computed
        value:
          count: guests
          plus: 1
      size:
        label: Hur stor ska den vara för {all_of_you}?
        type: radio
        options:
          small: Liten
          large:
            label: Stor
            when:
              all_of_you:
                at_least: 3
      picture:
        label: Bild på den
        type: file
        missing: Vi väljer en åt er.
""")


def taken(of: Service, answers: Answers, step: str, form: Form, item: int | None = None) -> Answers:
    found = take_step(of, answers, Spot(step, item), form, origin=ORIGIN, today=TODAY)
    assert found.problems == ()
    return found.answers


def party(of: Service, guests: int) -> Answers:
    day = {"day-day": ["1"], "day-month": ["maj"], "day-year": ["2027"]}
    answers = taken(of, Answers(), "what", {"sort": ["cake"], **day})
    for number in range(1, guests + 1):
        answers, item = answers.with_new_item("guests")
        answers = taken(of, answers, "guests", {"guest_name": [f"Gäst {number}"], "allergic": ["no"]}, item)
    return answers


def test_a_page_keeps_what_is_right_and_tells_what_is_wrong() -> None:
    found = take_step(
        service(), Answers(), Spot("wall"), {"place": ["Torget"], "height": ["9"], "paint": ["brush"]},
        origin=ORIGIN, today=TODAY,
    )  # fmt: skip

    assert [(p.question, p.code) for p in found.problems] == [("colours", "required"), ("height", "too_large")]
    assert found.answers.value("place") == "Torget"
    assert found.answers.get("height") is None


def test_what_the_page_hides_is_neither_judged_nor_emptied() -> None:
    full = {"place": ["Torget"], "colours": ["red"], "height": ["2"], "paint": ["spray"], "mask": ["yes"]}
    answers = taken(service(), Answers(), "wall", full)

    hidden = taken(service(), answers, "wall", {**full, "paint": ["brush"], "mask": [""]})
    back = taken(service(), hidden, "wall", {**full, "mask": ["yes"]})

    assert walk(service(), hidden).dropped == (("mask", None),)
    assert hidden.value("mask") == "yes"
    assert walk(service(), back).dropped == ()


def test_giving_the_same_answer_again_keeps_who_gave_it() -> None:
    form = {"place": ["Torget"], "colours": ["red"], "height": ["2,0"], "paint": ["brush"]}
    first = taken(service(), Answers(), "wall", form)
    agent = Origin(Channel.PHONE, "2026-11-25T09:00:00+00:00", "staff")

    second = take_step(service(), first, Spot("wall"), {**form, "place": ["Hamnen"]}, origin=agent, today=TODAY)

    assert second.answers.given["height", None].origin == ORIGIN
    assert second.answers.given["place", None].origin == agent
    assert second.changed == {("place", None)}


def test_a_group_is_counted_when_its_list_is_said_to_be_complete() -> None:
    of = service(PARTY)
    answers = party(of, 3)

    unfinished, finished = walk(of, answers), walk(of, answers.with_group_closed("guests"))

    assert unfinished.stop is None
    assert unfinished.first_open == Spot("guests")
    assert finished.stop is not None
    assert finished.stop.id == "too_many"
    assert stop_spot(finished) == Spot("guests")
    assert PLAIN.get(finished.stop.text, **quotes_of(finished, finished.stop.text)) == "Ni är 4. Ring oss."


def test_an_item_that_is_removed_opens_what_was_counted_and_its_number_never_returns() -> None:
    of = service(PARTY)
    answers = party(of, 2).with_group_closed("guests")
    answers = taken(of, answers, "rest", {"size": ["large"]})
    assert [p.code for p in problems(of, answers, TODAY)] == []

    fewer = answers.without_item("guests", 1)

    assert walk(of, fewer).first_open == Spot("rest"), "a large one is for three"
    assert [(p.question, p.code) for p in problems(of, fewer, TODAY)] == [
        ("all_of_you", "confirm_again"),
        ("size", "not_an_option"),
    ]
    assert fewer.with_new_item("guests")[1] == 3


def test_a_computed_value_of_the_same_page_opens_its_options() -> None:
    of = service(PARTY)
    two, one = party(of, 2).with_group_closed("guests"), party(of, 1).with_group_closed("guests")

    assert take_step(of, two, Spot("rest"), {"size": ["large"]}, origin=ORIGIN, today=TODAY).problems == ()
    refused = take_step(of, one, Spot("rest"), {"size": ["large"]}, origin=ORIGIN, today=TODAY).problems
    assert [p.code for p in refused] == ["not_an_option"]


def test_today_is_the_day_of_answering() -> None:
    of = service(PARTY)
    day = {"day-day": ["25"], "day-month": ["11"], "day-year": ["2026"]}  # tomorrow, when it is answered
    answers = taken(of, Answers(), "what", {"sort": ["cake"], **day})

    assert not any(place[0] == "late" for place, _, _ in walk(of, answers).places())
    yesterday = {"day-day": ["23"], "day-month": ["11"], "day-year": ["2026"]}
    refused = take_step(of, Answers(), Spot("what"), {"sort": ["cake"], **yesterday}, origin=ORIGIN, today=TODAY)
    assert [(p.question, p.code) for p in refused.problems] == [("late", "required")]


def test_texts_quote_answers_in_words_and_inside_an_item_its_own() -> None:
    of = service(PARTY)
    answers = party(of, 2).with_group_closed("guests")
    here = walk(of, answers)

    titles = [section.title for section in summary(here, PLAIN, SV)]
    labels = [line.label for section in summary(here, PLAIN, SV) for line in section.lines]

    assert titles == ["Kalaset", "Gäst 1", "Gäst 2", "Till ert Tårtkalas"]
    assert "Är Gäst 2 allergisk?" in labels
    computed = next(
        line for section in summary(here, PLAIN, SV) for line in section.lines if line.label == "Så många blir ni"
    )
    assert (computed.value, computed.state) == ("3", "answered")
    assert "Hur stor ska den vara för 3?" in labels
    early = walk(of, Answers())
    assert PLAIN.get(of.questions["size"].label, **quotes(early, of.questions["size"], early.lookup)) == (
        "Hur stor ska den vara för …?"
    )


def test_what_is_expected_and_left_out_becomes_a_list_and_never_an_error() -> None:
    of = service(PARTY)
    answers = taken(of, party(of, 1).with_group_closed("guests"), "rest", {"size": ["small"]})

    assert problems(of, answers, TODAY) == []
    assert missing(of, answers) == [("picture", None)]
    assert of.questions["picture"].missing is not None


def test_a_blank_that_has_come_to_matter_is_asked_again_and_a_blank_paper_is_not() -> None:
    of = service(DEFINITION.replace("        when:\n          way: phone", "        required:\n          way: phone"))
    filled = {"place": "Torget", "colours": ["red"], "height": "2", "paint": "brush", "sketch": "later", "name": "Åsa",
              "way": "email", "email": "a@example.se", "phone": ""}  # fmt: skip
    answers, _ = answers_of(of, filled, NOW)
    assert problems(of, answers, TODAY) == []

    changed, _ = answers_of(of, {**filled, "way": "phone"}, NOW)
    paper = Origin(Channel.PAPER, NOW.isoformat())
    on_paper = changed.with_answers({("phone", None): Answer("x", AnswerState.ANSWERED, paper)})
    on_paper = on_paper.with_answers({("phone", None): Answer(None, AnswerState.BLANK, paper)})

    kept = answers.with_answers({("way", None): Answer("phone", AnswerState.ANSWERED, ORIGIN)})
    assert walk(of, kept).first_open == Spot("person")
    assert [(p.question, p.code) for p in problems(of, kept, TODAY)] == [("phone", "required")]
    assert walk(of, on_paper).first_open is None
    assert missing(of, on_paper, paper=True) == [("sketch", None), ("phone", None)]


def test_what_is_required_of_companies_and_associations_is_not_required_of_a_person() -> None:
    own = service(
        DEFINITION.replace("[person, company]", "[person, company, association]")
        + "      mark:\n        label: Märkning på fakturan\n        type: text\n"
        + "        required:\n          applicant_kind: [company, association]\n"
    )
    page = {"name": ["Åsa"], "way": ["email"], "email": ["asa@example.se"], "mark": [""]}

    def wrong(kind: str) -> dict[str, str]:
        answers, _ = answers_of(own, {"applicant_kind": kind}, NOW)
        found = take_step(own, answers, Spot("person"), page, origin=ORIGIN, today=TODAY).problems
        return {problem.question: problem.code for problem in found}

    assert wrong("person") == {}
    assert wrong("company") == wrong("association") == {"mark": "required"}
    line = next(line for line in script(own, PLAIN, SV) if line.id == "mark")
    assert line.needed_if == "Behövs om du ansöker som företag eller förening eller annan organisation."
    english = script(own, ServiceTexts("en", translated_table(own, "en")), words("en"))
    needed = next(line.needed_if for line in english if line.id == "mark")
    assert needed == "Needed if you apply as company or association or other organisation."


def test_the_dependency_map_follows_conditions_degrees_options_sums_and_quotes() -> None:
    assert service(PARTY).dependents["guests"] >= {"too_many", "all_of_you", "size"}
    assert service(PARTY).dependents["allergic"] == {"against"}
    assert "late" in service(PARTY).dependents["day"]
    degrees = service(
        DEFINITION.replace("        when:\n          way: phone", "        required:\n          way: phone")
    )
    assert degrees.dependents["way"] == {"email", "phone"}


def test_an_agent_may_put_a_question_off_but_not_send_without_it() -> None:
    found = take_step(
        service(), Answers(), Spot("wall"), {"place": ["Torget"], "colours": ["red"], "paint": ["brush"]},
        origin=ORIGIN, today=TODAY, states={"height": AnswerState.LATER},
    )  # fmt: skip

    assert found.problems == ()
    assert walk(service(), found.answers).first_open == Spot("person")
    assert ("height", "asked_later") in {(p.question, p.code) for p in problems(service(), found.answers, TODAY)}


def test_the_applicant_is_read_from_what_the_questions_say() -> None:
    answers, _ = answers_of(
        service(),
        {"place": "Torget", "name": "Åsa Öberg", "way": "phone", "phone": "0304-60 10 10", "email": "x@y.se"},
        NOW,
    )

    found = applicant_of(walk(service(), answers))

    assert (found.kind, found.phone, found.email, found.method) == ("person", "+46304601010", "", ContactMethod.PHONE)
    assert not found.anonymous
    assert applicant_of(walk(service(), Answers())).anonymous


# ---- said and printed ------------------------------------------------------------------------------------------------


def test_conditions_are_told_by_number_on_paper_and_by_words_on_the_phone() -> None:
    of = service()
    when = of.questions["mask"].when

    assert condition_sentence(of, when, PLAIN, SV, numbering(of)) == "Svara bara om du har svarat Sprayfärg på fråga 2."
    assert condition_sentence(of, when, PLAIN, SV) == (
        "Svara bara om du har svarat Sprayfärg på frågan ”Vad vill du måla med?”."
    )


def test_nested_conditions_are_told_without_brackets() -> None:
    text = DEFINITION.replace(
        "          paint: spray",
        "          paint: [spray, brush]\n          any:\n            - colours: red\n            - not:\n"
        "                height:\n                  at_least: 2",
    )
    of = service(text)

    told = condition_sentence(of, of.questions["mask"].when, PLAIN, SV, numbering(of))

    assert told == (
        "Svara bara om du har svarat Sprayfärg eller Pensel på fråga 2 och antingen du har valt Röd på fråga 3 "
        "eller svaret på fråga 4 är mindre än 2."
    )


def test_a_sentence_to_say_is_made_where_none_is_written() -> None:
    of = service(DEFINITION.replace("label: Hur högt ska planket vara?", "label: Planketshöjd\n        say: Hur högt?"))

    assert say(of.questions["name"], PLAIN, SV) == "Namn. Vad ska jag skriva?"
    assert say(of.questions["paint"], PLAIN, SV) == "Vad vill du måla med? Du kan svara: Sprayfärg. Pensel."
    assert say(of.questions["sketch"], PLAIN, SV).endswith("Du kan skicka det senare, också med post.")
    assert say(of.questions["height"], PLAIN, SV) == "Hur högt?"


def test_names_of_places_keep_their_capitals_when_they_are_read_out() -> None:
    of = service(DEFINITION.replace("Pensel", "Skärhamn"))

    assert "Skärhamn." in say(of.questions["paint"], PLAIN, SV)


def test_an_answer_is_read_back_as_a_question() -> None:
    assert read_back("Vad heter du?", "Åsa Öberg", SV) == "Vad heter du? Jag har skrivit: Åsa Öberg. Stämmer det?"
    assert read_back("Personnummer", "19 85 07 09, 98 05", SV) == "Personnummer: 19 85 07 09, 98 05. Stämmer det?"


def test_a_translation_without_its_own_say_reads_its_label() -> None:
    of = service(DEFINITION.replace("label: Namn", "label: Namn\n        say: Vad heter du?"))
    question = of.questions["name"]
    english = ServiceTexts("en", {question.label.key: "What is your name?"})

    assert say(question, english, words("en")) == "What is your name?"
    assert say(question, ServiceTexts("en", {}), words("en")) == "Vad heter du?"


def test_the_script_follows_the_paper() -> None:
    lines = script(service(PARTY), PLAIN, SV)

    assert [line.number for line in lines if line.number] == ["1", "2", "3", "4", "5", "6", "7", "8"]
    assert [line.kind for line in lines if line.kind != "question"] == ["step", "step", "group", "step"]
    assert not any("{" in line.say for line in lines)


def test_a_limit_may_be_an_end_of_a_period() -> None:
    own = service(
        DEFINITION
        + "      period:\n        label: När?\n        type: date_range\n"
        + "      wash:\n        label: Tvätt\n        type: date\n        min: period.from\n        max: period.to\n"
    )

    def wrong(day: str) -> list[str]:
        given = {"period": {"from": "2027-05-01", "to": "2027-05-31"}, "wash": day}
        return [problem.code for problem in answers_of(own, given, NOW)[1]]

    assert wrong("2027-05-01") == wrong("2027-05-31") == []
    assert (wrong("2027-04-30"), wrong("2027-06-01")) == (["too_early"], ["too_late"])
