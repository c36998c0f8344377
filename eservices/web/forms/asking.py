"""The words of a question on a page in one language: made once per definition version, language and question.

Only what the answers can change (a label that quotes one) is made anew for a page.
"""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field

from eservices.definitions.model import Audience, Question, Sensitivity, Service, Text
from eservices.definitions.texts import ServiceTexts, number_of_house
from eservices.journey.script import say
from eservices.language import N_, Words
from eservices.web.i18n import is_swedish


@dataclass(frozen=True, slots=True)
class Offered:
    """One choice, as it is shown."""

    key: str
    label: str
    hint: str | None
    only: str = ""  #: when it may be chosen, where that hangs on the same page


@dataclass(frozen=True, slots=True)
class Part:
    """One control of several: `suffix` as in the name of the control."""

    suffix: str
    label: str
    hint: str
    autocomplete: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A question in one language. `title` is the label as bare text, for sentences."""

    label: str
    title: str
    hint: str | None
    why: str | None
    say: str
    text: str | None
    errors: Mapping[str, str]
    options: tuple[Offered, ...]
    parts: tuple[Part, ...]
    measure: str
    who: str | None
    #: Whether some choices are there only with certain answers.
    some_choices: bool
    #: A form that the file is to be: what it is called, and where it is.
    document: tuple[str, str] | None = None
    #: The blank field as HTML, by how it is marked; filled as pages are shown.
    drawn: dict[object, str] = field(default_factory=dict, compare=False, repr=False)


_NO_FACTS: Mapping[str, object] = {}
_NO_LABELS: Mapping[str, str] = {}

#: Who sees an answer, in words; said where it is narrower than usual, or where the answer is sensitive.
WHO = {
    Audience.SELF: N_("Bara du. Vi som arbetar med ärendet ser att du har svarat, men inte vad."),
    Audience.CO_PARTY: N_("Du, de som handlägger ärendet och den som ansöker tillsammans med dig."),
    Audience.UNIT: N_("Du och de som handlägger ärendet. Kundcenter ser inte svaret."),
    Audience.CONTACT_CENTRE: N_("Du, de som handlägger ärendet och kundcenter när du ringer."),
    Audience.PUBLIC: N_("Alla som frågar efter handlingen kan få se svaret."),
}


class Told:
    """One version of a service in one language, as its pages say it. Made once and kept, see `told`."""

    def __init__(self, service: Service, texts: ServiceTexts, words: Words):
        self.service = service
        self.texts = texts
        self.words = words
        self._teller = Teller(texts, words, _NO_FACTS)
        self._asked: dict[str, Asked] = {}
        self._said: dict[str, str] = {}
        #: What pages have made of this once and for all, by their own names.
        self.pages: dict[str, object] = {}

    def asked(self, question: Question, facts: Mapping[str, object] = _NO_FACTS) -> Asked:
        """The question; `facts` are the earlier answers that its texts quote."""
        if facts:
            return _asked(question, self.texts, self.words, facts)
        known = self._asked.get(question.id)
        if known is None:
            known = self._asked[question.id] = _asked(question, self.texts, self.words, _NO_FACTS)
        return known

    def say(self, text: Text) -> str:
        """Any text of the service that quotes nothing."""
        known = self._said.get(text.key)
        if known is None:
            known = self._said[text.key] = self._teller.say(text)
        return known

    def is_translated(self, text: Text) -> bool:
        """Whether the text is in the page's language, and not the Swedish that stands in for it."""
        return is_swedish(self.words.language) or self.texts.is_translated(text)

    def say_with(self, text: Text, facts: Mapping[str, object]) -> str:
        """A text of the service that quotes answers."""
        return Teller(self.texts, self.words, facts).say(text)

    def plain(self, text: Text, facts: Mapping[str, object] = _NO_FACTS) -> str:
        """The same as bare text, for titles and sentences."""
        return self.texts.get(text, **facts)


_KEPT = 512
_told: OrderedDict[tuple[str, int, int], Told] = OrderedDict()


def told(service: Service, texts: ServiceTexts, words: Words) -> Told:
    """The service in this language; kept for the versions and languages used lately."""
    # One language in one wording with one house's facts; `Told` keeps the texts, and so their id, alive.
    key = (service.version, id(texts), number_of_house())
    found = _told.get(key)
    if found is None:
        found = _told[key] = Told(service, texts, words)
        while len(_told) > _KEPT:
            _told.popitem(last=False)
    return found


def _asked(question: Question, texts: ServiceTexts, words: Words, facts: Mapping[str, object]) -> Asked:
    told = Teller(texts, words, facts)
    kind = question.type
    return Asked(
        label=told.say(question.label),
        title=texts.get(question.label, **facts),
        hint=told.say_if(question.hint) or told.own(kind.part_hints.get("", "")) or None,
        why=told.say_if(question.why),
        say=say(question, texts, words, facts),
        text=told.say_if(question.text),
        errors={code: told.say(text) for code, text in question.errors},
        options=_choices(question, told),
        parts=tuple(
            Part(
                suffix,
                told.own(kind.part_labels.get(suffix, "")),
                told.own(kind.part_hints.get(suffix, "")),
                kind.autocomplete.get(suffix, "") if question.prefill else "",
            )
            for suffix in kind.parts
        ),
        measure=told.own(kind.measure_text),
        who=told.own(WHO[question.audience]) if _matters(question) else None,
        some_choices=any(option.when is not None for option in question.options),
        document=(told.say(question.document.name), question.document.link) if question.document else None,
    )


class Teller:
    """Gives texts of a service, and sentences of ours, in a language; Swedish is marked where it stands in for it."""

    def __init__(self, texts: ServiceTexts, words: Words, facts: Mapping[str, object]):
        self._texts = texts
        self._words = words
        self._facts = facts

    def say(self, text: Text) -> str:
        """A text of the service."""
        return self._texts.get(text, **self._facts)

    def say_if(self, text: Text | None) -> str | None:
        return None if text is None else self.say(text)

    def own(self, sentence: str) -> str:
        """A sentence of ours."""
        return self._words(sentence) if sentence else ""


def _choices(question: Question, told: Teller) -> tuple[Offered, ...]:
    own: Mapping[str, str] = getattr(question.type, "option_labels", _NO_LABELS)
    if own:
        return tuple(Offered(key, told.own(label), None) for key, label in own.items())
    return tuple(Offered(option.key, told.say(option.label), told.say_if(option.hint)) for option in question.options)


def _matters(question: Question) -> bool:
    return question.sensitivity is not Sensitivity.NORMAL or question.audience is not Audience.CONTACT_CENTRE
