"""Definitions as text: a small service that passes, to be changed line by line."""

from eservices.definitions.load import Loaded, read_content
from eservices.definitions.model import Service

HEADER = """\
service: klotterplank
title: Ansök om klotterplank
summary: Ansök om ett plank att måla på.
status: active
owner: Parkenheten
theme: fritid
applicants: [person, company]
languages: [sv, en]
before_you_start:
  minutes: 5
legal:
  regime: kommunallag
  board: tekniska
  basis: Kommunallagen 2 kap. 1 §
  delegate: Delegation 1
  appeal: laglighetsprovning
  klassa: "4.7"
  retention:
    keep: 2 years
    after: closed
    then: delete
    source: Planen
routing:
  case:
    unit: park
    decide_within: 10 working days
  contact_centre:
    queue: allman
    view: full
    mandate: Beslut 1
    first_contact_within: 8 working hours
"""

STEPS = """\
steps:
  - step: wall
    title: Planket
    questions:
      place:
        label: Var ska planket stå?
        type: location
      paint:
        label: Vad vill du måla med?
        type: radio
        options:
          spray: Sprayfärg
          brush: Pensel
      colours:
        label: Vilka färger vill du ha?
        type: checkboxes
        options:
          red: Röd
          blue: Blå
      height:
        label: Hur högt ska planket vara?
        type: decimal
        measure: meter
        min: 1
        max: 4
      mask:
        label: Har du en mask mot färgen?
        type: yes_no
        when:
          paint: spray
      sketch:
        label: Skiss
        type: file
  - step: person
    title: Dina uppgifter
    questions:
      name:
        label: Namn
        type: text
      way:
        label: Hur vill du ha svar?
        type: radio
        options:
          email: E-post
          phone: Telefon
      email:
        label: E-postadress
        type: email
        when:
          way: email
      phone:
        label: Telefonnummer
        type: phone
        when:
          way: phone
"""

DEFINITION = HEADER + STEPS


def read(text: str, name: str = "klotterplank.yaml") -> Loaded:
    """Read a definition that is text."""
    return read_content(text.encode(), name)


def service(text: str = DEFINITION) -> Service:
    """The service of a definition that is right."""
    loaded = read(text)
    assert loaded.service is not None, [complaint.printed() for complaint in loaded.complaints]
    return loaded.service


def with_steps(steps: str, header: str = HEADER) -> str:
    """A definition with these steps (and whatever else stands in `steps`)."""
    return header + steps
