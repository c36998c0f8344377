"""The accessibility statement: what the regulation asks for (MDFFS 2019:2, 6 §), item by item.

What was tried, how often and with what outcome is not written here: it comes from `accessibility.json` beside the
definitions, which `eservices statement` makes of what `make access` found, and which a release carries. What is not in
it was not run, and the page says so. Whoever finds that something does not work writes it under `FLAWS`.
"""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import eservices
from eservices.language import N_

#: The results, in a folder of definitions.
FILE = "accessibility.json"

#: When this text was last gone through.
REVIEWED = dt.date(2026, 11, 25)

#: What is tried, by the name it has in the results, in the order of the page.
CHECKS: Mapping[str, str] = {
    "axe": N_("Verktyget axe läser varje sida för invånare på alla språk: ljust, mörkt, brett och smalt."),
    "axe_staff": N_("Samma verktyg läser sidorna för dem som arbetar i kommunen."),
    "ibm": N_("Ett verktyg till (IBM Equal Access) läser sidorna på svenska och arabiska."),
    "nu": N_("Koden på varje sida jämförs med standarden för HTML."),
    "screen_reader": N_("Ett program läser upp sidorna som en skärmläsare gör, på svenska och arabiska."),
    "keyboard": N_("Hela ärenden görs med bara tangentbord."),
    "no_scripts": N_("Hela ärenden görs utan JavaScript."),
    "focus": N_("Fokus syns hela vägen och går i läsordning, även vid 400 procents förstoring."),
    "text_size": N_("Dubbelt så stor text och luftigare text får plats."),
    "contrast": N_("Kontrasten är uträknad för varje färg på text och varje bakgrund."),
    "forced_colours": N_("Knappar, rutor och val syns när du använder egna färger."),
    "target_size": N_("Knappar, rutor och länkar är mätta, så att de är stora nog för en tumme."),
    "mirror": N_("Sidor som läses från höger till vänster är spegelvända."),
    "still": N_("Inget rör sig, blinkar eller låter."),
    "known_faults": N_("Fel som är kända från andra e-tjänster är prövade ett för ett."),
    "documents": N_("Dokument vi gör har märkning, språk, rubriker och titel."),
}


@dataclass(frozen=True, slots=True)
class Situation:
    """One of the situations of users that EN 301 549 names (4.2), how far its needs have been looked after, and what
    was tried for it; nothing where no machine can tell."""

    who: str
    looked_after: str
    tried_by: tuple[str, ...]


SITUATIONS = (
    Situation(
        N_("Om du inte ser"),
        N_("Alla fält, fel och knappar har text som en skärmläsare läser."),
        ("axe", "ibm", "nu", "screen_reader", "known_faults", "documents"),
    ),
    Situation(
        N_("Om du ser dåligt"),
        N_("Texten kan förstoras till 400 procent utan att du behöver rulla i sidled."),
        ("axe", "text_size", "focus", "contrast", "forced_colours"),
    ),
    Situation(N_("Om du har svårt att se färger"), N_("Inget sägs med bara färg."), ("axe", "contrast")),
    Situation(
        N_("Om du inte hör"), N_("Inget innehåll har ljud. Du kan få svar som text i stället för samtal."), ("still",)
    ),
    Situation(
        N_("Om du hör dåligt"),
        N_("Inget innehåll har ljud. Vid samtal läser vi långsamt och läser upp svaren igen."),
        ("still",),
    ),
    Situation(
        N_("Om du inte kan tala eller har svårt att göra dig förstådd"),
        N_("Allt kan göras skriftligt, utan samtal."),
        ("keyboard", "no_scripts"),
    ),
    Situation(
        N_("Om du har svårt att använda händerna"),
        N_("Allt kan göras med bara tangentbord. Knappar och val är stora. Inget behöver dras eller hållas inne."),
        ("keyboard", "focus", "target_size"),
    ),
    Situation(
        N_("Om du har begränsad räckvidd"),
        N_("Sidorna fungerar på mobil och dator, stående och liggande."),
        ("axe", "target_size"),
    ),
    Situation(N_("Om du är känslig för blinkningar"), N_("Ingenting blinkar eller rör sig av sig självt."), ("still",)),
    Situation(
        N_("Om du har svårt att läsa, minnas eller koncentrera dig"),
        N_("Frågorna kommer i små delar, finns på lättläst svenska och sparas om du behöver en paus."),
        (),
    ),
)

#: What is known not to work, and what one can do instead.
FLAWS = (
    N_("Alla texter är inte översatta till alla språk. Det som saknas visas på svenska."),
    N_("Översättningarna är inte granskade av någon som har språket som modersmål."),
    N_("Blanketten på arabiska är på svenska med en arabisk vägledning överst."),
    N_("Filer som andra har skickat in, till exempel foton, kan sakna beskrivning. Be om att få dem beskrivna."),
)


@dataclass(frozen=True, slots=True)
class Finding:
    """What came of one check: how many of its parts were run, how much was looked at, and what was wrong."""

    check: str
    day: dt.date | None = None
    ran: int = 0
    of: int = 0
    looks: int = 0
    faults: int = 0

    @property
    def told(self) -> str:
        """What the check is, in words."""
        return CHECKS[self.check]

    @property
    def run(self) -> bool:
        return self.ran > 0

    @property
    def whole(self) -> bool:
        """Whether everything that belongs to it was run."""
        return self.run and self.ran >= self.of


@dataclass(frozen=True, slots=True)
class Tried:
    """People have tried the services with an aid of their own: with which, how many, when."""

    aid: str
    people: int
    day: dt.date


@dataclass(frozen=True, slots=True)
class Results:
    """What is known of a release; of one that nobody has tried, nothing."""

    release: str = ""
    findings: tuple[Finding, ...] = ()
    people: tuple[Tried, ...] = ()

    def of(self, check: str) -> Finding:
        return next((finding for finding in self.findings if finding.check == check), Finding(check))

    def all(self) -> tuple[Finding, ...]:
        """A line for every check, in the order of the page, those that were not run too."""
        return tuple(self.of(check) for check in CHECKS)

    @property
    def of_this_release(self) -> bool:
        return self.release == eservices.__version__

    @property
    def day(self) -> dt.date | None:
        """When the last of it was tried."""
        return max((finding.day for finding in self.findings if finding.day), default=None)


def read_results(folders: Sequence[Path]) -> Results:
    """What the first of these folders of definitions says was tried."""
    for folder in folders:
        if (path := folder / FILE).is_file():
            return _read(path, path.stat().st_mtime_ns)
    return Results()


@lru_cache(maxsize=4)
def _read(path: Path, _changed: int) -> Results:
    written = json.loads(path.read_text("utf-8"))
    return Results(
        written["release"],
        tuple(
            Finding(check, dt.date.fromisoformat(one["day"]), one["ran"], one["of"], one["looks"], one["faults"])
            for check, one in written["checks"].items()
            if check in CHECKS
        ),
        tuple(Tried(one["aid"], one["people"], dt.date.fromisoformat(one["day"])) for one in written.get("people", ())),
    )


class NotWorthTelling(Exception):
    """Results that prove nothing: the controls, which must find what was planted, were not run or found nothing."""

    def __init__(self, controls: Sequence[str]):
        super().__init__(f"{len(controls)} controls found nothing")
        self.controls = controls


def summed_up(found: Mapping[str, Any]) -> dict[str, Any]:
    """What a release carries, of what `make access` wrote down test by test.

    Raises `NotWorthTelling` where the controls have not all passed: an instrument that finds nothing proves nothing.
    """
    tests: Mapping[str, Mapping[str, Any]] = found["tests"]
    controls = [one for one in tests.values() if one["check"] == "control"]
    if not controls or any(one["outcome"] != "passed" for one in controls):
        raise NotWorthTelling([node for node, one in tests.items() if one["check"] == "control" and one["said"]])
    return {
        "release": found["release"],
        "commit": found["commit"],
        "engines": found["engines"],
        "checks": {check: _summed_up(check, found) for check in CHECKS if _ran(check, tests)},
    }


def _summed_up(check: str, found: Mapping[str, Any]) -> dict[str, Any]:
    ran = _ran(check, found["tests"])
    wanted = [node for node, belongs in found["wanted"].items() if belongs == check]
    return {
        "day": max(one["day"] for one in ran),
        "ran": len(ran),
        "of": len(wanted),
        "looks": sum(one["looks"] for one in ran),
        "faults": sum(max(1, len(one["said"])) for one in ran if one["outcome"] == "failed"),
        "languages": sorted({one["language"] for one in ran}),
    }


def _ran(check: str, tests: Mapping[str, Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [one for one in tests.values() if one["check"] == check and one["outcome"] != "skipped"]
