"""What is written to a resident when something is asked, delayed or decided: in their language, in plain words.

The officer's own words go in as they are; the frame around them is ours and translated. The same words go out by mail,
by letter and over the telephone, and stand on the page of the case.
"""

import datetime as dt
from collections.abc import Sequence

from eservices.cases.asking import Said
from eservices.cases.enquiries import Consequence
from eservices.definitions.model import Service
from eservices.definitions.texts import ServiceTexts, translated_table
from eservices.language import N_, Words
from eservices.language import words as words_of
from eservices.web.house import house

#: What follows when a supplement does not come.
CONSEQUENCES = {
    Consequence.DISMISS: N_("Om vi inte får det kan vi inte pröva din ansökan. Då avvisar vi den."),
    Consequence.DECIDE_ANYWAY: N_("Om vi inte får det avgör vi ärendet med de uppgifter vi har."),
}


def supplement_letter(
    small: Service, language: str, *, last_day: dt.date, consequence: Consequence, more: str = ""
) -> Said:
    """What we need, by when, how to send it, and what follows."""
    words = words_of(language)
    asked = _list_of(labels_in(small, language))
    last = words(N_("Vi behöver få det senast {day}."), day=words.day(last_day, weekday=True))
    follows = words(CONSEQUENCES[consequence])
    return Said(
        words(N_("Vi behöver något mer från dig")),
        tuple(
            text
            for text in (
                words(N_("För att kunna gå vidare med ditt ärende behöver vi det här:")),
                asked,
                more,
                last,
                _ways(words),
                follows,
                words(N_("Behöver du mer tid? Hör av dig innan tiden har gått ut.")),
            )
            if text
        ),
        (words(N_("Vi har inte fått det här än:")), asked, last, _ways(words), follows),
    )


def flag_letter(language: str, *, label: str, was: str, wonders: str, last_day: dt.date) -> Said:
    """What we wonder about one answer, what the answer was, and that it stands if we hear nothing.

    `was` is "" where the answer is not to be written in a letter.
    """
    words = words_of(language)
    about = label if not was else f"{label}\n" + words(N_("Du svarade: {answer}"), answer=was)
    last = words(N_("Svara gärna senast {day}."), day=words.day(last_day, weekday=True))
    otherwise = words(N_("Hör vi inget utgår vi från att ditt svar stämmer."))
    return Said(
        words(N_("Stämmer det här svaret?")),
        (
            words(N_("Vi har en fråga om ett av dina svar:")),
            about,
            wonders,
            last,
            _ways(words),
            otherwise,
        ),
        (words(N_("Vi har inte hört från dig om det här svaret än:")), about, wonders, last, _ways(words), otherwise),
    )


def hearing_letter(language: str, *, last_day: dt.date, material: str) -> Said:
    """What the decision will rest on, and until when somebody may say what they think of it."""
    words = words_of(language)
    last = words(N_("Vill du säga något om det här, gör det senast {day}."), day=words.day(last_day, weekday=True))
    return Said(
        words(N_("Läs det här innan vi beslutar")),
        (
            words(N_("Innan vi beslutar i ditt ärende ska du få se vad beslutet kommer att bygga på.")),
            *material.split("\n\n"),
            last,
            _ways(words),
            words(N_("Du måste inte svara. Hör vi inget beslutar vi med det som finns.")),
        ),
        (words(N_("Vi har inte hört något från dig.")), last, _ways(words)),
    )


def delay_letter(language: str, *, promised: dt.date, on: dt.date, reasons: str) -> tuple[str, str]:
    """That it takes longer than we said, why, and until when we believe: subject and text."""
    words = words_of(language)
    paragraphs = (
        words(N_("Vi hade sagt att du skulle få svar senast {day}."), day=words.day(promised, weekday=True)),
        words(N_("Det kommer att ta längre tid. Det beror på det här:")),
        reasons,
        words(N_("Nu räknar vi med att du får svar senast {day}."), day=words.day(on, weekday=True)),
        words(N_("Du behöver inte göra något.")),
    )
    return words(N_("Ditt ärende tar längre tid")), "\n\n".join(paragraphs)


def labels_in(small: Service, language: str) -> Sequence[str]:
    """What is asked for, in the person's language where the service has it, else in Swedish."""
    texts = ServiceTexts(language, dict(translated_table(small, language)))
    return [texts.get(question.label) for step in small.steps for question in step.asked]


def _list_of(items: Sequence[str]) -> str:
    return "\n".join(f"– {item}" for item in items)


def _ways(words: Words) -> str:
    phone = house().municipality.contact_centre.phone
    return words(
        N_(
            "Svara på webben med ärendets nummer och din kod, ring oss på {phone} eller lämna svaret på papper. Alla "
            "sätt går lika bra."
        ),
        phone=phone,
    )
