"""A mail is a postcard: it says that there is something, its number and how to reach us, and nothing about anybody."""

import datetime as dt
import email
import email.policy
import re
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from eservices.deliveries import Recipient
from eservices.language import LANGUAGES, direction, html_lang
from eservices.values import ContactMethod
from eservices.worker.mails import Sender, Written, as_bytes, envelope_address
from eservices.worker.post import Never
from tests.worker.office import BY_EMAIL, PERSONAL_NUMBER, Office, text_of

NOON = dt.datetime(2026, 11, 24, 11, 0, tzinfo=dt.UTC)
SENDER = Sender("Tjörns kommun", "noreply@tjanster.exempel.se", "tjanster.exempel.se", "kommun@exempel.se")


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)  # words do not depend on the engine
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_receipt_says_number_day_and_every_way_to_reach_us(office: Office, language: str) -> None:
    submission = office.hand_in(BY_EMAIL, language=language)
    office.worker.run_once()
    (message,) = office.messages()
    municipality = office.library.municipality

    for form in ("plain", "html"):
        text = text_of(message, form)
        for wanted in (
            office.case_of(submission).number,
            municipality.contact_centre.phone,
            f"/{language}/case",
            municipality.postal_address.city,
        ):
            assert wanted in text
    assert message["Content-Language"] == html_lang(language)
    page = LexborHTMLParser(text_of(message, "html"))
    assert page.css_first("html").attributes == {"lang": html_lang(language), "dir": direction(language)}
    assert len(page.css("h1")) == 1
    assert office.case_of(submission).number in page.css_first("title").text()
    assert office.case_of(submission).number in str(message["Subject"])


def test_no_mail_tells_anything_about_anybody(office: Office) -> None:
    submission = office.hand_in(message="Kanariefågel")
    office.worker.run_once()
    office.tell(submission, Recipient(None, ContactMethod.EMAIL, "sv", "Åsa Öberg", email="asa@exempel.se"))
    office.worker.run_once()

    for message in office.messages():
        everything = f"{message.as_string()}\n{text_of(message)}\n{text_of(message, 'html')}"
        for private in (PERSONAL_NUMBER, "19850709", "Åsa", "Öberg", "O'Brien", "Kanariefågel", "SFC-1234"):
            assert private not in everything
        assert not re.search(r"\b[A-Z0-9]{4}-[A-Z0-9]{4}\b", text_of(message)), "the code would open the case"
    assert len(office.messages()) == 2


def test_text_and_page_of_a_mail_say_the_same(office: Office) -> None:
    office.hand_in()
    office.worker.run_once()
    (message,) = office.messages()

    page = LexborHTMLParser(text_of(message, "html")).css_first("main").text(separator=" ")

    assert words_of(text_of(message)) >= words_of(page)


def test_a_mail_can_be_told_from_any_other_and_from_itself_sent_twice() -> None:
    first = as_bytes("a1", SENDER, "asa@exempel.se", a_mail(), NOON)
    again = as_bytes("a1", SENDER, "asa@exempel.se", a_mail(), NOON)

    assert first == again
    assert read(first)["Message-ID"] == "<a1@tjanster.exempel.se>"
    assert read(first)["Auto-Submitted"] == "auto-generated"


def test_an_address_outside_ascii_is_written_as_mail_servers_want_it() -> None:
    assert envelope_address(" åsa@räksmörgås.se ") == "åsa@xn--rksmrgs-5wao1o.se"


@given(st.text(max_size=60), st.text(max_size=60))
def test_whatever_is_put_into_an_address_or_subject_adds_no_header_and_no_receiver(to: str, subject: str) -> None:
    try:
        written = as_bytes("a1", SENDER, to, Written(subject, "Hej!", "<p>Hej!</p>", "sv"), NOON)
    except Never:
        return

    names = [name for name, _ in read(written).items()]
    assert sorted(names) == sorted(names_of(as_bytes("a1", SENDER, "asa@exempel.se", a_mail(), NOON)))
    assert len(read(written)["To"].addresses) == 1


@pytest.mark.parametrize(
    "to",
    ["", "@", "asa", "asa@", "@exempel.se", "asa@exempel.se\r\nBcc: alla@exempel.se", "a b@exempel.se", "<a@b.se>",
     "asa@exempel.se, bo@exempel.se", "asa@.se", "\x00@exempel.se"],
)  # fmt: skip
def test_what_is_no_address_is_never_written_to(to: str) -> None:
    with pytest.raises(Never):
        as_bytes("a1", SENDER, to, a_mail(), NOON)


def a_mail() -> Written:
    return Written("Vi har tagit emot ditt ärende 2026-7K4P3", "Hej!\n", "<p>Hej!</p>", "sv")


def read(written: bytes) -> EmailMessage:
    return email.message_from_bytes(written, policy=email.policy.default)


def names_of(written: bytes) -> list[str]:
    return [name for name, _ in read(written).items()]


def words_of(text: str) -> set[str]:
    return {word.strip(".,:") for word in text.split()}
