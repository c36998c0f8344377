"""Six languages: catalogues, dates, numbers, lists and alphabets."""

import datetime as dt
import os
from decimal import Decimal
from gettext import NullTranslations

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

from eservices import language
from eservices.language import (
    LANGUAGES,
    N_,
    Catalogue,
    Marked,
    Words,
    best_match,
    catalogue,
    direction,
    fold,
    folder_name,
    html_lang,
    is_reviewed,
    own_name,
    sort_key,
    words,
)
from eservices.translating import compile_all

MOMENT = dt.datetime(2026, 11, 23, 10, 42, tzinfo=dt.UTC)
SV, EN, AR = words("sv"), words("en"), words("ar")


def alike(tag: str) -> Words:
    """Words of a language in which every sentence is translated, to itself."""
    return Words(tag, Catalogue(NullTranslations()))


PO = r"""
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\n"
"Plural-Forms: nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2);\n"

msgid "Namn"
msgstr "Ім'я"

msgctxt "batplats:applicant.name.label"
msgid "Namn"
msgstr "Ваше ім'я"

#, fuzzy
msgid "Brev"
msgstr "Листівка"

msgid "Telefon"
msgstr ""

msgid "Skriv minst {minimum} tecken"
msgstr "Напишіть щонайменше {minimum} знаків, {fel}"

msgid "{n} fil"
msgid_plural "{n} filer"
msgstr[0] "{n} файл"
msgstr[1] "{n} файли"
msgstr[2] "{n} файлів"
"""


@pytest.fixture
def folder(tmp_path):
    """A folder of catalogues in which Ukrainian has been begun."""
    place = tmp_path / "uk" / "LC_MESSAGES"
    place.mkdir(parents=True)
    (place / "messages.po").write_text(PO, encoding="utf-8")
    yield tmp_path
    language.forget()


@pytest.fixture(params=["from the .po", "from a fresh .mo"])
def ukrainian(folder, request):
    """Words of that language, however the catalogue is kept."""
    source = folder / "uk" / "LC_MESSAGES" / "messages.po"
    if request.param == "from a fresh .mo":
        with source.open("rb") as read, source.with_suffix(".mo").open("wb") as written:
            write_mo(written, read_po(read, locale="uk"))
    return Words("uk", catalogue("messages", "uk", folder))


def test_a_missing_translation_is_swedish_and_can_be_told(ukrainian):
    assert (ukrainian("Namn"), ukrainian.has("Namn")) == ("Ім'я", True)
    assert (ukrainian("Adress"), ukrainian.has("Adress")) == ("Adress", False)
    assert (SV("Adress"), SV.has("Adress")) == ("Adress", True)


def test_a_fuzzy_or_empty_translation_is_missing(ukrainian):
    assert (ukrainian("Brev"), ukrainian.has("Brev")) == ("Brev", False)
    assert (ukrainian("Telefon"), ukrainian.has("Telefon")) == ("Telefon", False)


def test_a_sentence_that_is_not_translated_is_swedish_with_its_facts_and_says_so_as_html(ukrainian):
    said = ukrainian("Klart senast {day} < {number}", day=dt.date(2026, 12, 7), number=Decimal("1.5"))

    assert said == "Klart senast 7 december 2026 < 1,5"
    assert escape(said) == '<span lang="sv" dir="ltr">Klart senast 7 december 2026 &lt; 1,5</span>'
    assert escape(ukrainian("Namn")) == "Ім&#39;я"


def test_a_swedish_name_in_a_translated_sentence_is_the_only_part_that_is_marked(ukrainian):
    said = ukrainian("Skriv minst {minimum} tecken", minimum=ukrainian.listing([Marked.swedish("A & B"), "в"]))

    assert said == "Напишіть щонайменше A & B і в знаків, {fel}"
    marked = '<span lang="sv" dir="ltr">A &amp; B</span>'
    assert escape(said) == f"Напишіть щонайменше {marked} і в знаків, {{fel}}"


def test_readers_are_told_until_a_native_speaker_has_read_everything(folder):
    assert (is_reviewed("sv"), is_reviewed("sv-x-lattlast"), is_reviewed("uk", folder)) == (True, True, False)

    place = folder / "uk" / "LC_MESSAGES"
    read = "# Read by a native speaker.\n# X-Reviewed: yes" + PO
    (place / "messages.po").write_text(read, encoding="utf-8")
    language.forget()
    assert not is_reviewed("uk", folder)  # the services are not read yet

    (place / "services.po").write_text(read, encoding="utf-8")
    assert compile_all(folder) == 2
    language.forget()
    assert is_reviewed("uk", folder)


def test_plurals_follow_the_language(ukrainian):
    assert [ukrainian.plural("{n} fil", "{n} filer", n) for n in (1, 2, 5, 21)] == [
        "1 файл",
        "2 файли",
        "5 файлів",
        "21 файл",
    ]
    assert [SV.plural("{n} fil", "{n} filer", n) for n in (0, 1, 2000)] == ["0 filer", "1 fil", "2\xa0000 filer"]
    assert ukrainian.plural("{n} dag", "{n} dagar", 3) == "3 dagar"


def test_a_text_is_translated_in_its_context(folder):
    found = catalogue("messages", "uk", folder)

    assert found.get("Namn", "batplats:applicant.name.label") == "Ваше ім'я"
    assert found.get("Namn", "batplats:other.label") is None
    assert found.get("") is None


def test_a_translators_slip_with_a_fact_never_breaks_a_page(ukrainian):
    assert ukrainian("Skriv minst {minimum} tecken", minimum=3) == "Напишіть щонайменше 3 знаків, {fel}"
    assert SV("{label.__class__} {0} {} {", label="x") == "{label.__class__} {0} {} {"


def test_an_old_mo_is_not_believed(folder):
    source = folder / "uk" / "LC_MESSAGES" / "messages.po"
    with source.open("rb") as read, source.with_suffix(".mo").open("wb") as written:
        write_mo(written, read_po(read, locale="uk"))
    source.write_text(PO.replace("Ім'я", "Назва"), encoding="utf-8")
    os.utime(source.with_suffix(".mo"), (0, 0))

    assert catalogue("messages", "uk", folder).get("Namn") == "Назва"


def test_a_language_without_a_catalogue_speaks_swedish(tmp_path):
    nothing = catalogue("services", "fi", tmp_path)

    assert isinstance(nothing, Catalogue)
    assert Words("fi", nothing)("Namn") == "Namn"
    assert words("sv-x-lattlast").has("En mening som ingen har gjort lättare") is False


def test_facts_are_said_as_the_language_writes_them():
    facts = {"number": Decimal("-1234.5"), "day": MOMENT.date(), "moment": MOMENT, "list": ["a", "b", 3]}
    text = "{number} | {day} | {moment} | {list}"

    assert SV(text, **facts) == "−1\xa0234,5 | 23 november 2026 | 23 november 2026 klockan 11.42 | a, b och 3"
    assert alike("en")(text, **facts) == "−1,234.5 | 23 November 2026 | 23 November 2026 at 11:42 | a, b and 3"
    assert SV("{a} {b}", a="x", b=True) == "x True"


def test_a_name_in_a_sentence_of_the_other_direction_is_isolated():
    assert alike("ar")("{name}", name="Åsa 0304-60 10 10") == "\u2068Åsa 0304-60 10 10\u2069"
    assert SV("{name}", name="محمد") == "محمد"


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("sv", "måndag 23 november | 23 november 2026 klockan 11.42 | 1\xa0250,50\xa0kr | a, b och c"),
        ("sv-x-lattlast", "måndag 23 november | 23 november 2026 klockan 11.42 | 1\xa0250,50\xa0kr | a, b och c"),
        ("en", "Monday 23 November | 23 November 2026 at 11:42 | SEK\xa01,250.50 | a, b and c"),
        ("fi", "maanantai 23. marraskuuta | 23. marraskuuta 2026 klo 11.42 | 1\xa0250,50\xa0SEK | a, b ja c"),
        ("uk", "понеділок, 23 листопада | 23 листопада 2026\u202fр. о 11:42 | 1\xa0250,50\xa0SEK | a, b і c"),
        ("ar", "الاثنين، 23 نوفمبر | 23 نوفمبر 2026 في 11:42 | \u200f1,250.50\xa0SEK | a وb وc"),
    ],
)
def test_days_moments_money_and_lists_in_every_language(tag, expected):
    here = words(tag)
    day = here.day(MOMENT.date(), weekday=True, year=False)
    said = f"{day} | {here.moment(MOMENT)} | {here.money(Decimal('1250.50'))} | {here.listing(['a', 'b', 'c'])}"

    assert said.replace("2026\xa0", "2026\u202f") == expected


def test_swedish_says_days_and_times_as_letters_do():
    assert SV.day(dt.date(2026, 12, 7)) == "7 december 2026"
    assert SV.day(dt.date(2026, 12, 7), weekday=True) == "måndag 7 december 2026"
    assert SV.day(dt.date(2026, 12, 7), year=False) == "7 december"
    assert SV.time(dt.time(8, 5)) == "8.05"
    assert SV.time(dt.datetime(2026, 7, 1, 22, 30, tzinfo=dt.UTC)) == "0.30"
    assert (SV.money(1250), SV.money(Decimal("-0.5"))) == ("1\xa0250\xa0kr", "−0,50\xa0kr")
    assert SV.listing(["a", "b"], end="or") == "a eller b"
    assert SV.listing([]) == ""
    assert SV.hours({"mon-thu": "8.00-16.30", "fri": "8-15"}) == (
        "måndag–\u2060torsdag 8–\u206016.30, fredag 8–\u206015"
    )
    assert SV.hours({"mon-fri": "8:00–16:30"}) == "vardagar 8–\u206016.30"
    assert SV.hours({"alla dagar": "dygnet runt"}) == "alla dagar dygnet runt"


@given(st.decimals(-(10**12), 10**12, places=4))
def test_no_digit_of_a_number_is_lost(number):
    shown = SV.number(number).replace("\xa0", "").replace("−", "-").replace(",", ".")

    assert Decimal(shown) == number


@pytest.mark.parametrize(
    ("header", "tag"),
    [
        ("", "sv"),
        ("fi-FI,fi;q=0.9,en;q=0.8", "fi"),
        ("de-DE, en;q=0.3, ar ; q = 0.7", "ar"),
        ("*", "sv"),
        ("de", "sv"),
        ("en;q=0", "sv"),
        ("sv-x-lattlast", "sv-x-lattlast"),
        ("sv-SE, en", "sv"),
        ("EN-gb", "en"),
        ("en;q=abc, fi", "fi"),
        (";;,,,q=", "sv"),
        ("x" * 100_000, "sv"),
    ],
)
def test_the_best_language_is_found(header, tag):
    assert best_match(header) == tag


def test_only_an_offered_language_is_found():
    assert best_match("uk, en;q=0.5", ("sv", "en")) == "en"
    assert best_match("sv-x-lattlast", ("sv", "en")) == "sv"


@given(st.text(max_size=60))
def test_any_header_gives_a_language(header):
    assert best_match(header) in LANGUAGES


def test_languages_know_their_names_directions_and_folders():
    assert [tag for tag in LANGUAGES if direction(tag) == "rtl"] == ["ar"]
    assert (own_name("uk"), own_name("sv-x-lattlast")) == ("Українська", "Lätt svenska")
    assert (folder_name("sv-x-lattlast"), html_lang("sv-x-lattlast")) == ("sv_x_lattlast", "sv-x-lattlast")
    assert N_("Namn") == "Namn"
    with pytest.raises(KeyError):
        words("tlh")


def test_options_are_called_what_their_question_calls_them():
    here = SV.with_options({"motor": "Motorbåt"})

    assert (here.option("motor"), here.option("okänd"), SV.option("motor")) == ("Motorbåt", "okänd", "motor")
    assert here.language == "sv"


@pytest.mark.parametrize(
    ("tag", "ordered"),
    [
        ("sv", ["Avlopp", "Båtplats", "Eldstad", "Éva", "Väg 2", "Väg 10", "Zon", "Åtgärd", "Ängsvägen", "Ö-linjen"]),
        ("fi", ["Vesi", "Yö", "Zen", "Åbo", "Äiti", "Öljy"]),
        ("en", ["Åland", "Boat", "Élan", "Zoo"]),
        ("uk", ["Авто", "Гараж", "Ґанок", "Електрика", "Єдність", "Ідея", "Їжа", "Ялинка"]),
        ("ar", ["أب", "باب", "تاج", "ورد", "يد"]),
    ],
)
def test_lists_are_sorted_by_the_languages_own_alphabet(tag, ordered):
    backwards = ordered[::-1]

    assert sorted(backwards, key=sort_key(tag)) == ordered


@given(st.lists(st.text(max_size=12), max_size=8), st.sampled_from(LANGUAGES))
def test_anything_can_be_sorted_and_folded(texts, tag):
    backwards = texts[::-1]

    assert sorted(backwards, key=sort_key(tag)) == sorted(texts, key=sort_key(tag))
    assert all(fold(fold(text)) == fold(text) for text in texts)


def test_a_search_forgives_accents_and_capitals_but_knows_the_letters():
    assert (fold("ÉVA Blomström"), fold("Їжак")) == ("eva blomström", "їжак")


def test_what_is_listed_has_the_comma_of_its_language() -> None:
    hours = {"mon-fri": "8.00-16.30", "sat": "10.00-14.00"}

    assert "،" in words("ar").hours(hours)
    assert "," not in words("ar").hours(hours)
    assert ", " in words("fi").hours(hours)
