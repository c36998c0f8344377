"""Words to start from: reasons by outcome and law, and replies that are written often. In the resident's language.

They are beginnings. Whoever decides writes what applies here; a phrase that fits everybody explains nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from eservices.cases.model import Case, Outcome
from eservices.language import N_, Words


@dataclass(frozen=True, slots=True)
class Phrase:
    """One beginning. `law` is the rule it rests on, `outcome` the decision it fits; empty where it fits several."""

    key: str
    title: str
    text: str
    outcome: Outcome | None = None
    law: str = ""
    regime: str = ""


REASONS = (
    Phrase(
        "granted",
        N_("Kraven är uppfyllda"),
        N_("Du har ansökt om {title}. Vi har gått igenom det du har skickat. Du uppfyller kraven, därför säger vi ja."),
        Outcome.GRANTED,
    ),
    Phrase(
        "partly",
        N_("Ja till en del"),
        N_("Du har ansökt om {title}. Vi säger ja till en del av det. Det du inte får är: …\n\nDet beror på att …"),
        Outcome.PARTLY_GRANTED,
        "32 § förvaltningslagen",
        "forvaltningslag",
    ),
    Phrase(
        "refused",
        N_("Ett krav är inte uppfyllt"),
        N_("För att få {title} måste man …\n\nI ditt fall är det så här: …\n\nDärför kan vi inte säga ja."),
        Outcome.REFUSED,
        "32 § förvaltningslagen",
        "forvaltningslag",
    ),
    Phrase(
        "incomplete",
        N_("Det saknas uppgifter som behövs"),
        N_(
            "Vi bad dig om uppgifter som vi behöver för att kunna pröva din ansökan. Vi har inte fått dem. Utan dem "
            "går ansökan inte att pröva. Du kan söka igen när du har dem."
        ),
        Outcome.DISMISSED,
        "20 § förvaltningslagen",
        "forvaltningslag",
    ),
    Phrase(
        "withdrawn",
        N_("Ansökan är återtagen"),
        N_("Du har tagit tillbaka din ansökan. Därför avslutar vi ärendet utan att pröva det."),
        Outcome.WRITTEN_OFF,
    ),
)

REPLIES = (
    Phrase(
        "received",
        N_("Vi har börjat"),
        N_("Nu har vi börjat handlägga ditt ärende {number}. Vi hör av oss om vi behöver något mer av dig."),
    ),
    Phrase(
        "visit",
        N_("Vi vill komma på besök"),
        N_("Vi behöver se platsen för att kunna gå vidare med ditt ärende {number}. Passar det dig den …?"),
    ),
    Phrase(
        "question",
        N_("Svar på en fråga"),
        N_("Tack för din fråga om ärende {number}.\n\nSå här är det: …\n\nHör av dig igen om något är oklart."),
    ),
    Phrase(
        "waiting",
        N_("Vi väntar på någon annan"),
        N_(
            "Vi väntar på svar från någon annan innan vi kan gå vidare med ditt ärende {number}. Du behöver inte göra "
            "något."
        ),
    ),
)


def reasons_for(case: Case) -> Iterator[Phrase]:
    """The reasons that fit the law the case is handled by."""
    return (phrase for phrase in REASONS if phrase.regime in {"", case.regime})


def merged(phrase: Phrase, case: Case, title: str, words: Words) -> str:
    """The phrase with what it says of this case put in, in the words of the one who will read it."""
    return words(phrase.text, title=title, number=case.number)


def find(phrases: tuple[Phrase, ...], key: str) -> Phrase | None:
    return next((phrase for phrase in phrases if phrase.key == key), None)
