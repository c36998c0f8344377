"""Disposal in sentences and lines: for whoever decides about it, and for everybody afterwards."""

import csv
import io
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from eservices.calendars import day_of
from eservices.records.model import Disposal, Due, Kept
from eservices.values import spreadsheet_cell

#: What keeps a case, for whoever reads the report.
_WHY: Mapping[Kept, str] = {
    Kept.OPEN: "the case is open again",
    Kept.SIGNATURE: "somebody has been asked to sign",
    Kept.ENQUIRY: "something has been asked for and has not come",
    Kept.PROPOSAL: "the next step lies ready and is not settled",
    Kept.APPEAL: "an appeal is not settled",
    Kept.CLOCK: "a time still runs, or what was granted is valid",
    Kept.DELIVERY: "news has not reached somebody",
    Kept.OUTBOX: "a receiver has not said yes",
    Kept.TRANSFER: "it is to be carried over to another system",
    Kept.TASK: "the contact centre has something to do for it",
    Kept.DRAFT: "somebody is filling in more",
    Kept.MESSAGE: "somebody has written, and nobody has looked since",
    Kept.FILE: "a file waits for the scanner or to be made readable",
    Kept.CALL: "an agent has it in hand",
    Kept.HOLD: "it is held: eservices retention release lets it go",
    Kept.PLAN: "the plan is marked as a sample in the definition",
}

_HEADERS = {
    "sv": ("Beslut", "Dag", "E-tjänst", "Plan", "Antal ärenden"),
    "en": ("Decision", "Day", "Service", "Plan", "Cases"),
}
_NOTHING = {"sv": "Inga ärenden har gallrats.", "en": "No cases have been disposed of."}
_TOLD = {
    "sv": "{day}: {decision}. {service}: {many} ärenden gallrade enligt {plan}.",
    "en": "{day}: {decision}. {service}: {many} cases disposed of by {plan}.",
}
_BROKE_OFF = {
    "sv": "{day}: {decision}. Gallringen är inte avslutad.",
    "en": "{day}: {decision}. This disposal has not ended.",
}


def report(due: Sequence[Due], *, cases: bool) -> Iterator[str]:
    """What would go, by service and plan, and why the rest stays."""
    goes = [one for one in due if not one.kept_by]
    yield f"{len(goes)} cases are due and nothing keeps them; {len(due) - len(goes)} are due and kept."
    by_plan: dict[tuple[str, str, str], list[Due]] = {}
    for one in due:
        by_plan.setdefault((one.service, one.plan, _rule(one)), []).append(one)
    for (service, plan, rule), some in sorted(by_plan.items()):
        free = [one for one in some if not one.kept_by]
        yield f"{service}: {len(free)} of {len(some)} by {plan} ({rule})"
        for why, many in sorted(Counter(why for one in some for why in one.kept_by).items()):
            yield f"  {many} kept: {_WHY[why]}"
        if cases:
            for one in some:
                kept = "; ".join(_WHY[why] for why in one.kept_by)
                yield f"  {one.number} closed {one.closed_on}, due {one.due_on}{', kept: ' + kept if kept else ''}"


def published(
    done: Sequence[Disposal], names: Mapping[str, str], language: str, *, as_csv: bool = False
) -> Iterator[str]:
    """What has gone, decision by decision, without naming any case."""
    if as_csv:
        yield _line(_HEADERS[language])
    elif not done:
        yield _NOTHING[language]
    for one in done:
        day = day_of(one.begun_at).isoformat()
        if one.ended_at is None and not as_csv:
            yield _BROKE_OFF[language].format(day=day, decision=one.decision)
        for (service, plan), many in one.services.items():
            name = names.get(service, service)
            if as_csv:
                yield _line((one.decision, day, name, plan, str(many)))
            else:
                yield _TOLD[language].format(day=day, decision=one.decision, service=name, plan=plan, many=many)


def _rule(due: Due) -> str:
    if due.keep is None:
        return f"for ever after {due.after}"
    unit = due.keep.unit.replace("_", " ")
    return f"{due.keep.amount} {unit.removesuffix('s') if due.keep.amount == 1 else unit} after {due.after}"


def _line(cells: Sequence[str]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow([spreadsheet_cell(cell) for cell in cells])
    return out.getvalue()
