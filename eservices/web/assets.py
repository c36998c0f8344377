"""Style sheets, scripts and pictures: read once, squeezed once, under addresses that change with their content.

The municipality's four accent values and its logo are joined to ours here, so that a page needs one style sheet and no
style of its own.
"""

import gzip
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from eservices.definitions.municipality import Municipality

_FOLDER = Path(__file__).resolve().parent / "static"

_MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}

_DARK = "@media screen and (prefers-color-scheme:dark){:root:not([data-theme=light]){"
_INDENT = re.compile(r"\n\s*")
_COMMENT = re.compile(r"/\*.*?\*/\n?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it is sent: plain, squeezed where that is shorter, and a mark of its content."""

    body: bytes
    squeezed: bytes
    media_type: str
    mark: str


class Assets:
    """All assets by name."""

    def __init__(self, files: dict[str, bytes]):
        self._files = {name: _asset(name, body) for name, body in files.items()}

    @classmethod
    def of(cls, municipality: Municipality) -> "Assets":
        """The files of `static/`, with the municipality's colours in `app.css` and its logo as the icon of a tab."""
        files = {path.name: path.read_bytes() for path in sorted(_FOLDER.iterdir()) if path.suffix in _MEDIA_TYPES}
        files["app.css"] = style(files["app.css"].decode(), municipality).encode()
        files["icon.svg"] = _icon(municipality).encode()
        return cls(files)

    def get(self, name: str) -> Asset | None:
        return self._files.get(name)

    def address(self, name: str) -> str:
        """Where a page finds the asset; raises `KeyError` for one that is not there."""
        return f"/static/{name}?v={self._files[name].mark}"


def style(css: str, municipality: Municipality) -> str:
    """Our style sheet as served: without comments and indents, in the municipality's colours, dark by choice too."""
    accent = municipality.accent
    css = _COMMENT.sub("", css)
    light = f":root{{--accent:{accent.light};--on-accent:{accent.on_light}}}\n"
    start = css.index(_DARK)
    end = css.index("}}", start)
    dark = css[start + len(_DARK) : end].rstrip() + f"--accent:{accent.dark};--on-accent:{accent.on_dark};\n"
    twin = "@media screen{:root[data-theme=dark]{" + dark + "}}\n"
    return _INDENT.sub("", css[:start] + light + twin + _DARK + dark + css[end:])


def _icon(municipality: Municipality) -> str:
    """The logo as a browser's tab wants it: on its own, in the accent colour."""
    return (
        municipality.logo.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
        .replace("currentColor", municipality.accent.light)
        .replace("var(--bg)", "#fff")
    )


def _asset(name: str, body: bytes) -> Asset:
    squeezed = gzip.compress(body, 9, mtime=0)
    mark = hashlib.sha256(body).hexdigest()[:12]
    return Asset(body, squeezed if len(squeezed) < len(body) else b"", _MEDIA_TYPES[Path(name).suffix], mark)
