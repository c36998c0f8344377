"""The accessibility statement: what the regulation asks for (MDFFS 2019:2, 6 §), item by item.

Whoever tests or mends something of the pages writes it here, with the day; the page says no more than this.
"""

import datetime as dt
from dataclasses import dataclass

from eservices.language import N_

#: When the pages were last gone through, and when this text was.
ASSESSED = dt.date(2026, 11, 25)


@dataclass(frozen=True, slots=True)
class Situation:
    """One of the situations of users that EN 301 549 names (4.2), and how far its needs have been looked after."""

    who: str
    looked_after: str


SITUATIONS = (
    Situation(
        N_("Om du inte ser"),
        N_("Alla fält, fel och knappar har text som en skärmläsare läser. Provat med automatiska verktyg."),
    ),
    Situation(
        N_("Om du ser dåligt"),
        N_("Texten kan förstoras till 200 procent och sidan får plats på 320 punkters bredd. Kontrasten är provad."),
    ),
    Situation(N_("Om du har svårt att se färger"), N_("Inget sägs med bara färg.")),
    Situation(N_("Om du inte hör"), N_("Inget innehåll har ljud. Du kan få svar som text i stället för samtal.")),
    Situation(
        N_("Om du hör dåligt"), N_("Inget innehåll har ljud. Vid samtal läser vi långsamt och läser upp svaren igen.")
    ),
    Situation(
        N_("Om du inte kan tala eller har svårt att göra dig förstådd"), N_("Allt kan göras skriftligt, utan samtal.")
    ),
    Situation(
        N_("Om du har svårt att använda händerna"),
        N_("Allt kan göras med bara tangentbord. Knappar och val är stora. Inget behöver dras eller hållas inne."),
    ),
    Situation(N_("Om du har begränsad räckvidd"), N_("Sidorna fungerar på mobil och dator, stående och liggande.")),
    Situation(N_("Om du är känslig för blinkningar"), N_("Ingenting blinkar eller rör sig av sig självt.")),
    Situation(
        N_("Om du har svårt att läsa, minnas eller koncentrera dig"),
        N_("Frågorna kommer i små delar, finns på lättläst svenska och sparas om du behöver en paus."),
    ),
)

#: What is known not to work, and what one can do instead.
FLAWS = (
    N_("Alla texter är inte översatta till alla språk. Det som saknas visas på svenska."),
    N_("Översättningarna är inte granskade av någon som har språket som modersmål."),
    N_("Blanketten på arabiska är på svenska med en arabisk vägledning överst."),
    N_("Filer som andra har skickat in, till exempel foton, kan sakna beskrivning. Be om att få dem beskrivna."),
)

METHODS = (
    N_("Automatiska tester (axe) går igenom sidorna på alla språk, ljust och mörkt, på bred och smal skärm."),
    N_("Hela ärenden körs med bara tangentbord och utan JavaScript."),
    N_("Dokument som vi gör kontrolleras så att de har märkning, språk och rubriker."),
    N_("Inte testat av användare än. Inte testat av någon utomstående än."),
)
