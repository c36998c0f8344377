"""Parts of addresses, read at the door: a view never sees a language, a service or an id that cannot be one."""

from flask import Flask
from werkzeug.routing import BaseConverter

from eservices.language import LANGUAGES


class LanguageConverter(BaseConverter):
    """A language of the shell."""

    regex = "|".join(sorted(LANGUAGES, key=len, reverse=True))


class SlugConverter(BaseConverter):
    """A name out of a definition: service, step, group, stop, question."""

    regex = "[a-z][a-z0-9_]{0,79}"


class IdConverter(BaseConverter):
    """One of our own ids."""

    regex = "[0-9a-f]{32}"


class ItemConverter(BaseConverter):
    """The number of a repeated item."""

    regex = "[1-9][0-9]{0,3}"

    def to_python(self, value: str) -> int:
        return int(value)


class CaseNumberConverter(BaseConverter):
    """A case number as it is printed."""

    regex = "[0-9]{4}-[0-9A-Z]{5,7}"


def teach(app: Flask) -> None:
    """Let addresses of this app use them."""
    app.url_map.converters.update(
        lang=LanguageConverter,
        slug=SlugConverter,
        id=IdConverter,
        item=ItemConverter,
        casenumber=CaseNumberConverter,
    )
