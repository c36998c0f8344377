"""What somebody reads when an answer is not right yet."""

import re
from decimal import Decimal

import pytest

from eservices.questions.base import Fault
from eservices.questions.faults import FAULTS, sentence
from eservices.questions.kinds import KINDS
from eservices.questions.setting import KINDS as SETTING_KINDS
from eservices.questions.setting import REASONS, BadSetting, Setting
from eservices.values import Problem
from tests.questions.asking import SV, TODAY, a, raw

#: The problems that the journey finds, beside what types find.
OF_THE_JOURNEY = {
    "required",
    "unanswered",
    "asked_later",
    "not_an_option",
    "too_few_items",
    "too_many_items",
    "not_confirmed",
    "not_declared",
    "stopped",
}
#: What the municipality never says to anybody (ui/README, Words).
UNKIND = re.compile(r"vänligen|ogiltig|obligatorisk|felaktig|inkorrekt|måste|\bej\b|error|!", re.IGNORECASE)


def test_everything_that_can_be_wrong_has_a_sentence():
    assert {code for kind in KINDS.values() for code in kind.codes} | OF_THE_JOURNEY <= set(FAULTS)


@pytest.mark.parametrize("code", FAULTS)
def test_every_sentence_is_kind_short_and_says_what_to_do(code):
    said = FAULTS[code]

    for text in (said.named, said.asked):
        assert not UNKIND.search(text), text
        assert text[0].isupper() or text.startswith("{label}")
        assert all(len(part.split()) <= 20 for part in re.split(r"[.?] ", text))
        assert text.endswith(".") == (". " in text or "? " in text), text
        names = set(re.findall(r"{(\w+)}", text))
        assert names <= said.facts | {"label", "thing"} | ({"size"} if "maximum" in said.facts else set()) | (
            {"kinds"} if "allowed" in said.facts else set()
        )
    assert not re.search("{(label|thing)}", said.asked)


@pytest.mark.parametrize(
    ("question", "typed", "label", "expected"),
    [
        (
            a("decimal", measure="meter", min=1, max=40),
            raw("lång"),
            "Båtens längd",
            "Båtens längd ska vara ett tal i meter, till exempel 6,4",
        ),
        (
            a("decimal", measure="meter", min=1, max=40),
            raw("lång"),
            "Hur lång är båten?",
            "Hur lång är båten? Skriv ett tal i meter, till exempel 6,4",
        ),
        (a("decimal", measure="meter", min=0), raw("6 fot"), "", "Skriv ett tal i meter, till exempel 6,4"),
        (
            a("decimal", measure="meter", max=40),
            raw("41"),
            "Längd",
            "Längd ska vara 40\N{NO-BREAK SPACE}meter eller mindre",
        ),
        (
            a("money"),
            raw("1.250"),
            "Kostnad",
            "Menar du 1\xa0250\xa0kr eller 1,25\xa0kr? Skriv beloppet utan punkt, eller med två siffror efter kommat.",
        ),
        (a("date"), raw(day="15"), "Startdag", "Datumet saknar månad och år"),
        (
            a("date", min="today"),
            raw(day="2026-11-23"),
            "Från vilket datum vill du ha platsen?",
            "Från vilket datum vill du ha platsen? Skriv 24 november 2026 eller en senare dag",
        ),
        (a("text", max_length=3), raw("abcd"), "Namn", "Namn får ha högst 3 tecken. Nu är det 4."),
        (a("time"), raw("sen"), "Tid", "Skriv ett klockslag, till exempel 8.30"),
        (
            a("bank_account"),
            raw(kind="plusgiro", number="19"),
            "Konto",
            "Kontrollera siffrorna i numret. De är inget plusgiro.",
        ),
    ],
)
def test_a_fault_is_said_with_its_facts(question, typed, label, expected):
    parsed = question.parse(typed, TODAY)
    fault = (parsed.faults or question.check(parsed.value, TODAY))[0]

    assert sentence(fault, label, SV) == expected


@pytest.mark.parametrize(
    ("name", "label", "expected"),
    [
        ("text", "Namn", "Fyll i namn"),
        ("text", "ID-nummer", "Fyll i ID-nummer"),
        ("text", "Vad heter du?", "Vad heter du? Skriv ditt svar"),
        ("radio", "Vilken typ av båt har du?", "Vilken typ av båt har du? Välj ett svar"),
        ("radio", "Storlek:", "Välj storlek"),
        ("checkboxes", "Vilka hamnar?", "Vilka hamnar? Välj minst ett svar"),
        ("yes_no", "Äger du fastigheten?", "Äger du fastigheten? Svara ja eller nej"),
        ("date", "Startdag", "Fyll i startdag"),
        ("file", "Skiss", "Lägg till skiss, eller välj att skicka senare"),
        ("yes_no", "", "Svara ja eller nej"),
    ],
)
def test_what_is_left_blank_is_asked_for_by_its_kind(name, label, expected):
    assert sentence(Problem("required", "x"), label, SV, question=a(name)) == expected


def test_the_authors_own_sentence_goes_first_and_an_unknown_code_still_says_something():
    assert sentence(Fault("required"), "Namn", SV, "Skriv båtens namn") == "Skriv båtens namn"
    assert sentence(Fault("nytt"), "Namn", SV) == "Fyll i namn"


def test_options_files_and_sizes_are_said_in_words():
    words = SV.with_options({"annan": "Annan båt"})

    assert sentence(Fault("other_missing", "", {"option": "annan"}), "", words) == "Skriv vad du menar med ”Annan båt”"
    assert "högst 10 MB" in sentence(Fault("file_too_large", "", {"maximum": 10_000_000}), "", SV)
    assert "högst 2,5 MB" in sentence(Fault("file_too_large", "", {"maximum": 2_500_000}), "", SV)
    assert "Skicka JPG eller PDF, " in sentence(Fault("file_wrong_type", "", {"allowed": ["pdf", "jpg"]}), "", SV)
    assert sentence(Fault("too_small", "", {"minimum": Decimal(-3)}), "Höjd", SV) == "Höjd ska vara −3 eller mer"


def test_every_reason_to_refuse_an_author_is_said_in_two_languages():
    for english, swedish in REASONS.values():
        assert english
        assert swedish
        assert set(re.findall("{.*?}", english)) == set(re.findall("{.*?}", swedish))


@pytest.mark.parametrize("kind", sorted(SETTING_KINDS - {"decimal"}))
@pytest.mark.parametrize("nonsense", [None, [], {}, object(), [1], [[]], -1.5e300, ""])
def test_a_setting_refuses_what_it_cannot_read_with_a_reason(kind, nonsense):
    with pytest.raises(BadSetting) as refused:
        Setting(kind, "Why.", None, ("a", "b")).read("key", nonsense)

    assert refused.value.key == "key"
    assert refused.value.code in REASONS


def test_the_file_that_is_refused_is_named_also_where_the_author_says_what_to_do() -> None:
    fault = Fault("file_empty", "", {"file": "intyg.pdf"})

    for own_text in (None, "Skicka den på nytt."):
        said = sentence(fault, "", SV, own_text)
        assert said.startswith("\N{FIRST STRONG ISOLATE}intyg.pdf\N{POP DIRECTIONAL ISOLATE}: ")
        assert said.endswith(own_text or FAULTS["file_empty"].named)


def test_kinds_of_file_come_in_one_order_and_the_commonest_first() -> None:
    said = {sentence(Fault("file_wrong_type", "", {"allowed": kinds}), "", SV)
            for kinds in (["pdf", "heic", "jpg"], {"jpg", "heic", "pdf"})}  # fmt: skip

    assert len(said) == 1
    assert "JPG, HEIC eller PDF" in said.pop()
