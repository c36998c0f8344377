"""Only the receiver's yes counts, and each kind of no says whether trying again can help."""

import datetime as dt
import socket
import ssl
import time
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from eservices.worker.post import Envelope, Folder, MailServer, Never, NotNow
from tests.worker.mail_server import Inbox, bad_server, free_port, mail_server

MESSAGE = b"Subject: Kvitto\r\n\r\nHej!\r\n.en rad med punkt\r\n..\r\n"


def test_a_message_arrives_byte_for_byte() -> None:
    inbox = Inbox()

    with mail_server(inbox) as port:
        yes = server_at(port).send(envelope())

    assert yes.startswith("250")
    assert inbox.messages == [MESSAGE]
    assert inbox.receivers == ["asa@exempel.se"]


def test_a_receiver_with_letters_outside_ascii_is_reached() -> None:
    inbox = Inbox()

    with mail_server(inbox) as port:
        server_at(port).send(envelope("åsa@exempel.se"))

    assert inbox.receivers == ["åsa@exempel.se"]


@pytest.mark.parametrize("inbox", [Inbox(replies=["550 5.1.1 no such user"]), Inbox(verdicts=["554 5.7.1 not taken"])])
def test_a_final_no_is_never_asked_again(inbox: Inbox) -> None:
    with mail_server(inbox) as port, pytest.raises(Never, match=r"^55"):
        server_at(port).send(envelope())


@pytest.mark.parametrize("inbox", [Inbox(replies=["451 4.3.0 later"]), Inbox(verdicts=["452 4.2.2 full"])])
def test_a_no_for_today_concerns_this_message_only(inbox: Inbox) -> None:
    with mail_server(inbox) as port, pytest.raises(NotNow, match=r"^45") as no:
        server_at(port).send(envelope())

    assert not no.value.away


def test_a_server_that_is_not_there_is_away() -> None:
    with pytest.raises(NotNow) as no:
        server_at(free_port()).send(envelope())

    assert no.value.away


def test_a_server_that_says_nothing_is_away() -> None:
    with bad_server(lambda _line: None) as port, pytest.raises(NotNow) as no:
        server_at(port, timeout=0.2).send(envelope())

    assert no.value.away


def test_a_server_that_speaks_letter_by_letter_does_not_hold_us_for_ever() -> None:
    def drip(line: socket.socket) -> None:
        while True:
            line.send(b"2")
            time.sleep(0.05)

    with bad_server(drip) as port, pytest.raises(NotNow) as no:
        server_at(port, timeout=5, whole=0.4).send(envelope())

    assert no.value.away


def test_a_server_that_hangs_up_before_its_yes_has_not_said_yes() -> None:
    def hang_up(line: socket.socket) -> None:
        converse(line, after_data=b"")

    with bad_server(hang_up) as port, pytest.raises(NotNow):
        server_at(port).send(envelope())


def test_what_another_has_taken_over_meanwhile_is_not_sent() -> None:
    inbox = Inbox()

    with mail_server(inbox) as port, pytest.raises(NotNow) as no:
        server_at(port).send(Envelope("a1", "noreply@exempel.se", "asa@exempel.se", MESSAGE, lambda: False))

    assert inbox.messages == []
    assert not no.value.away, "nothing is wrong with the mail server"


def test_a_yes_holds_although_the_server_vanishes_after_it() -> None:
    def vanish(line: socket.socket) -> None:
        converse(line, after_data=b"250 taken\r\n")

    with bad_server(vanish) as port:
        assert server_at(port).send(envelope()) == "250 taken"


def test_no_message_goes_over_a_line_that_cannot_be_trusted(tmp_path: Path) -> None:
    inbox = Inbox()

    with mail_server(inbox, tls_context=self_signed(tmp_path)) as port, pytest.raises(NotNow) as no:
        server_at(port, tls="starttls").send(envelope())

    assert no.value.away
    assert inbox.messages == []


def test_no_message_goes_in_the_clear_when_encryption_is_wanted() -> None:
    inbox = Inbox()

    with mail_server(inbox) as port, pytest.raises(NotNow):
        server_at(port, tls="starttls").send(envelope())

    assert inbox.messages == []


def test_a_wrong_password_of_ours_is_no_fault_of_the_receiver() -> None:
    def refuse_login(line: socket.socket) -> None:
        line.send(b"220 here\r\n")
        with line.makefile("rb") as said:
            for words in said:
                line.send(
                    b"250-here\r\n250 AUTH PLAIN\r\n" if words.startswith(b"ehlo") else b"535 5.7.8 wrong password\r\n"
                )

    with bad_server(refuse_login) as port, pytest.raises(NotNow, match="535") as no:
        server_at(port, user="kommunen", password="fel").send(envelope())

    assert no.value.away


def test_in_the_folder_a_message_sent_again_is_the_same_file(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "mail")

    folder.send(envelope())
    folder.send(envelope())

    assert [(file.name, file.read_bytes()) for file in (tmp_path / "mail").iterdir()] == [("a1.eml", MESSAGE)]


def test_a_folder_that_cannot_be_written_is_away(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("in the way")

    with pytest.raises(NotNow):
        Folder(tmp_path / "mail").send(envelope())


def envelope(receiver: str = "asa@exempel.se") -> Envelope:
    return Envelope("a1", "noreply@exempel.se", receiver, MESSAGE)


def server_at(
    port: int, *, tls: str = "none", user: str = "", password: str = "", timeout: float = 5, whole: float = 10
) -> MailServer:
    return MailServer("127.0.0.1", port, tls, user, password, timeout, whole)


def converse(line: socket.socket, *, after_data: bytes) -> None:
    """Say yes to everything; after the message say `after_data` and hang up."""
    line.send(b"220 here\r\n")
    with line.makefile("rb") as said:
        for words in said:
            if words.upper().startswith(b"DATA"):
                break
            line.send(b"250 yes\r\n")
        line.send(b"354 go on\r\n")
        for words in said:
            if words == b".\r\n":
                break
    line.send(after_data)
    line.shutdown(socket.SHUT_RDWR)


def self_signed(folder: Path) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = folder / "certificate.pem"
    pem.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    return context
