"""How a decision is appealed, by its route, in sentences. The definition says which route; the law says the rest.

Three weeks count from when the person got the decision, except where the members of the municipality may have a
decision tried: there they count from the announcement, and the court receives the appeal itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from eservices.language import N_


@dataclass(frozen=True, slots=True)
class AppealRoute:
    """Where an appeal goes, by when, and what to tell. Sentences are translated where they are shown."""

    sentence: str
    weeks: int | None
    checked_by_us: bool  #: whether the municipality decides if it came in time
    announced: bool = False  #: whether the weeks count from the notice board (KL 13:5), and not from each one's letter


APPEAL_ROUTES: Mapping[str, AppealRoute] = {
    "forvaltningsbesvar": AppealRoute(
        N_(
            "Om du inte är nöjd med beslutet kan du överklaga det till förvaltningsrätten. Skriv till kommunen inom "
            "tre veckor från den dag då du fick beslutet. Tala om vilket beslut du överklagar, vad du vill ska ändras "
            "och varför."
        ),
        3,
        checked_by_us=True,
    ),
    "lansstyrelsen": AppealRoute(
        N_(
            "Om du inte är nöjd med beslutet kan du överklaga det till länsstyrelsen. Skriv till kommunen inom tre "
            "veckor från den dag då du fick beslutet. Tala om vilket beslut du överklagar, vad du vill ska ändras och "
            "varför."
        ),
        3,
        checked_by_us=True,
    ),
    "kammarratten": AppealRoute(
        N_(
            "Om du inte är nöjd med beslutet kan du överklaga det till kammarrätten. Skriv till kommunen inom tre "
            "veckor från den dag då du fick beslutet. Tala om vilket beslut du överklagar, vad du vill ska ändras och "
            "varför."
        ),
        3,
        checked_by_us=True,
    ),
    "laglighetsprovning": AppealRoute(
        N_(
            "Den som är medlem i kommunen kan begära att domstol prövar om beslutet är lagligt. Begäran skickas till "
            "förvaltningsrätten inom tre veckor från den dag då det tillkännagavs på kommunens anslagstavla att "
            "protokollet har justerats."
        ),
        3,
        checked_by_us=False,
        announced=True,
    ),
    "none": AppealRoute(
        N_("Beslutet går inte att överklaga. Hör gärna av dig till oss om du tycker att något har blivit fel."),
        None,
        checked_by_us=False,
    ),
}
