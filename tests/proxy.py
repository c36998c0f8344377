"""nginx by the example of `docs/`, in front of servers of this machine: addresses, paths and ports are a test's own."""

import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from eservices.documents.outage import REFUSED
from eservices.language import LANGUAGES
from tests.servers import ROOT, free_port

EXAMPLE = ROOT / "docs" / "examples" / "nginx" / "eservices.conf"
_TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


def is_here() -> bool:
    return shutil.which("nginx") is not None and shutil.which("openssl") is not None


@dataclass
class Nginx:
    """A running nginx, and the configuration it reads again when told to."""

    port: int
    folder: Path
    process: "subprocess.Popen[bytes]"

    def leave_out(self, behind: int) -> None:
        """No new request goes to this server; those that it has are waited for."""
        self._rewrite(f"server 127.0.0.1:{behind} ", f"server 127.0.0.1:{behind} down ")

    def take_in(self, behind: int) -> None:
        self._rewrite(f"server 127.0.0.1:{behind} down ", f"server 127.0.0.1:{behind} ")

    def _rewrite(self, before: str, after: str) -> None:
        path = self.folder / "eservices.conf"
        text = path.read_text("utf-8")
        assert before in text, f"not in the configuration: {before}"
        path.write_text(text.replace(before, after), "utf-8")
        self.process.send_signal(signal.SIGHUP)
        time.sleep(1)  # the old processes of nginx take nothing new from here on, and end when all is answered
        until = time.monotonic() + 75
        while time.monotonic() < until and any(
            "shutting down" in " ".join(one.cmdline()) for one in psutil.Process(self.process.pid).children()
        ):
            time.sleep(0.1)


@contextmanager
def nginx(folder: Path, behind: Sequence[int], *, a_second: int = 20) -> Iterator[Nginx]:
    """Run it in front of these ports; `a_second` is how many requests one address may send, as the example limits."""
    port = free_port()
    certificate = ["-keyout", folder / "privkey.pem", "-out", folder / "fullchain.pem", "-subj", "/CN=localhost"]
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", *certificate]
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
    for name in ("", *REFUSED):
        (folder / "outage" / name).mkdir()
        for language in LANGUAGES:
            (folder / "outage" / name / f"{language}.html").write_text(f"<h1>Ring oss</h1> {name or 'away'} {language}")
    _write_configuration(folder, behind=behind, port=port, a_second=a_second)
    words = ["nginx", "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")]
    subprocess.run([*words, "-t"], check=True, capture_output=True)
    process = subprocess.Popen([*words, "-g", "daemon off;"])
    try:
        while not _answers(port):
            assert process.poll() is None, (folder / "error.log").read_text()
            time.sleep(0.05)
        yield Nginx(port, folder, process)
    finally:
        process.terminate()
        process.wait(20)


def unverified() -> ssl.SSLContext:
    """For speaking to it: its certificate is made for the occasion."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def _write_configuration(folder: Path, *, behind: Sequence[int], port: int, a_second: int) -> None:
    text = EXAMPLE.read_text("utf-8")
    text = re.sub(r"    listen \[::\].*\n", "", text)
    text = text.replace("listen 443 ssl http2;", f"listen 127.0.0.1:{port} ssl http2;")
    text = text.replace("listen 80;", f"listen 127.0.0.1:{free_port()};")
    servers = "\n".join(f"    server 127.0.0.1:{one} max_fails=0;" for one in behind)
    text = re.sub(r"    server 127\.0\.0\.1:8000 max_fails=0;", servers, text)
    text = text.replace("rate=20r/s", f"rate={a_second}r/s")
    text = text.replace("/etc/ssl/eservices", str(folder)).replace("/var/www/eservices", str(folder))
    text = text.replace("/var/log/nginx", str(folder))
    (folder / "eservices.conf").write_text(text, "utf-8")
    kept = "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in _TEMPORARY)
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(
        f"{user}\npid {folder}/nginx.pid;\nevents {{}}\nhttp {{\n{kept}include {folder}/eservices.conf;\n}}\n", "utf-8"
    )


def _answers(port: int) -> bool:
    with socket.socket() as sock:
        return sock.connect_ex(("127.0.0.1", port)) == 0
