"""The doors for people: residents, the contact centre, case officers. Flask, WTForms and Flask-Babel live only here."""

from collections.abc import Callable
from typing import Any

from flask import Flask

from eservices.calendars import Clock
from eservices.settings import Settings
from eservices.web import (
    case_handling,
    contact_centre,
    converters,
    errors,
    i18n,
    insight,
    once,
    operations,
    pages,
    resident,
    security,
)
from eservices.web.bodies import Request
from eservices.web.house import NAME, House
from eservices.web.staff import access, logins, password, running, sign_in


class App(Flask):
    """Flask without coroutines: nobody here writes any, and asking each function whether it is one costs time."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        return func


def create_app(settings: Settings, clock: Clock | None = None) -> Flask:
    """The web application that these settings describe; `clock` replaces the system's in tests."""
    app = App(__name__, static_folder=None, template_folder=None)
    app.request_class = Request
    app.extensions[NAME] = House.built(settings, clock)
    converters.teach(app)
    pages.prepare(app)
    i18n.speak(app)
    security.protect(app)
    once.teach(app)
    app.before_request(access.guard)
    errors.register(app)
    staff = (sign_in, logins, password, running, contact_centre, case_handling, insight, insight.open_data)
    for room in (operations, resident, *staff):
        app.register_blueprint(room.blueprint)
    return app
