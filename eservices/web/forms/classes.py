"""A step as a form: which fields it has is found once per definition version and step, and kept.

Labels and hints are not in the form but taken when it is shown, so that one serves every language and both frames.
"""

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from wtforms.fields.core import UnboundField
from wtforms.form import BaseForm
from wtforms.meta import DefaultMeta

from eservices.definitions.model import Question, Service
from eservices.language import Words
from eservices.questions.faults import sentence
from eservices.values import Problem
from eservices.web.forms.fields import QuestionField, Wrong


class _Meta(DefaultMeta):  # type: ignore[misc]
    csrf = False  # one token for all forms, checked before any view (web/security.py)
    locales = False  # sentences come from eservices.language


#: The words in which a question is spoken of.
WordsOf: TypeAlias = Callable[[Question], Words]


class StepForm(BaseForm):  # type: ignore[misc]
    """The fields of one page. With `typed` it holds what was sent, else the stored `values` by question."""

    def __init__(
        self, service: Service, step_id: str, *, typed: Any = None, values: Mapping[str, object] | None = None
    ) -> None:
        super().__init__(_fields(service, step_id), meta=_META)
        self.process(formdata=typed, data=values or {})

    def field(self, question_id: str) -> QuestionField:
        found: QuestionField = self._fields[question_id]
        return found

    def tell(
        self, problems: Sequence[Problem], words: Words, titles: Mapping[str, str], words_of: WordsOf
    ) -> list[tuple[str, str]]:
        """Tell each field what is wrong with it; gives (control, sentence) for the summary, in the page's order.

        Beside the field the label stands already; in the summary the sentence must name it. `words_of` a question
        know what its choices are called.
        """
        told: list[tuple[str, str]] = []
        for problem in problems:
            field = self._fields.get(problem.question)
            question = field.question if field is not None else None
            own = field.own_error(problem.code) if field is not None else None
            kind = question.type if question is not None else None
            title = titles.get(problem.question, "")
            speaking = words_of(question) if question is not None else words
            if field is not None:
                field.wrong.append(Wrong(problem.part, sentence(problem, "", speaking, own, question=kind)))
            told.append((problem.question + problem.part, sentence(problem, title, speaking, own, question=kind)))
        return told


_META = _Meta()


_KEPT = 2048
_known: OrderedDict[tuple[str, str], dict[str, UnboundField]] = OrderedDict()


def _fields(service: Service, step_id: str) -> dict[str, UnboundField]:
    key = (service.version, step_id)
    fields = _known.get(key)
    if fields is None:
        step = service.step(step_id)
        # Made outside a form a field is unbound: WTForms binds it anew for every page.
        fields = _known[key] = {question.id: QuestionField(question) for question in (step.asked if step else ())}
        while len(_known) > _KEPT:
            _known.popitem(last=False)
    return fields
