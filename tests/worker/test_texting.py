"""Text messages: only the gateway's yes counts, the token goes nowhere else, and a postcard says little."""

import dataclasses
import json
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from eservices import deliveries
from eservices.deliveries import Evidence, Recipient
from eservices.language import words
from eservices.settings import Settings, SettingsError
from eservices.values import ContactMethod
from eservices.web import create_app
from eservices.worker import sms
from eservices.worker.handlers import Desk
from eservices.worker.post import Never, NotNow
from eservices.worker.texting import Gateway, Text, TextFolder
from tests.worker.office import Office

MESSAGE = Text("0123abcd", "+46701740605", "Tjörns kommun: hej")
BY_TEXT = Recipient(None, ContactMethod.SMS, "sv", "Maj Sjögren", phone="+46701740605")


@dataclass
class Exchange:
    """A gateway as one meets them, and what it was sent."""

    url: str = ""
    status: int = 202
    requests: list[tuple[Mapping[str, str], dict[str, str]]] = field(default_factory=list)


@pytest.fixture
def exchange() -> Iterator[Exchange]:
    found = Exchange()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            found.requests.append((dict(self.headers), body))
            self.send_response(found.status)
            self.send_header("Location", "http://127.0.0.1:1/elsewhere")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_: object) -> None:
            """Silent."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    found.url = f"http://127.0.0.1:{server.server_port}/v1/messages"
    yield found
    server.shutdown()
    server.server_close()


def test_the_gateway_is_told_which_message_it_is_so_that_it_sends_it_once(exchange: Exchange):
    Gateway(exchange.url, "Tjorn", "hemlig").send(MESSAGE)

    headers, body = exchange.requests[0]
    assert body == {"id": "0123abcd", "from": "Tjorn", "to": "+46701740605", "text": "Tjörns kommun: hej"}
    assert (headers["Idempotency-Key"], headers["Authorization"]) == ("0123abcd", "Bearer hemlig")


@pytest.mark.parametrize(
    ("status", "no"), [(400, Never), (422, Never), (401, NotNow), (302, NotNow), (429, NotNow), (503, NotNow)]
)
def test_each_kind_of_no_says_whether_trying_again_can_help(exchange: Exchange, status: int, no: type[Exception]):
    exchange.status = status

    with pytest.raises(no):
        Gateway(exchange.url, "Tjorn").send(MESSAGE)


def test_nobody_at_the_other_end_means_not_now():
    with pytest.raises(NotNow):
        Gateway("http://127.0.0.1:9/", "Tjorn", timeout=2).send(MESSAGE)


def test_a_text_lies_in_its_folder_complete_and_for_us_alone(tmp_path: Path):
    TextFolder(tmp_path / "sms", "Tjorn").send(MESSAGE)

    [path] = (tmp_path / "sms").iterdir()
    assert json.loads(path.read_text())["to"] == "+46701740605"
    assert path.stat().st_mode & 0o077 == 0


def test_news_for_somebody_who_wants_a_text_goes_by_the_gateway(office: Office, exchange: Exchange):
    office.worker.desk = _with_gateway(office, exchange)
    handed_in = office.hand_in()
    news = office.tell(handed_in, BY_TEXT)

    office.worker.run_once()

    [(_, body)] = exchange.requests
    assert body["to"] == "+46701740605"
    assert office.case_of(handed_in).number in body["text"]
    assert "Maj" not in body["text"]
    assert _delivery(office, news).evidence is Evidence.SENT


@pytest.mark.parametrize("gateway", [False, True], ids=["without a gateway", "a number that is barred"])
def test_a_text_that_cannot_go_is_work_for_a_person_at_once(office: Office, exchange: Exchange, *, gateway: bool):
    exchange.status = 422
    if gateway:
        office.worker.desk = _with_gateway(office, exchange)
    news = office.tell(office.hand_in(), BY_TEXT)

    office.worker.run_once()

    delivery = _delivery(office, news)
    assert (delivery.is_work, delivery.reason) == (True, "undeliverable")


def test_a_word_that_the_caller_knows_stands_in_the_text_with_the_receipt(office: Office):
    said = sms.words_of(
        "receipt",
        {"number": "2026-7K4P3", "word": "strandlykta"},
        office.worker.desk.head(words("sv")),
        words("sv"),
        address="https://tjanster.exempel.se/sv/case",
    )

    assert "strandlykta" in said
    assert "2026-7K4P3" in said


def test_a_gateway_is_never_spoken_to_in_the_clear_or_without_a_sender():
    written = {
        "ESERVICES_DEMO": "1",
        "ESERVICES_SMS_URL": "http://gateway.exempel.se/",
        "ESERVICES_SMS_SENDER": "Tjörn",
    }

    with pytest.raises(SettingsError) as refused:
        Settings.from_environment(written)

    assert "https" in str(refused.value)
    assert "SMS_SENDER" in str(refused.value)


def test_what_the_gateway_says_did_not_arrive_is_work_for_a_person(office: Office, exchange: Exchange):
    office.worker.desk = _with_gateway(office, exchange)
    news = office.tell(office.hand_in(), BY_TEXT)
    office.worker.run_once()
    client = create_app(dataclasses.replace(office.settings, sms_report_token="visa detta", database_url=_url(office)))
    report = {"id": exchange.requests[0][1]["id"], "state": "failed"}

    stranger = client.test_client().post("/delivery-reports", data=report)
    gateway = client.test_client().post(
        "/delivery-reports", data=report, headers={"Authorization": "Bearer visa detta"}
    )

    assert (stranger.status_code, gateway.status_code) == (404, 200)
    assert _delivery(office, news).is_work


def _url(office: Office) -> str:
    return office.database.engine.url.render_as_string(hide_password=False)


def _delivery(office: Office, delivery_id: str) -> deliveries.Delivery:
    with office.database.read() as tx:
        found = deliveries.get(tx, delivery_id)
    assert found is not None
    return found


def _with_gateway(office: Office, exchange: Exchange) -> Desk:
    return dataclasses.replace(office.worker.desk, texts=Gateway(exchange.url, "Tjorn", "hemlig"))
