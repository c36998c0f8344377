"""A document as plain text for a Braille printer: in reading order, one thing to a line, nothing that is only seen."""

from html.parser import HTMLParser

#: Where a line ends; headings and paragraphs are parted by an empty line, a question and its answer are not.
_PARTED = frozenset({"h1", "h2", "h3", "p", "ul", "ol", "table", "address", "header", "section", "blockquote"})
_LINES = frozenset({"li", "tr", "br", "div", "dt", "dd", "dl"})
_SKIPPED = frozenset({"head", "style", "script"})


def as_text(html: str) -> str:
    """The words of a document of ours, UTF-8 with lines of any length: whoever prints it breaks them."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.told()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._lines: list[str] = [""]
        self._skipping = 0

    def handle_starttag(self, tag: str, _attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SKIPPED:
            self._skipping += 1
        elif tag == "br":
            self._lines.append("")
        else:
            self._break(tag)
        if tag == "td":
            asked = self._lines[-1].rstrip()
            self._lines[-1] = f"{asked} " if asked.endswith(("?", ":")) else f"{asked}: "

    def handle_endtag(self, tag: str) -> None:
        if tag in _SKIPPED:
            self._skipping -= 1
        else:
            self._break(tag)

    def handle_data(self, data: str) -> None:
        if self._skipping:
            return
        first, *others = data.split("\n") if data.strip() else [" "]
        self._lines[-1] += first
        self._lines += others

    def _break(self, tag: str) -> None:
        if tag in _PARTED | _LINES and self._lines[-1].strip():
            self._lines.append("")
        if tag in _PARTED and self._lines[-2:-1] and self._lines[-2].strip():
            self._lines.append("")

    def told(self) -> str:
        lines = [" ".join(line.split()) for line in self._lines]
        kept = [line for n, line in enumerate(lines) if line or (n and lines[n - 1])]
        return "\n".join(kept).strip() + "\n"
