"""How a page is made: one typed thing in, HTML out. What stands around it is made once per address, and kept.

A template sees `page` (its own dataclass), `here` (what every page may need) and the globals `_`, `plain`, `csrf` and
`static`; nothing else, and a name that is missing is an error.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar, cast

from flask import Flask, current_app, request
from jinja2 import FileSystemLoader, StrictUndefined
from markupsafe import Markup
from werkzeug.wrappers import Response

from eservices import language as languages
from eservices.definitions.municipality import Municipality
from eservices.definitions.texts import said
from eservices.language import N_
from eservices.web import i18n
from eservices.web.house import NAME, House, house
from eservices.web.templates import Templates


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What a template is given. Each page derives from it, names its template, and holds just what that shows."""

    template: ClassVar[str]


@dataclass(frozen=True, slots=True)
class Way:
    """A link to go by; `language` where its text is in another than the page's."""

    address: str
    label: str
    current: bool = False
    language: str = ""


@dataclass(frozen=True, slots=True)
class Here:
    """Where a page stands: its language, the municipality, and the shell around its content."""

    language: str
    html_language: str
    direction: str
    reads_swedish: bool
    municipality: Municipality
    hours: str
    home: str
    top: Markup
    bottom: Markup


def prepare(app: Flask) -> None:
    """Put the templates of the house in place: strict, escaped, compiled once."""
    home: House = app.extensions[NAME]
    app.jinja_environment = Templates
    app.jinja_options = {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True, "autoescape": True}
    environment = app.jinja_env
    environment.loader = FileSystemLoader(home.settings.templates_dir)
    environment.auto_reload = False
    environment.filters["titled"] = titled
    environment.globals.update(static=home.assets.address, local=local, swedish_lang=swedish_lang)


def render(page: Page, status: int = 200, *, offered: Sequence[str] = ()) -> Response:
    """The page as an answer. `offered` are the languages that it can be had in; all that we speak when empty."""
    template = _environment().get_template(page.template)
    html = template.render(page=page, here=_here(tuple(offered)))
    said = _swedish_left() if languages.SWEDISH_MARK in html else ""
    return Response(html.replace(_HERE_OF_SWEDISH, said, 1), status, mimetype="text/html")


def _environment() -> Templates:
    """The templates in the language of this request."""
    return cast("Templates", current_app.jinja_env).speaking(i18n.language())


#: Where a page says that some of it is in Swedish, which is known when all of it is there: first, before one meets it.
_HERE_OF_SWEDISH = "<!-- swedish left -->"
_SWEDISH_LEFT = N_("En del av texten på den här sidan finns bara på svenska.")
_INTERPRETER = N_("Ring {phone}, så ordnar vi tolk. Det kostar ingenting.")
_SWEDISH_LEFT_TOLD = Markup('<p class="note">{} {}</p>')


def _swedish_left() -> Markup:
    words, phone = i18n.words(), house().municipality.contact_centre.phone
    return _SWEDISH_LEFT_TOLD.format(words(_SWEDISH_LEFT), words(_INTERPRETER, phone=phone))


def local(key: str) -> str:
    """A sentence of the municipality's own, by its key; marked where it is only in Swedish."""
    text, translated = said(house().municipality, key, i18n.language())
    return text if translated else i18n.swedish(text)


def swedish_lang(text: str) -> Markup:
    """The attribute of an element that can hold no marks, such as a choice in a list, where its text has Swedish."""
    return Markup(' lang="sv"') if isinstance(text, languages.Marked) else Markup("")


def titled(said: str, house_name: str) -> Markup:
    """The title of a page. It can hold no marks, so one with Swedish in it is Swedish as a whole."""
    text = Markup(said).striptags()  # noqa: S704 - what the template has rendered and escaped
    tag = Markup('<title lang="sv">') if languages.SWEDISH_MARK in said else Markup("<title>")
    return tag + f"{text} – {house_name}" + Markup("</title>")


def see_other(address: str) -> Response:
    """Go and get what the form led to."""
    return Response(status=303, headers={"Location": address})


def spoken(wanted: Sequence[str] = ()) -> tuple[str, ...]:
    """The languages, of those wanted, that our own sentences are translated into."""
    return tuple(tag for tag in languages.LANGUAGES if (not wanted or tag in wanted) and _is_spoken(tag))


#: A sentence of every page: a language whose catalogue lacks it is not spoken here yet.
_EVERYWHERE = N_("Hoppa till innehållet")


def _is_spoken(tag: str) -> bool:
    return i18n.is_swedish(tag) or languages.catalogue("messages", tag).get(_EVERYWHERE) is not None


def _here(offered: tuple[str, ...]) -> Here:
    path = request.path
    first, _, rest = path[1:].partition("/")
    if first not in languages.LANGUAGES:
        rest = ""
    elif request.query_string == b"change":
        rest += "?change"
    home = "/staff/" if f"{path}/".startswith(_STAFF) else ""
    return _standing(id(house().municipality), i18n.language(), home, rest, offered)


#: Where "start again" leads staff to the first room that their account may enter; residents, to the start of theirs.
_STAFF = ("/staff/", "/contact-centre/", "/cases/", "/insight/")


@lru_cache(maxsize=2048)
def _standing(_municipality: int, language: str, home: str, rest: str, offered: tuple[str, ...]) -> Here:
    """What stands around this address, made once; a new municipality, by its number, makes new ones."""
    municipality = house().municipality
    hours = i18n.words().hours(municipality.contact_centre.hours_written)
    facts = {
        "municipality": municipality,
        "hours": hours,
        "language": language,
        "own_name": languages.own_name(language),
        "ways": [
            Way(f"/{tag}/{rest}", languages.own_name(tag), language=tag) for tag in spoken(offered) if tag != language
        ],
        "section": rest.partition("?")[0].partition("/")[0],
        "direction_of": languages.direction,
        "html_language": languages.html_lang,
        "reviewed": languages.is_reviewed(language),
    }
    environment = _environment()
    top = Markup(environment.get_template("layout/top.html").render(facts))  # noqa: S704 - our own template, escaped
    bottom = Markup(environment.get_template("layout/bottom.html").render(facts))  # noqa: S704
    return Here(
        language,
        languages.html_lang(language),
        languages.direction(language),
        i18n.is_swedish(language),
        municipality,
        hours,
        home or f"/{language}/",
        top,
        bottom,
    )
