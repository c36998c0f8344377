"""What whoever watches the house reads: true figures, cheap to ask for, and there when the database is not."""

from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from eservices import outbox
from eservices.settings import Settings
from eservices.web import create_app


def test_the_outbox_is_counted_once_however_often_it_is_told_of(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted, count = [], outbox.standing
    monkeypatch.setattr(outbox, "standing", lambda *how: counted.append(how) or count(*how))

    told = client.get("/metrics").get_data(as_text=True)

    assert len(counted) == 1
    assert 'eservices_outbox_rows{state="waiting"} 0.0' in told


def test_a_database_that_is_away_is_told_of_in_the_figures(settings: Settings) -> None:
    away = replace(settings, database_url="postgresql+psycopg://nobody@/none?host=/nowhere")

    answer = create_app(away).test_client().get("/metrics")

    told = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert 'eservices_faults{kind="database"} 1.0' in told
    assert "eservices_outbox_rows{" not in told
