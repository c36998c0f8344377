"""What a first visit to a page costs a resident: every file the browser must fetch to show it, packed with gzip."""

import gzip
import urllib.request
from dataclasses import dataclass, field
from urllib.parse import urljoin

from selectolax.lexbor import LexborHTMLParser


@dataclass
class Weight:
    """Bytes as they would travel. `parts` maps each address to its packed size."""

    parts: dict[str, int] = field(default_factory=dict)
    script_bytes: int = 0

    @property
    def total_bytes(self) -> int:
        return sum(self.parts.values())

    @property
    def requests(self) -> int:
        return len(self.parts)


def first_visit(url: str, page: tuple[str, bytes, dict[str, str]]) -> Weight:
    """Weigh a page already fetched, and fetch what it asks for: stylesheets, scripts, icons, pictures."""
    path, content, _ = page
    weight = Weight({path: packed(content)})
    tree = LexborHTMLParser(content)
    wanted = [
        (node.attributes.get("href"), "link")
        for node in tree.css("link[rel~=stylesheet],link[rel~=icon],link[rel~=preload]")
    ]
    wanted += [(node.attributes.get("src"), node.tag) for node in tree.css("script[src],img[src]")]
    for address, kind in wanted:
        if not address or address.startswith("data:"):
            continue
        where = urljoin(url + path, address)
        with urllib.request.urlopen(where) as response:
            size = packed(response.read())
        weight.parts[address] = size
        if kind == "script":
            weight.script_bytes += size
    if not tree.css("link[rel~=icon]"):
        weight.parts["/favicon.ico"] = 0  # browsers ask for it when nobody says otherwise
    return weight


def packed(content: bytes) -> int:
    """The size after gzip, as a server would send it."""
    return len(gzip.compress(content, 6, mtime=0))
