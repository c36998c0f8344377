"""The yardstick: the service `batplats` as one would write it by hand, in Flask, WTForms and SQLAlchemy Core.

It does for this one form what the platform does for every form: a draft on the server, CSRF, checking, a page to read
through, and one durable transaction for submission, case, contact item and outbox row. `make bench` measures the
generated service against it, in turn, in one run.

    YARDSTICK_DB=yardstick.db gunicorn -w 1 -b 127.0.0.1:8901 app:app
"""

import datetime as dt
import json
import os
import secrets
from typing import Any

from flask import Flask, redirect, render_template, session, url_for
from flask_wtf import FlaskForm
from sqlalchemy import (
    Column,
    DateTime,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    create_engine,
    delete,
    event,
    insert,
    select,
    update,
)
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response
from wtforms import (
    BooleanField,
    DecimalField,
    Form,
    FormField,
    RadioField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, Regexp

app = Flask(__name__)
app.config["SECRET_KEY"] = "only for measuring"

engine = create_engine(f"sqlite:///{os.environ.get('YARDSTICK_DB', 'yardstick.db')}")


@event.listens_for(engine, "connect")
def _settings(connection: Any, _record: Any) -> None:
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=5000"):
        connection.execute(f"PRAGMA {pragma}")


tables = MetaData()
drafts = Table(
    "drafts", tables, Column("id", String(32), primary_key=True), Column("answers", Text), Column("at", DateTime)
)
submissions = Table(
    "submissions",
    tables,
    Column("id", Integer, primary_key=True),
    Column("draft_id", String(32), unique=True),
    Column("answers", Text),
    Column("channel", String(16)),
    Column("language", String(8)),
    Column("received_at", DateTime),
)
cases = Table(
    "cases",
    tables,
    Column("id", Integer, primary_key=True),
    Column("number", String(20), unique=True),
    Column("submission_id", ForeignKey("submissions.id")),
    Column("unit", String(40)),
    Column("status", String(20), index=True),
    Column("due_at", DateTime, index=True),
)
items = Table(
    "contact_items",
    tables,
    Column("id", Integer, primary_key=True),
    Column("case_id", ForeignKey("cases.id")),
    Column("state", String(20), index=True),
    Column("due_at", DateTime),
)
outbox = Table(
    "outbox", tables, Column("id", Integer, primary_key=True), Column("payload", Text), Column("sent_at", DateTime)
)
tables.create_all(engine)


def has_check_digit(_form: FlaskForm, field: StringField) -> None:
    digits = [int(sign) for sign in field.data or "" if sign.isdigit()][-10:]
    if len(digits) != 10 or sum(sum(divmod(d * (2 - i % 2), 10)) for i, d in enumerate(digits)) % 10:
        raise ValidationError("Personnumret stämmer inte")


class Applicant(FlaskForm):
    name = StringField("Namn", [InputRequired(), Length(max=120)])
    personal_number = StringField("Personnummer", [InputRequired(), has_check_digit])
    contact_preference = RadioField(
        "Hur vill du att vi kontaktar dig?", choices=[("email", "E-post"), ("phone", "Telefon"), ("letter", "Brev")]
    )
    email = StringField("E-postadress", [Optional(), Length(max=254), Regexp(r"[^@\s]+@[^@\s]+\.[^@\s]+$")])
    phone = StringField("Telefonnummer", [Optional(), Regexp(r"^[+0-9 ()-]{6,20}$")])


class Boat(FlaskForm):
    boat_type = RadioField(
        "Vilken typ av båt har du?",
        choices=[("motor", "Motorbåt"), ("sail", "Segelbåt"), ("row", "Roddbåt"), ("other", "Annan båt")],
    )
    registration = StringField("Registreringsbeteckning", [Length(max=20)])
    length = DecimalField("Båtens längd", [InputRequired(), NumberRange(1, 40)], filters=[])
    width = DecimalField("Båtens bredd", [InputRequired(), NumberRange(0.5, 10)])
    draught = DecimalField("Djupgående", [Optional(), NumberRange(0, 5)])

    def validate_registration(self, field: StringField) -> None:
        if self.boat_type.data == "motor" and not field.data:
            raise ValidationError("Skriv båtens registreringsbeteckning")


class Day(Form):
    day = StringField("Dag", [InputRequired(), Regexp(r"\d{1,2}$")])
    month = StringField("Månad", [InputRequired(), Regexp(r"\d{1,2}$")])
    year = StringField("År", [InputRequired(), Regexp(r"\d{4}$")])


class Berth(FlaskForm):
    harbours = SelectMultipleField(
        "Vilka hamnar kan du tänka dig?",
        [InputRequired()],
        choices=[("skarhamn", "Skärhamn"), ("ronnang", "Rönnäng"), ("klovedal", "Kyrkesund"), ("myggenas", "Myggenäs")],
    )
    from_date = FormField(Day, "Från vilket datum vill du ha platsen?", separator="-")
    message = TextAreaField("Något mer som vi behöver veta?", [Optional(), Length(max=2000)])


class Declaration(FlaskForm):
    truthful = BooleanField("Jag intygar att uppgifterna är riktiga", [DataRequired()])


STEPS: dict[str, type[FlaskForm]] = {"applicant": Applicant, "boat": Boat, "berth": Berth}
ORDER = list(STEPS)
BASE = "/sv/services/batplats"


def draft() -> tuple[str | None, dict[str, Any]]:
    draft_id = session.get("draft")
    if draft_id is None:
        return None, {}
    with engine.connect() as connection:
        found = connection.execute(select(drafts.c.answers).where(drafts.c.id == draft_id)).scalar_one_or_none()
    return (draft_id, json.loads(found)) if found else (None, {})


@app.get(BASE)
def start() -> str:
    return render_template("start.html", form=FlaskForm())


@app.post(BASE)
def begin() -> Response:
    FlaskForm().validate()
    draft_id = secrets.token_hex(16)
    with engine.begin() as connection:
        connection.execute(insert(drafts).values(id=draft_id, answers="{}", at=dt.datetime.now(dt.UTC)))
    session["draft"] = draft_id
    return redirect(url_for("step", name=ORDER[0]), 303)


@app.route(f"{BASE}/<any(applicant,boat,berth):name>", methods=["GET", "POST"])
def step(name: str) -> Any:
    draft_id, answers = draft()
    if draft_id is None:
        return redirect(url_for("start"), 303)
    form = (
        STEPS[name](formdata=MultiDict(answers[name]))
        if name in answers and not FlaskForm().is_submitted()
        else STEPS[name]()
    )
    if not form.validate_on_submit():
        return render_template("step.html", form=form, name=name), 422 if form.errors else 200
    answers[name] = {key: value if isinstance(value, str | list | dict) else str(value)
                     for key, value in form.data.items() if key != "csrf_token" and value is not None}  # fmt: skip
    with engine.begin() as connection:
        connection.execute(
            update(drafts)
            .where(drafts.c.id == draft_id)
            .values(answers=json.dumps(answers), at=dt.datetime.now(dt.UTC))
        )
    later = ORDER[ORDER.index(name) + 1 :]
    return redirect(url_for("step", name=later[0]) if later else url_for("check"), 303)


@app.route(f"{BASE}/check", methods=["GET", "POST"])
def check() -> Any:
    draft_id, answers = draft()
    if draft_id is None or set(answers) != set(STEPS):
        return redirect(url_for("start"), 303)
    form = Declaration()
    if not form.validate_on_submit():
        lines = [(STEPS[name].__name__, name, answers[name]) for name in ORDER]
        return render_template("check.html", form=form, lines=lines), 422 if form.errors else 200
    now, number = dt.datetime.now(dt.UTC), secrets.token_hex(4).upper()
    with engine.begin() as connection:
        submission = connection.execute(
            insert(submissions).values(
                draft_id=draft_id, answers=json.dumps(answers), channel="web", language="sv", received_at=now
            )
        ).inserted_primary_key[0]
        case = connection.execute(
            insert(cases).values(
                submission_id=submission, number=number, unit="hamn", status="received", due_at=now + dt.timedelta(14)
            )
        ).inserted_primary_key[0]
        connection.execute(insert(items).values(case_id=case, state="open", due_at=now + dt.timedelta(hours=8)))
        connection.execute(insert(outbox).values(payload=json.dumps({"receipt": number})))
        connection.execute(delete(drafts).where(drafts.c.id == draft_id))
    session.pop("draft")
    session["number"] = number
    return redirect(url_for("receipt"), 303)


@app.get(f"{BASE}/receipt")
def receipt() -> str:
    return render_template("receipt.html", number=session.get("number"))
