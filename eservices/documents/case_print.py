"""A whole case to read on paper, as one tagged PDF: every code by its word, and last what is not in it, and why."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from eservices.calendars import day_of
from eservices.documents.case_file import Exported, Included, Withheld
from eservices.documents.decision import KINDS, PARTS
from eservices.documents.letter import address_lines
from eservices.documents.letterhead import Letterhead
from eservices.documents.rendering import Press
from eservices.language import N_, Words, own_name
from eservices.naming import (
    ACTORS,
    ANSWER_STATES,
    APPEAL_STATES,
    CHANNELS,
    DECISION_MAKERS,
    ENQUIRIES,
    ENQUIRY_STATES,
    JOURNAL,
    METHODS,
    OUTCOMES,
    PARTIES,
    PUBLIC_STATUSES,
    STATUSES,
)
from eservices.submissions.model import SubmissionKind

#: Why something is left out.
BECAUSE = {
    "working_paper": N_("Intern anteckning"),
    "personal": N_("Uppgift om person"),
    "sensitive": N_("Kan säga något om hälsa eller annat känsligt"),
    "audience": N_("Svaret är inte för alla"),
    "protected": N_("Skyddade uppgifter"),
    "file": N_("Fil från en person"),
    "message": N_("Meddelande till eller från en person"),
    "code": N_("Har koden som öppnar ärendet. Det som står där finns också här."),
}

#: What each sort of thing that is left out is called.
_SORTS = {
    "party": N_("Personen: {what}"),
    "contact": N_("Kontaktuppgifter: {what}"),
    "answer": N_("Svar: {what}"),
    "message": N_("Meddelande, {what}"),
    "entry": N_("Journalen: {what}"),
    "file": N_("Fil {what}"),
    "decision": N_("Beslutets text och skäl, {what}"),
    "enquiry": N_("Det som frågades, {what}"),
    "appeal": N_("Överklagandets text, {what}"),
    "signature": N_("Underskrift, {what}"),
}

_FROM_US = {"out": N_("Från oss"), "in": N_("Till oss")}

#: For whom it was made.
EDITIONS = {
    "unit": N_("Hela ärendet, för enheten själv."),
    "party": N_("Gjord för den sökande. 10 § förvaltningslagen."),
    "counterpart": N_("Gjord för en annan part i ärendet. 10 § förvaltningslagen."),
    "public": N_("Gjord för den som har begärt allmänna handlingar. 2 kap. tryckfrihetsförordningen."),
}


@dataclass(frozen=True, slots=True)
class Part:
    """A heading with its table, or with `text`. `columns` are the headings of a list; without them each row is a name
    and a value."""

    heading: str
    rows: Sequence[tuple[str, ...]] = ()
    columns: Sequence[str] = ()
    under: bool = False  #: belongs to the heading before it
    text: Sequence[str] = ()
    about: str = ""  #: said small, under the heading


@dataclass(frozen=True, slots=True)
class CaseFilePage:
    """All that the template is given."""

    number: str
    title: str
    unit: str
    day: str
    edition: str
    parts: Sequence[Part]
    withheld: Part | None


def case_pdf(
    press: Press, head: Letterhead, exported: Exported, words: Words, *, unit: str, day: str, board: str = ""
) -> bytes:
    """The whole case as one tagged PDF. `unit` and `board` are their names."""
    data, made_for = exported.data, EDITIONS[exported.data["edition"]]
    page = CaseFilePage(
        number=data["number"],
        title=data["title"],
        unit=unit,
        day=day,
        edition=words(made_for),
        parts=tuple(part for part in _Print(data, words, unit, board).parts() if part.rows or part.text),
        withheld=_withheld(exported.withheld, words),
    )
    return press.pdf("documents/case_file.html", words, head=head, page=page)


@dataclass(frozen=True, slots=True)
class _Print:
    data: Mapping[str, Any]
    words: Words
    unit: str
    board: str

    def parts(self) -> Iterator[Part]:
        yield self.matter()
        for party in self.data["parties"]:
            yield self.party(party)
        for submission in self.data["submissions"]:
            yield from self.answers(submission)
        yield self.files()
        for message in self.data["messages"]:
            yield self.message(message)
        yield self.enquiries()
        for decision in self.data["decisions"]:
            yield self.decision(decision)
        yield self.appeals()
        yield self.journal()

    def matter(self) -> Part:
        data, words = self.data, self.words
        named = STATUSES.get(data["status"]) or PUBLIC_STATUSES.get(data["public_status"], data["status"])
        marked = "\n".join(f"{law}, {self.day(day)}" for law, day in data["confidentiality"])
        return self.pairs(
            words(N_("Ärendet")),
            (N_("Ärendets nummer"), data["number"]),
            (N_("Nummer i nämndens diarium"), data["registry_number"]),
            (N_("Inkom"), f"{self.day(data['received_on'])}, {self.code(CHANNELS, data['channel']).lower()}"),
            (N_("Läge"), words(named)),
            (N_("Beslut"), self.moment(data["decided_at"]) if data["decided_at"] else ""),
            (N_("Nämnd"), self.board),
            (N_("Enhet"), self.unit),
            (N_("Sekretessmarkering"), marked),
        )

    def party(self, party: Mapping[str, Any]) -> Part:
        words = self.words
        return self.pairs(
            _party_told(party["role"], words),
            (N_("Namn"), party["name"] or words(N_("Anonym"))),
            (N_("Personnummer"), party.get("personal_number", "")),
            (N_("E-post"), party.get("email", "")),
            (N_("Telefon"), party.get("phone", "")),
            (N_("Adress"), "\n".join(address_lines("", party.get("address", {})))),
            (N_("Får besked"), self.code(METHODS, party["method"]) if "method" in party else ""),
            (N_("Språk"), own_name(party["language"]) if "language" in party else ""),
        )

    def answers(self, submission: Mapping[str, Any]) -> Iterator[Part]:
        words, on = self.words, self.day(submission["received_on"])
        told = N_("Svaren, {day}") if submission["kind"] == SubmissionKind.INITIAL else N_("Komplettering, {day}")
        yield Part(words(told, day=on), [(words(N_("Kom in")), self.code(CHANNELS, submission["channel"]))])
        for title, lines in groupby(submission["answers"], lambda line: str(line["section"])):
            yield Part(title, [(line["label"], self.answer(line)) for line in lines], under=True)

    def answer(self, line: Mapping[str, Any]) -> str:
        if line["state"] == "answered":
            return str(line["value"])
        instead = self.code(ANSWER_STATES, line["state"])
        return f"{instead}: {line['written']}" if line["written"] else instead

    def files(self) -> Part:
        rows = [(one["name"], f"{max(1, one['size_bytes'] // 1000)} kB") for one in self.data["files"]]
        return Part(self.words(N_("Filer")), rows, (self.words(N_("Namn")), self.words(N_("Storlek"))))

    def message(self, message: Mapping[str, Any]) -> Part:
        heading = self.words(N_("Meddelande, {day}"), day=self.day(message["sent_at"]))
        said = [message["subject"], *message["body"].replace("\r\n", "\n").split("\n\n")]
        text = [paragraph for paragraph in said if paragraph.strip()]
        about = self.code(_FROM_US, message["direction"])
        if message.get("sender"):
            about = f"{about}: {message['sender']}"
        if "received_on" in message:
            about = f"{about}. {self.words(N_('Inkom'))} {self.day(message['received_on'])}"
        if message["files"]:
            names = {one["path"]: one["name"] for one in self.data["files"]}
            sent = self.words.listing(names[path] for path in message["files"])
            about = f"{about}. {self.words(N_('Filer'))}: {sent}"
        return Part(heading, text=text, about=about)

    def enquiries(self) -> Part:
        words = self.words
        rows = [
            (
                self.code(ENQUIRIES, one["kind"]),
                self.day(one["asked_at"]),
                self.day(one["last_day"]),
                self.code(ENQUIRY_STATES, one["state"])
                + (f" {self.day(one['settled_at'])}" if one["settled_at"] else ""),
            )
            for one in self.data["enquiries"]
        ]
        columns = (N_("Vad"), N_("Frågade"), N_("Svar senast"), N_("Läge"))
        return Part(words(N_("Det vi har frågat om")), rows, [words(column) for column in columns])

    def decision(self, decision: Mapping[str, Any]) -> Part:
        parts = [f"{what}: {self.code(PARTS, outcome)}" for what, outcome in decision.get("parts", ())]
        return self.pairs(
            f"{self.code(KINDS, decision['kind'])}, {self.day(decision['meeting_on'] or decision['decided_at'])}",
            (N_("Utfall"), self.code(OUTCOMES, decision["outcome"])),
            (N_("Kort om beslutet"), "\n".join(decision.get("plain", ()))),
            (N_("Beslutet"), decision.get("text", "")),
            (N_("Det som söktes, sak för sak"), "\n".join(parts)),
            (N_("Villkor"), decision.get("conditions", "")),
            (N_("Gäller till och med"), self.day(decision["valid_until"]) if decision["valid_until"] else ""),
            (N_("Skäl"), decision.get("reasons", "")),
            (N_("Regel som avgjorde"), decision["law"]),
            (N_("Vem som har beslutat"), self.maker(decision)),
            (N_("Med stöd av"), decision["delegate"] if decision["made_by"] not in DECISION_MAKERS else ""),
            (N_("Har också varit med"), decision["took_part"]),
            (N_("Ingen fick yttra sig"), decision.get("waiver", "")),
            (N_("Kontrollsumma"), decision["digest"][:16]),
        )

    def maker(self, decision: Mapping[str, Any]) -> str:
        if decision["made_by"] not in DECISION_MAKERS:
            return str(decision["decided_by"])
        who = self.code(DECISION_MAKERS, decision["made_by"])
        return self.words(
            N_("{board}, {day}, paragraf {paragraph}"),
            board=who,
            day=self.day(decision["meeting_on"]),
            paragraph=decision["paragraph"],
        )

    def appeals(self) -> Part:
        words = self.words
        rows = [
            (
                self.day(one["received_on"]),
                self.day(one["last_day"]) if one["last_day"] else words(N_("Inte känd")),
                self.code(APPEAL_STATES, one["state"]),
            )
            for one in self.data["appeals"]
        ]
        columns = (N_("Kom in"), N_("Sista dag"), N_("Läge"))
        return Part(words(N_("Överklaganden")), rows, [words(column) for column in columns])

    def journal(self) -> Part:
        words = self.words
        rows = [
            (
                self.moment(one["at"]),
                self.happened(one),
                one["name"] or self.code(ACTORS, one["by"]),
            )
            for one in self.data["journal"]
        ]
        columns = (N_("När"), N_("Vad"), N_("Vem"))
        return Part(words(N_("Journal")), rows, [words(column) for column in columns])

    def code(self, table: Mapping[Any, str], code: str) -> str:
        """The word for a code; one that has none says itself."""
        return self.words(table[code]) if code in table else code

    def happened(self, entry: Mapping[str, Any]) -> str:
        to = entry.get("to", "")
        named = self.code(STATUSES if to in STATUSES else PUBLIC_STATUSES, to)
        more = [text for text in (entry.get("note"), entry.get("why")) if text]
        return "\n".join([self.code(JOURNAL, entry["kind"]) + (f": {named}" if named else ""), *more])

    def pairs(self, heading: str, *rows: tuple[str, str | None]) -> Part:
        """The rows that say something, each under its name."""
        return Part(heading, [(self.words(name), value) for name, value in rows if value])

    def day(self, written: str) -> str:
        if len(written) > len("2026-12-31"):
            return self.words.day(day_of(dt.datetime.fromisoformat(written)))
        return self.words.day(dt.date.fromisoformat(written))

    def moment(self, written: str) -> str:
        return self.words.moment(dt.datetime.fromisoformat(written))


def _withheld(withheld: Iterable[Withheld], words: Words) -> Part | None:
    rows = [(told_of(one, words), words(BECAUSE.get(one.because, one.because))) for one in withheld]
    if not rows:
        return None
    return Part(words(N_("Det här är inte med")), rows, (words(N_("Vad")), words(N_("Varför"))))


def told_of(one: Withheld | Included, words: Words) -> str:
    """What a thing is called that somebody gets, or does not get."""
    return words(_SORTS[one.sort], what=_what(one, words))


def _party_told(role: str, words: Words) -> str:
    return words(PARTIES.get(role, N_("Person")))


def _what(one: Withheld | Included, words: Words) -> str:
    if one.sort in {"party", "contact"}:
        return _party_told(one.what, words).lower()
    if one.sort in {"message", "decision", "enquiry", "appeal", "signature"}:
        return words.day(dt.date.fromisoformat(one.what))
    if one.sort == "entry":
        on, _, kind = one.what.partition(" ")
        return f"{words(JOURNAL[kind]) if kind in JOURNAL else kind}, {words.day(dt.date.fromisoformat(on))}"
    return one.what
