"""What is sent to us takes no more room than it may, whoever sends it and before anybody is asked who they are."""

import io
import json
import struct
import subprocess
import tracemalloc
from collections.abc import Callable

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import func, select

from eservices.attachments import Limits, Refused, pictures
from eservices.attachments.content import look
from eservices.attachments.tables import attachments
from eservices.submissions import store as submissions
from eservices.submissions.tables import submissions as submissions_table
from eservices.web.house import House
from tests.bench.robot import filled, primary_form
from tests.journeys.person import ANSWERS
from tests.security.conftest import token_of
from tests.security.test_doors import PNG
from tests.staff.conftest import BERTH, Person


def _multipart(*fields: tuple[str, bytes]) -> bytes:
    parts = [b'--x\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (n.encode(), v) for n, v in fields]
    return b"".join(parts) + b"--x--\r\n"


@pytest.mark.parametrize("pieces", [1, 500])
def test_text_in_a_form_with_files_has_the_same_limit_as_without(app: Flask, pieces: int):
    client = app.test_client()
    token = token_of(client, "/sv/case").encode()
    big = b"a" * (8_000_000 // pieces)
    body = _multipart(("csrf_token", token), *((f"f{n}", big) for n in range(pieces)))
    tracemalloc.start()
    answer = client.post("/sv/continue", data=body, content_type="multipart/form-data; boundary=x")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert answer.status_code == 413
    assert peak < 4_000_000


def test_whoever_breaks_off_a_body_that_is_too_large_is_told_so_like_anybody(app: Flask):
    """What is still on its way is taken in before the answer, and here it never comes."""
    answer = app.test_client().post(
        "/sv/case", input_stream=io.BytesIO(b"a=" + b"x" * 300_000), content_length=400_000,
        content_type="application/x-www-form-urlencoded",
    )  # fmt: skip

    assert answer.status_code == 413
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_an_archive_with_a_mass_of_names_is_refused_before_they_are_read():
    local = b"PK\x03\x04" + struct.pack("<HHHHHIIIHH", 20, 0, 0, 0, 0, 0, 0, 0, 1, 0) + b"a"
    entry = b"PK\x01\x02" + struct.pack("<HHHHHHIIIHHHHHII", 20, 20, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0) + b"a"
    names = entry * 100_000
    end = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 100_000 & 0xFFFF, 100_000 & 0xFFFF, len(names), len(local), 0)
    limits = Limits(kinds=frozenset({"docx", "pdf"}), max_bytes=25_000_000, max_files=1)
    tracemalloc.start()
    with pytest.raises(Refused):
        look(io.BytesIO(local + names + end), name="brev.docx", limits=limits)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10_000_000


def test_files_for_a_page_that_cannot_be_reached_are_not_kept(a_browser: Callable[[], Person], house: House):
    person = a_browser().go("/sv/services/felanmalan").send({})
    token = token_of(person.client, person.address)
    for number in range(3):
        sent = {"csrf_token": token, "photo": [(io.BytesIO(PNG + bytes([number])), "a.png")]}
        assert person.client.post("/sv/services/felanmalan/place", data=sent).status_code == 303
    with house.database.read() as tx:
        assert tx.execute(select(func.count()).select_from(attachments)).scalar_one() == 0


@pytest.mark.parametrize("item", [10**6, 10**30])
def test_an_item_number_beyond_all_bounds_is_not_found(a_browser: Callable[[], Person], item: int):
    person = a_browser().go("/sv/services/felanmalan").send({})
    token = token_of(person.client, person.address)
    sent = {"csrf_token": token, "photo": [(io.BytesIO(PNG), "a.png")]}
    assert person.client.post(f"/sv/services/felanmalan/place/{item}", data=sent).status_code in {303, 404}


def test_what_is_thrown_away_leaves_no_row_of_a_file(a_browser: Callable[[], Person], house: House):
    answers = json.loads((ANSWERS / "felanmalan.json").read_text())
    person = a_browser().go("/sv/services/felanmalan")
    while not person.address.endswith("/place"):
        person.send(answers)
    token = token_of(person.client, person.address)
    body = {name: value for name, value in filled(primary_form(person.page), answers) if name != "photo"}
    sent = {**body, "csrf_token": token, "photo": [(io.BytesIO(PNG), "a.png")], "go": "save"}
    assert person.client.post(person.address, data=sent).status_code == 303
    with house.database.read() as tx:
        assert tx.execute(select(func.count()).select_from(attachments)).scalar_one() == 1
    person.client.post("/sv/services/felanmalan/clear-and-leave", data={"csrf_token": token, "keep": "no"})
    with house.database.read() as tx:
        assert tx.execute(select(func.count()).select_from(attachments)).scalar_one() == 0


def test_only_declarations_of_the_service_are_kept_as_declared(a_browser: Callable[[], Person], house: House):
    person = a_browser().go("/sv/services/batplats")
    while not person.address.endswith("/check"):
        person.send(BERTH)
    sent = dict(filled(primary_form(person.page), BERTH)) | {"<b>": "1", "x" * 1000: "1"}
    person.client.post(person.address, data=sent)
    with house.database.read() as tx:
        found = tx.execute(select(submissions_table.c.id)).scalars().first()
        kept = submissions.get(tx, found).declared if found else ()
    assert set(kept) <= {"truthful"}


def test_files_of_a_request_that_is_refused_do_not_stay_on_the_disk(a_browser: Callable[[], Person], house: House):
    answers = json.loads((ANSWERS / "felanmalan.json").read_text())
    person = a_browser().go("/sv/services/felanmalan")
    while not person.address.endswith("/place"):
        person.send(answers)
    token = token_of(person.client, person.address)
    for number in range(3):
        sent = {"csrf_token": token, "no_such_control": "x", "photo": [(io.BytesIO(PNG + bytes([number])), "a.png")]}
        assert person.client.post(person.address, data=sent).status_code == 400
    assert not [path for path in house.settings.files_dir.rglob("*") if path.is_file()]


def test_the_decoder_of_photos_knows_no_secret(monkeypatch: pytest.MonkeyPatch):
    seen: dict[str, object] = {}
    real = subprocess.run
    monkeypatch.setattr(pictures.subprocess, "run", lambda *a, **k: seen.update(k) or real(*a, **k))
    out = io.BytesIO()
    Image.new("RGB", (4, 4)).save(out, "PNG")
    pictures.cleaned(out.getvalue(), "image/png", "x", keep_place=False)
    known = seen["env"]
    assert isinstance(known, dict)
    assert not [name for name in known if name.startswith("ESERVICES")]
