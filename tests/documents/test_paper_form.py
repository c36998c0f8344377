"""A paper form asks what the web asks, can be filled in with a pen and read by everybody, and can be keyed in again."""

import dataclasses
import io
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pikepdf
import pytest
import segno
from click.testing import CliRunner
from PIL import Image

from eservices.cli import main
from eservices.definitions.library import Library
from eservices.definitions.model import Audience, Cosigners, Question, Service, Text
from eservices.definitions.texts import EASY, ServiceTexts
from eservices.documents import paper_form
from eservices.documents.paper_form import PaperForm, paper_form_pdf, set_in_type
from eservices.documents.rendering import Press
from eservices.documents.shelf import Paper, Shelf, paper_languages, paper_of, printed_in
from eservices.documents.writing_room import has_room
from eservices.journey.script import condition_sentence, in_words, numbering
from eservices.language import words
from eservices.questions import kinds
from eservices.settings import house_folder
from tests.conftest import ROOT

FORMS, ODD = ROOT / "forms", ROOT / "tests" / "definitions" / "odd"
MADE_UP = sorted(path.stem for path in ODD.glob("*.yaml") if "." not in path.stem)
SERVICES = sorted(path.stem for path in FORMS.glob("*.yaml") if "." not in path.stem and path.stem != "municipality")
ALL = os.environ.get("ACCESS") == "all"
BOTH = [(service, language) for service in SERVICES for language in ("sv", "en")]


def _at_one_press(service: str, language: str, *more: object) -> Any:
    """A form is printed once: those who look at it stand beside the same press."""
    mark = pytest.mark.xdist_group(f"paper-{service}-{language}")
    return pytest.param(service, language, *more, marks=mark, id="-".join(map(str, (service, language, *more))))


EVERY = [_at_one_press(*each) for each in (*BOTH, *((service, "sv") for service in MADE_UP))]

#: The widest that anything may stand on an A4 page, in points.
LEFT, RIGHT, HEIGHT = 50, 546, 842


@dataclass(frozen=True)
class Printed:
    """A form with what it was made of, and what can be read out of it."""

    service: Service
    texts: ServiceTexts
    form: PaperForm
    pdf: bytes

    @property
    def pages(self) -> list[str]:
        return [" ".join(page.split()) for page in self._text.split("\f")[:-1]]

    @property
    def text(self) -> str:
        return " ".join(self.pages)

    @property
    def _text(self) -> str:
        return _poppler("pdftotext", "-layout", "-", "-", given=self.pdf)

    def words(self) -> Iterator[tuple[float, float, float, float, str]]:
        """Every word with its place on its page: left, top, right, bottom."""
        found = re.findall(
            r'<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">(.*?)</word>',
            _poppler("pdftotext", "-bbox", "-", "-", given=self.pdf),
        )
        return ((float(a), float(b), float(c), float(d), word) for a, b, c, d, word in found)

    def headings(self) -> list[tuple[int, str]]:
        """Level and text of each heading, as a screen reader lists them."""
        found: list[tuple[int, str]] = []
        inside: int | None = None
        for line in _poppler("pdfinfo", "-struct-text", "-", given=self.pdf).splitlines():
            indent, said = len(line) - len(line.lstrip()), line.strip()
            if inside is not None and indent <= inside:
                inside = None
            if heading := re.match(r"H([1-6]) \(block\)", said):
                inside = indent
                found.append((int(heading[1]), ""))
            elif inside is not None and said.startswith('"'):
                found[-1] = (found[-1][0], f"{found[-1][1]} {said[1:-1]}".strip())
        return found


@cache
def library() -> Library:
    return Library((FORMS, ODD))


@cache
def press() -> Press:
    return Press(house_folder("templates"))


@cache
def printed(service_id: str, language: str, *, large: bool = False) -> Printed:
    """Each form is printed once."""
    service = library().service(service_id)
    assert service is not None, [complaint.printed("en") for complaint in library().complaints]
    texts = library().texts(service, printed_in(language))
    made = set_in_type(service, texts, library().municipality, wanted=language, large=large)
    return Printed(service, texts, made.form, paper_form_pdf(press(), made))


@pytest.mark.parametrize(("service", "language"), EVERY)
def test_a_form_is_a_tagged_document_in_its_language(service: str, language: str) -> None:
    one = printed(service, language)

    with pikepdf.open(io.BytesIO(one.pdf)) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang) == language
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        assert one.texts.get(one.service.title) in str(pdf.docinfo.Title)
        assert pdf.open_metadata()["pdfuaid:part"] == "1"
        tags = [str(element.get("/S")) for element in _elements(pdf.Root.StructTreeRoot)]
    assert {"/L", "/LI", "/P"} <= set(tags)
    assert "/Figure" not in tags, "a picture without words"


@pytest.mark.parametrize(("service", "language"), EVERY)
def test_headings_lead_through_the_questions_in_their_order(service: str, language: str) -> None:
    one = printed(service, language)
    headings = one.headings()

    levels = [level for level, _ in headings]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    asked = [int(found[1]) for _, text in headings if (found := re.match(r"(\d+) ", text))]
    assert asked == [
        int(entry.number)
        for part in one.form.parts
        for block in part.blocks
        for entry in block.entries
        if isinstance(entry, paper_form.Asked)
    ] + [int(entry.number) for one_more in one.form.consents for entry in _on_consent(one_more)]
    assert sorted(set(asked)) == list(range(1, len(numbering(one.service)) + 1))


@pytest.mark.parametrize(("service", "language"), EVERY)
def test_every_question_is_there_with_its_number_and_its_choices(service: str, language: str) -> None:
    one = printed(service, language)
    headings = [_plain(text) for _, text in one.headings()]
    text = _plain(one.text)

    for question in _asked(one.service):
        number = numbering(one.service)[question.id]
        label = _plain(_unknown(one, question.label))
        assert any(heading.startswith(f"{number}{label}") for heading in headings), question.id
        for option in question.options:
            assert _plain(_unknown(one, option.label)) in text, f"{question.id}: {option.key}"
        for more in (question.hint, question.why):
            assert more is None or _plain(_unknown(one, more)) in text, question.id


@pytest.mark.parametrize(("service", "language"), EVERY)
def test_conditions_are_sentences_with_numbers(service: str, language: str) -> None:
    one = printed(service, language)
    numbers, spoken = numbering(one.service), words(language)
    text = _plain(one.text)

    for question in _asked(one.service):
        if question.when is not None:
            told = condition_sentence(one.service, question.when, one.texts, spoken, numbers)
            assert _plain(told) in text, question.id
    for when in [step.when for step in one.service.steps] + [stop.when for stop in one.service.stops]:
        if when is not None:
            assert _plain(in_words(one.service, when, one.texts, spoken, numbers)) in text
    for stop in one.service.stops:
        assert _plain(_unknown(one, stop.title)) in text
    assert "{" not in one.text


@pytest.mark.parametrize(("service", "language"), EVERY)
def test_every_page_bears_the_mark_and_its_number(service: str, language: str) -> None:
    one = printed(service, language)
    pages = one.pages
    of = words(language)

    assert str(one.form.mark) == f"{service} {one.service.version[:8]} {language}"
    for number, page in enumerate(pages, start=1):
        assert str(one.form.mark) in page
        assert f"{of('Sida')} {number} {of('av')} {len(pages)}" in page
        assert library().municipality.contact_centre.phone in page


@pytest.mark.parametrize(("service", "language"), EVERY)
def test_nothing_stands_outside_the_paper(service: str, language: str) -> None:
    one = printed(service, language)

    outside = [word for left, top, right, bottom, word in one.words()
               if left < LEFT or right > RIGHT or top < 20 or bottom > HEIGHT - 20]  # fmt: skip
    assert outside == []
    asked = sum(isinstance(entry, paper_form.Asked) for part in one.form.parts for block in part.blocks
                for entry in block.entries)  # fmt: skip
    assert len(one.pages) <= 4 + asked / 3
    assert all(len(page) > 150 for page in one.pages), "a page with next to nothing on it"


OTHERS = ["ar", "fi", "uk", EASY]
#: In the suite each service in one more language and in one large print; all of them by `make access`.
PROMISED = [
    _at_one_press(service, language, size)
    for at, service in enumerate(SERVICES)
    for language in ("sv", "en", *OTHERS)
    for size in ("normal", "large")
    if ALL or (language, size) in {(OTHERS[at % 4], "normal"), (("sv", "en", *OTHERS)[(at + 1) % 6], "large")}
]


@pytest.mark.parametrize(("service", "language", "size"), PROMISED)
def test_every_form_in_every_language_and_size_can_be_opened_read_and_scanned(
    service: str, language: str, size: str
) -> None:
    found = library().service(service)
    assert found is not None
    if language not in paper_languages(found):
        pytest.skip(f"{service} is not promised in {language}")
    one = printed(service, language, large=size == "large")

    with pikepdf.open(io.BytesIO(one.pdf)) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang) == printed_in(language).partition("-")[0]
        assert one.texts.get(one.service.title) in str(pdf.docinfo.Title)
        assert "/StructTreeRoot" in pdf.Root
    levels = [level for level, _ in one.headings()]
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert not [word for left, _, right, _, word in one.words() if left < LEFT or right > RIGHT]
    assert "{" not in one.text
    for number, page in enumerate(one.pages, start=1):
        assert str(one.form.mark) in page, number
        assert len(page) > 150, f"page {number} has next to nothing on it"
    assert len(one.form.marks) >= len(one.pages)
    if shutil.which("zbarimg"):
        last = len(one.pages)
        assert _scanned(one.pdf, 1) == one.form.mark.on_page(1).code
        assert _scanned(one.pdf, last) == one.form.mark.on_page(last).code


def test_limits_are_told_before_anything_is_written() -> None:
    text = printed("batplats", "sv").text

    assert "Mellan 1 och 40 meter." in text
    assert "Tidigast den dag du fyller i blanketten." in text
    assert "Between 1 and 40 metres." in printed("batplats", "en").text


def test_who_owns_a_home_sees_on_paper_what_is_to_be_done_in_it_and_nothing_of_why() -> None:
    one = printed("bostadsanpassning", "sv")
    (consent,) = one.form.consents

    seen = {one.service.questions[name].label.sv for name, number in numbering(one.service).items()
            if number in {entry.number for entry in _on_consent(consent)}}  # fmt: skip
    texts = {name: question.label.sv for name, question in one.service.questions.items()}
    assert {texts["measure"], texts["room"], texts["agrees_to"]} <= seen
    assert not seen & {texts["personal_number"], texts["name"]}
    assert [block.title for block in consent.blocks if block.title], "each measure, by its number"


def test_a_scanner_reads_service_version_language_and_page() -> None:
    one = printed("batplats", "sv")

    for page in range(1, len(one.pages) + 1):
        expected = segno.make(one.form.mark.on_page(page).code, error="m", micro=False).matrix
        assert _square_on(one.pdf, page, len(expected)) == [[bool(module) for module in row] for row in expected]


def test_the_longest_form_in_large_print_has_a_mark_for_each_page() -> None:
    service = library().service("bostadsanpassning")
    assert service is not None
    made = set_in_type(service, library().texts(service, EASY), library().municipality, wanted=EASY, large=True)

    assert len(made.form.marks) > 30, "it takes more than 24 pages"


def test_large_print_is_large() -> None:
    usual, large = printed("batplats", "sv"), printed("batplats", "sv", large=True)

    def height(one: Printed) -> float:
        return next(bottom - top for _, top, _, bottom, word in one.words() if word == "Personnummer")

    assert height(large) > 1.4 * height(usual)
    assert not [word for left, _, right, _, word in large.words() if left < LEFT or right > RIGHT]
    assert len(large.pages) <= 2 * len(usual.pages)


def test_who_reads_arabic_has_a_swedish_form_and_a_guide_that_is_read_in_its_order() -> None:
    one = printed("batplats", "ar")

    assert one.form.mark.language == "ar"
    assert one.form.guide is not None
    with pikepdf.open(io.BytesIO(one.pdf)) as pdf:
        assert str(pdf.Root.Lang) == "sv"
        guide = next(element for element in _elements(pdf.Root.StructTreeRoot) if element.get("/S") == "/BlockQuote")
        said = [(str(p.Lang), str(p.ActualText)) for p in _elements(guide) if p.get("/S") == "/P"]
    assert any("0304-60\N{NO-BREAK SPACE}10\N{NO-BREAK SPACE}10" in sentence for _, sentence in said)
    assert said == [("ar", sentence) for sentence in (one.form.guide.title, *one.form.guide.sentences)]
    assert _plain("Registreringsbeteckning") in _plain(one.text)


def test_who_also_signs_has_a_page_of_their_own_that_tells_nothing_about_the_others() -> None:
    service = library().services["batplats"]
    signed = dataclasses.replace(
        service.steps[0],
        cosigners=Cosigners(
            name="name", reach=("phone", "address"), text=Text("applicant.cosigners.text", "Ditt ja gäller i fem år.")
        ),
    )
    boat, *rest = service.steps[1:]
    shared, *others = boat.questions
    shared = dataclasses.replace(shared, audience=Audience.CO_PARTY)
    boat = dataclasses.replace(boat, questions=(shared, *others))
    service = dataclasses.replace(service, steps=(signed, boat, *rest))
    made = set_in_type(service, library().texts(service, "sv"), library().municipality, wanted="sv")
    one = Printed(service, library().texts(service, "sv"), made.form, paper_form_pdf(press(), made))

    page = next(page for page in one.pages if "Den som också ska skriva under" in page)

    assert "Ansök om båtplats" in page
    assert "Går det inte att nå personen?" in page
    assert "Underskrift" in page
    assert "7 Vilken typ av båt har du?" in page
    assert "Ditt ja gäller i fem år." in page
    assert not any(word in page for word in ("Postadress", "Telefonnummer", "Personnummer"))


def test_what_lies_in_the_envelope_goes_by_its_name_also_in_easy_swedish() -> None:
    service = library().service("bostadsanpassning")
    assert service is not None
    made = set_in_type(service, library().texts(service, EASY), library().municipality, wanted=EASY, large=True)

    assert [one.thing for one in made.form.enclosures if "?" in one.thing] == []
    assert {one.thing for one in made.form.enclosures} >= {"Intyg om behovet", "Offert"}


def test_easy_swedish_has_the_easy_words() -> None:
    one = printed("batplats", EASY)

    assert "Vilken sorts båt har du?" in one.text
    assert one.form.mark.language == EASY


def test_a_form_says_what_the_law_and_a_careful_reader_want_to_know() -> None:
    text = printed("sophamtning", "sv").text

    for said in (
        "Har du skyddade personuppgifter?", "0304-60 10 10", "Vardagar 8–16.30", "Kroksdalsvägen 1",
        "Samhällsbyggnadsnämnden ansvarar för dina uppgifter", "Vi sparar uppgifterna i 2 år",
        "överklaga beslutet till länsstyrelsen", "Underskrift", "Namnförtydligande", "Fylls i av kommunen",
        "Kom in den", "Försättsblad", "Skiss eller foto av platsen (fråga 14).", "Granne 1", "Granne 2", "Högst 12.",
        "exempel och inte kontrollerat",
    ):  # fmt: skip
        assert said in text, said


def test_who_may_be_anonymous_signs_nothing() -> None:
    assert "Underskrift" not in printed("felanmalan", "sv").text


def test_every_type_of_question_has_room() -> None:
    assert [name for name in kinds.names() if kinds.kind(name).asks and not has_room(name)] == []


def test_the_forms_are_those_that_the_service_promises() -> None:
    service = library().services["batplats"]

    assert set(paper_languages(service)) == {*service.languages, EASY}
    assert paper_of(service, "uk").language == "uk"
    assert paper_of(library().services[MADE_UP[0]], "fi").language == "sv"


def test_a_form_on_the_shelf_replaces_the_one_before_and_no_other(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    old, new = (Paper("batplats", version * 64, "sv") for version in "ab")
    others = [Paper("batplats", "a" * 64, "sv", large=True), Paper("batplats", "a" * 64, EASY)]
    for paper in (old, *others):
        shelf.put(paper, b"old", "of this")
    shelf.wish(new)

    assert shelf.wishes() == {new.name}
    shelf.put(new, b"new", "of that")
    shelf.clear_wish(new.name)

    assert shelf.wishes() == frozenset()
    assert (shelf.is_there(old), shelf.made_of(old)) == (False, "")
    assert (shelf.path(new).read_bytes(), shelf.made_of(new)) == (b"new", "of that")
    assert all(shelf.is_there(paper) for paper in others)


def test_the_command_prints_a_form_and_says_its_mark(tmp_path: Path) -> None:
    out = tmp_path / "form.pdf"

    done = CliRunner().invoke(main, ["paper", "felanmalan", "--language", "en", "--size", "large", "--out", str(out)])

    assert done.exit_code == 0, done.output
    assert re.search(r"felanmalan [0-9a-f]{8} en", done.output)
    assert out.read_bytes().startswith(b"%PDF-")


def test_the_command_refuses_what_is_not_promised(tmp_path: Path) -> None:
    for wanted in (["paper", "nothing"], ["paper", "batplats", "--language", "de"]):
        done = CliRunner().invoke(main, wanted)
        assert done.exit_code == 1
        assert done.output.startswith("Error: ")


def _asked(service: Service) -> list[Question]:
    return [question for step in service.steps for question in step.asked if question.type.asks]


def _on_consent(consent: paper_form.Consent) -> list[paper_form.Asked]:
    entries = [entry for block in consent.blocks for entry in block.entries]
    return [entry for entry in (*entries, *consent.own) if isinstance(entry, paper_form.Asked)]


def _unknown(one: Printed, text: Any) -> str:
    """The text as paper says it: for an earlier answer stands the number of its question."""
    numbers, spoken = numbering(one.service), words(printed_in(one.form.mark.language))
    facts = {
        name: f"… ({spoken('fråga {number}', number=numbers[name])})" if name in numbers else "…"
        for name in text.quotes
        if "." not in name
    }
    return one.texts.get(text, **facts, **({"n": 1} if "n" in text.quotes else {}))


def _plain(text: str) -> str:
    """Letters and figures alone: the printer breaks lines and words where it must."""
    return re.sub(r"[\W_]+", "", text)


def _elements(element: Any) -> Iterator[Any]:
    below = element.get("/K")
    for child in below if isinstance(below, pikepdf.Array) else [below]:
        if isinstance(child, pikepdf.Dictionary):
            yield child
            yield from _elements(child)


def _square_on(pdf: bytes, page: int, size: int) -> list[list[bool]]:
    """The square code in the upper right corner of a page, as a scanner sees it."""
    at = ("-x", "1740", "-y", "60", "-W", "180", "-H", "210")
    image = _poppler_bytes("pdftoppm", "-r", "254", "-f", str(page), "-l", str(page), "-gray", *at, "-", given=pdf)
    seen = Image.open(io.BytesIO(image)).convert("L").point(lambda light: 255 if light < 128 else 0)
    left, top, right, bottom = seen.getbbox() or (0, 0, 0, 0)
    step = (right - left) / size
    assert right - left == pytest.approx(bottom - top, abs=2), "the code is not square"
    return [[seen.getpixel((int(left + (x + 0.5) * step), int(top + (y + 0.5) * step))) == 255 for x in range(size)]
            for y in range(size)]  # fmt: skip


def _scanned(pdf: bytes, page: int) -> str:
    """What a scanner reads in the square code of a page."""
    image = _poppler_bytes("pdftoppm", "-r", "200", "-f", str(page), "-l", str(page), "-png", "-", given=pdf)
    return (
        _poppler_bytes("zbarimg", "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", "-", given=image).decode().strip()
    )


def _poppler(*command: str, given: bytes) -> str:
    return _poppler_bytes(*command, given=given).decode()


def _poppler_bytes(*command: str, given: bytes) -> bytes:
    return subprocess.run(command, input=given, capture_output=True, check=True).stdout
