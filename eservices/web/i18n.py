"""The language of a request: taken from its address, else from what the browser asks for.

Sentences come from `eservices.language`, which the worker shares; Flask-Babel is told the locale, for whatever formats
by it. In templates `_` gives a sentence for the page's text (what lacks a translation is Swedish, and marked as such in
HTML), `plain` the same for attributes.
"""

from functools import lru_cache

from babel import Locale
from flask import Flask, g, request
from flask_babel import Babel

from eservices import language as languages
from eservices.language import EASY, SOURCE, Marked, Words

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
    if all(type(fact) is int for fact in facts.values()):
        return _as_always(spoken, text, *facts.items())
    return spoken(text, **facts)


@lru_cache(maxsize=4096)
def _as_always(spoken: Words, text: str, *facts: tuple[str, object]) -> str:
    """Most sentences are the same on every page, or have a small number in them. Nothing about a person is kept."""
    return spoken(text, **dict(facts))


def plain(text: str, **facts: object) -> str:
    """The sentence as bare text, for attributes. They can hold no marks, so all of ours are in every language."""
    spoken: Words = g.words
    return str(spoken(text, **facts))


def plural(one: str, many: str, number: int, **facts: object) -> str:
    """`one` or `many` by the language's own rule; `{n}` is the number."""
    spoken: Words = g.words
    return spoken.plural(one, many, number, **facts)


def swedish(text: str) -> Marked:
    """A text that is Swedish on a page that is not."""
    return Marked.swedish(text)


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
