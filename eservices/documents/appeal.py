"""How a decision is appealed, sentence by sentence: the route, who tries it and where it is sent, and what is tried.

The same on paper, on the web and over the telephone (FL 33 §). An appeal is sent to us, who look at the day; only where
the court receives it itself does its address say where to send it.
"""

from collections.abc import Iterator

from eservices.cases.appeals import APPEAL_ROUTES
from eservices.cases.model import DecisionKind
from eservices.definitions.municipality import Municipality
from eservices.language import N_, Words

#: What is tried, when a decision on a step is appealed.
TRIED = {
    DecisionKind.DISMISSED_APPEAL: N_("Då prövas bara om överklagandet kom in i tid, inte själva saken."),
    DecisionKind.REFUSED_REQUEST: N_("Då prövas bara om vi ska avgöra ärendet nu, inte själva saken."),
}


def how_to_appeal(
    route_id: str, municipality: Municipality, words: Words, kind: DecisionKind = DecisionKind.DECISION
) -> Iterator[str]:
    """The sentences, in the reader's language. Where nobody can appeal: that, and nothing more."""
    route = APPEAL_ROUTES[route_id]
    yield words(route.sentence)
    if route.weeks is None:
        return
    if kind in TRIED:
        yield words(TRIED[kind])
    body = municipality.appeal_bodies.get(route_id)
    if body is None or not body.name:
        return
    where = ", ".join(part for part in (body.name, body.address) if part)
    if not route.checked_by_us:
        yield words(N_("Skicka det till {where}."), where=where)
    else:
        yield words(N_("Det prövas av {where}."), where=where)
        yield words(N_("Skicka det inte dit, utan till oss: {ours}. Vi skickar det vidare."), ours=_ours(municipality))
    if "appeal_bodies" in municipality.samples:
        yield words(N_("Adressen till den som prövar är ett exempel som inte är kontrollerat."))


def _ours(municipality: Municipality) -> str:
    post, mail = municipality.postal_address, municipality.contact_centre.email
    paper = ", ".join(part for part in (post.street, f"{post.postal_code} {post.city}".strip()) if part)
    return " · ".join(part for part in (paper or municipality.name, mail) if part)
