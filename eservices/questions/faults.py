"""Every fault and problem as a sentence: what to do, in klarspråk, with an example where one helps.

A label that names a thing ("Båtens längd") becomes part of the sentence; after one that is a question ("Hur lång är
båten?") stands what to do. `{label}` is the label, `{thing}` the same inside a sentence, with a small first letter.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from eservices.language import N_, Words, altered, isolated, joined
from eservices.questions.base import QuestionType
from eservices.questions.files import kinds_in_words
from eservices.questions.numbers import with_measure


class Wrong(Protocol):
    """A `Fault` or a `Problem`: a code and its facts."""

    @property
    def code(self) -> str: ...

    @property
    def facts(self) -> Mapping[str, object]: ...


@dataclass(frozen=True, slots=True)
class Sentence:
    """What is said for a code. `asked` is for a label that is a question, and where there is no label at all."""

    named: str
    asked: str
    facts: frozenset[str] = frozenset()


def _say(named: str, asked: str = "", facts: str = "") -> Sentence:
    """One sentence for both, if it does not name the question."""
    return Sentence(named, asked or named, frozenset(facts.split()))


#: Code -> its sentence and the facts it needs.
FAULTS: Mapping[str, Sentence] = {
    # Any question
    "required": _say(N_("Fyll i {thing}"), N_("Skriv ditt svar")),
    "unanswered": _say(N_("{label}: du har inte svarat än"), N_("Du har inte svarat än")),
    "asked_later": _say(
        N_("{label}: svaret skulle komma senare och behövs nu"), N_("Svaret skulle komma senare och behövs nu")
    ),
    # Text
    "too_long": _say(
        N_("{label} får ha högst {maximum} tecken. Nu är det {length}."),
        N_("Skriv högst {maximum} tecken. Nu är det {length}."),
        "maximum length",
    ),
    "too_short": _say(N_("{label} behöver ha minst {minimum} tecken"), N_("Skriv minst {minimum} tecken"), "minimum"),
    "not_an_email": _say(N_("Skriv en e-postadress som namn@exempel.se")),
    "not_a_phone": _say(N_("Skriv ett telefonnummer som 070-174 06 05. Börja med + om det är utländskt.")),
    # Places
    "not_coordinates": _say(
        N_("Skriv koordinaterna som 57.9967, 11.5480 eller 6432123, 301456. Rutan får också vara tom.")
    ),
    "not_in_sweden": _say(N_("Koordinaterna ligger utanför Sverige. Se efter att siffrorna stämmer.")),
    "place_in_words": _say(N_("Skriv också med ord var det är")),
    # Numbers
    "not_a_number": _say(
        N_("{label} ska vara ett tal, till exempel {example}"), N_("Skriv ett tal, till exempel {example}"), "example"
    ),
    "not_a_number_in": _say(
        N_("{label} ska vara ett tal i {measure}, till exempel {example}"),
        N_("Skriv ett tal i {measure}, till exempel {example}"),
        "measure example",
    ),
    "not_a_whole_number": _say(
        N_("{label} ska vara ett heltal, till exempel {example}"),
        N_("Skriv ett heltal, till exempel {example}"),
        "example",
    ),
    "not_a_whole_number_in": _say(
        N_("{label} ska vara ett heltal i {measure}, till exempel {example}"),
        N_("Skriv ett heltal i {measure}, till exempel {example}"),
        "measure example",
    ),
    "too_small": _say(
        N_("{label} ska vara {minimum} eller mer"), N_("Skriv ett tal som är {minimum} eller mer"), "minimum"
    ),
    "too_large": _say(
        N_("{label} ska vara {maximum} eller mindre"), N_("Skriv ett tal som är {maximum} eller mindre"), "maximum"
    ),
    "too_many_decimals": _say(
        N_("{label} får ha högst {decimals} decimaler"), N_("Skriv högst {decimals} decimaler"), "decimals"
    ),
    "not_an_amount": _say(
        N_("{label} ska vara ett belopp i kronor, till exempel 1 250"),
        N_("Skriv ett belopp i kronor, till exempel 1 250"),
    ),
    "ambiguous_amount": _say(
        N_("Menar du {large} eller {small}? Skriv beloppet utan punkt, eller med två siffror efter kommat."),
        "",
        "large small",
    ),
    "too_many_ore": _say(N_("Skriv beloppet med högst två siffror efter kommat")),
    "amount_too_small": _say(
        N_("{label} ska vara {minimum} kronor eller mer"), N_("Skriv {minimum} kronor eller mer"), "minimum"
    ),
    "amount_too_large": _say(
        N_("{label} ska vara {maximum} kronor eller mindre"), N_("Skriv {maximum} kronor eller mindre"), "maximum"
    ),
    # Days and times
    "date_incomplete": _say(N_("Datumet saknar {missing}"), "", "missing"),
    "month_unknown": _say(N_("Skriv månaden som en siffra från 1 till 12, eller med sitt namn")),
    "no_such_day": _say(N_("Den dagen finns inte. Kontrollera dag och månad.")),
    "not_a_date": _say(N_("Skriv ett datum med dag, månad och år, till exempel 15 4 {example}"), "", "example"),
    "year_four_digits": _say(N_("Skriv året med fyra siffror, till exempel {example}"), "", "example"),
    "year_unlikely": _say(N_("Kontrollera året. Du har skrivit {year}."), "", "year"),
    "too_early": _say(
        N_("{label} ska vara {minimum} eller senare"), N_("Skriv {minimum} eller en senare dag"), "minimum"
    ),
    "too_late": _say(
        N_("{label} ska vara {maximum} eller tidigare"), N_("Skriv {maximum} eller en tidigare dag"), "maximum"
    ),
    "from_missing": _say(N_("Skriv den första dagen också")),
    "to_missing": _say(N_("Skriv den sista dagen också")),
    "ends_before_it_begins": _say(N_("Den sista dagen ska vara {start} eller senare"), "", "start"),
    "too_many_days": _say(N_("Välj högst {maximum} dagar"), "", "maximum"),
    "not_a_time": _say(N_("Skriv ett klockslag, till exempel {example}"), "", "example"),
    "time_too_early": _say(
        N_("{label} ska vara klockan {minimum} eller senare"), N_("Skriv {minimum} eller senare"), "minimum"
    ),
    "time_too_late": _say(
        N_("{label} ska vara klockan {maximum} eller tidigare"), N_("Skriv {maximum} eller tidigare"), "maximum"
    ),
    # Choices
    "not_yes_or_no": _say(N_("Svara ja eller nej: {label}"), N_("Svara ja eller nej")),
    "not_an_option": _say(N_("{label}: välj ett av svaren i listan"), N_("Välj ett av svaren i listan")),
    "too_few_choices": _say(N_("{label}: välj minst {minimum}"), N_("Välj minst {minimum}"), "minimum"),
    "too_many_choices": _say(N_("{label}: välj högst {maximum}"), N_("Välj högst {maximum}"), "maximum"),
    "exclusive_choice": _say(N_("Välj antingen ”{option}” eller något av de andra svaren, inte båda"), "", "option"),
    "chosen_twice": _say(N_("Du har valt ”{option}” två gånger. Välj något annat, eller lämna tomt."), "", "option"),
    "other_missing": _say(N_("Skriv vad du menar med ”{option}”"), "", "option"),
    "other_too_long": _say(N_("Skriv högst {maximum} tecken. Nu är det {length}."), "", "maximum length"),
    # Swedish numbers
    "personal_number_digits": _say(N_("Skriv personnumret med tolv siffror, som ååååmmdd-nnnn")),
    "not_a_personal_number": _say(N_("Kontrollera siffrorna i personnumret. Någon av dem stämmer inte.")),
    "born_in_future": _say(N_("Kontrollera personnumret. Födelsedagen har inte varit än.")),
    "number_or_none": _say(N_("Skriv ditt personnummer, eller kryssa för att du inte har något. Inte både och.")),
    "not_an_organisation_number": _say(N_("Skriv organisationsnumret med tio siffror. Kontrollera att de stämmer.")),
    "not_a_property": _say(N_("Skriv fastighetsbeteckningen med namn och nummer, som Exempelby 1:23")),
    "account_kind_missing": _say(N_("Välj om det är bankgiro, plusgiro eller bankkonto")),
    "account_number_missing": _say(N_("Skriv numret också")),
    "clearing_missing": _say(N_("Skriv bankkontots clearingnummer också. Det är fyra eller fem siffror.")),
    "not_a_giro": _say(N_("Kontrollera siffrorna i numret. De är inget {kind}."), "", "kind"),
    "not_an_account": _say(N_("Skriv clearingnummer och kontonummer med bara siffror")),
    # Places
    "street_missing": _say(N_("Skriv gatuadressen")),
    "postal_code_missing": _say(N_("Skriv postnumret")),
    "city_missing": _say(N_("Skriv postorten")),
    "not_a_postal_code": _say(
        N_("Skriv postnumret med fem siffror, som 123 45. Är adressen utomlands, skriv landet också.")
    ),
    # Files
    "too_many_files": _say(
        N_("Du kan skicka högst {maximum} filer här. Ta bort någon, eller skicka resten senare."), "", "maximum"
    ),
    "file_too_many": _say(
        N_("Du kan skicka högst {maximum} filer här. Ta bort någon, eller skicka resten senare."), "", "maximum"
    ),
    "file_empty": _say(N_("Filen är tom. Välj en annan fil, eller skicka den senare.")),
    "file_too_large": _say(
        N_("Filen är för stor. Den får vara högst {size}. Du kan också skicka den senare."), "", "maximum"
    ),
    "file_wrong_type": _say(
        N_("Den sortens fil kan vi inte ta emot här. Skicka {kinds}, eller välj att skicka senare."), "", "allowed"
    ),
    "file_mismatched": _say(
        N_("Innehållet i filen stämmer inte med namnet. Spara den på nytt, eller välj att skicka senare.")
    ),
    "file_unsafe": _say(
        N_("Filen är låst eller kan innehålla något farligt. Spara den på nytt, eller välj att skicka senare.")
    ),
    "file_broken_off": _say(N_("Filen kom inte fram hela vägen. Försök igen, eller välj att skicka senare.")),
    # The journey
    "too_few_items": _say(
        N_("{label}: lägg till så att det blir minst {minimum}"),
        N_("Lägg till så att det blir minst {minimum}"),
        "minimum",
    ),
    "too_many_items": _say(
        N_("{label}: ta bort så att det blir högst {maximum}"), N_("Ta bort så att det blir högst {maximum}"), "maximum"
    ),
    "amounts_do_not_add_up": _say(
        N_("{label}: tillsammans ska det bli {whole}. Nu blir det {total}."),
        N_("Tillsammans ska det bli {whole}. Nu blir det {total}."),
        "whole total",
    ),
    "numbers_do_not_add_up": _say(
        N_("{label}: tillsammans ska det bli {whole}. Nu blir det {total}."),
        N_("Tillsammans ska det bli {whole}. Nu blir det {total}."),
        "whole total",
    ),
    "confirm_again": _say(
        N_("{label}: något som svaret bygger på är ändrat. Se efter att det stämmer."),
        N_("Något som svaret bygger på är ändrat. Se efter att det stämmer."),
    ),
    "not_confirmed": _say(N_("{label}: säg om listan är färdig"), N_("Säg om listan är färdig")),
    "stopped": _say(N_("Med svaren du har gett går det inte att skicka in här. Ring oss så hjälper vi dig.")),
    "not_declared": _say(N_("Kryssa i rutan för att skicka: {label}"), N_("Kryssa i rutan för att skicka")),
}

#: Facts that are words of their own and are translated before they are put in.
_TRANSLATED = frozenset({"measure", "kind", "missing"})
_MEGABYTE = 1_000_000
_LOWERED = frozenset({"kind", "missing"})
_MONEY = frozenset({"large", "small"})
_LIMITS = frozenset({"minimum", "maximum"})


def sentence(
    wrong: Wrong, label: str, words: Words, own_text: str | None = None, *, question: QuestionType | None = None
) -> str:
    """What to do about a fault or a problem, in the language of `words`.

    `label` is the question's label as shown; without one (beside the field) only what to do is said. `own_text` is
    the author's own sentence for it, already in the right language. `question` is the type that was asked: what is
    left blank is written, chosen, attached or ticked. An unknown code gives the sentence for a blank answer. Where the
    fault is with one `file` of several that were sent, the sentence begins with its name.
    """
    told = _sentence(wrong, label, words, own_text, question)
    file = wrong.facts.get("file")
    return joined(" ", [f"{isolated(str(file))}:", told]) if file else told


def _sentence(wrong: Wrong, label: str, words: Words, own_text: str | None, question: QuestionType | None) -> str:
    if own_text:
        return own_text
    said = FAULTS.get(wrong.code) or FAULTS["required"]
    if wrong.code == "required" and question is not None:
        said = Sentence(*question.required_texts)
    facts = _facts(wrong.facts, words)
    if wrong.code == "amounts_do_not_add_up":
        facts |= {name: words.money(fact) for name, fact in wrong.facts.items() if isinstance(fact, int | Decimal)}
    label = altered(label, lambda written: written.strip().rstrip(":").rstrip())
    if not label:
        return words(said.asked, **facts)
    if label.endswith(("?", "؟")):
        asked = words(said.asked, **facts)
        return joined(" ", [label, asked]) if said.asked != said.named else asked
    return words(said.named, **facts, label=label, thing=altered(label, _inside))


def _inside(label: str) -> str:
    """The label inside a sentence: a small first letter, unless it is an abbreviation."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def _facts(facts: Mapping[str, object], words: Words) -> dict[str, object]:
    said = {name: _fact(name, fact, words) for name, fact in facts.items()}
    maximum, allowed, measure = facts.get("maximum"), facts.get("allowed"), facts.get("measure")
    if measure:
        for name in _LIMITS & facts.keys():
            said[name] = with_measure(Decimal(str(facts[name])), str(measure), words)
    if isinstance(maximum, int) and maximum >= _MEGABYTE // 10:
        said["size"] = words("{number} MB", number=round(Decimal(maximum) / _MEGABYTE, 1).normalize())
    if isinstance(allowed, list | tuple | set | frozenset):
        said["kinds"] = kinds_in_words(map(str, allowed), words)
    return said


def _fact(name: str, fact: object, words: Words) -> object:
    if name == "option":
        return words.option(str(fact))
    if name in _MONEY and isinstance(fact, int | Decimal):
        return words.money(fact)
    if name not in _TRANSLATED:
        return fact
    said = [words(str(word)) for word in (fact if isinstance(fact, list | tuple) else [fact])]
    return words.listing(word.lower() if name in _LOWERED else word for word in said)
