"""Broken definitions: each says where it is broken and what to do, in Swedish and in English, to anybody who can write."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.build.definition import DEFINITION, read

# What is changed (old, new), the words of the line that is to blame, the code, and words from both sentences.
BROKEN = {
    "a key that is misspelt": (
        "label: Var ska planket stå?", "lable: Var ska planket stå?",
        "lable:", "unknown_key", "`lable` är inte en nyckel i en fråga. Menade du `label`?", "Did you mean `label`?",
    ),
    "a key of the header that is misspelt": (
        "theme: fritid", "tema: fritid", "tema:", "unknown_key", "Menade du `theme`?", "Did you mean `theme`?",
    ),
    "a type that does not exist": (
        "type: location", "type: locaton", "type: locaton", "not_one_of", "Menade du `location`?", "Did you mean `location`?",
    ),
    "a colon in a sentence": (
        "title: Planket", "title: Planket: var och hur", "title: Planket:", "colon_in_text",
        'Det står ett kolon i texten', '`title: "Planket: var och hur"`',
    ),
    "a number sign in a sentence": (
        "owner: Parkenheten", "owner: Park #3 på ön", "owner: Park", "hash_in_text",
        "Allt efter # räknas som en kommentar", "Everything after # is a comment",
    ),
    "a sentence that begins with a number sign": (
        "label: Namn", "label: #namn", "#namn", "starts_with_hash", "Texten börjar med #", "The text begins with #",
    ),
    "a tab": (
        "        label: Namn", "\tlabel: Namn", "\tlabel", "tab", "Raden börjar med tabb", "The line begins with a tab",
    ),
    "a quotation mark that is never closed": (
        "label: Namn", 'label: "Namn', 'label: "Namn', "unclosed_quote", "avslutas aldrig", "never closed",
    ),
    "text after a quotation": (
        "label: Namn", 'label: "Namn" på den som söker', 'label: "Namn"', "after_quote",
        "Efter citattecknet", "after the quotation mark",
    ),
    "keys of a question that stand two spaces too far out": (
        "        label: Namn", "      label: Namn", "      label: Namn", "too_far_out",
        "står för långt ut: de hör till `name` ovanför", "belong to `name` above. Move them two spaces in.",
    ),
    "a list without hyphens": (
        "routing:", "next:\n  Du får svar\n  Vi ringer dig\nrouting:", "  Du får svar", "no_hyphens",
        "Raderna under `next` saknar bindestreck", "The lines below `next` have no hyphens",
    ),
    "a line of a list without its hyphen": (
        "routing:", "next:\n  - Du får svar\n  Vi ringer dig\nrouting:", "  Vi ringer dig", "hyphen_missing",
        'Raden "Vi ringer dig" saknar bindestreck', "write a hyphen and a space first",
    ),
    "both kinds of quotation marks": (
        "label: Namn", """label: 'Namn' på "den" som söker""", "label: 'Namn'", "after_quote",
        'inuti: `label: "”Namn” på ”den” som söker"`', '`label: "”Namn” på ”den” som söker"`',
    ),
    "a line that stands too far in": (
        "    title: Planket", "     title: Planket", "     title: Planket", "indentation",
        "Raden står inte rakt under", "does not stand straight below",
    ),
    "a colon without a space": (
        "    title: Planket", "    title:Planket", "title:Planket", "no_space_after_colon",
        "Det behövs ett mellanslag efter kolonet", "A space is needed after the colon",
    ),
    "a line without a key": (
        "    title: Planket", "    title: Planket\n    och lite till", "och lite till", "no_colon",
        "Raden har ingen nyckel", "The line has no key",
    ),
    "a text that begins with a brace": (
        "label: Namn", "label: {municipality.name} undrar vad du heter", "{municipality.name} undrar",
        "starts_with_sign", "Texten börjar med tecknet {", "begins with the sign {",
    ),
    "a text that begins with a star": (
        "label: Namn", "label: *Namn", "*Namn", "anchor", "Tecknen & och *", "The signs & and *",
    ),
    "a key that stands twice": (
        "        label: Namn", "        label: Namn\n        label: Vad heter du?", "label: Vad heter du?",
        "duplicate_key", "`label` står två gånger", "`label` stands twice",
    ),
    "a condition on an unknown question": (
        "paint: spray", "pain: spray", "pain: spray", "unknown_question", "Menade du `paint`?", "Did you mean `paint`?",
    ),
    "a condition on an unknown option": (
        "paint: spray", "paint: sprya", "paint: sprya", "unknown_option", "Menade du `spray`?", "Did you mean `spray`?",
    ),
    "a condition on a later question": (
        "paint: spray", "way: email", "way: email", "later_question", "som kommer först senare", "which comes later",
    ),
    "a comparison that makes no sense": (
        "          paint: spray", "          paint:\n            at_least: 3", "at_least: 3", "wrong_operator",
        "kan inte jämföras med `at_least`", "cannot be compared by `at_least`",
    ),
    "an operator that is misspelt": (
        "          paint: spray", "          height:\n            atleast: 3", "atleast: 3", "unknown_operator",
        "Menade du `at_least`?", "Did you mean `at_least`?",
    ),
    "a condition that can never hold": (
        "          paint: spray", "          height:\n            more_than: 5", "more_than: 5", "never_holds",
        "inget svar på `height` passar", "no answer to `height` fits",
    ),
    "two conditions that exclude each other": (
        "          paint: spray", "          all:\n            - paint: spray\n            - paint: brush",
        "all:", "never_holds", "kan aldrig gälla", "can never hold",
    ),
    "a file that must be sent": (
        "        type: file", "        type: file\n        required: true", "required: true", "required_file",
        "`required: expected`", "`required: expected`",
    ),
    "a form that is nowhere on the web": (
        "        type: file", "        type: file\n        document:\n          name: Mall\n          link: javascript:go()",
        "link: javascript", "not_a_link", "ingen adress på webben", "no address on the web",
    ),
    "an amount that adds up to nothing": (
        "min: 1", "adds_up_to: whole", "adds_up_to: whole", "limit_not_known", "svar som ges före", "given before",
    ),
    "a limit that is no number": (
        "min: 1", "min: ett", "min: ett", "limit_not_known", "`min`: skriv ett värde", "`min`: write a value",
    ),
    "limits the wrong way round": (
        "min: 1", "min: 9", "min: 9", "min_above_max", "min är större än max", "min is larger than max",
    ),
    "a setting of another type": (
        "type: location", "type: location\n        measure: meter", "measure: meter\n      paint",
        "setting_of_another_type", "`location` känner inte till `measure`", "`location` does not know `measure`",
    ),
    "an id that is taken": (
        "      name:\n        label: Namn", "      place:\n        label: Namn", "      place:\n        label: Namn",
        "duplicate_id", "`place` finns redan: frågan på rad 36", "`place` is taken: the question on line 36",
    ),
    "an id that is reserved": (
        "step: person", "step: check", "step: check", "reserved_id", "som plattformen själv använder", "the platform itself uses",
    ),
    "an id that is no id": (
        "      name:\n", "      Namn på dig:\n", "Namn på dig", "not_an_id", "små bokstäver", "small letters",
    ),
    "a preference without its detail": (
        "          phone: Telefon", "          phone: Telefon\n          letter: Brev", "letter: Brev",
        "detail_not_asked", "ingen fråga tar reda på postadressen", "no question finds out the postal address",
    ),
    "a personal number without a reason": (
        "        label: Namn\n        type: text", "        label: Namn\n        type: personal_number",
        "      name:", "personal_number_without_reason", "utan skäl", "without a reason",
    ),
    "a header without its law": (
        "  basis: Kommunallagen 2 kap. 1 §\n", "", "legal:", "missing_key", "`basis` saknas i `legal`", "`basis` is missing",
    ),
    "a route that lacks the contact centre": (
        "  contact_centre:\n    queue: allman\n    view: full\n    mandate: Beslut 1\n    first_contact_within: 8 working hours\n",
        "", "routing:", "missing_key", "`contact_centre` saknas i `routing`", "`contact_centre` is missing",
    ),
    "a promise that is no time": (
        "decide_within: 10 working days", "decide_within: snart", "snart", "not_a_span", "`snart` är ingen tid", "is not a time",
    ),
    "a block that does not exist": (
        "    title: Dina uppgifter\n", "    title: Dina uppgifter\n    use: aplicant\n", "use: aplicant", "unknown_block",
        "Det finns inget block som heter `aplicant`", "There is no block called `aplicant`",
    ),
    "a text that quotes nothing": (
        "label: Namn", "label: Vem ska måla på {palce}?", "{palce}", "unknown_quote", "Menade du `place`?", "Did you mean `place`?",
    ),
    "two options with one text": (
        "brush: Pensel", "brush: Sprayfärg", "brush: Sprayfärg", "same_label", "har samma text", "have the same text",
    ),
    "a hyphen without a space": (
        "languages: [sv, en]", "languages:\n  -sv\n  -en", "-sv", "no_space_after_dash",
        "`- sv`", "A space is needed after each hyphen",
    ),
    "a list that is never closed": (
        "applicants: [person, company]", "applicants: [person, company", "applicants: [person", "unclosed_bracket",
        "Hakparentesen", "The bracket",
    ),
    "a colon in a text of two lines": (
        "Ansök om ett plank att måla på.", "Ansök om ett plank\n  att måla: på.", "att måla: på.", "colon_in_text",
        '`summary: "Ansök om ett plank att måla: på."`', "There is a colon in the text",
    ),
    "an equals sign for a colon": (
        "label: Namn", "label = Namn", "label = Namn", "no_colon", "Raden har ingen nyckel", "The line has no key",
    ),
    "spaces of another kind": (
        "        label: Namn", "\u00a0       label: Namn", "\u00a0", "odd_space", "ovanligt slag", "unusual kind",
    ),
    "a quotation mark that a later one seems to close": (
        "owner: Parkenheten", 'owner: "Parkenheten', 'owner: "Park', "unclosed_quote", "avslutas aldrig", "never closed",
    ),
    "options that do not stand below their key": (
        "          spray: Sprayfärg\n          brush: Pensel", "        spray: Sprayfärg\n        brush: Pensel",
        "spray:", "too_far_out", "de hör till `options` ovanför", "they belong to `options` above",
    ),
    "a condition that does not stand below its key": (
        "        when:\n          paint: spray", "        when:\n        paint: spray",
        "paint: spray", "too_far_out", "de hör till `when` ovanför", "they belong to `when` above",
    ),
    "options that are a list of texts": (
        "          spray: Sprayfärg\n          brush: Pensel", "          - Sprayfärg på burk\n          - Pensel",
        "Sprayfärg på burk", "options_without_keys", "`sprayfarg_pa_burk: Sprayfärg på burk`", "no hyphen",
    ),
    "the first step without its hyphen": (
        "  - step: wall\n    title: Planket", "    step: wall\n    title: Planket",
        "step: wall", "begins_without_hyphen", "Skriv bindestreck och mellanslag först: `- step`", "Begin with a hyphen",
    ),
    "a later step without its hyphen": (
        "  - step: person\n", "    step: person\n",
        "step: person", "begins_without_hyphen", "`- step: person`", "`- step: person`",
    ),
    "a question one step too far in": (
        "      colours:\n        label: Vilka", "        colours:\n        label: Vilka",
        "colours:", "question_too_far_in", "Frågan `colours` står för långt in", "The question `colours` stands too far in",
    ),
    "a question one step too far out": (
        "      mask:\n        label: Har", "    mask:\n        label: Har",
        "    mask:", "question_too_far_out", "Frågan `mask` står för långt ut", "The question `mask` stands too far out",
    ),
    "a key in Swedish": (
        "label: Namn", "etikett: Namn", "etikett:", "unknown_key", "Menade du `label`?", "Did you mean `label`?",
    ),
    "a name with letters of its own": (
        "      height:", "      höjd på plank:", "höjd på plank:", "not_an_id", "Menade du `hojd_pa_plank`?", "mean `hojd_pa_plank`?",
    ),
    "a backslash in quotation marks": (
        "label: Namn", 'label: "Namn i C:\\\\mapp\\q"', "C:", "backslash", "Ett omvänt snedstreck", "A backslash",
    ),
    "an empty value": (
        "label: Namn", "label:", "label:\n        type: text", "empty_value", "`label` är tom", "`label` is empty",
    ),
    "a list where keys belong": (
        "    questions:\n      name:\n        label: Namn\n        type: text\n", "    questions:\n      - name\n",
        "questions:\n      - name", "not_a_mapping|indentation|list_and_keys", "", "",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_definition_says_where_and_what_to_do(name: str) -> None:
    old, new, blamed, code, swedish, english = BROKEN[name]
    assert DEFINITION.count(old) >= 1
    text = DEFINITION.replace(old, new, 1)

    loaded = read(text)

    assert loaded.service is None
    line = text[: text.index(blamed)].count("\n") + 1
    there = [complaint for complaint in loaded.complaints if complaint.line == line]
    found = [complaint for complaint in there if complaint.code in code.split("|")]
    assert found, [complaint.printed() for complaint in loaded.complaints]
    assert found[0].printed("sv").startswith(f"klotterplank.yaml:{line}:")
    assert swedish in found[0].sentence("sv")
    assert english in found[0].sentence("en")


def test_every_mistake_is_told_in_one_run() -> None:
    text = DEFINITION
    for name in ("a colon in a sentence", "a condition on an unknown option", "a file that must be sent",
                 "a key of the header that is misspelt", "a tab"):  # fmt: skip
        old, new, *_ = BROKEN[name]
        text = text.replace(old, new, 1)

    codes = {complaint.code for complaint in read(text).complaints}

    assert codes >= {"colon_in_text", "unknown_option", "required_file", "unknown_key", "tab"}


def test_one_mistake_is_told_once() -> None:
    """A mistake of the file format does not drag a heap of others behind it."""
    for name in ("a colon in a sentence", "a number sign in a sentence", "text after a quotation", "a tab",
                 "a quotation mark that is never closed", "a line that stands too far in", "a colon without a space",
                 "a text that begins with a brace", "a key that is misspelt",
                 "a sentence that begins with a number sign", "a key of the header that is misspelt",
                 "a hyphen without a space", "a list that is never closed", "spaces of another kind",
                 "a quotation mark that a later one seems to close", "a colon in a text of two lines", "a type that does not exist", "a condition on an unknown option"):  # fmt: skip
        old, new, *_ = BROKEN[name]

        complaints = read(DEFINITION.replace(old, new, 1)).complaints

        assert len(complaints) == 1, (name, [complaint.printed() for complaint in complaints])


def test_values_stay_what_the_author_wrote() -> None:
    text = DEFINITION.replace("spray: Sprayfärg", "no: 0304").replace("brush: Pensel", "on: 12:30")
    text = text.replace("paint: spray", "paint: no")

    loaded = read(text)

    assert loaded.service is not None, [complaint.printed() for complaint in loaded.complaints]
    options = loaded.service.questions["paint"].options
    assert [(option.key, option.label.sv) for option in options] == [("no", "0304"), ("on", "12:30")]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a: &x [1]\nb: *x\n", "anchor"),
        ("a: !!python/object:os.system x\n", "tag"),
        ("a: " + "[" * 5000, "too_deep"),
        ("\n".join("  " * depth + "a:" for depth in range(300)), "too_deep"),
        ("a" * 500_000, "too_big"),
        ("", "empty_file"),
        ("service: x\n---\nservice: y\n", "several_documents"),
        ("service: \x00x\n", "strange_character"),
        ("- a\n- b\n", "not_a_mapping"),
        ("? a\n: b\n", "unknown_key"),
    ],
)
def test_tricks_of_the_file_format_are_refused(text: str, code: str) -> None:
    loaded = read(text)

    assert loaded.service is None
    assert code in {complaint.code for complaint in loaded.complaints}


def test_a_bomb_of_aliases_is_never_unfolded() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]

    loaded = read("\n".join(lines))

    assert loaded.service is None
    assert "anchor" in {complaint.code for complaint in loaded.complaints}


def test_a_file_in_another_encoding_is_refused() -> None:
    from eservices.definitions.load import read_content

    loaded = read_content(DEFINITION.encode("latin-1"), "x.yaml")

    assert [complaint.code for complaint in loaded.complaints] == ["not_utf8"]


@given(st.randoms(use_true_random=False))
def test_nothing_that_people_do_to_a_file_makes_the_reader_fall(random: Random) -> None:
    lines = DEFINITION.split("\n")
    for _ in range(random.randint(1, 5)):
        at = random.randrange(len(lines))
        match random.randrange(5):
            case 0:
                column = random.randint(0, len(lines[at]))
                lines[at] = lines[at][:column] + random.choice(_SLIPS) + lines[at][column:]
            case 1:
                lines[at] = " " * random.randint(1, 3) + lines[at]
            case 2:
                lines[at] = lines[at][random.randint(1, 3) :]
            case 3:
                lines.insert(at, random.choice(lines))
            case _:
                lines[at] = lines[at].partition(":")[0] + ": " + random.choice(_SLIPS)

    loaded = read("\n".join(lines))

    assert (loaded.service is None) is bool(loaded.errors)
    for complaint in loaded.complaints:
        assert 1 <= complaint.line <= len(lines) + 1
        assert complaint.sentence("sv") != complaint.sentence("en")


_SLIPS = ("\t", ":", " #x", "- ", "'", '"', "{", "[", "&a ", "*a", "!x ", "|", ">", "?", "\n", "%", "@", "null", "~", "-1",
          "9" * 30, "yes", "[]", "{}", "é", "\u200b", "all:", "not:", "when:", "{x}", "{0}", "\\", "}}")  # fmt: skip
