"""The processes that are killed: nodes of gunicorn and an outbox worker each, on one database and one data folder."""

import base64
import os
import random
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import psycopg

from eservices.demo.accounts import make_accounts
from eservices.schema.upgrade import bring_up_to_date
from eservices.settings import Settings
from tests import postgres
from tests.servers import ROOT, free_port, settings_of, wait_for
from tests.torture.people import SERVICE
from tests.torture.sinks import Arrived

RECEIVER = "torture"

#: Web workers of a node: enough for some to be killed while others serve.
WORKERS = 4

#: An error page of ours that says that something went wrong with us, and the frames below it.
_UNFORESEEN = re.compile(r"^ERROR eservices\.web\.errors: (?!the disk:)(.*\n(?:[ \t].*\n)*)", re.MULTILINE)


@dataclass
class Node:
    """One machine: where it listens, and what runs on it."""

    port: int
    environment: dict[str, str]
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"


class House:
    """Started anew whenever something of it is gone. Only processes started here are killed, by id."""

    def __init__(self, environment: Mapping[str, str], folder: Path, *, nodes: int = 1, socket: str = ""):
        self._log, self.socket = folder / "house.log", socket
        self.nodes = [_node(environment) for _ in range(nodes)]

    @property
    def bases(self) -> list[str]:
        return [node.base for node in self.nodes]

    def start(self) -> None:
        """Start what does not run. Children of a killed master are ended first: they hold its socket."""
        for node in self.nodes:
            for name, command in commands(node.port).items():
                process = node.running.get(name)
                if process is None or process.poll() is not None:
                    node.running[name] = self.run(command, node.environment)
        for node in self.nodes:
            wait_for(node.port, "/healthz", node.running["master"], self._log, seconds=300)

    def run(self, command: Sequence[str], environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
        """Start one process in a group of its own."""
        with self._log.open("ab") as log:
            return subprocess.Popen(
                list(command), env=dict(environment), cwd=ROOT, stdout=log, stderr=log, start_new_session=True
            )

    def kill(self, what: str, at: str = "") -> int:
        """SIGKILL some of a node's web workers, a master with all of them, an outbox worker, a whole node, or PostgreSQL.

        `at` is the address of the node that is meant; gives how many were killed. A web worker comes back by its
        master, and PostgreSQL by us; for all others there is `start`.
        """
        node = next((node for node in self.nodes if node.base == at), random.choice(self.nodes))
        if what == "worker":
            return _kill_some(node.running["master"].pid)
        if what == "database":
            postgres.crash(self.socket)
            postgres.start_again(self.socket)
            return 1
        for name in ("master", "outbox") if what == "node" else (what,):
            with suppress(ProcessLookupError):
                os.killpg(node.running[name].pid, signal.SIGKILL)
            node.running[name].wait(10)
        return 1

    def stop(self) -> None:
        processes = [process for node in self.nodes for process in node.running.values()]
        for process in processes:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for process in processes:
            with suppress(subprocess.TimeoutExpired):
                process.wait(20)
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)

    @property
    def unforeseen(self) -> list[str]:
        """What nobody had foreseen: where it happened, as the log has it."""
        log = self._log.read_text("utf-8", "replace") if self._log.exists() else ""
        return [f"unforeseen: {one[:1500]}" for one in _UNFORESEEN.findall(log)]


def _kill_some(master: int) -> int:
    """One worker, or several at once, while the master lives."""
    killed = 0
    with suppress(psutil.Error):
        children = psutil.Process(master).children()
        for child in random.sample(children, random.randint(1, len(children)) if children else 0):
            with suppress(psutil.Error):
                child.kill()
                killed += 1
    return killed


def _node(environment: Mapping[str, str]) -> Node:
    port = free_port()
    return Node(port, {**environment, "PORT": str(port), "ESERVICES_BASE_URL": f"http://127.0.0.1:{port}"})


def commands(port: int) -> dict[str, list[str]]:
    """What runs on a node: the web with its workers, and what sends."""
    web = [sys.executable, "-m", "gunicorn", "-w", str(WORKERS), "-b", f"127.0.0.1:{port}"]
    return {
        "master": [*web, "-c", "python:eservices.web.gunicorn_conf", "wsgi:app"],
        "outbox": [sys.executable, "-m", "eservices", "worker"],
    }


def installation(folder: Path, url: str, arrived: Arrived) -> tuple[dict[str, str], Settings]:
    """An empty house on this database, whose mail and events go to the sinks: its environment and settings."""
    environment = environment_of(folder, url, arrived)
    environment["ESERVICES_CONFIRMED_MINUTES"] = "0"  # each decision is signed with the password
    settings = Settings.from_environment(environment)
    bring_up_to_date(settings.database_url)
    make_accounts(settings)
    return environment, settings


def environment_of(folder: Path, url: str, arrived: Arrived, tree: Path = ROOT) -> dict[str, str]:
    """The environment of the programs in `tree`: one service can be appealed and, if they can, tells a system of cases."""
    forms = folder / f"forms-of-{tree.name}"
    forms.mkdir()
    path = forms / f"{SERVICE}.yaml"
    text = (tree / "forms" / path.name).read_text("utf-8")
    tells = "webhooks:" in (tree / "eservices" / "settings.py").read_text("utf-8")  # an earlier state may not
    if tells and "targets:" not in text:
        text = text.replace("routing:\n  case:\n", f"routing:\n  case:\n    targets: [{RECEIVER}]\n", 1)
    path.write_text(text.replace("appeal: none", "appeal: forvaltningsbesvar", 1), "utf-8")
    (folder / "data").mkdir(exist_ok=True)
    events = {
        "ESERVICES_WEBHOOKS": f"{RECEIVER}=http://127.0.0.1:{arrived.event_port}/events",
        "ESERVICES_WEBHOOK_SECRETS": f"{RECEIVER}=whsec_{base64.b64encode(bytes(32)).decode()}",
        "ESERVICES_WEBHOOK_NETWORKS": "127.0.0.0/8",
    }
    return {
        **settings_of(folder / "data", 1),
        "ESERVICES_DATABASE_URL": url,
        "ESERVICES_FORMS_DIR": f"{forms}:{tree / 'forms'}",
        "ESERVICES_SMTP_HOST": "127.0.0.1",
        "ESERVICES_SMTP_PORT": str(arrived.mail_port),
        "ESERVICES_SMTP_TLS": "none",
        "ESERVICES_SMTP_FROM": "kundcenter@example.se",
        **(events if tells else {}),
    }


@contextmanager
def database(engine: str, folder: Path) -> Iterator[tuple[str, str]]:
    """An empty database that is as careful with the disk as in production: its address, its folder of sockets."""
    if engine == "sqlite":
        yield f"sqlite:///{folder / 'data' / 'eservices.db'}", ""
        return
    with postgres.cluster(fsync="on", full_page_writes="on") as socket:
        with psycopg.connect(host=socket, user="postgres", dbname="postgres", autocommit=True) as connection:
            connection.execute("CREATE DATABASE torture")
        yield postgres.address(socket, "torture"), socket
