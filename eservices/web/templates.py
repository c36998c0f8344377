"""The environment of the page templates: what is always the same in a language is set when a template is compiled.

Most of a page's sentences hold nothing of the person who reads it. There is one environment for each language, and in
its templates such sentences stand as text already, translated, marked as Swedish where they are, and escaped. Asking
for them anew on every page cost a twentieth of a whole journey.
"""

from collections.abc import MutableMapping
from typing import Any, Self

from flask.sansio.app import App
from flask.templating import Environment
from jinja2 import nodes
from jinja2.visitor import NodeTransformer
from markupsafe import escape

from eservices import language as languages
from eservices.language import Marked, Words


class Templates(Environment):
    """Flask's environment, in one language once somebody reads that."""

    def __init__(self, app: App, **options: Any):
        super().__init__(app, **options)
        self.words: Words | None = None
        self._voices: dict[str, Self] = {}

    def speaking(self, language: str) -> Self:
        """The same templates with the sentences of this language set in them."""
        voice = self._voices.get(language)
        if voice is None:
            voice = self.overlay()
            voice.words = languages.words(language)
            self._voices[language] = voice
        return voice

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Templates without globals of their own share one dictionary.

        Jinja compares the names of both whenever a template imports another; with a chain of maps that alone costs
        more than many of our macros.
        """
        return super().make_globals(d) if d else self.globals

    def _generate(self, source: nodes.Template, *args: Any, **options: Any) -> str:
        if self.words is not None:
            _Setting(self.words).visit(source)
        return super()._generate(source, *args, **options)


class _Setting(NodeTransformer):
    """Puts sentences without facts in their place: `_("…")` and `plain("…")`."""

    def __init__(self, words: Words):
        self._words = words

    def visit_Output(self, node: nodes.Output) -> nodes.Output:  # noqa: N802 - Jinja's name for it
        """Between tags a sentence may hold marks."""
        node.nodes = [
            child if (text := self._sentence(child)) is None else nodes.TemplateData(str(escape(text)))
            for child in node.nodes
        ]
        self.generic_visit(node)
        return node

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802
        """Elsewhere it is a plain text, or is asked for as before: a constant of Jinja's has no marks."""
        text = self._sentence(node)
        if text is None or isinstance(text, Marked):
            return self.generic_visit(node)
        return nodes.Const(text)

    def _sentence(self, node: nodes.Node) -> str | None:
        match node:
            case nodes.Call(
                node=nodes.Name(name="_" | "plain" as name), args=[nodes.Const(value=str() as text)], kwargs=[]
            ):
                return self._words(text) if name == "_" else str(self._words(text))
        return None
