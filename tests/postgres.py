"""A PostgreSQL cluster of the suite's own: made in a temporary folder, spoken to through its socket, gone afterwards."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg


class NoPostgreSQL(Exception):
    """The server's programs are not on this machine."""


def programs() -> Path:
    """The folder with `initdb` and `postgres`, the newest if there are several."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parent.parent.name))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    if on_path is None:
        raise NoPostgreSQL("PostgreSQL's server programs were not found: install the package postgresql")
    return Path(on_path).parent


@contextmanager
def cluster(**settings: str) -> Iterator[str]:
    """Start a cluster and give the address of its socket folder. The server refuses to run as root, so it does not."""
    folder = Path(tempfile.mkdtemp(prefix="eservices-pg-"))
    data, run_as = folder / "data", []
    if os.geteuid() == 0:
        owner = pwd.getpwnam("postgres")
        os.chown(folder, owner.pw_uid, owner.pw_gid)
        run_as = ["runuser", "-u", "postgres", "--"]
    bin_folder = programs()
    quiet = {"stdout": subprocess.DEVNULL, "cwd": folder, "check": True}
    subprocess.run([*run_as, bin_folder / "initdb", "-D", data, "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8",
                    "-A", "trust", "--no-sync"], **quiet)  # fmt: skip
    options = {"fsync": "off", "full_page_writes": "off", "max_connections": "200", "listen_addresses": "", **settings}
    words = " ".join(f"-c {name}='{value}'" for name, value in options.items()) + f" -k {folder}"
    subprocess.run(
        [*run_as, bin_folder / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", words, "start"], **quiet
    )
    try:
        yield str(folder)
    finally:
        subprocess.run([*run_as, bin_folder / "pg_ctl", "-D", data, "-m", "immediate", "stop"], **quiet)
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def databases(socket_folder: str, *names: str) -> Iterator[tuple[str, ...]]:
    """Empty databases of these names, gone afterwards; gives their URLs."""
    with psycopg.connect(host=socket_folder, user="postgres", dbname="postgres", autocommit=True) as connection:
        for name in names:
            connection.execute(f"CREATE DATABASE {name}")
        yield tuple(address(socket_folder, name) for name in names)
        for name in names:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def address(socket_folder: str, database: str) -> str:
    """The URL of one database of the cluster."""
    return f"postgresql+psycopg://postgres@/{database}?host={socket_folder}"


def crash(socket_folder: str) -> None:
    """SIGKILL the server of a cluster, as the kernel does when memory is short. Its children see it and end."""
    os.kill(int((Path(socket_folder) / "data" / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)


def start_again(socket_folder: str) -> None:
    """Start a cluster that has crashed, with the settings it had; gives it a minute to recover."""
    folder = Path(socket_folder)
    words = ["-D", folder / "data", "-w", "-t", "60", "-l", folder / "log"]
    command = [*as_owner(), programs() / "pg_ctl", *words, "restart"]
    until = time.monotonic() + 60
    while True:  # what the old server's children hold must be let go of first
        ran = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder, check=False)
        if ran.returncode == 0:
            return
        if time.monotonic() > until:
            raise RuntimeError((folder / "log").read_text("utf-8", "replace")[-2000:])
        time.sleep(0.2)


@contextmanager
def recovered(base: Path, restore_command: str, moment: str) -> Iterator[str]:
    """A server on a base of another, brought on by that one's log to `moment`: its folder of sockets."""
    folder = Path(tempfile.mkdtemp(prefix="eservices-pg-"))
    if os.geteuid() == 0:
        owner = pwd.getpwnam("postgres")
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    settings = {"restore_command": restore_command, "recovery_target_time": moment, "archive_mode": "off"}
    with (base / "postgresql.auto.conf").open("a") as conf:
        conf.writelines(f"{name} = '{value}'\n" for name, value in settings.items())
        conf.write("recovery_target_action = 'promote'\n")
    (base / "recovery.signal").touch()
    control = [*as_owner(), programs() / "pg_ctl", "-D", base, "-w", "-t", "60"]
    quiet = {"stdout": subprocess.DEVNULL, "cwd": folder, "check": True}
    options = f"-c max_connections=200 -c listen_addresses='' -k {folder}"
    if subprocess.run([*control, "-l", folder / "log", "-o", options, "start"], **quiet | {"check": False}).returncode:
        raise RuntimeError((folder / "log").read_text("utf-8", "replace")[-2000:])
    try:
        with psycopg.connect(host=str(folder), user="postgres", dbname="postgres", autocommit=True) as connection:
            until = time.monotonic() + 60
            while connection.execute("SELECT pg_is_in_recovery()").fetchone() != (False,):
                if time.monotonic() > until:
                    raise RuntimeError((folder / "log").read_text("utf-8", "replace")[-2000:])
                time.sleep(0.1)
        yield str(folder)
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], **quiet)
        shutil.rmtree(folder, ignore_errors=True)


def as_owner() -> list[str]:
    return ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
