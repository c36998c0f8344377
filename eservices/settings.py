"""All settings, read once from the environment into one typed object; refused with one line per mistake.

Every field is read from `ESERVICES_<NAME IN CAPITALS>` and says what it is for in `metadata["why"]`; the operations
guide is held against the same list by a test. Nothing else in the house reads the environment.
"""

import base64
import contextlib
import datetime as dt
import ipaddress
import os
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import urlsplit

PREFIX = "ESERVICES_"

Network: TypeAlias = "ipaddress.IPv4Network | ipaddress.IPv6Network"

#: Hosts under which a demonstration may run; anything else is somebody's real address.
_DEMO_HOSTS = frozenset({"127.0.0.1", "localhost", "::1", "0.0.0.0"})  # noqa: S104 -- compared with, not bound to

#: The roles of staff, as `identity` knows them.
_STAFF_ROLES = frozenset({"admin", "case_officer", "contact_agent", "manager", "registrar"})

_SHORTEST_SECRET = 32
_SHORTEST_SIGNING_KEY = 24
_KEY_DIGITS = 64


class SettingsError(Exception):
    """The environment cannot be used as it is; every mistake in one line of its own."""

    def __init__(self, mistakes: tuple[str, ...]):
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes


class _Mistake(ValueError):
    """What is wrong with one setting, after its name."""


def house_folder(name: str) -> Path:
    """`templates`, `translations` or `forms`: beside the package in a checkout, inside it in an installed wheel."""
    package = Path(__file__).resolve().parent
    inside = package / "_data" / name
    return inside if inside.is_dir() else package.parent / name


def _about(why: str, read: Callable[[str], Any], *, shown: str = "", name: str = "") -> dict[str, Any]:
    """What a setting is for, how it is read, and, where its name or default need it, how they are told."""
    return {"why": why, "read": read, "shown": shown, "name": name}


def _text(written: str) -> str:
    return written


def _whole(least: int, most: int) -> Callable[[str], int]:
    def read(written: str) -> int:
        if not written.isascii() or not written.isdecimal() or not least <= int(written) <= most:
            raise _Mistake(f"must be a whole number from {least} to {most}")
        return int(written)

    return read


def _one_of(*allowed: str) -> Callable[[str], str]:
    def read(written: str) -> str:
        if written not in allowed:
            raise _Mistake(f"must be one of {', '.join(allowed)}")
        return written

    return read


def _yes_or_no(written: str) -> bool:
    found = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}.get(written.lower())
    if found is None:
        raise _Mistake("must be 1 or 0")
    return found


def _path(written: str) -> Path:
    return Path(written).expanduser().absolute()


def _folder(written: str) -> Path:
    if not (path := _path(written)).is_dir():
        raise _Mistake(f"names a folder that is not there: {path}")
    return path


def _folders(written: str) -> tuple[Path, ...]:
    found = tuple(_folder(part) for part in written.split(":") if part)
    if not found:
        raise _Mistake("names no folder")
    return found


def _moment(written: str) -> dt.datetime:
    try:
        moment = dt.datetime.fromisoformat(written)
    except ValueError:
        raise _Mistake("must be a moment such as 2026-11-24T10:00:00+01:00") from None
    if moment.tzinfo is None:
        raise _Mistake("must say its time zone, such as 2026-11-24T10:00:00+01:00")
    return moment.astimezone(dt.UTC)


def _address(written: str) -> str:
    parts = urlsplit(written)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise _Mistake("must be an address such as https://e-tjanster.example.se")
    if parts.path not in {"", "/"}:
        raise _Mistake("must have no path: the service lies at the root of its host")
    return written.rstrip("/")


def _networks(written: str) -> tuple[Network, ...]:
    try:
        return tuple(ipaddress.ip_network(part.strip()) for part in written.split(",") if part.strip())
    except ValueError:
        raise _Mistake("must be addresses or networks with commas between, such as 10.0.0.0/8") from None


#: What a definition may call a system.
_NAME = re.compile(r"[a-z][a-z0-9_]*")


def _receivers(written: str) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for part in written.split(","):
        name, _, address = part.strip().partition("=")
        try:
            parts = urlsplit(address)
            known = bool(parts.hostname) and (parts.port is None or parts.port > 0)
        except ValueError:
            known = False
        if not known or parts.fragment or parts.username is not None or not _NAME.fullmatch(name):
            raise _Mistake("must be written as name=https://host/path, with commas between")
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _DEMO_HOSTS):
            raise _Mistake(f"would tell {name} in the clear: its address must be https")
        if name in found:
            raise _Mistake(f"has two addresses of {name}")
        found[name] = address
    return found


def _receivers_secrets(written: str) -> Mapping[str, tuple[bytes, ...]]:
    found: dict[str, tuple[bytes, ...]] = {}
    for part in written.split(","):
        name, _, secret = part.strip().partition("=")
        try:
            opened = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
        except ValueError:
            opened = b""
        if not _NAME.fullmatch(name) or not secret.startswith("whsec_") or len(opened) < _SHORTEST_SIGNING_KEY:
            raise _Mistake("must be written as name=whsec_ and at least 24 random bytes in base64, with commas between")
        found[name] = (*found.get(name, ()), opened)
    return found


def _database(written: str) -> str:
    if not written.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise _Mistake("must begin with sqlite:/// or postgresql+psycopg://")
    return written


def _keys(written: str) -> str:
    names: set[str] = set()
    for part in written.split(","):
        name, _, digits = part.strip().partition(":")
        if not name or len(digits) != _KEY_DIGITS or any(digit not in "0123456789abcdefABCDEF" for digit in digits):
            raise _Mistake(f"must be written as name:{_KEY_DIGITS} hexadecimal digits, with commas between keys")
        if name in names:
            raise _Mistake(f"has two keys named {name}")
        names.add(name)
    if names == {"index"}:
        raise _Mistake("needs a key that wraps beside the one named index")
    return written


def _secret(written: str) -> bytes:
    if len(written) < _SHORTEST_SECRET:
        raise _Mistake(f"must have at least {_SHORTEST_SECRET} characters")
    return written.encode()


def _roles(written: str) -> frozenset[str]:
    found = frozenset(part.strip() for part in written.split(",") if part.strip())
    if not found <= _STAFF_ROLES:
        raise _Mistake(f"must be some of {', '.join(sorted(_STAFF_ROLES))}, with commas between")
    return found


def _clamd(written: str) -> str:
    host, _, port = written.rpartition(":")
    if not written.startswith("/") and not (host and port.isdecimal()):
        raise _Mistake("must be host:port or the path of a socket")
    return written


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the person who runs the house decides. Made by `from_environment`, or by hand in a test."""

    database_url: str = field(
        repr=False,
        metadata=_about(
            "The database: sqlite:///PATH, or postgresql+psycopg://USER@HOST/NAME in production.",
            _database,
            shown="sqlite:///DATA_DIR/eservices.db",
        ),
    )
    secret_key: bytes = field(
        repr=False,
        metadata=_about(
            "Signs what browsers keep; at least 32 random characters.",
            _secret,
            shown="made and kept in DEMO",
        ),
    )
    keys: str = field(
        repr=False,
        metadata=_about(
            "The key ring: name:64 hexadecimal digits, commas between; `index` finds, the last one wraps.",
            _keys,
            shown="made and kept in DEMO",
        ),
    )
    data_dir: Path = field(
        default=Path("data"),
        metadata=_about(
            "Folder of the files that people send, and of SQLite.",
            _path,
        ),
    )
    forms_dirs: tuple[Path, ...] = field(
        metadata=_about(
            "Folders of service definitions, colons between (ESERVICES_FORMS_DIR).",
            _folders,
            name="FORMS_DIR",
            shown="the forms/ folder of the project",
        ),
    )
    base_url: str = field(
        default="http://127.0.0.1:8000",
        metadata=_about(
            "The address residents use, without a path; https gives Secure, __Host- cookies.",
            _address,
        ),
    )
    demo: bool = field(
        default=False,
        metadata=_about(
            "1 runs a demonstration: known accounts, kept keys, mail as files; refused with a real BASE_URL.",
            _yes_or_no,
        ),
    )
    now: dt.datetime | None = field(
        default=None,
        metadata=_about(
            "Demonstration and tests only: the clock starts at this moment and runs.",
            _moment,
        ),
    )
    templates_dir: Path = field(
        metadata=_about("Folder of the page templates.", _folder, shown="the templates/ folder of the project"),
    )
    smtp_host: str = field(default="", metadata=_about("The mail server; empty: e-mail waits in the outbox.", _text))
    smtp_port: int = field(default=587, metadata=_about("The port it listens on.", _whole(1, 65_535)))
    smtp_user: str = field(default="", metadata=_about("Its user, where it wants one.", _text))
    smtp_password: str = field(repr=False, default="", metadata=_about("The user's password.", _text))
    smtp_tls: str = field(
        default="starttls",
        metadata=_about(
            "How the way there is protected: starttls, tls or none.",
            _one_of("starttls", "tls", "none"),
        ),
    )
    smtp_timeout: int = field(default=20, metadata=_about("Seconds it has for each answer.", _whole(1, 300)))
    smtp_from: str = field(default="", metadata=_about("The sender of all e-mail.", _text))
    mail_dir: Path | None = field(
        default=None,
        metadata=_about(
            "Write e-mail into this folder instead of sending it; DEMO does so in DATA_DIR/mail.",
            _path,
        ),
    )
    sms_url: str = field(
        default="",
        metadata=_about(
            "The gateway that takes text messages, by HTTP; empty: the contact centre rings instead.", _text
        ),
    )
    sms_token: str = field(repr=False, default="", metadata=_about("The gateway's token for us.", _text))
    sms_sender: str = field(
        default="", metadata=_about("The sender of all text messages: up to 11 letters, or a number.", _text)
    )
    sms_timeout: int = field(default=20, metadata=_about("Seconds the gateway has to answer.", _whole(1, 80)))
    sms_report_token: str = field(
        repr=False,
        default="",
        metadata=_about(
            "What the gateway must show when it reports at /delivery-reports what did not arrive; empty: no reports.",
            _text,
        ),
    )
    sms_dir: Path | None = field(
        default=None,
        metadata=_about(
            "Write text messages into this folder instead of sending them; DEMO does so in DATA_DIR/sms.",
            _path,
        ),
    )
    webhooks: Mapping[str, str] = field(
        default_factory=dict,
        metadata=_about(
            "Systems that are told of cases: name=https://host/path, commas between; definitions name them.",
            _receivers,
        ),
    )
    webhook_secrets: Mapping[str, tuple[bytes, ...]] = field(
        repr=False,
        default_factory=dict,
        metadata=_about(
            "What we sign with, one each: name=whsec_BASE64; two of one name while it is changed.",
            _receivers_secrets,
        ),
    )
    webhook_networks: tuple[Network, ...] = field(
        default=(),
        metadata=_about(
            "Private networks that these systems may lie in, such as 10.20.0.0/16; in no other do we call.",
            _networks,
        ),
    )
    certificate: Path | None = field(
        default=None,
        metadata=_about(
            "The certificate that the proxy shows, as a file: it is told of three weeks before it runs out.",
            _path,
        ),
    )
    clamd: str = field(
        default="",
        metadata=_about(
            "The virus scanner clamd, host:port or socket path; files wait in quarantine until it has said clean.",
            _clamd,
        ),
    )
    file_max_bytes: int = field(
        default=25_000_000,
        metadata=_about(
            "The largest single file anybody may send, whatever a definition says.",
            _whole(1000, 500_000_000),
        ),
    )
    request_max_bytes: int = field(
        default=80_000_000,
        metadata=_about(
            "The largest request: all files of one page together.",
            _whole(10_000, 2_000_000_000),
        ),
    )
    starts_per_hour: int = field(
        default=120,
        metadata=_about("New drafts from one network in an hour.", _whole(1, 1_000_000)),
    )
    uploads_per_hour: int = field(
        default=240,
        metadata=_about("Files from one network in an hour.", _whole(1, 1_000_000)),
    )
    code_tries_per_hour: int = field(
        default=20,
        metadata=_about(
            "Wrong continue codes or case codes from one network in an hour.",
            _whole(1, 1_000_000),
        ),
    )
    code_tries_everywhere: int = field(
        default=2000,
        metadata=_about(
            "Wrong codes from everywhere together in an hour; above it codes are not taken for the rest of the hour.",
            _whole(1, 10_000_000),
        ),
    )
    messages_per_address: int = field(
        default=20,
        metadata=_about(
            "Receipts, codes and requests to sign to one e-mail address or number in a day; the rest waits a day.",
            _whole(1, 1_000_000),
        ),
    )
    trusted_proxies: tuple[Network, ...] = field(
        default=(),
        metadata=_about("Addresses of the proxies whose X-Forwarded headers are believed.", _networks),
    )
    session_idle_minutes: int = field(
        default=60,
        metadata=_about("Staff are signed out after so many minutes of rest.", _whole(5, 720)),
    )
    session_hours: int = field(
        default=12,
        metadata=_about("Staff are signed out after so many hours in any case.", _whole(1, 24)),
    )
    staff_journal_years: int = field(
        default=5,
        metadata=_about(
            "What staff searched for can be read for so many years; then a disposal makes it unreadable.", _whole(1, 50)
        ),
    )
    confirmed_minutes: int = field(
        default=10,
        metadata=_about(
            "Password and code, given once more for a decision or an export, hold so many minutes; 0: asked each time.",
            _whole(0, 60),
        ),
    )
    receipt_rest_hours: int = field(
        default=20,
        metadata=_about(
            "A browser shows its receipt so many hours after it was sent; later, number and code do.",
            _whole(1, 720),
        ),
    )
    second_factor_roles: frozenset[str] = field(
        default=frozenset(),
        metadata=_about(
            "Roles that must sign in with a code from an app too, commas between, such as admin,manager.",
            _roles,
        ),
    )
    metrics_token: str = field(
        repr=False,
        default="",
        metadata=_about(
            "Token that opens /metrics from elsewhere than this machine.",
            _text,
        ),
    )
    log_level: str = field(
        default="info",
        metadata=_about(
            "How much is logged: debug, info, warning or error.",
            _one_of("debug", "info", "warning", "error"),
        ),
    )
    database_pool: int = field(default=10, metadata=_about("Database connections of one process.", _whole(1, 100)))

    @property
    def secure(self) -> bool:
        """Whether residents come by https."""
        return self.base_url.startswith("https:")

    @property
    def files_dir(self) -> Path:
        """Where the encrypted files lie."""
        return self.data_dir / "files"

    @classmethod
    def from_environment(cls, env: Mapping[str, str] = os.environ) -> "Settings":
        """Read everything. Raises `SettingsError` with all mistakes at once.

        A demonstration makes its missing keys and keeps them in DATA_DIR, readable by nobody else.
        """
        mistakes: list[str] = []
        values: dict[str, Any] = {}
        for each in fields(cls):
            written = env.get(variable(each), "")
            if written == "":
                continue
            try:
                values[each.name] = each.metadata["read"](written)
            except _Mistake as mistake:
                mistakes.append(f"{variable(each)} {mistake}")
        known = {variable(each) for each in fields(cls)}
        mistakes += [f"{name} is not a setting" for name in sorted(set(env) - known) if name.startswith(PREFIX)]
        _add_folders(values, mistakes)
        _add_keys(values, mistakes, {variable(each)[len(PREFIX) :] for each in fields(cls) if env.get(variable(each))})
        mistakes += _contradictions(values)
        if mistakes:
            raise SettingsError(tuple(mistakes))
        return cls(**values)


def forms_folders(env: Mapping[str, str] = os.environ) -> tuple[Path, ...]:
    """Where the definitions lie, for tools that need neither keys nor a database. Raises `SettingsError`."""
    written = env.get(f"{PREFIX}FORMS_DIR", "")
    if not written:
        return (house_folder("forms"),)
    try:
        return _folders(written)
    except _Mistake as mistake:
        raise SettingsError((f"{PREFIX}FORMS_DIR {mistake}",)) from None


def variable(setting: "Field[Any]") -> str:
    """The name of a setting in the environment."""
    name: str = setting.metadata["name"] or setting.name.upper()
    return PREFIX + name


def described() -> list[tuple[str, str, str, str]]:
    """Every setting: its variable, its type, its default, and what it is for."""
    rows = []
    for each in fields(Settings):
        default = each.metadata["shown"] or ("" if each.default in {MISSING, None} else _shown(each.default))
        kind = getattr(each.type, "__name__", str(each.type))
        rows.append((variable(each), kind, default, each.metadata["why"]))
    return rows


def _shown(default: object) -> str:
    if isinstance(default, bool):
        return "1" if default else "0"
    return "" if default == () else str(default)


def _add_folders(values: dict[str, Any], mistakes: list[str]) -> None:
    data_dir = values.setdefault("data_dir", _path("data"))
    values.setdefault("database_url", f"sqlite:///{data_dir / 'eservices.db'}")
    for name, folder in (("templates_dir", "templates"), ("forms_dirs", "forms")):
        if name not in values:
            path = house_folder(folder)
            values[name] = path if name == "templates_dir" else (path,)
    if values.get("demo") and not values.get("smtp_host"):
        values.setdefault("mail_dir", data_dir / "mail")
    if values.get("demo") and not values.get("sms_url"):
        values.setdefault("sms_dir", data_dir / "sms")
    if data_dir.exists() and not data_dir.is_dir():
        mistakes.append(f"{PREFIX}DATA_DIR is not a folder: {data_dir}")


def _add_keys(values: dict[str, Any], mistakes: list[str], written: set[str]) -> None:
    missing = [name for name in ("secret_key", "keys") if name not in values and name.upper() not in written]
    if not missing:
        return
    if not values.get("demo"):
        mistakes += [f"{PREFIX}{name.upper()} is missing; only a demonstration makes its own" for name in missing]
        return
    if not mistakes:
        kept = _kept_keys(values["data_dir"])
        for name in missing:
            values[name] = kept["SECRET_KEY"].encode() if name == "secret_key" else kept["KEYS"]


def _kept_keys(data_dir: Path) -> dict[str, str]:
    """The demonstration's keys, made the first time. Two processes that start at once agree on one file."""
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = data_dir / "keys"
    if not path.exists():
        made = (
            f"SECRET_KEY={secrets.token_urlsafe(48)}\nKEYS=index:{secrets.token_hex(32)},demo:{secrets.token_hex(32)}\n"
        )
        draft = data_dir / f"keys.{os.getpid()}.{secrets.token_hex(4)}"
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(made)
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(draft)  # refuses when the other was first, and never shows half a file
        draft.unlink()
    lines = path.read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line)


#: A sender in letters, as gateways take it (GSM 03.38: eleven signs), or a number.
_SMS_SENDER = re.compile(r"[A-Za-z0-9 ]{1,11}|\+?[0-9]{3,15}")


def _about_texts(values: Mapping[str, Any]) -> list[str]:
    url, found = urlsplit(values.get("sms_url", "")), []
    if url.geturl() and (url.scheme not in {"http", "https"} or not url.hostname):
        found.append(f"{PREFIX}SMS_URL is no address: {url.geturl()}")
    elif url.scheme == "http" and url.hostname not in _DEMO_HOSTS:
        found.append(f"{PREFIX}SMS_URL would send numbers and token in the clear: it must be https")
    if url.geturl() and not _SMS_SENDER.fullmatch(values.get("sms_sender", "")):
        found.append(f"{PREFIX}SMS_SENDER must be up to 11 plain letters and digits, or a number")
    return found


def _contradictions(values: Mapping[str, Any]) -> list[str]:
    found = []
    base_url = values.get("base_url", "http://127.0.0.1:8000")
    demo = bool(values.get("demo"))
    if demo and urlsplit(base_url).hostname not in _DEMO_HOSTS:
        found.append(f"{PREFIX}DEMO has accounts that everybody knows: refused with {PREFIX}BASE_URL {base_url}")
    if not demo and values.get("now") is not None:
        found.append(f"{PREFIX}NOW is for demonstrations and tests only: a real clock decides what the law counts from")
    if base_url.startswith("https:") and not values.get("trusted_proxies"):
        found.append(
            f"{PREFIX}TRUSTED_PROXIES is missing: https ends in a proxy, and unless known all visitors look like one"
        )
    if values.get("smtp_host") and not values.get("smtp_from"):
        found.append(f"{PREFIX}SMTP_FROM is missing: e-mail needs a sender")
    if values.get("smtp_user") and values.get("smtp_tls") == "none":
        found.append(f"{PREFIX}SMTP_TLS none would send the mail server's password in the clear")
    found += _about_texts(values)
    unsigned = set(values.get("webhooks", ())) - set(values.get("webhook_secrets", ()))
    found += [f"{PREFIX}WEBHOOK_SECRETS has none for {name}: what we tell is signed" for name in sorted(unsigned)]
    if values.get("file_max_bytes", 25_000_000) > values.get("request_max_bytes", 80_000_000):
        found.append(f"{PREFIX}FILE_MAX_BYTES is larger than {PREFIX}REQUEST_MAX_BYTES: such a file could never arrive")
    return found
