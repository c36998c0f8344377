"""The language of a request: taken from its address, else from what the browser asks for.

Sentences come from `eservices.language`, which the worker shares; Flask-Babel is told the locale, for whatever formats
by it. In templates `_` gives a sentence for the page's text (Swedish that lacks a translation is marked as Swedish),
`plain` the same for attributes and titles.
"""

from functools import lru_cache

from babel import Locale
from flask import Flask, g, request
from flask_babel import Babel
from markupsafe import Markup, escape

from eservices import language as languages
from eservices.language import EASY, SOURCE, Words

#: How Swedish on a page in another language begins.
SWEDISH_MARK = '<span lang="sv" dir="ltr">'

_SWEDISH = frozenset({SOURCE, EASY})


def speak(app: Flask) -> None:
    """Give every request a language, and templates their words."""
    Babel(app, locale_selector=_locale, configure_jinja=False)
    app.before_request(_choose)
    app.jinja_env.globals.update(_=sentence, plain=plain, plural=plural)


def use(language: str) -> None:
    """The rest of this request speaks this language."""
    g.language = language
    g.words = languages.words(language)
    g.swedish_left = False


def language() -> str:
    """The language of this request."""
    return str(g.language)


def words() -> Words:
    """The words of this request."""
    found: Words = g.words
    return found


def sentence(text: str, **facts: object) -> str:
    """The sentence in the page's language; where there is no translation, Swedish that says that it is."""
    spoken: Words = g.words
    if spoken.language in _SWEDISH or spoken.has(text):
        if all(type(fact) is int for fact in facts.values()):
            return _as_always(spoken, text, *facts.items())
        return spoken(text, **facts)
    return swedish(spoken(text, **facts))


@lru_cache(maxsize=4096)
def _as_always(spoken: Words, text: str, *facts: tuple[str, object]) -> str:
    """Most sentences are the same on every page, or have a small number in them. Nothing about a person is kept."""
    return spoken(text, **dict(facts))


def plain(text: str, **facts: object) -> str:
    """The sentence as bare text, for attributes and titles."""
    spoken: Words = g.words
    return spoken(text, **facts)


def plural(one: str, many: str, number: int, **facts: object) -> str:
    """`one` or `many` by the language's own rule; `{n}` is the number."""
    spoken: Words = g.words
    if spoken.language in _SWEDISH or spoken.has(one):
        return spoken.plural(one, many, number, **facts)
    return swedish(spoken.plural(one, many, number, **facts))


def swedish(text: str) -> Markup:
    """A text that is Swedish on a page that is not, and notes that the page has such a text."""
    g.swedish_left = True
    return swedish_span(text)


def note_swedish() -> None:
    """The page at hand has a text that is only in Swedish."""
    g.swedish_left = True


def begin_noting() -> None:
    """From here on it is noted anew whether the page has Swedish texts."""
    g.swedish_left = False


def has_swedish() -> bool:
    """Whether the page at hand has a text that is only in Swedish."""
    return bool(g.swedish_left)


def swedish_span(text: str) -> Markup:
    """A text marked as Swedish, for listeners and for the spelling of the browser."""
    return Markup(SWEDISH_MARK) + escape(text) + Markup("</span>")  # noqa: S704 - our own mark


def is_swedish(tag: str) -> bool:
    """Whether the language is written in Swedish, easy Swedish included."""
    return tag in _SWEDISH


def _choose() -> None:
    if "words" not in g:
        use(_asked_for())


def _asked_for() -> str:
    first = request.path[1:].partition("/")[0]
    if first in languages.LANGUAGES:
        return first
    return languages.best_match(request.headers.get("Accept-Language", ""))


def _locale() -> Locale:
    return languages.locale(g.get("language", SOURCE))
