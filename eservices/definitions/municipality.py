"""Everything local, from `municipality.yaml`: names, units, hours, addresses, colours. Nowhere else are such facts."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from yaml.nodes import Node

from eservices.calendars import OpeningHours
from eservices.definitions import yaml_text
from eservices.definitions.complaints import ERROR, WARNING, Complaint
from eservices.definitions.complaints import Path as Place
from eservices.definitions.shape import (
    Broken,
    Id,
    Key,
    Keys,
    Named,
    Reader,
    Schema,
    Several,
    Shape,
    Span,
    Text,
    mapping,
    read_plain,
    scalar,
)

_LIST_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")
_LIST_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,59}")
_COLOR = re.compile(r"#[0-9a-fA-F]{6}")
#: WCAG 1.4.3: text and its ground.
_LEAST_CONTRAST = 4.5
_DARK = 0.03928
#: What texts do not quote.
_NO_FACTS = frozenset({"logo", "horizon", "samples", "own_facts", "lists", "themes", "life_events"})


@dataclass(frozen=True, slots=True)
class Accent:
    """The colour of links and buttons by day and by night, and the text on it."""

    light: str = "#0b5268"
    on_light: str = "#ffffff"
    dark: str = "#86cbe0"
    on_dark: str = "#04212b"


@dataclass(frozen=True, slots=True)
class Address:
    """A place or a letter box."""

    place: str = ""
    street: str = ""
    postal_code: str = ""
    city: str = ""

    @property
    def lines(self) -> tuple[str, ...]:
        """As one writes it on an envelope."""
        last = f"{self.postal_code} {self.city}".strip()
        return tuple(line for line in (self.place, self.street, last) if line)


@dataclass(frozen=True)
class ContactCentre:
    """Whom everybody can call."""

    name: str
    phone: str
    email: str = ""
    hours_written: Mapping[str, str] = field(default_factory=lambda: {"mon-fri": "8.00-16.00"})
    after_hours: str = ""
    place: str = ""
    address: str = ""
    text: str = ""
    queue: str = ""  #: as the next two: of every service that says nothing else
    mandate: str = ""
    first_contact_within: str = ""

    @property
    def phone_e164(self) -> str:
        """The number as a telephone dials it."""
        return dialled(self.phone)

    @cached_property
    def hours(self) -> OpeningHours:
        """When somebody answers."""
        return OpeningHours.read(self.hours_written)


@dataclass(frozen=True)
class Unit:
    """Who handles cases."""

    id: str
    name: str
    board: str = ""
    phone: str = ""
    email: str = ""
    hours_written: Mapping[str, str] = field(default_factory=dict)

    @property
    def phone_e164(self) -> str:
        return dialled(self.phone)

    @cached_property
    def hours(self) -> OpeningHours | None:
        """When the unit answers; None where that is not written."""
        return OpeningHours.read(self.hours_written) if self.hours_written else None


@dataclass(frozen=True, slots=True)
class Board:
    """Who decides, and answers for the personal data."""

    id: str
    name: str
    email: str = ""


@dataclass(frozen=True, slots=True)
class Emergency:
    phone: str = "112"
    text: str = "Är det fara för liv, ring 112."


@dataclass(frozen=True, slots=True)
class Officer:
    """The data protection officer."""

    name: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class AppealBody:
    """Who tries an appeal, and where it sits: appeals are sent to us all the same, unless the route says otherwise."""

    name: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Supervisor:
    """Whom one complains to about us."""

    name: str = ""
    address: str = ""


#: The country's own, where the file names no others.
SUPERVISORS: Mapping[str, Supervisor] = {
    "privacy": Supervisor("Integritetsskyddsmyndigheten", "https://www.imy.se"),
    "accessibility": Supervisor("Myndigheten för digital förvaltning", "https://www.digg.se"),
}


@dataclass(frozen=True)
class Municipality:
    """One municipality."""

    name: str
    contact_centre: ContactCentre
    short_name: str = ""
    code: str = ""
    organisation_number: str = ""
    county: str = ""
    accent: Accent = Accent()
    logo: str = ""
    horizon: str = ""
    switchboard_phone: str = ""
    visiting_address: Address = Address()
    postal_address: Address = Address()
    emergency: Emergency = Emergency()
    boards: Mapping[str, Board] = field(default_factory=dict)
    units: Mapping[str, Unit] = field(default_factory=dict)
    dpo: Officer = Officer()
    supervisors: Mapping[str, Supervisor] = field(default_factory=lambda: SUPERVISORS)
    appeal_bodies: Mapping[str, AppealBody] = field(default_factory=dict)  #: by the routes of appeal
    accessibility_report: str = ""  #: the service by which one says what shuts one out
    general_service: str = ""  #: the service that takes a letter which no other fits
    #: what there is to choose among where a definition says `options: {list: …}`: list -> key -> text
    themes: Mapping[str, str] = field(default_factory=dict)  #: what the catalogue is sorted by, in this order
    life_events: Mapping[str, str] = field(default_factory=dict)  #: the same by what happens in a life
    lists: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    own_facts: Mapping[str, str] = field(default_factory=dict)  #: amounts, distances: `{municipality.facts.name}`
    samples: tuple[str, ...] = ()

    @classmethod
    def plain(cls, name: str = "Kommunen") -> "Municipality":
        """A municipality without a file: just enough to show a page."""
        return cls(name, ContactCentre("Kundcenter", "0000-00 00 00"), short_name=name)

    @property
    def phone(self) -> str:
        """The number everybody may call: `{municipality.phone}` in a text."""
        return self.contact_centre.phone

    def unit(self, unit_id: str) -> Unit:
        """The unit; one that is not in the file has the contact centre's details."""
        centre = self.contact_centre
        return self.units.get(unit_id) or Unit(
            unit_id, centre.name, "", centre.phone, centre.email, centre.hours_written
        )

    def board(self, board_id: str) -> Board:
        """The board; one that is not in the file goes by its id."""
        return self.boards.get(board_id) or Board(board_id, board_id.replace("_", " ").capitalize())

    @cached_property
    def facts(self) -> Mapping[str, str]:
        """What texts may quote: `municipality.phone`, `municipality.emergency.phone`, and so on by the keys."""
        own = {f"municipality.facts.{name}": fact for name, fact in self.own_facts.items()}
        return {"municipality.phone": self.phone, **dict(_facts("municipality", self)), **own}


def dialled(phone: str) -> str:
    """A Swedish number as a telephone dials it from anywhere; a short one (112) as it is."""
    digits = re.sub(r"[^0-9+]", "", phone)
    return f"+46{digits[1:]}" if digits.startswith("0") and not digits.startswith("00") else digits


def contrast(one: str, other: str) -> float:
    """The contrast of two colours by WCAG 2."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def read_municipality(path: Path, called: str | None = None) -> tuple[Municipality | None, tuple[Complaint, ...]]:
    """Read the file, or say everything that is wrong with it."""
    name = called or str(path)
    try:
        document = yaml_text.read(path.read_bytes(), name)
    except OSError as error:
        return None, (Complaint(name, 1, 1, ERROR, "cannot_read", {"reason": error.strerror or ""}),)
    reader = Reader((name, line) for line in document.repaired)
    found: dict[str, Any] = {}
    if document.root is not None:
        try:
            found = SHAPE.read(document.root, (), reader)
        except Broken:
            found = {}
    _judge(found, reader)
    complaints = tuple(sorted((*document.complaints, *reader.complaints)))
    if any(complaint.severity == ERROR for complaint in complaints):
        return None, complaints
    return _made(found), complaints


def _judge(found: Mapping[str, Any], reader: Reader) -> None:
    accent = found.get("accent") or {}
    for ground, text in (("light", "on_light"), ("dark", "on_dark")):
        if ground in accent and text in accent and contrast(accent[ground], accent[text]) < _LEAST_CONTRAST:
            reader.complain_at(reader.place(("accent", text)), "too_little_contrast",
                               {"contrast": f"{contrast(accent[ground], accent[text]):.1f}"})  # fmt: skip
    known = {board["id"] for board in found.get("boards") or ()}
    for unit in found.get("units") or ():
        if "board" in unit and unit["board"] not in known:
            place = reader.place(("units", unit["id"], "board"))
            reader.complain_at(place, "unknown_board", {"board": unit["board"]}, WARNING)


def _made(found: Mapping[str, Any]) -> Municipality:
    centre = dict(found["contact_centre"])
    hours = centre.pop("hours", None)
    units = {}
    for entry in found.get("units") or ():
        unit = {key: value for key, value in entry.items() if key != "hours"}
        units[unit["id"]] = Unit(**unit, hours_written=entry.get("hours") or {})
    return Municipality(
        name=found["name"],
        short_name=found.get("short_name") or found["name"],
        code=found.get("code", ""),
        organisation_number=found.get("organisation_number", ""),
        county=found.get("county", ""),
        accent=Accent(**found.get("accent") or {}),
        logo=found.get("logo", ""),
        horizon=found.get("horizon", ""),
        contact_centre=ContactCentre(**centre, **({"hours_written": hours} if hours else {})),
        switchboard_phone=(found.get("switchboard") or {}).get("phone", ""),
        visiting_address=Address(**found.get("visiting_address") or {}),
        postal_address=Address(**found.get("postal_address") or {}),
        emergency=Emergency(**found.get("emergency") or {}),
        boards={entry["id"]: Board(**entry) for entry in found.get("boards") or ()},
        units=units,
        dpo=Officer(**found.get("dpo") or {}),
        accessibility_report=found.get("accessibility_report", ""),
        general_service=found.get("general_service", ""),
        supervisors={
            **SUPERVISORS,
            **{entry.pop("id"): Supervisor(**entry) for entry in map(dict, found.get("supervisors") or ())},
        },
        appeal_bodies={entry.pop("id"): AppealBody(**entry) for entry in map(dict, found.get("appeal_bodies") or ())},
        own_facts={entry["id"]: entry["text"] for entry in found.get("facts") or () if "text" in entry},
        themes={entry["id"]: entry["name"] for entry in found.get("themes") or () if "name" in entry},
        life_events={entry["id"]: entry["name"] for entry in found.get("life_events") or () if "name" in entry},
        lists={name: dict(entries) for name, entries in (found.get("lists") or ())},
        samples=tuple(found.get("samples") or ()),
    )


def _facts(prefix: str, value: object) -> Iterator[tuple[str, str]]:
    """Every text of the file by its dotted name."""
    if isinstance(value, str):
        if value:
            yield prefix, value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _facts(f"{prefix}.{key}", inner)
    elif is_dataclass(value):
        for each in fields(value):
            if each.name not in _NO_FACTS:
                yield from _facts(f"{prefix}.{each.name}", getattr(value, each.name))


def _luminance(color: str) -> float:
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= _DARK else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


# ---- the shape of the file -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Color(Shape):
    def read(self, node: Node, path: Place, reader: Reader) -> str:
        written: str = scalar(node, path, reader).value
        if not _COLOR.fullmatch(written):
            raise reader.refuse(node, "not_a_color", written=written)
        return written

    def schema(self) -> Schema:
        return {"type": "string", "pattern": f"^{_COLOR.pattern}$"}


@dataclass(frozen=True, slots=True)
class _Hours(Shape):
    def read(self, node: Node, path: Place, reader: Reader) -> dict[str, str]:
        written = read_plain(node, path, reader)
        hours = {key: str(value) for key, value in written.items()} if isinstance(written, dict) else {}
        try:
            OpeningHours.read(hours)
        except (ValueError, KeyError) as error:
            raise reader.refuse(node, "not_hours", written=str(error)) from None
        return hours

    def schema(self) -> Schema:
        return {"type": "object", "additionalProperties": {"type": "string"}}


@dataclass(frozen=True, slots=True)
class _Lists(Shape):
    """Lists by their names, each with a text for every key. Canonically pairs, so that the order is kept."""

    def read(self, node: Node, path: Place, reader: Reader) -> list[list[Any]]:
        found: list[list[Any]] = []
        for key, value in mapping(node, path, reader):
            reader.note((*path, key.value), key)
            if not _LIST_NAME.fullmatch(key.value):
                reader.complain(key, "not_an_id", written=key.value)
                continue
            entries: list[list[str]] = []
            try:
                for option, label in mapping(value, (*path, key.value), reader):
                    if not _LIST_KEY.fullmatch(option.value):
                        reader.complain(option, "not_an_id", written=option.value)
                        continue
                    place = (*path, key.value, option.value)
                    reader.note(place, option)
                    entries.append([option.value, Text(300).read(label, place, reader)])
            except Broken:
                continue
            found.append([key.value, entries])
        return found

    def schema(self) -> Schema:
        texts = {"type": "object", "additionalProperties": Text(300).schema(), "minProperties": 1}
        return {"type": "object", "additionalProperties": texts}


def _keys(part: str, needed: tuple[str, ...], /, **texts: str) -> Keys:
    """A part whose keys are all texts."""
    keys = {key: Key(Text(), why, "den visas för den som behöver hjälp." if key in needed else "")
            for key, why in texts.items()}  # fmt: skip
    return Keys(keys, (f"i `{part}`", f"of `{part}`"))


_ADDRESS = {"place": "The name of the building.", "street": "The street.", "postal_code": "The postal code.",
            "city": "The town."}  # fmt: skip

SHAPE = Keys(
    {
        "name": Key(Text(120), "The name.", "namnet står på varje sida."),
        "short_name": Key(Text(60), "The name in running text."),
        "code": Key(Text(8), "The code of the municipality."),
        "organisation_number": Key(Text(20), "The organisation number."),
        "county": Key(Text(60), "The county."),
        "accent": Key(
            Keys(
                {name: Key(_Color(), "A colour.") for name in ("light", "on_light", "dark", "on_dark")},
                ("i `accent`", "of `accent`"),
            ),
            "The colour of links and buttons, and the text on it.",
        ),
        "logo": Key(Text(), "An SVG picture of 44 by 44."),
        "horizon": Key(Text(), "An SVG picture for the foot of the page."),
        "contact_centre": Key(
            Keys(
                {
                    **_keys(
                        "contact_centre",
                        ("name", "phone"),
                        name="What it is called.",
                        phone="The number everybody may call.",
                        email="Its e-mail address.",
                        after_hours="What happens at other times.",
                        place="Where one can come.",
                        address="The address there.",
                        text="A sentence about it.",
                    ).keys,
                    "hours": Key(_Hours(), "When somebody answers: `mon-fri: 8.00-16.30`."),
                    "queue": Key(Id(), "The queue of services that name none."),
                    "mandate": Key(Text(300), "The decision that lets it see cases, where a service names none."),
                    "first_contact_within": Key(Span(), "When somebody is heard first, where a service says nothing."),
                },
                ("i `contact_centre`", "of `contact_centre`"),
            ),
            "Whom everybody can call.",
            "varje sida visar hur man når någon.",
        ),
        "switchboard": Key(_keys("switchboard", (), phone="The number."), "The switchboard."),
        "visiting_address": Key(_keys("visiting_address", (), **_ADDRESS), "Where one can come."),
        "postal_address": Key(_keys("postal_address", (), **_ADDRESS), "Where letters go."),
        "emergency": Key(_keys("emergency", (), phone="The number.", text="What to do."), "Danger for life."),
        "boards": Key(
            Named(_keys("boards", (), name="What it is called.", email="Its e-mail address.")), "Who decides."
        ),
        "units": Key(
            Named(
                Keys(
                    {
                        "name": Key(Text(120), "What it is called.", "namnet visas för den som söker."),
                        "board": Key(Id(), "The board it belongs to."),
                        "phone": Key(Text(30), "Its number."),
                        "email": Key(Text(120), "Its e-mail address."),
                        "hours": Key(_Hours(), "When it answers."),
                    },
                    ("i en enhet", "of a unit"),
                )
            ),
            "Who handles cases.",
        ),
        "dpo": Key(
            _keys("dpo", (), name="The name.", phone="The number.", email="The address.", address="The address."),
            "The data protection officer.",
        ),
        "supervisors": Key(
            Named(_keys("supervisors", (), name="The name.", address="Where to turn.")),
            "Whom one complains to about us: `privacy` and `accessibility`.",
        ),
        "appeal_bodies": Key(
            Named(_keys("appeal_bodies", (), name="The name.", address="Where it sits.")),
            "Who tries an appeal, by the route that a definition names under `appeal`.",
        ),
        "accessibility_report": Key(
            Id(), "The service by which people report what shuts them out; the accessibility statement links to it."
        ),
        "general_service": Key(Id(), "The service that takes whatever no other fits: a letter about something else."),
        "facts": Key(
            Named(Keys({"text": Key(Text(), "The fact.")}, ("i `facts`", "of `facts`"), short="text")),
            "Amounts, distances and other facts that texts quote: `{municipality.facts.name}`.",
        ),
        "themes": Key(
            Named(Keys({"name": Key(Text(60), "The heading.")}, ("i `themes`", "of `themes`"), short="name")),
            "What the catalogue is sorted by, in this order: the `theme` of a service, and its heading.",
        ),
        "life_events": Key(
            Named(Keys({"name": Key(Text(60), "The heading.")}, ("i `life_events`", "of `life_events`"), short="name")),
            "The same for `life_events`: what happens in a life that makes one need a service.",
        ),
        "lists": Key(
            _Lists(), "Schools, harbours and the like, that definitions offer by `options` with `list`: key and text."
        ),
        "samples": Key(Several(Text(80)), "What in the file is not verified."),
    },
    ("i municipality.yaml", "of municipality.yaml"),
)
