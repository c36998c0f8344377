"""What every request and every answer must pass, whatever the address."""

import re
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from selectolax.lexbor import LexborHTMLParser
from werkzeug.test import TestResponse

from tests.journeys.person import Person

FORM = "application/x-www-form-urlencoded"
BATPLATS = "/sv/services/batplats"

REQUIRED = {
    "Content-Security-Policy": "default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=()",
}


def every_address(app: Flask) -> Iterator[tuple[str, str]]:
    """Each route and method of the app with something in its variable parts."""
    fill = {"language": "sv", "service": "batplats", "step": "boat", "item": 1, "file": "0" * 32, "name": "app.css"}
    fill |= {"figures": "figures.csv", "given": "consent"}
    for rule in app.url_map.iter_rules():
        values = {name: fill.get(name, "0" * 32) for name in rule.arguments}
        if "number" in rule.arguments:
            values["number"] = "2026-7K4P3"
        with app.test_request_context():
            built = rule.build(values, append_unknown=False)
        if built is not None:
            for method in rule.methods & {"GET", "POST"}:
                yield method, built[1]


def test_every_answer_of_every_route_wears_the_headers(app: Flask):
    for method, address in every_address(app):
        response = app.test_client().open(address, method=method)
        assert_headers(response, f"{method} {address}")


@pytest.mark.parametrize(
    ("status", "request_"),
    [
        (404, {"path": "/sv/nowhere"}),
        (405, {"path": "/sv/services/batplats/check", "method": "DELETE"}),
        (413, {"path": BATPLATS, "method": "POST", "data": b"x=" + b"y" * 400_000, "content_type": FORM}),
        (415, {"path": BATPLATS, "method": "POST", "data": b"{}", "content_type": "application/json"}),
        (400, {"path": BATPLATS, "method": "POST", "data": b"", "content_type": FORM}),
    ],
)
@pytest.mark.parametrize("language", ["sv", "en"])
def test_an_error_is_told_in_the_readers_language_with_the_way_to_a_person(
    client: FlaskClient, status: int, request_: dict[str, object], language: str
):
    request_ = {**request_, "path": str(request_["path"]).replace("/sv/", f"/{language}/")}

    response = client.open(**request_)

    assert response.status_code == status
    assert f'<html lang="{language}"' in response.get_data(as_text=True)
    assert "0304-60 10 10" in response.get_data(as_text=True)
    assert_headers(response, str(request_["path"]))


def test_a_fault_of_ours_shows_no_trace_and_logs_no_answer(app: Flask, caplog: pytest.LogCaptureFixture):
    number = f"{19850709}-9805"  # not in the line that raises

    @app.get("/broken")
    def broken() -> str:
        raise KeyError(number)

    response = app.test_client().get("/broken")

    assert response.status_code == 500
    assert "KeyError" not in response.get_data(as_text=True)
    assert "0304-60 10 10" in response.get_data(as_text=True)
    assert "KeyError" in caplog.text
    shown = LexborHTMLParser(response.get_data(as_text=True)).css("main bdi[translate=no]")[-1].text()
    assert re.search(rf"fault [0-9a-f]{{24}}{shown}: KeyError", caplog.text), "the log is found by the page"
    assert number not in caplog.text
    assert_headers(response, "/broken")


def test_a_database_that_is_away_is_told_with_the_phone_number(app: Flask, monkeypatch: pytest.MonkeyPatch):
    from eservices.storage.database import Unavailable

    client = app.test_client()
    person = Person(client).go(BATPLATS).press()
    at = person.path

    def away() -> None:
        raise Unavailable

    monkeypatch.setattr(app.extensions["eservices"].database, "read", away)
    response = client.get(at)

    assert response.status_code == 503
    assert int(response.headers["Retry-After"]) > 0
    assert "0304-60 10 10" in response.get_data(as_text=True)


def test_a_full_disk_is_told_as_a_database_that_is_away(app: Flask, monkeypatch: pytest.MonkeyPatch):
    import errno

    client = app.test_client()
    at = Person(client).go(BATPLATS).press().path

    def full() -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(app.extensions["eservices"].database, "read", full)
    response = client.get(at)

    assert response.status_code == 503
    assert int(response.headers["Retry-After"]) > 0
    assert "0304-60 10 10" in response.get_data(as_text=True)


@pytest.mark.parametrize("token", [None, "", "0" * 40, "å" * 40])
def test_a_form_without_our_token_changes_nothing(client: FlaskClient, token: str | None):
    person = Person(client).go(BATPLATS).press()
    before = person.path
    fields = [("name", "Mallory")] + ([("csrf_token", token)] if token is not None else [])

    person.send(fields)

    assert person.status == 400
    assert Person(client).go(before).value("name") == ""


def test_the_token_of_another_visitor_is_not_ours(app: Flask):
    mine = Person(app.test_client()).go(BATPLATS).press()
    yours = Person(app.test_client()).go(BATPLATS).press()

    mine.send([("name", "Mallory"), ("csrf_token", yours.token)])

    assert mine.status == 400


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://elsewhere.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}],
)  # fmt: skip
def test_a_form_from_another_site_is_refused_even_with_a_token(client: FlaskClient, headers: dict[str, str]):
    person = Person(client).go(BATPLATS)

    response = client.post(BATPLATS, data={"csrf_token": person.token}, headers=headers)

    assert response.status_code == 400


def test_a_form_from_our_own_page_is_taken(client: FlaskClient):
    person = Person(client).go(BATPLATS)
    headers = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}

    response = client.post(BATPLATS, data={"csrf_token": person.token}, headers=headers)

    assert response.status_code == 303


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(client: FlaskClient):
    cookie = client.get(BATPLATS).headers["Set-Cookie"]

    assert re.match(r"visitor=[\w-]{43};", cookie)
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Expires" not in cookie
    assert "Max-Age" not in cookie


def test_over_https_the_cookie_is_bound_to_the_host(settings):
    from dataclasses import replace

    from eservices.web import create_app

    app = create_app(replace(settings, base_url="https://e-tjanster.example.se", demo=False))

    response = app.test_client().get(BATPLATS, base_url="https://e-tjanster.example.se")

    assert response.headers["Set-Cookie"].startswith("__Host-visitor=")
    assert "Secure" in response.headers["Set-Cookie"]
    assert response.headers["Strict-Transport-Security"]


def test_pages_with_personal_data_are_never_kept_by_browsers_or_proxies(client: FlaskClient):
    person = Person(client).go(BATPLATS).press()

    response = client.get(person.path)

    assert response.headers["Cache-Control"] == "no-store"


def test_static_files_are_kept_for_ever_under_an_address_that_changes_with_them(client: FlaskClient):
    html = client.get("/sv/").get_data(as_text=True)
    address = re.search(r'href="(/static/app\.css\?v=\w+)"', html).group(1)

    response = client.get(address, headers={"Accept-Encoding": "gzip"})

    assert "immutable" in response.headers["Cache-Control"]
    assert response.headers["Content-Encoding"] == "gzip"
    assert client.get("/static/app.css").headers["Cache-Control"] == "no-cache"
    assert client.get("/static/../errors.py").status_code == 404


@pytest.mark.parametrize(
    ("forwarded", "trusted", "expected"),
    [
        ("203.0.113.9", "", "127.0.0.1"),
        ("203.0.113.9", "127.0.0.1", "203.0.113.9"),
        ("6.6.6.6, 203.0.113.9", "127.0.0.1", "203.0.113.9"),
        ("203.0.113.9, 10.0.0.7", "127.0.0.1,10.0.0.0/8", "203.0.113.9"),
        ("nonsense", "127.0.0.1", "127.0.0.1"),
    ],
)
def test_only_our_own_proxies_are_believed_about_who_called(settings, forwarded: str, trusted: str, expected: str):
    import ipaddress
    from dataclasses import replace

    from eservices.web import create_app, security

    networks = tuple(ipaddress.ip_network(network) for network in trusted.split(",") if network)
    app = create_app(replace(settings, trusted_proxies=networks))

    with app.test_request_context(headers={"X-Forwarded-For": forwarded}, environ_base={"REMOTE_ADDR": "127.0.0.1"}):
        assert security.client_address() == expected


@pytest.mark.parametrize(
    "body",
    [
        b"csrf_token=%00",
        b"name=%FF%FE",
        b"name=\xff",
        b"name=a%00b",
        urlencode([(f"field{n}", "x") for n in range(700)]).encode(),
    ],
)
def test_bodies_that_are_not_whole_text_are_refused(client: FlaskClient, body: bytes):
    Person(client).go(BATPLATS)

    response = client.post(BATPLATS, data=body, content_type=FORM)

    assert response.status_code == 400


@pytest.mark.parametrize(
    "body",
    [
        b'--b\r\nContent-Disposition: form-data; name="name"\r\n\r\n\xff\xfe\r\n--b--\r\n',
        b'--b\r\nContent-Disposition: form-data; name="name"\r\n\r\na\x00\r\n--b--\r\n',
        b"--c\r\nno such boundary",
        b"",
    ],
)
def test_multipart_bodies_that_are_not_whole_are_refused(client: FlaskClient, body: bytes):
    Person(client).go(BATPLATS)

    response = client.post(BATPLATS, data=body, content_type="multipart/form-data; boundary=b")

    assert response.status_code == 400


def test_figures_are_for_this_machine_or_the_token(settings):
    from dataclasses import replace

    from eservices.web import create_app

    client = create_app(replace(settings, metrics_token="a token for figures")).test_client()
    elsewhere = {"REMOTE_ADDR": "203.0.113.9"}

    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", environ_base=elsewhere).status_code == 404
    headers = {"Authorization": "Bearer a token for figures"}
    assert client.get("/metrics", environ_base=elsewhere, headers=headers).status_code == 200


def assert_headers(response: TestResponse, where: str) -> None:
    for name, start in REQUIRED.items():
        assert response.headers.get(name, "").startswith(start), f"{where} lacks {name}"
    policy = response.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert response.headers.get("Cache-Control"), f"{where} does not say whether it may be kept"
