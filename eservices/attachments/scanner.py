"""Asking clamd about a file, over its INSTREAM protocol. Unknown is not clean: silence and oddities raise."""

import socket
from collections.abc import Iterable
from contextlib import closing

#: clamd takes a file in pieces, each with its length before it; 0 ends.
_END = (0).to_bytes(4, "big")
_LONGEST_ANSWER = 4096


class ScannerAway(Exception):
    """The scanner cannot be asked now, or did not say clearly: the file stays in quarantine until it has."""


def is_clean(clamd: str, content: Iterable[bytes], *, patience: float = 60) -> bool:
    """Whether the scanner at `clamd` (host:port, or the path of its socket) finds nothing. Raises `ScannerAway`."""
    try:
        with closing(_connected(clamd, patience)) as line:
            line.sendall(b"zINSTREAM\0")
            for piece in content:
                if piece:
                    line.sendall(len(piece).to_bytes(4, "big") + piece)
            line.sendall(_END)
            answer = _answer(line)
    except OSError as error:
        raise ScannerAway(type(error).__name__) from error
    if answer == "stream: OK":
        return True
    if answer.startswith("stream: ") and answer.endswith(" FOUND"):
        return False
    raise ScannerAway("no clear answer")


def _connected(clamd: str, patience: float) -> socket.socket:
    if clamd.startswith("/"):
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(patience)
        line.connect(clamd)
        return line
    host, _, port = clamd.rpartition(":")
    return socket.create_connection((host.strip("[]"), int(port)), timeout=patience)


def _answer(line: socket.socket) -> str:
    said = b""
    while not said.endswith(b"\0") and len(said) < _LONGEST_ANSWER and (more := line.recv(_LONGEST_ANSWER)):
        said += more
    return said.rstrip(b"\0\n").decode("utf-8", "replace")
