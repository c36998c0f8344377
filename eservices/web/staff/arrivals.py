"""How a paper came to us, in words: the day it was in our hands, the day that counts, and why that is so."""

from collections.abc import Iterator
from datetime import date

from eservices.definitions.model import Service
from eservices.intake.assisted import Arrived, legal_day
from eservices.language import N_, Words
from eservices.submissions.model import Assisted
from eservices.web.i18n import plain

ARRIVALS = {
    Arrived.HANDED_IN: N_("Lämnades till oss, eller låg i lådan vid en senare tömning"),
    Arrived.POST: N_("Kom med posten"),
    Arrived.BOX: N_("Låg i lådan vid dagens första tömning"),
    Arrived.POST_SAME_DAY: N_("Kom med posten, men kan inte ha sorterats åt oss dagen före"),
}

_WHY = {
    Arrived.HANDED_IN: N_("Det räknas från den dag då det lämnades."),
    Arrived.POST: N_("Post räknas som inkommen arbetsdagen före."),
    Arrived.BOX: N_("Det som ligger i lådan vid dagens första tömning räknas som inkommet arbetsdagen före."),
    Arrived.POST_SAME_DAY: N_(
        "Det är osannolikt att posten sorterades åt oss dagen före, så det räknas från samma dag."
    ),
}

_CAME = {
    Arrived.HANDED_IN: N_("Lämnades {day}."),
    Arrived.POST: N_("Kom med posten {day}."),
    Arrived.BOX: N_("Låg i lådan {day}."),
    Arrived.POST_SAME_DAY: N_("Kom med posten {day}."),
}

_LAW = N_("22 § förvaltningslagen.")
_AS_BY_LAW = N_("Förvaltningslagen gäller inte här, men kommunen räknar på samma sätt.")


def choices_of_arrival(today: date) -> Iterator[tuple[str, str, str]]:
    """The ways a paper can have come, each with the day that counts for what came today."""
    for way, label in ARRIVALS.items():
        day = legal_day(way, today)
        counts = plain("Kom det i dag räknas det från {day}.", day=day) if day != today else ""
        yield way.value, plain(label), counts


def arrival_told(said: Assisted | None, service: Service, words: Words) -> tuple[str, str]:
    """When it came, and from when it counts and why; "" twice while nobody has said."""
    if said is None or said.arrived_on is None or said.arrived_how not in set(Arrived):
        return "", ""
    return told(Arrived(said.arrived_how), said.arrived_on, service.legal.regime, words)


def told(how: Arrived, arrived_on: date, regime: str, words: Words) -> tuple[str, str]:
    """The same for a paper of a case under this regime."""
    day = legal_day(how, arrived_on)
    came = words(_CAME[how], day=words.day(arrived_on, weekday=True))
    counts = words(N_("Räknas som inkommet {day}."), day=words.day(day, weekday=True))
    law = _LAW if regime == "forvaltningslag" else _AS_BY_LAW
    return came, f"{counts} {words(_WHY[how])} {words(law)}"
