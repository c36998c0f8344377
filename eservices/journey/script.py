"""What an agent reads aloud, and conditions said in words: for the call script and for paper. In any language.

Where the author wrote no `say`, a sentence is made of the question; where a translation lacks the `say`, of its label.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import escape
from typing import Any

from eservices.definitions.building import KIND_LABELS
from eservices.definitions.conditions import APPLICANT_KIND, TODAY, All, AnyOf, Compare, Condition, Not
from eservices.definitions.model import Question, Required, Service, Text
from eservices.definitions.texts import ServiceTexts
from eservices.language import N_, Marked, Words

_NO_FACTS: Mapping[str, object] = {}

#: How many options are read out; more than that nobody remembers.
_MOST_READ_OUT = 7


@dataclass(frozen=True, slots=True)
class ScriptLine:
    """One thing to say. `kind` is step, group or question; `only_if` and `needed_if` say when it is asked, and when it
    cannot be skipped; `required` that it never can.

    `number` is what the question has on paper; steps have none.
    """

    kind: str
    id: str
    say: str
    only_if: str = ""
    needed_if: str = ""
    number: str = ""
    required: bool = True
    read_back: bool = False
    answers: tuple[str, ...] = ()  #: what there is to choose among


def script(service: Service, texts: ServiceTexts, words: Words) -> tuple[ScriptLine, ...]:
    """The whole service as it is read aloud from beginning to end, conditions as sentences."""
    numbers = numbering(service)
    lines = []
    for step in service.steps:
        only_if = condition_sentence(service, step.when, texts, words, numbers)
        lines.append(ScriptLine("step", step.id, _unanswered(service, texts, step.title), only_if))
        if step.group is not None:
            lines.append(ScriptLine("group", step.group.id, _unanswered(service, texts, step.group.item)))
        for question in step.asked:
            if not question.type.asks and question.text is None:  # a total
                continue
            lines.append(
                ScriptLine(
                    "question",
                    question.id,
                    say(question, texts, words, dict.fromkeys(service.quoting.get(question.id, ()), "…")),
                    condition_sentence(service, question.when, texts, words, numbers),
                    _needed_if(service, question.required_when, texts, words, numbers),
                    numbers.get(question.id, ""),
                    question.required is Required.TRUE and question.required_when is None,
                    question.read_back,
                    answers_offered(question, texts, words),
                )
            )
    return tuple(lines)


def say(question: Question, texts: ServiceTexts, words: Words, facts: Mapping[str, object] = _NO_FACTS) -> str:
    """What the agent says to ask this question; `facts` are the earlier answers its texts quote.

    Choices keep their capitals and each is a sentence of its own: names of places stay names, and the ear hears where
    one ends and the next begins.
    """
    if question.say is not None and (texts.is_translated(question.say) or not texts.is_translated(question.label)):
        return texts.get(question.say, **facts)
    label = _sentence(texts.get(question.label, **facts))
    if question.text is not None:
        return together([label, texts.get(question.text, **facts)])
    is_asked = label.endswith(_ASKING)
    said = [label, *_choices_said(question, texts, words, facts), *_how_to_answer(question, label, words)]
    if len(said) == 1 and not is_asked:
        said.append(words(N_("Vad ska jag skriva?")))
    if question.type.asks and question.required is Required.FALSE and question.required_when is None:
        said.append(words(N_("Det går bra att hoppa över.")))
    return together(said)


def together(parts: Iterable[str]) -> str:
    """Sentences one after the other; what of them is Swedish for a reader of another language stays marked so."""
    parts = tuple(parts)
    said = " ".join(parts)
    if not any(isinstance(part, Marked) for part in parts):
        return said
    return Marked.of(said, " ".join(part.__html__() if isinstance(part, Marked) else escape(part) for part in parts))


def read_back(label: str, answer: str, words: Words) -> str:
    """How an answer is read back word by word; `answer` is as its type says it, numbers in groups."""
    if label.rstrip().endswith(_ASKING):
        return words(N_("{question} Jag har skrivit: {answer}. Stämmer det?"), question=label.rstrip(), answer=answer)
    return words(N_("{label}: {answer}. Stämmer det?"), label=label.rstrip(" .:"), answer=answer)


def answers_offered(question: Question, texts: ServiceTexts, words: Words) -> tuple[str, ...]:
    """The answers there are to choose among, in words; none where one answers freely."""
    own: Mapping[str, str] = getattr(question.type, "option_labels", {})
    if own:
        return tuple(words(label) for label in own.values())
    unknown = {name: "…" for option in question.options for name in option.label.quotes if "." not in name}
    return tuple(texts.get(option.label, **unknown) for option in question.options)


_ASKING = ("?", "\N{ARABIC QUESTION MARK}")
_ENDINGS = (*_ASKING, ".", "!", ":", "…")


def _sentence(text: str) -> str:
    """The text with a full stop, unless it ends with a sign of its own."""
    if text.rstrip().endswith(_ENDINGS):
        return text
    return Marked.swedish(f"{text}.") if isinstance(text, Marked) else f"{text.rstrip()}."


def _choices_said(
    question: Question, texts: ServiceTexts, words: Words, facts: Mapping[str, object]
) -> tuple[str, ...]:
    """What there is to choose among, and how many one may choose."""
    if question.items is not None:
        offered = words(N_("Välj bland dem du har berättat om."))
    elif not question.options:
        return ()
    elif len(question.options) > _MOST_READ_OUT:
        number = len(question.options)
        offered = words(N_("Det finns {number} svar. Säg till om jag ska läsa upp dem."), number=number)
    else:
        labels = together(_sentence(texts.get(option.label, **facts)) for option in question.options)
        offered = words(N_("Du kan svara: {choices}"), choices=labels)
    how = _HOW_MANY.get(question.type.name)
    return (offered, words(how)) if how else (offered,)


def _how_to_answer(question: Question, label: str, words: Words) -> tuple[str, ...]:
    """What is said after the question itself, by its type."""
    kind, is_asked = question.type, label.endswith(_ASKING)
    if kind.name == "yes_no":
        unknown = N_("Ja, nej eller vet du inte?")
        return (words(unknown if getattr(kind, "unknown", False) else N_("Ja eller nej?")),)
    measure = words(kind.measure_text) if kind.measure_text else ""
    if measure and measure.lower() not in label.lower():
        return (words(N_("Svara i {measure}."), measure=measure),)
    more = _MORE.get(kind.name) or ("" if is_asked else _MORE_IF_NOT_ASKED.get(kind.name, ""))
    return (words(more),) if more else ()


_HOW_MANY = {
    "checkboxes": N_("Flera svar går bra."),
    "ranked": N_("Säg det du helst vill ha först."),
}

#: What is said after the question itself, by its type.
_MORE = {
    "file": N_("Du kan skicka det senare, också med post."),
    "date": N_("Säg dag, månad och år."),
    "date_range": N_("Säg från vilken dag och till vilken dag."),
    "personal_number": N_("Säg alla siffror. Har du inget svenskt personnummer går det också bra."),
    "postal_address": N_("Säg gata, postnummer och ort."),
    "location": N_("Säg en adress, en korsning eller något som syns där."),
    "organisation_number": N_("Säg alla tio siffrorna."),
    "property_designation": N_("Säg namnet och siffrorna, till exempel Höviksnäs 1 kolon 23."),
    "email": N_("Bokstavera gärna."),
}

_MORE_IF_NOT_ASKED = {
    "integer": N_("Vilket tal?"),
    "decimal": N_("Vilket tal?"),
    "time": N_("Vilket klockslag?"),
    "textarea": N_("Berätta, så skriver jag."),
}


def _unanswered(service: Service, texts: ServiceTexts, text: Text) -> str:
    """A text read before anybody has answered what it quotes."""
    return texts.get(text, n="…", **{name: "…" for name in text.quotes if name in service.questions})


def numbering(service: Service) -> dict[str, str]:
    """The number of every question that asks something, as it stands on paper."""
    asked = (question for step in service.steps for question in step.asked if question.type.asks)
    return {question.id: str(number) for number, question in enumerate(asked, start=1)}


# ---- conditions in words ---------------------------------------------------------------------------------------------


def condition_sentence(
    service: Service,
    condition: Condition | None,
    texts: ServiceTexts,
    words: Words,
    numbers: Mapping[str, str] | None = None,
) -> str:
    """`Svara bara om du har svarat Motorbåt på fråga 6.`; "" where there is no condition.

    With `numbers` questions go by their numbers (paper), without by their words (phone).
    """
    if condition is None:
        return ""
    return words(N_("Svara bara om {condition}."), condition=in_words(service, condition, texts, words, numbers))


def _needed_if(
    service: Service, condition: Condition | None, texts: ServiceTexts, words: Words, numbers: Mapping[str, str]
) -> str:
    if condition is None:
        return ""
    return words(N_("Behövs om {condition}."), condition=in_words(service, condition, texts, words, numbers))


def in_words(
    service: Service,
    condition: Condition,
    texts: ServiceTexts,
    words: Words,
    numbers: Mapping[str, str] | None = None,
) -> str:
    """The condition as the end of a sentence that begins with "om"."""
    return _Telling(service, texts, words, numbers).tell(condition, holds=True)


#: Operator -> how it is said when it holds, and when it does not.
_SAID: Mapping[str, tuple[str, str]] = {
    "is": (N_("du har svarat {answer} på {question}"), N_("du har svarat något annat än {answer} på {question}")),
    "one_of": (N_("du har svarat {answer} på {question}"), N_("du har svarat något annat än {answer} på {question}")),
    "contains": (N_("du har valt {answer} på {question}"), N_("du inte har valt {answer} på {question}")),
    "at_least": (N_("svaret på {question} är minst {answer}"), N_("svaret på {question} är mindre än {answer}")),
    "at_most": (N_("svaret på {question} är högst {answer}"), N_("svaret på {question} är mer än {answer}")),
    "more_than": (N_("svaret på {question} är mer än {answer}"), N_("svaret på {question} är högst {answer}")),
    "less_than": (N_("svaret på {question} är mindre än {answer}"), N_("svaret på {question} är minst {answer}")),
    "before": (N_("svaret på {question} är före {answer}"), N_("svaret på {question} är {answer} eller senare")),
    "after": (N_("svaret på {question} är efter {answer}"), N_("svaret på {question} är {answer} eller tidigare")),
    "on_or_before": (
        N_("svaret på {question} är {answer} eller tidigare"),
        N_("svaret på {question} är efter {answer}"),
    ),
    "on_or_after": (N_("svaret på {question} är {answer} eller senare"), N_("svaret på {question} är före {answer}")),
    "answered": (N_("du har svarat på {question}"), N_("du inte har svarat på {question}")),
}
_COUNTED: Mapping[str, tuple[str, str]] = {
    "is": (N_("antalet under {question} är {answer}"), N_("antalet under {question} är ett annat än {answer}")),
    "one_of": (N_("antalet under {question} är {answer}"), N_("antalet under {question} är ett annat än {answer}")),
    "at_least": (
        N_("antalet under {question} är minst {answer}"),
        N_("antalet under {question} är mindre än {answer}"),
    ),
    "at_most": (N_("antalet under {question} är högst {answer}"), N_("antalet under {question} är mer än {answer}")),
    "more_than": (N_("antalet under {question} är mer än {answer}"), N_("antalet under {question} är högst {answer}")),
    "less_than": (
        N_("antalet under {question} är mindre än {answer}"),
        N_("antalet under {question} är minst {answer}"),
    ),
    "answered": (N_("du har fyllt i {question}"), N_("du inte har fyllt i {question}")),
}
_KIND = (N_("du ansöker som {answer}"), N_("du ansöker som något annat än {answer}"))
_AND, _OR, _EITHER = N_("{first} och {second}"), N_("{first} eller {second}"), N_("antingen {choices}")


def _within(label: str) -> str:
    """A label as it stands inside a sentence; one that is marked as Swedish stays so."""
    return label if isinstance(label, Marked) else label[:1].lower() + label[1:]


@dataclass(frozen=True, slots=True)
class _Telling:
    service: Service
    texts: ServiceTexts
    words: Words
    numbers: Mapping[str, str] | None

    def tell(self, condition: Condition, *, holds: bool, inside: bool = False) -> str:
        match condition:
            case Compare():
                return self._compare(condition, holds)
            case Not(part):
                return self.tell(part, holds=not holds, inside=inside)
            case All(parts) | AnyOf(parts):
                together = isinstance(condition, All) is holds
                said = [self.tell(part, holds=holds, inside=len(parts) > 1) for part in parts]
                joined = self._joined(said, _AND if together else _OR)
                # "a och antingen b eller c": without the word nobody hears where the choice begins.
                if inside and not together and len(said) > 1:
                    return self.words(_EITHER, choices=joined)
                return joined

    def _joined(self, said: Sequence[str], how: str) -> str:
        joined = said[0] if said else ""
        for more in said[1:]:
            joined = self.words(how, first=joined, second=more)
        return joined

    def _compare(self, compare: Compare, holds: bool) -> str:
        said = 0 if holds else 1
        if compare.operator == "answered" and compare.operand is False:
            said = 1 - said
        step = self.service.step(compare.question)
        if compare.question == APPLICANT_KIND:
            return self.words(_KIND[said], answer=self._answer(compare))
        if step is not None and step.group is not None:
            return self.words(
                _COUNTED[compare.operator][said], question=self._named(step.title), answer=self._answer(compare)
            )
        question = self.service.questions[compare.question]
        number = (self.numbers or {}).get(question.id)
        named = self.words(N_("fråga {number}"), number=number) if number else self._named(question.label)
        return self.words(_SAID[compare.operator][said], question=named, answer=self._answer(compare))

    def _named(self, text: Any) -> str:
        return self.words(N_("frågan ”{label}”"), label=self.texts.get(text))

    def _answer(self, compare: Compare) -> str:
        operands = compare.operand if isinstance(compare.operand, tuple) else (compare.operand,)
        return self.words.listing([self._one(compare.question, operand) for operand in operands], end="or")

    def _one(self, question_id: str, operand: Any) -> str:
        if isinstance(operand, bool):  # whether something was answered at all: there is nothing to name
            return ""
        if operand == TODAY:
            return self.words(N_("dagens datum"))
        if isinstance(operand, dt.date):
            return self.words.day(operand)
        if isinstance(operand, int | Decimal):
            return self.words.number(operand)
        question = self.service.questions.get(question_id)
        if question is None:
            return _within(self.words(KIND_LABELS.get(str(operand), str(operand))))
        return self._choice(question, str(operand))

    def _choice(self, question: Question, key: str) -> str:
        label = next((self.texts.get(option.label) for option in question.options if option.key == key), None)
        if label is None:
            known = getattr(question.type, "option_labels", {}).get(key)
            label = self.words(known) if known else key
        if question.label.ours:  # the applicant's kind, in the platform's own words: "som företag"
            return _within(label)
        # nobody hears where an answer of several words ends
        return self.words(N_("”{label}”"), label=label) if " " in label else label
