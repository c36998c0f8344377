"""What every paper and every message says about the house, from the municipality's own file."""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass

from eservices.definitions.municipality import Municipality
from eservices.language import Words

#: The pictures are drawn in the colours of the page; on paper those are always the light ones.
_ON_PAPER = {
    "var(--bg)": "#fff",
    "var(--surface)": "#fff",
    "var(--ink)": "#14212b",
    "var(--sea-2)": "#4b8196",
}


@dataclass(frozen=True, slots=True)
class Letterhead:
    """The house as a reader meets it: its name, and the three ways to reach it."""

    name: str
    accent: str
    logo: str  #: a data address, or ""
    horizon: str  #: likewise
    phone: str
    hours: str
    visit: str
    post: Sequence[str]


def letterhead(municipality: Municipality, words: Words) -> Letterhead:
    """The house in one language."""
    centre = municipality.contact_centre
    post = municipality.postal_address
    hours = words.hours(centre.hours_written)
    accent = municipality.accent.light
    return Letterhead(
        name=municipality.name,
        accent=accent,
        logo=data_address(municipality.logo, accent),
        horizon=data_address(municipality.horizon, accent),
        phone=centre.phone,
        hours=hours[:1].upper() + hours[1:],
        visit=", ".join(part for part in (centre.place, centre.address) if part),
        post=tuple(line for line in (post.street, f"{post.postal_code} {post.city}".strip()) if line),
    )


def unbroken(number: str) -> str:
    """A telephone number that stays on one line, and in its order in a language that is read from the right."""
    return number.replace(" ", "\N{NO-BREAK SPACE}")


def data_address(svg: str, accent: str) -> str:
    """An SVG of the municipality as a data address for a style sheet, in the colours of paper."""
    if not svg.strip():
        return ""
    colours = _ON_PAPER | {"currentColor": accent, "var(--sea)": accent, "var(--accent)": accent}
    for name, colour in colours.items():
        svg = svg.replace(name, colour)
    if "xmlns=" not in svg:
        svg = svg.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)
    return f"data:image/svg+xml;base64,{b64encode(svg.strip().encode()).decode()}"
