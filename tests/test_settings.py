"""Settings are read once, and every mistake is told at once in a line of its own."""

import datetime as dt
import stat
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from eservices.settings import Settings, SettingsError, described, variable

_PRODUCTION = {
    "ESERVICES_DATABASE_URL": "postgresql+psycopg://eservices@db/eservices",
    "ESERVICES_SECRET_KEY": "s" * 32,
    "ESERVICES_KEYS": "a:" + "0" * 64,
    "ESERVICES_BASE_URL": "https://e-tjanster.example.se",
    "ESERVICES_TRUSTED_PROXIES": "127.0.0.1",
}


def test_production_needs_only_database_secret_keys_address_and_proxy() -> None:
    settings = Settings.from_environment(_PRODUCTION)

    assert settings.secure
    assert settings.base_url == "https://e-tjanster.example.se"
    assert not settings.demo
    assert settings.mail_dir is None
    assert settings.smtp_tls == "starttls"


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"DATABASE_URL": "mysql://x"}, "DATABASE_URL must begin with"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY must have at least 32 characters"),
        ({"SECRET_KEY": ""}, "SECRET_KEY is missing"),
        ({"KEYS": ""}, "KEYS is missing"),
        ({"KEYS": "a:123"}, "KEYS must be written as name:64 hexadecimal digits"),
        ({"KEYS": f"a:{'0' * 64},a:{'1' * 64}"}, "KEYS has two keys named a"),
        ({"BASE_URL": "e-tjanster.example.se"}, "BASE_URL must be an address"),
        ({"BASE_URL": "https://example.se/tjanster"}, "BASE_URL must have no path"),
        ({"DEMO": "maybe"}, "DEMO must be 1 or 0"),
        ({"DEMO": "1"}, "DEMO has accounts that everybody knows"),
        ({"NOW": "2026-11-24T10:00:00+01:00"}, "NOW is for demonstrations and tests only"),
        (
            {"NOW": "2026-11-24T10:00:00", "DEMO": "1", "BASE_URL": "http://127.0.0.1:8000"},
            "NOW must say its time zone",
        ),
        ({"NOW": "tomorrow"}, "NOW must be a moment"),
        ({"FORMS_DIR": "/no/such/folder"}, "FORMS_DIR names a folder that is not there"),
        ({"SMTP_PORT": "0"}, "SMTP_PORT must be a whole number from 1 to 65535"),
        ({"SMTP_PORT": "½"}, "SMTP_PORT must be a whole number"),
        ({"SMTP_HOST": "mail"}, "SMTP_FROM is missing"),
        ({"SMTP_USER": "u", "SMTP_TLS": "none"}, "in the clear"),
        ({"SMTP_TLS": "maybe"}, "SMTP_TLS must be one of starttls, tls, none"),
        ({"CLAMD": "clamd"}, "CLAMD must be host:port or the path of a socket"),
        ({"TRUSTED_PROXIES": "10.0.0.0/8, proxy"}, "TRUSTED_PROXIES must be addresses or networks"),
        ({"TRUSTED_PROXIES": ""}, "TRUSTED_PROXIES is missing"),
        ({"KEYS": f"index:{'0' * 64}"}, "KEYS needs a key that wraps"),
        ({"LOG_LEVEL": "loud"}, "LOG_LEVEL must be one of"),
        ({"FILE_MAX_BYTES": "90000000"}, "FILE_MAX_BYTES is larger than ESERVICES_REQUEST_MAX_BYTES"),
        ({"SMTP_HOTS": "mail"}, "SMTP_HOTS is not a setting"),
    ],
)
def test_each_mistake_is_told_in_one_clear_line(changed: dict[str, str], told: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_environment(_PRODUCTION | {f"ESERVICES_{name}": value for name, value in changed.items()})

    assert [line for line in str(caught.value).splitlines() if told in line]
    assert all(line.startswith("ESERVICES_") for line in caught.value.mistakes)


def test_all_mistakes_are_told_at_once() -> None:
    wrong = {"ESERVICES_SMTP_PORT": "x", "ESERVICES_KEYS": "y", "ESERVICES_DEMO": "z"}

    with pytest.raises(SettingsError) as caught:
        Settings.from_environment(_PRODUCTION | wrong)

    assert len(caught.value.mistakes) == 3


def test_a_secret_is_never_told_in_a_mistake() -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_environment(_PRODUCTION | {"ESERVICES_SECRET_KEY": "hemligt", "ESERVICES_KEYS": "a:hemligt"})

    assert "hemligt" not in str(caught.value)


def test_a_demonstration_makes_its_keys_once_and_nobody_else_can_read_them(tmp_path: Path) -> None:
    env = {"ESERVICES_DEMO": "1", "ESERVICES_DATA_DIR": str(tmp_path / "data")}

    first = Settings.from_environment(env)
    second = Settings.from_environment(env)

    assert (first.secret_key, first.keys) == (second.secret_key, second.keys)
    assert stat.S_IMODE((tmp_path / "data" / "keys").stat().st_mode) == 0o600
    assert first.mail_dir == tmp_path / "data" / "mail"
    assert first.database_url == f"sqlite:///{tmp_path / 'data' / 'eservices.db'}"


def test_web_and_worker_that_start_together_agree_on_the_keys(tmp_path: Path) -> None:
    with ProcessPoolExecutor(4) as pool:
        found = list(pool.map(_keys_of_demo, [str(tmp_path / "data")] * 8))

    assert len(set(found)) == 1
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["keys"]


def test_the_clock_of_a_demonstration_is_read_as_utc(tmp_path: Path) -> None:
    settings = Settings.from_environment(
        {
            "ESERVICES_DEMO": "1",
            "ESERVICES_DATA_DIR": str(tmp_path),
            "ESERVICES_NOW": "2026-11-24T10:00:00+01:00",
        }
    )

    assert settings.now == dt.datetime(2026, 11, 24, 9, 0, tzinfo=dt.UTC)


def test_several_folders_of_definitions_are_kept_in_their_order(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()

    settings = Settings.from_environment(_PRODUCTION | {"ESERVICES_FORMS_DIR": f"{tmp_path / 'b'}:{tmp_path / 'a'}"})

    assert settings.forms_dirs == (tmp_path / "b", tmp_path / "a")


def test_every_setting_says_what_it_is_for() -> None:
    rows = described()

    assert len({name for name, *_ in rows}) == len(rows)
    assert all(why.endswith(".") and len(why) > 10 for *_, why in rows)
    assert ("ESERVICES_DEMO", "bool", "0") in [row[:3] for row in rows]


def test_no_secret_shows_when_settings_are_printed() -> None:
    shown = repr(Settings.from_environment(_PRODUCTION | {"ESERVICES_SMTP_PASSWORD": "hemligt-ord"}))

    assert "hemligt-ord" not in shown
    assert "ssss" not in shown
    assert "0" * 64 not in shown


def test_the_name_of_a_setting_in_the_environment_is_its_own_name() -> None:
    import dataclasses

    names = {variable(each) for each in dataclasses.fields(Settings)}

    assert {"ESERVICES_FORMS_DIR", "ESERVICES_DATABASE_URL", "ESERVICES_NOW"} <= names


def _keys_of_demo(data_dir: str) -> str:
    return Settings.from_environment({"ESERVICES_DEMO": "1", "ESERVICES_DATA_DIR": data_dir}).keys
