"""What a person needs to be understood, as agents are asked for it on several pages."""

from collections.abc import Mapping

from eservices.questions import cleaning
from eservices.submissions.model import Needs


def needs_from(form: Mapping[str, str]) -> Needs:
    """What the person needs, as it was asked."""
    return Needs(
        interpreter=cleaning.line(form.get("needs-interpreter", ""))[:80],
        interpreter_name=cleaning.line(form.get("needs-interpreter_name", ""))[:120],
        sign_language=bool(form.get("needs-sign_language")),
        large_print=bool(form.get("needs-large_print")),
        braille=bool(form.get("needs-braille")),
        slow_pace=bool(form.get("needs-slow_pace")),
        best_hours=cleaning.line(form.get("needs-best_hours", ""))[:80],
        other=cleaning.line(form.get("needs-other", ""))[:300],
    )
