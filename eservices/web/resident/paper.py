"""The paper form of a service. It is made outside the web; this hands out what lies ready, or says how to get it."""

from contextlib import suppress
from dataclasses import dataclass
from typing import ClassVar

from flask import request, send_file
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from eservices.definitions.model import Service
from eservices.documents.shelf import Paper, Shelf, is_printed, paper_of, printed_in
from eservices.web import i18n
from eservices.web.house import house
from eservices.web.pages import Page, render, see_other
from eservices.web.resident.blueprint import blueprint, of_service

#: A form changes seldom, and whoever looks again asks whether it has.
_KEPT_SECONDS = 300
_LOOK_AGAIN_SECONDS = "3"
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting(Page):
    """The form is being made; whoever cannot wait has it sent home."""

    template: ClassVar[str] = "resident/paper_waiting.html"
    title: str
    back: str


@blueprint.get("/<lang:language>/services/<slug:service>/paper.pdf")
def paper(service: str) -> Response:
    """The form in this language, `?size=large` in large print."""
    language = i18n.language()
    wanted = house().library.service(service)
    if wanted is None or wanted.status == "draft":
        raise NotFound
    if not is_printed(wanted):
        return see_other(of_service(language, service))
    found = paper_of(wanted, language, large=request.args.get("size") == "large")
    shelf = Shelf(house().settings.data_dir)
    if not shelf.is_there(found):
        return _waiting(shelf, found, wanted, language)
    response = send_file(
        shelf.path(found), mimetype="application/pdf", download_name=found.download_name, max_age=_KEPT_SECONDS
    )
    response.headers["Content-Language"] = printed_in(found.language)
    response.headers["Content-Security-Policy"] = _POLICY
    return response


def _waiting(shelf: Shelf, paper: Paper, service: Service, language: str) -> Response:
    """202: the wish is taken down, and the form comes in a moment."""
    with suppress(OSError):  # a full disk is no reason not to say how else the form is to be had
        shelf.wish(paper)
    title = house().library.texts(service, language).get(service.title)
    response = render(Waiting(title=title, back=of_service(language, service.id)), 202)
    response.headers["Refresh"] = response.headers["Retry-After"] = _LOOK_AGAIN_SECONDS
    return response
