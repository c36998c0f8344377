"""`eservices check`: reads definitions, runs the tests stored beside them, and says everything in one go.

Stands here and not in `definitions`, for a test is a journey.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eservices.calendars import OFFICE_HOURS, OpeningHours
from eservices.definitions import grammar, yaml_text
from eservices.definitions.comparing import difference
from eservices.definitions.complaints import ERROR, Complaint, suggestion
from eservices.definitions.load import (
    BLOCKS,
    MUNICIPALITY,
    TESTS_END,
    definition_files,
    read_block,
    read_service,
)
from eservices.definitions.model import Service
from eservices.definitions.municipality import Municipality, read_municipality
from eservices.definitions.shape import Broken, Reader
from eservices.journey.publishing import PaperForm, for_publishing, not_reached
from eservices.journey.trial import Verdict, read_tests, run

__all__ = ["Report", "check", "difference", "new_definition"]


@dataclass(frozen=True, slots=True)
class Report:
    """What a check found. It failed when a complaint is an error; a stored test that fails is one."""

    complaints: tuple[Complaint, ...]
    services: tuple[Service, ...]
    tests: int

    @property
    def failed(self) -> bool:
        return any(complaint.severity == ERROR for complaint in self.complaints)

    def lines(self, language: str = "sv") -> list[str]:
        """Every complaint as `file:line:column: sentence`."""
        return [complaint.printed(language) for complaint in self.complaints]


def check(
    paths: Sequence[Path],
    now: dt.datetime,
    *,
    folders: Sequence[Path] = (),
    publish: bool = False,
    coverage: bool = False,
    paper_form: PaperForm | None = None,
) -> Report:
    """Check files and folders. Blocks and the municipality are looked for beside each file, then in `folders`.

    `now` is the moment of answering in stored tests. With `publish` what a service must have before it may be active
    is asked for too; `paper_form` tells whether it can be had on paper. With `coverage` it is said what no test
    reaches, without failing for it.
    """
    complaints: list[Complaint] = []
    services: list[Service] = []
    tests = 0
    for path in paths:
        if path.is_dir():
            complaints.extend(_folder(path))
    for path in _definitions(paths):
        around = (path.parent, *folders)
        municipality = _municipality(around)
        loaded = read_service(path, folders, municipality)
        complaints.extend(loaded.complaints)
        if loaded.service is None:
            continue
        services.append(loaded.service)
        verdicts, wrong = _stored_tests(
            loaded.service, path, now, OFFICE_HOURS if municipality is None else municipality.contact_centre.hours
        )
        complaints.extend(wrong)
        tests += len(verdicts)
        if publish:
            complaints.extend(for_publishing(loaded, path, verdicts, paper_form))
        elif coverage:
            complaints.extend(not_reached(loaded, path, verdicts))
    return Report(tuple(complaints), tuple(services), tests)


def _definitions(paths: Sequence[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from definition_files(path)
        elif path.name.endswith(TESTS_END):
            yield path.with_name(path.name.removesuffix(TESTS_END) + ".yaml")
        elif path.name != MUNICIPALITY and path.parent.name != BLOCKS:
            yield path


def _folder(folder: Path) -> Iterator[Complaint]:
    """What is wrong with the municipality and the blocks of a folder."""
    municipality = folder / MUNICIPALITY
    if municipality.is_file():
        yield from read_municipality(municipality)[1]
    for path in sorted((folder / BLOCKS).glob("*.yaml")):
        yield from read_block(path, str(path))[1]


def _municipality(folders: Iterable[Path]) -> Municipality | None:
    for folder in folders:
        if (folder / MUNICIPALITY).is_file():
            return read_municipality(folder / MUNICIPALITY)[0]
    return None


# ---- stored tests ----------------------------------------------------------------------------------------------------


def _stored_tests(
    service: Service, path: Path, now: dt.datetime, hours: OpeningHours
) -> tuple[list[Verdict], list[Complaint]]:
    file = path.with_name(f"{path.stem}{TESTS_END}")
    if not file.is_file():
        return [], []
    document = yaml_text.read(file.read_bytes(), str(file))
    reader = Reader((str(file), line) for line in document.repaired)
    content: dict[str, Any] = {}
    if document.root is not None:
        try:
            content = grammar.TESTS.read(document.root, (), reader)
        except Broken:
            content = {}
    if content.get("service") not in {None, service.id}:
        facts = {"written": content["service"], "service": service.id}
        reader.complain_at(reader.place(("service",)), "test_of_another_service", facts)
    whole = [entry for entry in content.get("tests") or [] if "expect" in entry and "name" in entry]
    for index, entry in enumerate(content.get("tests") or []):
        _unknown_answers(service, entry, index, reader)
    verdicts = run(service, read_tests({"tests": whole}), now, hours)
    for verdict in verdicts:
        index = (content.get("tests") or []).index(next(e for e in whole if e["name"] == verdict.test.name))
        for what, expected, found in verdict.differences:
            place = reader.place(("tests", index, "expect", what))
            facts = {"name": verdict.test.name, "what": f"`{what}`", "expected": expected, "found": found}
            reader.complain_at(place, "test_failed", facts)
    return verdicts, sorted((*document.complaints, *reader.complaints))


def _unknown_answers(service: Service, entry: dict[str, Any], index: int, reader: Reader) -> None:
    known = {*service.questions, *(step.group.id for step in service.steps if step.group)}
    answers = entry.get("answers")
    for question in answers if isinstance(answers, dict) else ():
        if question not in known or question in service.group_of:
            place = reader.place(("tests", index, "answers", question))
            facts = {"name": entry.get("name", ""), "question": question, **suggestion(question, known)}
            reader.complain_at(place, "test_unknown_answer", facts)


# ---- beginning -------------------------------------------------------------------------------------------------------

_NEW = """\
# {title}. Raderna som börjar med # förklarar; ta bort dem när du har läst dem.

service: {service}
title: {quoted}
summary: Skriv en mening om vad man gör här.
status: draft                            # draft syns bara för er; active när den är klar
owner: Vem svarar för texterna?
theme: ovrigt
applicants: [person]
languages: [sv]

before_you_start:
  minutes: 5

legal:
  regime: kommunallag                    # forvaltningslag, kommunallag eller private_law
  board: {board}
  basis: Vilken lag vilar den på?
  delegate: Vilken punkt i delegationsordningen?
  appeal: laglighetsprovning
  klassa: Vilken klass?
  retention:
    keep: 2 years
    after: closed
    then: delete
    source: Vilken plan säger det?

samples: [basis, delegate, klassa, retention, mandate, decide_within, first_contact_within]

routing:
  case:
    unit: {unit}
    decide_within: 10 working days
  contact_centre:
    queue: allman
    view: full
    mandate: Vilket beslut ger kundcenter rätten?
    first_contact_within: 8 working hours

steps:
  - step: matter
    title: Det gäller
    questions:
      wish:
        label: Vad vill du ha hjälp med?
        type: textarea

  - step: person
    title: Dina uppgifter
    questions:
      name:
        label: Namn
        type: text
        autocomplete: name
        prefill: person.name
      contact_preference:
        label: Hur vill du ha svar?
        type: radio
        options:
          email: E-post
          phone: Telefon
      email:
        label: E-postadress
        type: email
        prefill: person.email
        when:
          contact_preference: email
      phone:
        label: Telefonnummer
        type: phone
        prefill: person.phone
        when:
          contact_preference: phone
"""


def new_definition(service: str, title: str, municipality: Municipality | None = None) -> str:
    """A definition that passes, to go on from; board and unit are the first that the municipality has."""
    boards = list(municipality.boards) if municipality is not None else []
    units = list(municipality.units) if municipality is not None else []
    plain = " ".join(title.split())
    quoted = '"' + plain.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return _NEW.format(
        service=service,
        title=plain,
        quoted=quoted,
        board=boards[0] if boards else "kommunstyrelsen",
        unit=units[0] if units else "kundcenter",
    )
