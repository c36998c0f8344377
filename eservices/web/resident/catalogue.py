"""The catalogue: every service by subject, by what happens in a life, from A to Ö, and by the words people search with.

A closed service is not in it. What came instead of it is, and is also found by the words of the old one.
"""

import datetime as dt
import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import ClassVar

from flask import request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from eservices import language as languages
from eservices.definitions.model import Lifecycle, Service
from eservices.definitions.searching import phrases
from eservices.definitions.texts import said
from eservices.intake import offering
from eservices.language import N_
from eservices.web import i18n
from eservices.web.house import house
from eservices.web.i18n import plural
from eservices.web.i18n import sentence as _
from eservices.web.pages import Page, Way, render, see_other, spoken
from eservices.web.resident.blueprint import blueprint, of_service
from eservices.web.resident.offering import lot_of_visitor, remember_lot


@dataclass(frozen=True, slots=True)
class Entry:
    """A service in the catalogue."""

    address: str
    title: str
    summary: str
    instead_of: str = ""  #: the title of a closed service that this one was found for


@dataclass(frozen=True, slots=True)
class Part:
    """Services that stand together under a heading. `address` leads to the part on a page of its own."""

    name: str
    title: str
    address: str
    services: Sequence[Entry]


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue(Page):
    """All services in one order, a part of them, or those that a search finds."""

    template: ClassVar[str] = "resident/catalogue.html"
    ways: Sequence[Way]
    parts: Sequence[Part]
    heading: str  #: above the parts: what order they are in, or what was found
    examples: str  #: what one may search for, and find
    query: str = ""
    is_guess: bool = False
    whole: bool = True  #: whether each part shows its services, or only leads to them
    index: bool = False  #: whether it is from A to Ö: short entries, side by side


#: The orders of the catalogue: what stands in the address, and what it is called.
_THEMES, _LIVES, _NAMES = "theme", "life", "name"
_ORDERS = {_THEMES: N_("Område"), _LIVES: N_("Händelse i livet"), _NAMES: N_("A till Ö")}
_OTHER = "other"
#: With more services than this, the first page shows the parts, and the services are one press away.
_MANY = 60
#: How many services the search names as examples.
_EXAMPLES = 3


@blueprint.get("/")
def home() -> Response:
    """The catalogue in the language that the browser likes best."""
    best = languages.best_match(request.headers.get("Accept-Language", ""), spoken())
    response = see_other(f"/{best}/")
    response.headers["Vary"] = "Accept-Language"
    return response


@blueprint.get("/<lang:language>/")
def catalogue() -> Response:
    """Every service in an order (`?by=`), those of a part (`?theme=`, `?life=`), or those that answer `?q=`."""
    lot = lot_of_visitor()
    shelf = _shelf(lot)
    query = request.args.get("q", "").strip()[:200]
    if query:
        page = _searched(shelf, query)
    elif wanted := request.args.get(_THEMES) or request.args.get(_LIVES):
        page = _part(shelf, _THEMES if request.args.get(_THEMES) else _LIVES, wanted)
    else:
        page = _ordered(shelf, request.args.get("by", _THEMES))
    response = render(page)
    remember_lot(response, lot)
    return response


def _searched(shelf: "_Shelf", query: str) -> Catalogue:
    library = house().library
    found = library.search(query, shelf.language)
    entries = _replacing(shelf, found.fitting)
    is_guess = not entries
    if is_guess:
        entries = _replacing(shelf, found.near)
    if is_guess:
        heading = _("Ingen e-tjänst passar")
    else:
        heading = plural("En e-tjänst passar", "{n} e-tjänster passar", len(entries))
    parts = [Part("", "", "", entries)] if entries else []
    return Catalogue(
        ways=_ways(shelf, ""), parts=parts, heading=heading, examples=_examples(shelf), query=query, is_guess=is_guess
    )


def _replacing(shelf: "_Shelf", found: Sequence[str]) -> list[Entry]:
    """The services found, each once, in their order; for a closed one what came instead, which says so."""
    library = house().library
    entries: dict[str, Entry] = {}
    for name in found:
        shown = shelf.shown.get(name)
        if shown is None or shown in entries:
            continue
        old = library.services[name]
        instead_of = "" if shown == name else library.texts(old, shelf.language).get(old.title)
        entries[shown] = replace(shelf.entries[shown], instead_of=instead_of)
    return list(entries.values())


def _part(shelf: "_Shelf", order: str, wanted: str) -> Catalogue:
    found = next((part for part in _parts(shelf, order) if part.name == wanted), None)
    if found is None:
        raise NotFound
    return Catalogue(
        ways=_ways(shelf, ""), parts=[replace(found, title="")], heading=found.title, examples=_examples(shelf)
    )


def _ordered(shelf: "_Shelf", order: str) -> Catalogue:
    if order not in _ORDERS:
        raise NotFound
    whole = order == _NAMES or len(shelf.entries) <= _MANY
    return Catalogue(
        ways=_ways(shelf, order),
        parts=_parts(shelf, order),
        heading=_("Alla e-tjänster"),
        examples=_examples(shelf),
        whole=whole,
        index=order == _NAMES,
    )


def _ways(shelf: "_Shelf", order: str) -> list[Way]:
    home = f"/{shelf.language}/"
    return [
        Way(home if name == _THEMES else f"{home}?by={name}", _(label), current=name == order)
        for name, label in _ORDERS.items()
    ]


# ---- what is shown, made once for all who see the same


class _Same:
    """The services as the library has read them: equal to themselves alone."""

    def __init__(self, thing: Mapping[str, Service]):
        self.thing = thing

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.thing is other.thing

    def __hash__(self) -> int:
        return id(self.thing)


@dataclass(frozen=True, eq=False)
class _Shelf:
    """What one visitor's catalogue holds today, in one language."""

    language: str
    entries: Mapping[str, Entry]  #: what is offered, by id
    shown: Mapping[str, str]  #: where each service is found: itself, or for a closed one what came instead
    parts: dict[str, Sequence[Part]]  #: by order, filled as they are asked for


def _shelf(lot: int) -> _Shelf:
    services, today = house().library.services, house().clock.today()
    shown = {name: there for name in services if (there := _shown_as(services, name, today, lot)) is not None}
    return _made(_Same(services), i18n.language(), tuple(shown.items()))


@lru_cache(maxsize=64)
def _made(services: _Same, language: str, shown: tuple[tuple[str, str], ...]) -> _Shelf:
    """The same services in the same stage of life make the same catalogue."""
    library = house().library
    entries = {}
    for name, there in shown:
        if name == there and (service := services.thing.get(name)) is not None:
            texts = library.texts(service, language)
            entries[name] = Entry(of_service(language, name), texts.get(service.title), texts.get(service.summary))
    return _Shelf(language, entries, dict(shown), {})


def _shown_as(services: Mapping[str, Service], name: str, today: dt.date, lot: int) -> str | None:
    """Itself where it is offered, the one that came instead where it is closed; nothing for a draft."""
    for _hop in range(_LONGEST_CHAIN):
        one = services.get(name)
        if one is None:
            return None
        if offering.is_listed(one, today, lot=lot):
            return name
        if offering.stage(one, today) is not Lifecycle.CLOSED or not one.life.replaced_by:
            return None
        name = one.life.replaced_by
    return None


#: One service replaced another, and so on; a ring of them ends here.
_LONGEST_CHAIN = 5


def _parts(shelf: _Shelf, order: str) -> Sequence[Part]:
    """The catalogue in an order; a part without services is none."""
    if order not in shelf.parts:
        arrange = _by_letter if order == _NAMES else _by_theme if order == _THEMES else _by_life_event
        shelf.parts[order] = [part for part in arrange(shelf) if part.services]
    return shelf.parts[order]


def _by_theme(shelf: _Shelf) -> Iterator[Part]:
    """By subject, in the municipality's order; what it has no heading for comes last."""
    themes, services = house().municipality.themes, house().library.services
    for theme in themes:
        names = [name for name in shelf.entries if services[name].theme == theme]
        yield _headed(shelf, _THEMES, theme, f"themes.{theme}", names)
    rest = [name for name in shelf.entries if services[name].theme not in themes]
    yield Part(_OTHER, _("Övrigt"), _address(shelf, _THEMES, _OTHER), _sorted(shelf, rest))


def _by_life_event(shelf: _Shelf) -> Iterator[Part]:
    """By what happens in a life, a service under each; what hangs on no event comes last."""
    events, services = house().municipality.life_events, house().library.services
    for event in events:
        names = [name for name in shelf.entries if event in services[name].life_events]
        yield _headed(shelf, _LIVES, event, f"life_events.{event}", names)
    rest = [name for name in shelf.entries if not set(services[name].life_events) & set(events)]
    yield Part(_OTHER, _("När som helst"), _address(shelf, _LIVES, _OTHER), _sorted(shelf, rest))


def _headed(shelf: _Shelf, order: str, name: str, key: str, names: Sequence[str]) -> Part:
    title, translated = said(house().municipality, key, shelf.language)
    return Part(
        name,
        title if translated else i18n.swedish(title),
        _address(shelf, order, name),
        _sorted(shelf, names),
    )


def _by_letter(shelf: _Shelf) -> Iterator[Part]:
    """Like the index of a book: everyday words by the alphabet of the language, each leading to its service."""
    key = languages.sort_key(shelf.language)
    most = _WORDS_EACH if len(shelf.entries) <= _MANY else 1
    lines = [(word, replace(entry, title=word, summary=entry.title))
             for name, entry in shelf.entries.items() for word in _everyday(name, shelf.language)[:most]]  # fmt: skip
    unnamed = [name for name in shelf.entries if not _everyday(name, shelf.language)]
    lines += [(_plain_title(shelf, name), shelf.entries[name]) for name in unnamed]
    lines.sort(key=lambda line: key(line[0]))
    for letter, of_letter in itertools.groupby(lines, key=lambda line: _letter(line[0])):
        yield Part(letter, letter, "", [entry for _word, entry in of_letter])


#: By how many of its everyday words a service stands in the index.
_WORDS_EACH = 3


def _letter(word: str) -> str:
    return next((sign.upper() for sign in word if sign.isalnum()), "")


def _everyday(name: str, language: str) -> list[str]:
    """The words that people search a service by, its owner's first choice first; none where the language has none."""
    service = house().library.services[name]
    texts = house().library.texts(service, language)
    if service.keywords is None or not texts.is_translated(service.keywords):
        return []
    return [word[0].upper() + word[1:] for word in phrases(texts.get(service.keywords))]


def _sorted(shelf: _Shelf, names: Sequence[str]) -> list[Entry]:
    key = languages.sort_key(shelf.language)
    return [shelf.entries[name] for name in sorted(names, key=lambda name: key(_plain_title(shelf, name)))]


def _plain_title(shelf: _Shelf, name: str) -> str:
    service = house().library.services[name]
    return house().library.texts(service, shelf.language).get(service.title)


def _address(shelf: _Shelf, order: str, name: str) -> str:
    return f"/{shelf.language}/?{order}={name}"


def _examples(shelf: _Shelf) -> str:
    """Words that find something here: the first everyday word of some services, spread over the catalogue."""
    named = [words[0] for name in shelf.entries if (words := _everyday(name, shelf.language))]
    step = max(1, len(named) // _EXAMPLES)
    return i18n.words().listing([word[0].lower() + word[1:] for word in named[::step][:_EXAMPLES]], end="or")
