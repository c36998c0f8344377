"""What browsers and others send over HTTP: the house itself answers, by WSGI, whatever stands in a request.

Never a fault of ours (5xx), never a trace, never a page that breaks what must hold on every page; and whoever sends
something odd to one page finds what they have said on all other pages as it was.
"""

import base64
import io
import logging
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote_from_bytes, unquote_to_bytes

from flask import Flask
from hypothesis import strategies as st
from selectolax.lexbor import LexborNode
from sqlalchemy import select

from eservices.calendars import FixedClock
from eservices.demo import accounts as demo
from eservices.identity import accounts
from eservices.identity.people import ALL_UNITS, Role
from eservices.journey.answers import Answers as Given
from eservices.settings import Settings
from eservices.submissions import drafts
from eservices.submissions.tables import drafts as drafts_table
from eservices.web import create_app, security
from eservices.web.bodies import MULTIPART, URLENCODED
from eservices.web.house import House
from tests.bench.robot import filled, primary_form
from tests.build.handed_in import SERVICES, answers_without_browser
from tests.conftest import MORNING, ROOT, make_tables
from tests.fuzz.odd import BYTES, TEXT, WORDS, broken
from tests.fuzz.running import Target
from tests.pages import InspectingClient, inspect
from tests.staff.conftest import Person

Fields = tuple[tuple[bytes, bytes], ...]
_BOUNDARY = b"----x"
_TOKEN_OF_STAFF = "a token for the reports of the fuzz"

#: What a request may say about itself that its sender made up. Addresses of callers are left: they are not what is tried.
_SAID = (
    "HTTP_ACCEPT_LANGUAGE", "HTTP_COOKIE", "HTTP_HOST", "HTTP_ORIGIN", "HTTP_SEC_FETCH_SITE", "HTTP_RANGE", "HTTP_ACCEPT_ENCODING",
    "HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PROTO", "HTTP_AUTHORIZATION",
    "HTTP_TRANSFER_ENCODING", "HTTP_CONTENT_ENCODING", "HTTP_EXPECT", "HTTP_X_HTTP_METHOD_OVERRIDE", "HTTP_REFERER", "CONTENT_TYPE",
    "CONTENT_LENGTH", "HTTP_USER_AGENT",
)  # fmt: skip
_TYPES = (
    "", "text/plain", "application/json", "application/xml", f"{URLENCODED}; charset=utf-16", f"{URLENCODED}; boundary=x",
    MULTIPART, f"{MULTIPART}; boundary=", f"{MULTIPART}; boundary={'x' * 300}", f"{MULTIPART}; boundary=\xff", f"{MULTIPART}; boundary=a b",
    f'{MULTIPART}; boundary="', "multipart/mixed; boundary=----x", ";;;", "application/x-www-form-urlencoded\x00", "a" * 5000,
)  # fmt: skip
_SAYINGS = st.one_of(
    st.sampled_from(["", "0", "-1", "5", "999999999999", "1e3", "٣", "bytes=0-1,5-", "gzip", "chunked", "*", "100-continue", "DELETE",
                     "evil.example", "[::1", "a@b", "http://[", "Bearer " + "é" * 3, "Sat, 99 Foo", "visitor=x; staff=y; case=z", '"'],
    ),
    st.text(st.characters(max_codepoint=255, exclude_characters="\r\n"), max_size=60),
    st.sampled_from(_TYPES),
)  # fmt: skip


@dataclass(frozen=True)
class Sent:
    """A request as it is sent. `fields` is changed by `changes` before it is written as a body, which is then broken."""

    place: int  #: which of the pages, addresses or acts at hand
    changes: tuple[tuple[str, int, bytes, bytes], ...] = ()
    multipart: bool = False
    tears: tuple[tuple[int, bytes], ...] = ()  #: what is put into the body, where
    cut: int | None = None  #: so many bytes of it come
    body: bytes | None = None  #: instead of any form
    says: tuple[tuple[str, str], ...] = ()
    query: bytes = b""
    parts: tuple[bytes, ...] = ()  #: for what is open in an address


@st.composite
def _seldom(draw: st.DrawFn, odd: st.SearchStrategy[Any], usual: st.SearchStrategy[Any], times: int) -> Any:
    """As usual so many times for each that is not."""
    return draw(odd if draw(st.integers(0, times)) == times else usual)


_VALUES = _seldom(BYTES, TEXT.map(str.encode), 8)
_HOW = ("change", "change", "change", "change", "change", "leave", "leave", "double", "double", "rename", "add", "file")
_CHANGES = st.lists(st.tuples(st.sampled_from(_HOW), st.integers(0, 80), BYTES, _VALUES), max_size=4).map(tuple)


def _sent(*, open_parts: bool = False) -> st.SearchStrategy[Sent]:
    return st.builds(
        Sent,
        place=st.integers(0, 10_000),
        changes=_CHANGES,
        multipart=st.booleans(),
        tears=_seldom(
            st.lists(st.tuples(st.integers(0, 3000), BYTES), min_size=1, max_size=3).map(tuple), st.just(()), 6
        ),
        cut=_seldom(st.integers(0, 3000), st.none(), 8),
        body=_seldom(st.one_of(st.binary(max_size=300), _bodies()), st.none(), 8),
        says=_seldom(
            st.lists(st.tuples(st.sampled_from(_SAID), _SAYINGS), min_size=1, max_size=3).map(tuple), st.just(()), 4
        ),
        query=_queries() if open_parts else _seldom(_queries(), st.just(b""), 4),
        parts=st.lists(st.one_of(BYTES, TEXT.map(str.encode)), max_size=3).map(tuple) if open_parts else st.just(()),
    )


def _bodies() -> st.SearchStrategy[bytes]:
    """Bodies that have made a server stumble: depth, pairs without end, parts that never end or have no name."""
    part = b"--" + _BOUNDARY + b'\r\nContent-Disposition: form-data; name="a"; filename="b.pdf"\r\n\r\n'
    return st.sampled_from([
        b"[" * 20_000, b'{"a":' * 5000, b"&" * 5000, b"a=1&" * 700, b"=" * 2000, b"%" * 100, b"a=%ff", b"a=%00", b"%C3=1",
        b"csrf_token=" + b"x" * 300_000, part * 50, part, part + b"x" * 70_000, part[:-4], b"--" + _BOUNDARY + b"--\r\n",
        b"--" + _BOUNDARY + b"\r\n\r\n\r\n--" + _BOUNDARY + b"--\r\n", b"--" + _BOUNDARY + b"\r\n" + b"X: y\r\n" * 3000,
        part.replace(b'"b.pdf"', b"UTF-8''%ff%00"), part.replace(b"form-data", b"x" * 9000), b"\r\n" * 3000,
    ])  # fmt: skip


def _queries() -> st.SearchStrategy[bytes]:
    names = (b"q", b"view", b"after", b"next", b"done", b"language", b"caller", b"channel", b"mode", b"by", b"theme", b"since", b"until",
             b"unit", b"board", b"sort", b"state", b"change", b"page", b"v", b"key", b"service", b"on")  # fmt: skip
    pair = st.tuples(st.one_of(st.sampled_from(names), BYTES), BYTES).map(
        lambda both: quote_from_bytes(both[0]).encode() + b"=" + quote_from_bytes(both[1]).encode()
    )
    return st.one_of(
        st.lists(pair, max_size=4).map(b"&".join), st.binary(max_size=40).map(lambda raw: raw.replace(b"\n", b""))
    )


def a_house(folder: Path) -> Flask:
    """The demo municipality on SQLite, with a gateway that may report, and somebody who holds every role."""
    folder.mkdir(parents=True, exist_ok=True)
    url = f"sqlite:///{folder / 'eservices.db'}"
    make_tables(url)
    settings = Settings.from_environment(
        {
            "ESERVICES_DATABASE_URL": url, "ESERVICES_SECRET_KEY": "a secret for the tests alone, nowhere else",
            "ESERVICES_KEYS": "test:" + "07" * 32, "ESERVICES_DATA_DIR": str(folder / "data"),
            "ESERVICES_FORMS_DIR": str(ROOT / "forms"), "ESERVICES_BASE_URL": "http://127.0.0.1:8000", "ESERVICES_DEMO": "1",
            "ESERVICES_SMS_REPORT_TOKEN": _TOKEN_OF_STAFF,
        }
    )  # fmt: skip
    clock = FixedClock(MORNING)
    app = create_app(settings, clock)
    app.test_client_class = InspectingClient
    house: House = app.extensions["eservices"]
    with house.database.transaction() as tx:
        roles = dict.fromkeys(Role, (ALL_UNITS,))
        accounts.add_staff(
            tx,
            username="alla",
            name="Kim Alla",
            password=demo.PASSWORD,
            roles=roles,
            now=clock.now(),
            any_password=True,
        )
    return app


@dataclass
class _Page:
    """A page of somebody's journey, as its browser would send it."""

    service: str
    step: str
    address: str
    fields: list[tuple[str, str]]


@dataclass
class _Walked:
    """Somebody who has come as far as the last page of a service, and what they had said until then."""

    secret: str
    cookie: str
    pages: list[_Page]
    row: Any = None
    given: Given | None = None


class Sending:
    """The house and those who send: one resident for each service, one member of staff with every right."""

    def __init__(self, folder: Path, services: Sequence[str] = SERVICES):
        self.app = a_house(folder)
        self.services = services
        self.house: House = self.app.extensions["eservices"]
        self.phone = self.house.library.municipality.contact_centre.phone
        self.walked = {service: self._walk(service) for service in services}
        self.staff, self.token = self._sign_in()
        handed_in = [self._handed_in(service) for service in ("batplats", "felanmalan", "sophamtning")]
        self.numbers = [number for number, _ in handed_in]
        self.own_pass = self._opened(*handed_in[0])

    # ---- who is there

    def _browser(self) -> Person:
        client = self.app.test_client()
        assert isinstance(client, InspectingClient)
        return Person(client)

    def _walk(self, service: str) -> _Walked:
        person = self._browser().go(f"/sv/services/{service}").send({})
        answers, pages = answers_without_browser(service), []
        for _ in range(60):
            form = primary_form(person.page)
            assert form is not None
            pages.append(_Page(service, person.address.split("/")[4], person.address, filled(form, answers)))
            if person.address.endswith("/check"):
                break
            person.send(answers)
            assert person.status == 200, f"{person.status} at {person.address}: {person.text('.summary')}"
        found = person.client.get_cookie("visitor")
        assert found is not None
        walked = _Walked(found.value.partition(".")[2], f"visitor={found.value}", pages)
        walked.row, walked.given = self._kept(walked, service)
        return walked

    def _sign_in(self) -> tuple[str, str]:
        person = self._browser().go("/staff/login").send({"username": "alla", "password": demo.PASSWORD})
        found = person.client.get_cookie("staff")
        token = person.go("/staff/account").page.css_first("input[name=csrf_token]")
        assert found is not None
        assert token is not None
        return f"staff={found.value}", token.attributes["value"] or ""

    def _handed_in(self, service: str) -> tuple[str, str]:
        """Number and code of a case."""
        person = self._browser().go(f"/sv/services/{service}").journey(answers_without_browser(service))
        return person.text("#reference"), person.text("#case-code")

    def _opened(self, number: str, code: str) -> bytes:
        """The pass of whoever has shown number and code of a case."""
        person = self._browser().go("/sv/case").send({"number": number, "code": code})
        found = person.client.get_cookie("case")
        assert found is not None
        return found.value.encode()

    def _kept(self, walked: _Walked, service: str) -> tuple[Any, Given | None]:
        with self.house.database.read() as tx:
            draft = drafts.by_token(tx, drafts.token(tx.keys, walked.secret, service))
            if draft is None or not draft.is_open:
                return None, None
            return tx.execute(select(drafts_table).where(drafts_table.c.id == draft.id)).one(), draft.answers

    def _put_back(self, row: Any) -> None:
        with self.house.database.transaction() as tx:
            values = {name: value for name, value in row._mapping.items() if name != "id"}
            tx.execute(drafts_table.update().where(drafts_table.c.id == row.id).values(values))

    # ---- what is sent

    def journey(self, sent: Sent) -> str:
        """To a page of a journey, the check page too; what was said on other pages stands."""
        service = self.services[sent.place % len(self.services)]
        walked = self.walked[service]
        page = walked.pages[sent.place // len(self.services) % len(walked.pages)]
        status = self._ask("POST", page.address, _changed(page.fields, sent.changes), sent, walked.cookie)
        row, given = self._kept(walked, service)
        if row is None:  # it was sent, and that is that
            assert page.step == "check" or status == "303", f"{status} at {page.address} ended the draft"
            self.walked[service] = self._walk(service)
            return status
        assert given is not None
        assert walked.given is not None
        lost = _lost(walked.given, given, self._asked_on(service, page.step))
        assert not lost, f"{status} at {page.address} changed {lost}"
        if status not in {"200", "303", "422"}:
            assert given == walked.given, f"refused with {status} at {page.address}, and kept"
        if row != walked.row:
            self._put_back(walked.row)
        return status

    def _asked_on(self, service: str, step: str) -> frozenset[str]:
        found = self.house.library.service(service)
        assert found is not None
        return frozenset(question.id for one in found.steps if one.id == step for question in one.questions)

    def address(self, sent: Sent) -> str:
        """Any address that is asked for, by somebody with every right."""
        rules = [rule for rule in self.app.url_map.iter_rules() if "GET" in (rule.methods or ())]
        rule = rules[sent.place % len(rules)].rule
        parts = [*map(quote_from_bytes, sent.parts)]
        address = re.sub(r"<(?:(\w+)(?:\([^)]*\))?:)?(\w+)>", lambda part: self._part(part, parts), rule)
        return self._ask("GET", address, [], sent, f"{self.staff}; {self.walked['batplats'].cookie}")

    def _part(self, part: re.Match[str], parts: list[str]) -> str:
        if parts and (odd := parts.pop()):
            return odd
        return {"language": "sv", "service": "batplats", "number": self.numbers[0], "item": "1"}.get(part[2], "0" * 32)

    def act(self, sent: Sent) -> str:
        """To whatever takes a form from staff: its own fields, as they stand on its page, changed."""
        rules = [
            r
            for r in self.app.url_map.iter_rules()
            if "POST" in (r.methods or ()) and r.rule.startswith(security.STAFF_ADDRESSES)
        ]
        rules = [rule for rule in rules if rule.rule not in _ENDS_THE_SESSION]
        rule = rules[sent.place % len(rules)]
        number = self.numbers[sent.place // len(rules) % len(self.numbers)]
        known = {"number": number, "item": "1", "service": "batplats"}
        address = re.sub(
            r"<(?:(any)\(([^)]*)\):|\w+:)?(\w+)>",
            lambda p: p[2].split(",")[0].strip(" '\"") if p[1] else known.get(p[3], "0" * 32),
            rule.rule,
        )
        fields = self._fields_at(address)
        return self._ask("POST", address, _changed(fields, sent.changes), sent, self.staff)

    def _fields_at(self, address: str) -> list[tuple[str, str]]:
        person = self._browser()
        person.client.set_cookie("staff", self.staff.partition("=")[2])
        answer = person.client.get(address)
        fields: list[tuple[str, str]] = []
        if answer.status_code == 200 and answer.mimetype == "text/html":
            form = primary_form(person._shown(answer).page)
            fields = _filled(form) if form is not None else []
        return [("csrf_token", self.token), *((name, value) for name, value in fields if name != "csrf_token")]

    def report(self, sent: Sent) -> str:
        """What a gateway reports afterwards, with its token and without."""
        says = (("HTTP_AUTHORIZATION", f"Bearer {_TOKEN_OF_STAFF}"), *sent.says)
        return self._ask(
            "POST",
            "/delivery-reports",
            _changed([("id", "0" * 32), ("state", "failed")], sent.changes),
            replace(sent, says=says),
            "",
        )

    def pass_(self, thrown: bytes) -> str:
        """A pass, a session or a visitor's secret that somebody wrote themselves opens nothing; a real one its case."""
        number = self.numbers[0]
        status = self._ask("GET", f"/sv/case/{number}", [], Sent(0), _cookies("case", thrown))
        # What only looks like it may be refused: signs that nobody reads, and a length that no longer fits.
        wrong = thrown == self.own_pass if status != "200" else not _is_written_alike(thrown, self.own_pass)
        assert not wrong, f"{status} for the case"
        for name, address in (("sign", f"/sv/sign/{number}"), ("staff", f"/cases/{number}")):
            away = self._ask("GET", address, [], Sent(0), _cookies(name, thrown))
            assert away in {"303", "404", "302", "400"}, f"{away} at {address}"
        return status

    def _ask(self, method: str, address: str, fields: list[tuple[bytes, bytes]], sent: Sent, cookie: str) -> str:
        body, content_type = _body(fields, sent)
        path, _, _ = address.partition("?")
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method, "SCRIPT_NAME": "", "PATH_INFO": _unquoted(path), "QUERY_STRING": sent.query.decode("latin-1"),
            "SERVER_NAME": "127.0.0.1", "SERVER_PORT": "8000", "SERVER_PROTOCOL": "HTTP/1.1", "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": "127.0.0.1:8000", "HTTP_COOKIE": cookie, "CONTENT_LENGTH": str(len(body)), "CONTENT_TYPE": content_type,
            "wsgi.version": (1, 0), "wsgi.url_scheme": "http", "wsgi.errors": io.StringIO(), "wsgi.multithread": False,
            "wsgi.multiprocess": False, "wsgi.run_once": False,
        }  # fmt: skip
        environ.update(sent.says)
        environ["wsgi.input"] = io.BytesIO(body if sent.cut is None else body[: sent.cut])
        return self._answer(environ)

    def _answer(self, environ: dict[str, Any]) -> str:
        told: list[tuple[str, list[tuple[str, str]]]] = []

        def start(status: str, headers: list[tuple[str, str]], _info: object = None) -> Callable[[bytes], object]:
            told.append((status, headers))
            return lambda _piece: None

        with _logged() as log:
            answer = self.app.wsgi_app(environ, start)
            content = b"".join(answer)
            getattr(answer, "close", lambda: None)()
        status, headers = told[-1]
        where = f"{environ['REQUEST_METHOD']} {environ['PATH_INFO'][:200]!r}"
        assert status < "500", f"{status} at {where}: {' '.join(log)[-3000:]}"
        assert b"Traceback" not in content, where
        assert not any(set(name + value) & set("\r\n\x00") for name, value in headers), f"{headers} at {where}"
        said = dict(headers)
        assert said.get("Location", "/").startswith("/"), f"led to {said['Location']} at {where}"
        assert not said.get("Location", "/").startswith("//"), f"led to {said['Location']} at {where}"
        if said.get("Content-Type", "").startswith("text/html") and status[0] != "3":
            faults = inspect(content.decode("utf-8"), phone=self.phone)
            assert not faults, f"{where}: {faults}"
        return status[:3]


#: Whoever tries these is out, and nothing more is tried.
_ENDS_THE_SESSION = frozenset({"/staff/logout", "/staff/logout-everywhere", "/staff/logins", "/staff/password"})


def _cookies(name: str, thrown: bytes) -> str:
    return re.sub(r"[\r\n]", "", f"{name}={thrown.decode('latin-1')}")


def _is_written_alike(thrown: bytes, own: bytes) -> bool:
    """Whether both are the same pass: the last sign of one has bits that nobody reads."""
    try:
        return base64.urlsafe_b64decode(thrown + b"==") == base64.urlsafe_b64decode(own + b"==")
    except ValueError:
        return False


def _filled(form: LexborNode) -> list[tuple[str, str]]:
    """The form of an act as somebody would send it who has something to say everywhere."""
    said = {"password": demo.PASSWORD, **dict.fromkeys(("last_day", "valid_until", "on", "until"), "2026-12-24")}
    for node in form.css("input[type=radio]"):
        said.setdefault(node.attributes["name"] or "", node.attributes.get("value") or "")
    return [(name, value or said.get(name, "Hej")) for name, value in filled(form, said)]


def _unquoted(path: str) -> str:
    """The path as a server hands it on: bytes as Latin-1."""
    return unquote_to_bytes(path).decode("latin-1")


def _changed(
    fields: list[tuple[str, str]], changes: tuple[tuple[str, int, bytes, bytes], ...]
) -> list[tuple[bytes, bytes]]:
    found = [(name.encode(), value.encode()) for name, value in fields]
    for how, number, name, value in changes:
        if how == "add" or not found:
            found.append((name, value))
            continue
        at = number % len(found)
        if found[at][0] == b"csrf_token":  # it is tried elsewhere that nothing goes without it
            at = (number + 1) % len(found)
        key, kept = found[at]
        if how == "leave":
            del found[at]
        elif how == "double":
            found.append((key, value))
        else:
            found[at] = {"change": (key, value), "rename": (name, kept), "file": (key + b"\x00", value)}[how]
    return found


def _body(fields: list[tuple[bytes, bytes]], sent: Sent) -> tuple[bytes, str]:
    content_type = f"{MULTIPART}; boundary={_BOUNDARY.decode()}" if sent.multipart else URLENCODED
    if sent.body is not None:
        return sent.body, content_type
    body = _multipart(fields) if sent.multipart else _urlencoded(fields)
    for number, tear in sent.tears:
        at = number % (len(body) + 1)
        body = body[:at] + tear + body[at:]
    return body, content_type


def _urlencoded(fields: list[tuple[bytes, bytes]]) -> bytes:
    pairs = [(quote_from_bytes(name.rstrip(b"\x00")), quote_from_bytes(value)) for name, value in fields]
    return "&".join(f"{name}={value}" for name, value in pairs).encode()


def _multipart(fields: list[tuple[bytes, bytes]]) -> bytes:
    """As a browser writes it; a name that ends with a NUL is a file's."""
    parts = []
    for name, value in fields:
        file = b'; filename="a.pdf"\r\nContent-Type: application/pdf' if name.endswith(b"\x00") else b""
        quoted = name.rstrip(b"\x00").replace(b'"', b"%22").replace(b"\r", b"%0D").replace(b"\n", b"%0A")
        parts.append(
            b'--%s\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n%s\r\n' % (_BOUNDARY, quoted, file, value)
        )
    return b"".join(parts) + b"--" + _BOUNDARY + b"--\r\n"


def _lost(before: Given, after: Given, asked: frozenset[str]) -> list[str]:
    """What was said elsewhere and is no longer there, or is another thing."""
    return [
        str(place)
        for place, answer in before.given.items()
        if place[0] not in asked and (place not in after.given or after.given[place].value != answer.value)
    ]


@contextmanager
def _logged() -> Iterator[list[str]]:
    lines: list[str] = []

    class Kept(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(self.format(record))

    handler, logger = Kept(), logging.getLogger("eservices")
    logger.addHandler(handler)
    try:
        yield lines
    finally:
        logger.removeHandler(handler)


def targets(sending: Sending) -> list[Target]:
    own = sending.own_pass
    forged = st.one_of(BYTES, broken(st.just(own), most=3), st.sampled_from(WORDS).map(str.encode))
    passes = st.tuples(st.integers(0, 9), forged).map(lambda both: both[1] if both[0] else own)
    return [
        Target("pages of journeys", _sent(), sending.journey, repeatable=False),
        Target("addresses", _sent(open_parts=True), sending.address, repeatable=False),
        Target("acts of staff", _sent(), sending.act, repeatable=False),
        Target("reports of gateways", _sent(), sending.report, repeatable=False),
        Target("passes", passes, sending.pass_, repeatable=False),
    ]
