"""What the rooms of the web share for as long as the process lives: database, definitions, clock and assets."""

from dataclasses import dataclass
from functools import cached_property

from flask import current_app

from eservices import calendars
from eservices.calendars import Clock
from eservices.definitions.library import Library
from eservices.definitions.municipality import Municipality
from eservices.settings import Settings
from eservices.storage.database import Database
from eservices.web.assets import Assets

#: Under which name the house lies in `app.extensions`.
NAME = "eservices"


@dataclass
class House:
    """Made once by `create_app`; views reach it with `house()`."""

    settings: Settings
    database: Database
    library: Library
    clock: Clock

    @classmethod
    def built(cls, settings: Settings, clock: Clock | None = None) -> "House":
        """The house that these settings describe; `clock` replaces the system's."""
        library = Library(settings.forms_dirs, settings.data_dir / "cache")
        return cls(settings, Database.of(settings), library, clock or calendars.clock(settings.now))

    @property
    def municipality(self) -> Municipality:
        """The local facts: name, phone, units. Read anew when their file changes."""
        return self.library.municipality

    @cached_property
    def assets(self) -> Assets:
        """Style sheets, scripts and pictures under addresses that change with their content."""
        return Assets.of(self.municipality)


def house() -> House:
    """The house of the request at hand."""
    found: House = current_app.extensions[NAME]
    return found
