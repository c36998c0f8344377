"""What was handed in, in Swedish, as the definition that it was given to asked for it; and who gave each answer."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from eservices.attachments import Attachment
from eservices.calendars import day_of
from eservices.cases import asked_items
from eservices.cases.asked_items import may_be_flagged
from eservices.cases.corrections import Correction
from eservices.cases.model import Case
from eservices.cases.store import CaseFile
from eservices.intake.assisted import Arrived
from eservices.intake.submit import SCAN
from eservices.journey.answers import Origin, Place
from eservices.journey.path import walk
from eservices.journey.summary import Line, summary
from eservices.language import N_
from eservices.language import words as words_of
from eservices.storage.database import Transaction
from eservices.submissions import pinned
from eservices.submissions.model import Submission, SubmissionKind
from eservices.web.i18n import plain, words
from eservices.web.staff.arrivals import told as told_of_arrival
from eservices.web.staff.telling import Tell, line_told

#: Kinds of file that every browser shows as a picture.
_PICTURES = frozenset({"image/jpeg", "image/png"})

STATES = {
    "later": N_("Skickas senare"),
    "unknown": N_("Vet inte"),
    "blank": N_("Inget svar"),
    "unanswered": N_("Inte besvarat"),
}


@dataclass(frozen=True, slots=True)
class FileShown:
    name: str
    about: str
    address: str
    picture: bool = False  #: whether it can be looked at on the page


@dataclass(frozen=True, slots=True)
class CorrectionShown:
    """What was said of an answer later: that it holds, or something else."""

    value: str
    told: str
    free: bool
    files: tuple[FileShown, ...]


@dataclass(frozen=True, slots=True)
class LineShown:
    """One answer as the applicant saw it, who gave it, and what has been said of it since.

    `flag` is where somebody is asked about it, "" where nobody can be; `flagged` while the person is being asked.
    """

    label: str
    value: str
    state: str
    expected: bool
    free: bool
    masked: bool
    origin: str
    files: tuple[FileShown, ...]
    since: tuple[CorrectionShown, ...] = ()
    flag: str = ""
    flagged: bool = False


@dataclass(frozen=True, slots=True)
class SectionShown:
    title: str
    lines: tuple[LineShown, ...]


@dataclass(frozen=True, slots=True)
class SubmissionShown:
    heading: str
    sections: tuple[SectionShown, ...]
    came_in: str
    scans: tuple[FileShown, ...]  #: the paper itself, where it came on paper
    about: str  #: a letter without a form: what it is about, and what it says where that is no file
    body: str
    usually: str
    version: str
    dropped: str


@dataclass(frozen=True, slots=True)
class Told:
    """A label with a sentence."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What is needed to tell of the answers of one case."""

    case: Case
    files: Sequence[Attachment]
    names: dict[str, str]
    telling: Tell
    corrections: Mapping[Place, Sequence[Correction]] = field(default_factory=dict)
    flagged: frozenset[Place] = frozenset()
    may_flag: bool = False

    def origin(self, origin: Origin | None) -> str:
        return origin_told(origin, self.names, self.telling)

    def file_shown(self, file: Attachment) -> FileShown:
        address = f"/cases/{self.case.number}/files/{file.id}" if file.may_be_opened else ""
        return FileShown(file.name, file_about(file), address, bool(address) and file.media_type in _PICTURES)


def submission_shown(tx: Transaction, submission: Submission, reading: Reading) -> SubmissionShown:
    service = pinned.service(tx, submission.version)
    texts = pinned.texts(tx, submission.version, "sv")
    told = Counter(reading.origin(answer.origin) for answer in submission.answers.given.values())
    usual = told.most_common(1)[0][0] if told else ""
    first = submission.kind is SubmissionKind.INITIAL
    sections = tuple(
        SectionShown(
            section.title,
            tuple(
                _with_what_came_since(tx, _line(line, submission, reading, usual), line, reading)
                if first
                else _line(line, submission, reading, usual)
                for line in section.lines
            ),
        )
        for section in summary(walk(service, submission.answers), texts, words_of("sv"))
    )
    how = reading.telling.by_channel(submission.channel)
    came_in = plain("Kom in {moment} {how}.", moment=submission.received_at, how=how)
    if submission.arrived_on is not None and submission.arrived_how in set(Arrived):
        regime = service.legal.regime
        came_in = " ".join(told_of_arrival(Arrived(submission.arrived_how), submission.arrived_on, regime, words()))
    if submission.entered_by:
        came_in += " " + plain("{name} skrev in.", name=reading.names.get(submission.entered_by, ""))
    dropped = ""
    if submission.dropped:
        labels = {place[0]: texts.get(service.questions[place[0]].label) for place in submission.dropped}
        dropped = plain("Svaren på det här gällde inte längre och är inte med: {list}.", list=list(labels.values()))
    heading = plain("Svaren") if submission.kind == "initial" else plain("Komplettering")
    usually = plain("Om inget annat står vid ett svar: {who}.", who=usual) if usual else ""
    scans = tuple(
        reading.file_shown(file)
        for file in reading.files
        if file.question == SCAN and file.submission_id == submission.id
    )
    return SubmissionShown(
        heading,
        sections,
        came_in,
        scans,
        submission.about,
        submission.body,
        usually,
        submission.version[:7],
        dropped,
    )


def _line(line: Line, submission: Submission, reading: Reading, usual: str) -> LineShown:
    """One answer: masked if a personal number, files as links, and who gave it where that was not as `usual`."""
    question, item = line.place
    value = line_told(line, submission.answers)
    state = "" if line.state == "answered" else words_of("sv")(STATES[line.state])
    if line.written and line.question.type.fact != "personal_number":  # half a number is a number too
        state = plain("Gick inte att läsa: ”{written}”", written=line.written)
    given = submission.answers.value(*line.place)
    ids = given.get("ids") if isinstance(given, dict) else None
    named = frozenset(ids) if isinstance(ids, list) else frozenset[object]()
    return LineShown(
        label=line.label,
        value=value,
        state=state,
        expected=line.expected,
        free=line.free,
        masked=value != line.value,
        origin="" if (origin := reading.origin(line.origin)) == usual else origin,
        files=tuple(
            reading.file_shown(file)
            for file in reading.files
            if file.submission_id == submission.id
            and (file.id in named or (file.question == question and (file.item or None) == item))
        ),
    )


def _with_what_came_since(tx: Transaction, shown: LineShown, line: Line, reading: Reading) -> LineShown:
    since = []
    for correction in reading.corrections.get(line.place, ()):
        later = next((one for one in lines_of(tx, correction.submission) if one.place == correction.place), None)
        if later is None:
            continue
        said = _line(later, correction.submission, reading, "")
        day = reading.telling.day(day_of(correction.submission.received_at))
        same = later.value == line.value and later.state == line.state and not said.files
        told = plain("Stämmer, svarade personen {day}", day=day) if same else plain("Svarade {day}", day=day)
        value = "" if same else said.state or said.value
        since.append(CorrectionShown(value, told, said.free, said.files))
    question, item = line.place
    at = f"/cases/{reading.case.number}/answers/{question}" + (f"/{item}" if item is not None else "")
    flaggable = reading.may_flag and may_be_flagged(line.question)
    flagged = line.place in reading.flagged
    return replace(shown, since=tuple(since), flag=f"{at}/flag" if flaggable and not flagged else "", flagged=flagged)


def lines_of(tx: Transaction, submission: Submission) -> Iterator[Line]:
    """The answers in Swedish, as the definition they were given to asked for them."""
    service = pinned.service(tx, submission.version)
    texts = pinned.texts(tx, submission.version, "sv")
    for section in summary(walk(service, submission.answers), texts, words_of("sv")):
        yield from section.lines


def origin_told(origin: Origin | None, names: dict[str, str], telling: Tell) -> str:
    """Who gave an answer, and through which channel."""
    if origin is None:
        return ""
    who = names.get(origin.staff_id, "") if origin.staff_id else plain("den sökande")
    return f"{who}, {telling.by_channel(origin.channel)}" if who else telling.channel(origin.channel)


def file_about(file: Attachment) -> str:
    """Kind and size, and where it stands when it cannot be opened."""
    size = plain("{kb} kB", kb=max(1, file.size_bytes // 1000))
    state = {
        "quarantined": plain("spärrad, filen kan vara skadlig"),
        "converting": plain("görs om till en bild som alla kan öppna"),
        "refused": plain("gick inte att läsa"),
    }.get(file.state)
    return f"{size}, {state}" if state else size


def missing_of(tx: Transaction, file: CaseFile) -> Iterator[Told]:
    """What the unit expected and has not got: of the first submission, and of what supplements asked for besides."""
    for submission in file.submissions:
        service = pinned.service(tx, submission.version)
        texts = pinned.texts(tx, submission.version, "sv")
        first = submission is file.submissions[0]
        own = [place for place in submission.missing if place[0].startswith(asked_items.OWN)]
        for question, item in file.missing if first else own:
            answer = submission.answers.get(question, item)
            value = answer.value if answer else None
            later = isinstance(value, dict) and bool(value.get("later"))
            because = plain("Personen skickar det senare.") if later else plain("Inget svar. Fråga, eller avgör utan.")
            yield Told(texts.get(service.questions[question].label), because)
