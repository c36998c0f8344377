"""For whoever runs the house: alive, ready, figures; and the files that every page needs."""

import hmac
from contextlib import suppress
from functools import cache
from time import monotonic

from flask import Blueprint, g, request
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from eservices import outbox
from eservices.contact_centre import bringing
from eservices.schema.upgrade import is_up_to_date
from eservices.standing import faults
from eservices.storage.database import Unavailable
from eservices.storage.keys import fits_ring
from eservices.web import security
from eservices.web.house import house

blueprint = Blueprint("operations", __name__)

_A_YEAR = "public, max-age=31536000, immutable"

registry = CollectorRegistry()
_answers = Counter("eservices_answers", "Answers by route and status", ["route", "status"], registry=registry)
_seconds = Histogram(
    "eservices_answer_seconds", "Time to answer", buckets=(0.005, 0.02, 0.1, 0.5, 2, 10), registry=registry
)
_faults = Gauge("eservices_faults", "What is wrong now, by kind: how much of it", ["kind"], registry=registry)
_outbox = Gauge("eservices_outbox_rows", "Rows that wait to leave the house", ["state"], registry=registry)


@blueprint.get("/healthz")
def alive() -> Response:
    """This process answers."""
    return _plain("alive")


@blueprint.get("/readyz")
def ready() -> Response:
    """The database answers and has the tables that this version needs."""
    try:
        if not is_up_to_date(house().database):
            return _plain("the database needs `eservices db upgrade`", 503)
        with house().database.read() as tx:
            return _plain("ready") if fits_ring(tx) else _plain("the key ring is not this database's", 503)
    except Unavailable:
        return _plain("the database does not answer", 503)


@blueprint.get("/metrics")
def metrics() -> Response:
    """Figures for this process, without anybody's name; for this machine, or with the token."""
    token = house().settings.metrics_token
    sent = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not (security.is_loopback() or (token and hmac.compare_digest(token.encode(), sent.encode()))):
        raise NotFound
    home = house()
    now, sending = home.clock.now(), None
    with suppress(Unavailable), home.database.read() as tx:
        sending = outbox.standing(tx, now)
    _faults.clear()
    for fault in faults(home.settings, home.database, now, sending=sending):
        _faults.labels(fault.kind).set(fault.count)
    _outbox.clear()
    if sending is not None:
        for state in ("waiting", "overdue", "needs_person"):
            _outbox.labels(state).set(getattr(sending, state))
    return Response(generate_latest(registry), mimetype="text/plain")


@blueprint.post("/delivery-reports")
def delivery_report() -> Response:
    """What a gateway or a mail system reports afterwards: `id` (the one it was given) and `state`, with our token.

    `failed` makes the news work for a person at once; everything else only says what we know already.
    """
    token = house().settings.sms_report_token
    sent = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not token or not hmac.compare_digest(token.encode(), sent.encode("utf-8", "replace")):
        raise NotFound
    if request.form.get("state") == "failed":
        with house().database.transaction() as tx:
            delivery_id = outbox.delivery_of(tx, request.form.get("id", "").strip("<>").partition("@")[0])
            if delivery_id is not None:
                bringing.came_back(tx, delivery_id, house().clock.now())
    return _plain("noted")


delivery_report.shows_token = True  # type: ignore[attr-defined]


@blueprint.get("/static/<name>")
def static_file(name: str) -> Response:
    """A style sheet, script or picture; its address changes with its content, so it may be kept for ever."""
    asset = house().assets.get(name)
    if asset is None:
        raise NotFound
    response = Response(asset.body, content_type=asset.media_type)
    if asset.squeezed and "gzip" in request.headers.get("Accept-Encoding", ""):
        response.set_data(asset.squeezed)
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Cache-Control"] = _A_YEAR if request.args.get("v") == asset.mark else "no-cache"
    response.set_etag(asset.mark)
    return response.make_conditional(request)


@blueprint.get("/robots.txt")
def robots() -> Response:
    """What search engines may look at: the start pages, never a draft or a case."""
    return _plain(
        "User-agent: *\nDisallow: /staff/\nDisallow: /cases/\nDisallow: /contact-centre/\nDisallow: /*/case\n"
    )


@blueprint.before_app_request
def begin() -> None:
    """Remember when the request came in."""
    g.began = monotonic()


@blueprint.after_app_request
def note(response: Response) -> Response:
    """Count the answer, by route and never by address."""
    _counter(request.endpoint or "none", response.status_code).inc()
    _seconds.observe(monotonic() - g.get("began", monotonic()))  # refused before it was noted: at once
    return response


@cache
def _counter(route: str, status: int) -> Counter:
    """The counter of a route and status: as many as there are of those, and looked up once."""
    return _answers.labels(route, str(status))


def _plain(text: str, status: int = 200) -> Response:
    return Response(text, status, mimetype="text/plain")
