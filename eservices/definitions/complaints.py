"""What is wrong with a definition, as facts with a place; the sentences in Swedish and English stand here.

Written for the person who owns the service, who may never have heard of YAML.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

from eservices.questions.setting import REASONS

ERROR, WARNING = "error", "warning"

#: The languages in which the linter speaks.
SPOKEN = ("sv", "en")

#: Where in a definition something stands: keys, ids and numbers in lists, from the top.
Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in a file; lines and columns count from 1."""

    file: str
    line: int
    column: int


@dataclass(frozen=True, slots=True, order=True)
class Complaint:
    """One thing to put right (an error) or to think about (a warning)."""

    file: str
    line: int
    column: int
    severity: str
    code: str
    facts: Mapping[str, object] = field(default_factory=dict, compare=False)

    def sentence(self, language: str = "sv") -> str:
        """One plain sentence, or two."""
        return sentence(self.code, self.facts, language)

    def printed(self, language: str = "sv") -> str:
        """`file:line:column: sentence`, with the word for a warning before the sentence."""
        mark = {"sv": "varning: ", "en": "warning: "}[_spoken(language)] if self.severity == WARNING else ""
        return f"{self.file}:{self.line}:{self.column}: {mark}{self.sentence(language)}"


@dataclass(frozen=True, slots=True)
class Finding:
    """A complaint that has not found its line yet: what is wrong, and where in the definition."""

    code: str
    path: Path
    facts: Mapping[str, object] = field(default_factory=dict)
    severity: str = ERROR


def sentence(code: str, facts: Mapping[str, object], language: str) -> str:
    """The sentence for a code, with a suggestion behind it where the facts have one."""
    spoken = SPOKEN.index(_spoken(language))
    if code in SENTENCES:
        text = SENTENCES[code][spoken]
    else:
        reason = REASONS[code][1 - spoken]
        text = (f"`{{key}}`: {reason}" if "key" in facts else reason) + "."
    said = text.format_map({name: _said(fact) for name, fact in facts.items()})
    said = said[:1].upper() + said[1:]
    if suggestion := facts.get("suggestion"):
        said += {0: f" Menade du `{suggestion}`?", 1: f" Did you mean `{suggestion}`?"}[spoken]
    elif known := facts.get("known"):
        said += {0: f" Det finns {_said(known)}.", 1: f" There are {_said(known)}."}[spoken]
    if user := facts.get("used_by"):
        said += {0: f" (När {user} använder blocket.)", 1: f" (As {user} uses the block.)"}[spoken]
    return said


def suggestion(written: str, known: Iterable[str]) -> dict[str, object]:
    """The facts that help somebody who wrote a name that does not exist: the nearest one, or else all there are."""
    names = [str(name) for name in known]
    if (meant := _IN_SWEDISH.get(written.casefold())) in names:
        return {"suggestion": meant}
    near = get_close_matches(written, names, 1, 0.6) or get_close_matches(written.lower(), names, 1, 0.6)
    if near:
        return {"suggestion": near[0]}
    return {"known": names} if 0 < len(names) <= _MOST_LISTED else {}


_MOST_LISTED = 30

#: What one may write who thinks in Swedish -> the key.
_IN_SWEDISH = {
    "alternativ": "options", "anledning": "why", "avdelning": "unit", "beskrivning": "summary", "enhet": "unit",
    "etikett": "label", "fel": "error", "fråga": "label", "frågor": "questions", "förvaltning": "unit",
    "grupp": "group", "högst": "max", "hjälp": "hint", "hjälptext": "hint", "kö": "queue", "ledtext": "label",
    "minst": "min", "mått": "measure", "namn": "label", "nyckelord": "keywords", "nämnd": "board",
    "obligatorisk": "required", "om": "when", "rubrik": "title", "sammanfattning": "summary", "sedan": "next",
    "språk": "languages", "steg": "step", "stopp": "stop", "tema": "theme", "text": "text", "titel": "title",
    "tjänst": "service", "typ": "type", "varför": "why", "villkor": "when", "ägare": "owner",
}  # fmt: skip


def _spoken(language: str) -> str:
    return "en" if language == "en" else "sv"


def _said(fact: object) -> object:
    if isinstance(fact, list | tuple | set | frozenset):
        return ", ".join(f"`{item}`" for item in fact)
    return fact


#: Code -> what is said, in Swedish and in English. Braces name the facts.
SENTENCES: Mapping[str, tuple[str, str]] = {
    # ---- the file
    "cannot_read": ("Filen går inte att läsa: {reason}.", "The file cannot be read: {reason}."),
    "not_utf8": (
        "Filen är inte sparad som UTF-8. Spara om den med teckenkodningen UTF-8.",
        "The file is not saved as UTF-8. Save it again with the encoding UTF-8.",
    ),
    "too_big": (
        "Filen är större än {most} kB. Dela den i flera e-tjänster.",
        "The file is larger than {most} kB. Split it into several services.",
    ),
    "too_deep": (
        "Det här står för många steg inåt. En definition behöver högst {most} nivåer.",
        "This is indented too many times. A definition needs at most {most} levels.",
    ),
    "empty_file": ("Filen är tom.", "The file is empty."),
    "strange_character": (
        "Här står ett tecken som inte syns och inte får vara med. Skriv om raden.",
        "There is a character here that cannot be seen and is not allowed. Write the line again.",
    ),
    "tab": (
        "Raden börjar med tabb. Använd mellanslag i stället: två för varje steg inåt.",
        "The line begins with a tab. Use spaces instead: two for each step inwards.",
    ),
    "odd_space": (
        (
            "Raden börjar med ett mellanslag av ett ovanligt slag, som ofta följer med när man kopierar. "
            "Ta bort det och skriv vanliga mellanslag."
        ),
        (
            "The line begins with a space of an unusual kind, as often comes with copied text. "
            "Remove it and write ordinary spaces."
        ),
    ),
    "unclosed_bracket": (
        "Hakparentesen som börjar här avslutas aldrig. Skriv ] i slutet av listan.",
        "The bracket that begins here is never closed. Write ] at the end of the list.",
    ),
    "no_space_after_dash": (
        "Det behövs ett mellanslag efter varje bindestreck i en lista: `- {example}`",
        "A space is needed after each hyphen of a list: `- {example}`",
    ),
    "colon_in_text": (
        (
            "Det står ett kolon i texten, och då tror filformatet att det är en ny nyckel. "
            "Sätt hela texten inom citattecken: {example}"
        ),
        (
            "There is a colon in the text, and the file format takes it for a new key. "
            "Put the whole text in quotes: {example}"
        ),
    ),
    "hash_in_text": (
        (
            'Allt efter # räknas som en kommentar, så texten blir bara "{kept}". Hör # till texten, sätt den inom '
            "citattecken. Är det en kommentar, skriv två mellanslag före #."
        ),
        (
            'Everything after # is a comment, so the text is only "{kept}". If # belongs to the text, put the text in '
            "quotes. If it is a comment, write two spaces before #."
        ),
    ),
    "starts_with_hash": (
        "Texten börjar med #, och då räknas den som en kommentar. Sätt den inom citattecken: {example}",
        "The text begins with #, so it counts as a comment. Put it in quotes: {example}",
    ),
    "starts_with_sign": (
        (
            "Texten börjar med tecknet {sign}, som betyder något särskilt i filformatet. "
            "Sätt hela texten inom citattecken: {example}"
        ),
        (
            "The text begins with the sign {sign}, which means something special in the file format. "
            "Put the whole text in quotes: {example}"
        ),
    ),
    "question_mark_first": (
        (
            "Raden börjar med ett frågetecken, som betyder något särskilt i filformatet. "
            "Sätt texten inom citattecken: {example}"
        ),
        (
            "The line begins with a question mark, which means something special in the file format. "
            "Put the text in quotes: {example}"
        ),
    ),
    "unclosed_quote": (
        "Citattecknet {sign} som börjar här avslutas aldrig. Skriv ett {sign} till i slutet av texten.",
        "The quotation mark {sign} that begins here is never closed. Write another {sign} at the end of the text.",
    ),
    "backslash": (
        ("Ett omvänt snedstreck betyder något särskilt inom dubbla citattecken. Använd enkla: {example}"),
        ("A backslash means something special inside double quotation marks. Use single ones: {example}"),
    ),
    "after_quote": (
        (
            "Efter citattecknet {sign} kommer mer text. Sätt hela texten inom ett par citattecken, och använd den "
            "andra sorten inuti: {example}"
        ),
        (
            "There is more text after the quotation mark {sign}. Put the whole text inside one pair of quotation "
            "marks, and use the other kind inside: {example}"
        ),
    ),
    "no_space_after_colon": (
        "Det behövs ett mellanslag efter kolonet: {example}",
        "A space is needed after the colon: {example}",
    ),
    "no_colon": (
        (
            "Raden har ingen nyckel. Skriv en nyckel, ett kolon och ett mellanslag före texten. Fortsätter texten från "
            "raden ovanför ska den stå längre in än den."
        ),
        (
            "The line has no key. Write a key, a colon and a space before the text. If the text goes on from the line "
            "above, it must stand further in than that line."
        ),
    ),
    "indentation": (
        (
            "Raden står inte rakt under de rader den hör ihop med. Flytta den så att den börjar i samma kolumn som "
            "dem; allt som hör till en nyckel står två mellanslag längre in än nyckeln."
        ),
        (
            "The line does not stand straight below the lines it belongs with. Move it so that it begins in the same "
            "column as they do; whatever belongs to a key stands two spaces further in than the key."
        ),
    ),
    "hyphen_missing": (
        'Raden "{text}" saknar bindestreck. Är den en ny sak i listan, skriv bindestreck och mellanslag först.',
        'The line "{text}" has no hyphen. If it is a new thing of the list, write a hyphen and a space first.',
    ),
    "no_hyphens": (
        "Raderna under `{key}` saknar bindestreck. Skriv bindestreck och mellanslag först på varje rad i listan.",
        "The lines below `{key}` have no hyphens. Begin each line of the list with a hyphen and a space.",
    ),
    "too_far_out": (
        ("`{key}` och raderna efter står för långt ut: de hör till `{above}` ovanför. Flytta in dem två mellanslag."),
        "`{key}` and the lines after it stand too far out: they belong to `{above}` above. Move them two spaces in.",
    ),
    "begins_without_hyphen": (
        "`{key}` är en lista, och här saknas bindestrecket. Skriv bindestreck och mellanslag först: `- {example}`.",
        "`{key}` is a list, and the hyphen is missing here. Begin with a hyphen and a space: `- {example}`.",
    ),
    "question_too_far_in": (
        "Frågan `{key}` står för långt in, bland en annan frågas nycklar. Flytta ut den två mellanslag.",
        "The question `{key}` stands too far in, among the keys of another question. Move it two spaces out.",
    ),
    "question_too_far_out": (
        "Frågan `{key}` står för långt ut. Flytta in den, så att den står under `questions`.",
        "The question `{key}` stands too far out. Move it in, so that it stands below `questions`.",
    ),
    "options_without_keys": (
        "Varje alternativ behöver ett eget namn först, utan bindestreck: `{example}`. Svaret sparas under namnet.",
        "Each option needs a name of its own first, and no hyphen: `{example}`. The answer is stored under the name.",
    ),
    "marks_in_text": (
        "Texten har tecken för formatering, {marks}. De visas som de är skrivna. En adress kan stå som den är.",
        "The text has marks for formatting, {marks}. They are shown as written. An address may stand as it is.",
    ),
    "html_in_text": (
        "Texten har HTML, {tag}. Den visas som den är skriven: ta bort den, och börja en ny rad för ett stycke.",
        "The text has HTML, {tag}. It is shown as it is written: remove it, and begin a new line for a paragraph.",
    ),
    "lone_brace": (
        "Texten har en klammer, {sign}, som inte citerar något. Skriv `{{namn}}` på ett svar, eller ta bort den.",
        "The text has a brace, {sign}, that quotes nothing. Write the name of an answer as `{{name}}`, or remove it.",
    ),
    "unknown_theme": (
        "`{theme}` är inget tema i municipality.yaml. E-tjänsten står då sist i listan, under Övrigt.",
        "`{theme}` is not a theme of municipality.yaml. The service then stands last in the list, under Övrigt.",
    ),
    "unknown_life_event": (
        "`{event}` är ingen livshändelse i municipality.yaml.",
        "`{event}` is not a life event of municipality.yaml.",
    ),
    "list_and_keys": (
        "Här blandas en lista (rader med bindestreck) med nycklar på samma nivå. Flytta listan under en nyckel.",
        "A list (lines with a hyphen) and keys are mixed on one level here. Move the list below a key.",
    ),
    "yaml": (
        "Filformatet YAML förstår inte den här raden. Jämför med raderna omkring: kolon, mellanslag och citattecken.",
        (
            "The file format YAML does not understand this line. Compare it with the lines around: colons, spaces and "
            "quotation marks."
        ),
    ),
    "several_documents": (
        "Tre bindestreck (---) börjar ett nytt dokument. En fil har en enda definition: ta bort raden.",
        "Three hyphens (---) begin a new document. A file has one definition only: remove the line.",
    ),
    "tag": (
        (
            "Utropstecken först i ett värde betyder något särskilt i filformatet och används inte här. "
            "Sätt texten inom citattecken."
        ),
        (
            "An exclamation mark first in a value means something special in the file format and is not used here. "
            "Put the text in quotes."
        ),
    ),
    "anchor": (
        (
            "Tecknen & och * först i ett värde betyder något särskilt i filformatet och används inte här. "
            "Sätt texten inom citattecken; ska samma sak stå på flera ställen, skriv den på varje."
        ),
        (
            "The signs & and * first in a value mean something special in the file format and are not used here. "
            "Put the text in quotes; if the same thing is to stand in several places, write it in each."
        ),
    ),
    "flow": (
        (
            "Skriv nycklar på var sin rad i stället för inom klamrar. Börjar texten med en klammer, sätt hela texten "
            "inom citattecken."
        ),
        (
            "Write keys on a line each instead of inside braces. If the text begins with a brace, put the whole text "
            "in quotes."
        ),
    ),
    # ---- the shape
    "duplicate_key": (
        "`{key}` står två gånger på samma nivå, först på rad {first}. Ta bort den ena eller byt namn.",
        "`{key}` stands twice on the same level, first on line {first}. Remove one or give it another name.",
    ),
    "unknown_key": ("`{key}` är inte en nyckel {where}.", "`{key}` is not a key {where_en}."),
    "misplaced_key": (
        "`{key}` hör hemma {where}, inte här. Kontrollera hur långt in raden står.",
        "`{key}` belongs {where_en}, not here. Check how far in the line stands.",
    ),
    "missing_key": ("`{key}` saknas {where}: {why}", "`{key}` is missing {where_en}: {why_en}"),
    "not_a_mapping": (
        "`{key}` ska ha egna rader under sig, två mellanslag längre in, med en nyckel och ett kolon på varje.",
        "`{key}` needs lines of its own below it, two spaces further in, each with a key and a colon.",
    ),
    "not_a_sequence": (
        "`{key}` ska vara en lista: en rad för varje sak, med bindestreck och mellanslag först.",
        "`{key}` must be a list: a line for each thing, beginning with a hyphen and a space.",
    ),
    "not_a_value": (
        "`{key}` ska ha ett enda värde på samma rad, inte egna rader under sig.",
        "`{key}` must have a single value on the same line, not lines of its own below it.",
    ),
    "empty_value": (
        "`{key}` är tom. Skriv något efter kolonet, eller ta bort raden.",
        "`{key}` is empty. Write something after the colon, or remove the line.",
    ),
    "too_long": ("`{key}` är längre än {most} tecken.", "`{key}` is longer than {most} characters."),
    "not_an_id": (
        (
            "`{written}` kan inte vara ett namn. Ett namn har små bokstäver a–z, siffror och understreck, och börjar "
            "med en bokstav."
        ),
        "`{written}` cannot be a name. A name has small letters a–z, digits and underscores, and begins with a letter.",
    ),
    "not_one_of": ("`{written}` går inte här.", "`{written}` cannot stand here."),
    "not_a_span": (
        "`{written}` är ingen tid. Skriv ett antal och ett mått: {example}",
        "`{written}` is not a time. Write a number and a measure: {example}",
    ),
    "not_a_date": (
        "`{written}` är inget datum. Skriv år-månad-dag: 2027-04-15.",
        "`{written}` is not a date. Write year-month-day: 2027-04-15.",
    ),
    "not_a_number_between": (
        "`{key}` ska vara ett heltal mellan {least} och {most}.",
        "`{key}` must be a whole number between {least} and {most}.",
    ),
    "not_a_switch": ("`{key}` ska vara `true` eller `false`.", "`{key}` must be `true` or `false`."),
    "not_a_color": (
        '`{written}` är ingen färg. Skriv sex tecken efter #, inom citattecken: "#0b5268".',
        '`{written}` is not a colour. Write six signs after #, in quotes: "#0b5268".',
    ),
    "too_little_contrast": (
        "Texten syns för dåligt mot färgen: kontrasten är {contrast}, och behöver vara minst 4,5.",
        "The text is hard to see on the colour: the contrast is {contrast}, and must be at least 4.5.",
    ),
    "not_hours": (
        "`{written}` är inga öppettider. Skriv till exempel `mon-fri: 8.00-16.30`.",
        "`{written}` are not opening hours. Write for example `mon-fri: 8.00-16.30`.",
    ),
    "wrong_file_name": (
        "Filen heter `{file}` men e-tjänsten `{service}`. Bättre är `{service}.yaml`.",
        "The file is called `{file}` but the service `{service}`. Better call it `{service}.yaml`.",
    ),
    "service_twice": (
        "E-tjänsten `{service}` finns redan i {other}. Den som lästes först används.",
        "The service `{service}` is already in {other}. The one read first is used.",
    ),
    # ---- steps, blocks
    "questions_or_group": (
        "Ett steg har antingen `questions` eller `group`, inte båda. Dela det i två steg.",
        "A step has either `questions` or a `group`, not both. Make two steps of it.",
    ),
    "nothing_asked": (
        "Steget `{step}` frågar ingenting. Skriv frågor under `questions`, eller ta bort steget.",
        "The step `{step}` asks nothing. Write questions below `questions`, or remove the step.",
    ),
    "unknown_block": ("Det finns inget block som heter `{block}`.", "There is no block called `{block}`."),
    "broken_block": (
        "Blocket `{block}` i {file} har fel, så steget kan inte läsas.",
        "The block `{block}` in {file} has errors, so the step cannot be read.",
    ),
    "without_unknown": (
        "Blocket `{block}` har ingen fråga `{question}` att utelämna.",
        "The block `{block}` has no question `{question}` to leave out.",
    ),
    "only_unknown": (
        "Blocket `{block}` har ingen fråga `{question}` att ta in.",
        "The block `{block}` has no question `{question}` to take in.",
    ),
    "only_and_without": (
        "`only` och `without` säger samma sak åt två håll. Välj det ena.",
        "`only` and `without` say the same from two sides. Choose one.",
    ),
    "without_and_written": (
        "`{question}` utelämnas med `without` och skrivs ändå under `questions`. Välj det ena.",
        "`{question}` is left out by `without` and still written below `questions`. Choose one.",
    ),
    # ---- questions
    "setting_of_another_type": (
        "Frågetypen `{type}` känner inte till `{key}`, som hör till {types}.",
        "The question type `{type}` does not know `{key}`, which belongs to {types}.",
    ),
    "no_options_here": (
        "Frågetypen `{type}` har inga alternativ. Ska man välja, skriv `type: radio`.",
        "The question type `{type}` has no options. If people are to choose, write `type: radio`.",
    ),
    "info_text": (
        "En informationstext behöver `text`: det som ska läsas.",
        "An information text needs `text`: what is to be read.",
    ),
    "text_only_in_info": (
        "`text` hör till frågetypen `info`. Hjälp till en fråga skrivs i `hint`.",
        "`text` belongs to the question type `info`. Help with a question is written in `hint`.",
    ),
    "required_file": (
        (
            "Filer och underskrifter får aldrig vara `required: true`: den som saknar något ska ändå kunna skicka in. "
            "Skriv `required: expected`, så blir det en punkt på ärendets lista över det som saknas."
        ),
        (
            "Files and signatures may never be `required: true`: whoever lacks something must still be able to send. "
            "Write `required: expected`, and it becomes an entry in the case's list of what is missing."
        ),
    ),
    "protects_nothing": (
        "`protects: {option}` är inget av svaren.",
        "`protects: {option}` is not one of the answers.",
    ),
    "protected_is_asked": (
        (
            "Den som har skyddade personuppgifter får ändå frågan `{question}`, som säger var någon finns. Skriv "
            "`when:` med `{protects}:` och ett annat svar under, på frågan eller på steget."
        ),
        (
            "Somebody with a protected identity is asked `{question}` all the same, which tells where they are. Write "
            "`when:` with `{protects}:` and another answer below, at the question or at the step."
        ),
    ),
    "required_and_preselected": (
        "`preselected: {option}` är inget av alternativen.",
        "`preselected: {option}` is not one of the options.",
    ),
    "duplicate_id": (
        "`{id}` finns redan: {what} på rad {first}. Alla frågor, steg, stopp och intyganden behöver egna namn.",
        (
            "`{id}` is taken: {what_en} on line {first}. All questions, steps, stops and declarations need names of "
            "their own."
        ),
    ),
    "reserved_id": (
        "`{id}` är ett namn som plattformen själv använder. Välj ett annat.",
        "`{id}` is a name that the platform itself uses. Choose another.",
    ),
    "same_label": (
        'Alternativen `{first}` och `{second}` har samma text, "{label}". Ingen kan skilja dem åt.',
        'The options `{first}` and `{second}` have the same text, "{label}". Nobody can tell them apart.',
    ),
    "clashing_option": (
        "Alternativen `{first}` och `{second}` skiljer sig bara på stora och små bokstäver.",
        "The options `{first}` and `{second}` differ in capitals only.",
    ),
    # ---- conditions
    "unknown_question": (
        "Villkoret frågar efter `{question}`, som inte finns i den här e-tjänsten.",
        "The condition looks at `{question}`, which does not exist in this service.",
    ),
    "later_question": (
        "Villkoret frågar efter `{question}`, som kommer först senare. Flytta den frågan före den här.",
        "The condition looks at `{question}`, which comes later. Move that question before this one.",
    ),
    "own_question": (
        "Villkoret frågar efter frågan själv, `{question}`.",
        "The condition looks at the question itself, `{question}`.",
    ),
    "inside_group": (
        (
            "`{question}` ställs en gång för varje `{group}`, så utanför gruppen finns inte ett svar utan flera. "
            "Jämför antalet, till exempel `{group}: {{at_least: 2}}` skrivet på två rader."
        ),
        (
            "`{question}` is asked once for each of `{group}`, so outside the group there is not one answer but "
            "several. Compare how many there are, with `{group}:` and below it `at_least: 2`."
        ),
    ),
    "nothing_to_compare": (
        "`{question}` är en text att läsa och har inget svar att jämföra med.",
        "`{question}` is a text to read and has no answer to compare with.",
    ),
    "unknown_option": (
        "`{question}` har inget alternativ `{option}`.",
        "`{question}` has no option `{option}`.",
    ),
    "unknown_error": (
        "Frågetypen `{type}` har inget fel som heter `{fault}`.",
        "The question type `{type}` has no fault called `{fault}`.",
    ),
    "unknown_kind": (
        "`{kind}` är ingen av dem som kan söka här (`applicants`).",
        "`{kind}` is not one of those who may apply here (`applicants`).",
    ),
    "unknown_operator": ("`{operator}` är inget sätt att jämföra.", "`{operator}` is not a way to compare."),
    "wrong_operator": (
        "Svaret på `{question}` ({type}) kan inte jämföras med `{operator}`.",
        "The answer to `{question}` ({type}) cannot be compared by `{operator}`.",
    ),
    "wrong_operand": (
        "Svaret på `{question}` ({type}) kan inte jämföras med `{operand}`.",
        "The answer to `{question}` ({type}) cannot be compared with `{operand}`.",
    ),
    "condition_without_question": (
        "Skriv först vilken fråga som jämförs, och `{operator}` två mellanslag längre in under den.",
        "Write first which question is compared, and `{operator}` two spaces further in below it.",
    ),
    "not_a_condition": (
        "Ett villkor skrivs på egna rader: en frågas namn, ett kolon och det svar som ska gälla.",
        "A condition is written on lines of its own: the name of a question, a colon and the answer that must hold.",
    ),
    "empty_condition": (
        "Villkoret är tomt. Skriv en frågas namn och det svar som ska gälla, eller ta bort `{key}`.",
        "The condition is empty. Write the name of a question and the answer that must hold, or remove `{key}`.",
    ),
    "never_holds": (
        "Villkoret kan aldrig gälla: {reason}",
        "The condition can never hold: {reason_en}",
    ),
    "unreachable": (
        "Ingen kommer till {what} `{id}`: {reason}",
        "Nobody comes to the {what_en} `{id}`: {reason_en}",
    ),
    "no_options_left": (
        "Alla alternativ har villkor som kan vara ouppfyllda samtidigt. Låt minst ett alternativ alltid finnas.",
        "All options have conditions, which may all fail at once. Let at least one option always be there.",
    ),
    "kind_in_group": (
        (
            "Ett villkor frågar efter `applicant_kind`, som ställs först i första steget, men det steget är en grupp "
            "som upprepas. Lägg ett steg med frågor före det."
        ),
        (
            "A condition looks at `applicant_kind`, which is asked first in the first step, but that step is a "
            "repeated group. Put a step with questions before it."
        ),
    ),
    # ---- computed values, cosigners
    "unknown_part": (
        "`{name}` finns inte bland frågorna eller grupperna före den här.",
        "`{name}` is not among the questions or groups before this one.",
    ),
    "part_is_no_number": (
        "Svaret på `{name}` ({type}) är inget tal att räkna med.",
        "The answer to `{name}` ({type}) is not a number to reckon with.",
    ),
    "unknown_group": ("Det finns ingen grupp som heter `{group}`.", "There is no group called `{group}`."),
    "cosigner_question": (
        "`{question}` är ingen fråga som steget ställer.",
        "`{question}` is not a question that the step asks.",
    ),
    # ---- texts
    "unknown_quote": (
        "Texten citerar `{{{name}}}`, men det finns inget svar med det namnet.",
        "The text quotes `{{{name}}}`, but there is no answer of that name.",
    ),
    "later_quote": (
        "Texten citerar svaret på `{name}`, som kommer först senare.",
        "The text quotes the answer to `{name}`, which comes later.",
    ),
    "quote_on_same_page": (
        "Texten citerar svaret på `{name}`, som ges på samma sida. Citera det i ett senare steg, så är det känt.",
        (
            "The text quotes the answer to `{name}`, which is given on the same page. Quote it in a later step, where "
            "it is known."
        ),
    ),
    "unknown_fact": (
        "Texten citerar `{{{name}}}`, men kommunens fil har ingen sådan uppgift.",
        "The text quotes `{{{name}}}`, but the municipality's file has no such fact.",
    ),
    "not_a_link": (
        "`{written}` är ingen adress på webben. Skriv den hela, med https:// först.",
        "`{written}` is no address on the web. Write all of it, with https:// first.",
    ),
    "unknown_list": (
        "Det finns ingen lista `{list}` i municipality.yaml, under `lists`.",
        "There is no list `{list}` in municipality.yaml, under `lists`.",
    ),
    "limit_not_known": (
        "`{key}`: skriv ett värde, eller namnet på ett svar som ges före frågan. Det är inte `{name}`.",
        "`{key}`: write a value, or the name of an answer given before the question. `{name}` is not one.",
    ),
    "limit_does_not_fit": (
        "Gränsen `{key}` hänvisar till `{name}`, men ett svar av typen `{type}` kan inte vara gräns här.",
        "The limit `{key}` refers to `{name}`, but an answer of the type `{type}` cannot be a limit here.",
    ),
    "period_has_two_ends": (
        "`{name}` är en period. Skriv `{key}: {name}.from` för första dagen eller `{key}: {name}.to` för den sista.",
        "`{name}` is a period. Write `{key}: {name}.from` for its first day or `{key}: {name}.to` for its last.",
    ),
    "items_not_known": (
        "`options` hämtar alternativ ur `{name}`, men det är ingen grupp i ett tidigare steg.",
        "`options` takes options from `{name}`, but that is no group of an earlier step.",
    ),
    "items_without_name": (
        "`name` är `{name}`, men gruppen `{group}` har ingen sådan fråga.",
        "`name` is `{name}`, but the group `{group}` has no such question.",
    ),
    "items_may_be_none": (
        (
            "Gruppen `{group}` kan vara tom, och då finns inget att välja. Skriv `when:` med `{group}:` och "
            "`at_least: 1`, eller `min: 1` i gruppen."
        ),
        (
            "The group `{group}` may be empty, and then there is nothing to choose. Write `when:` with `{group}:` and "
            "`at_least: 1`, or `min: 1` in the group."
        ),
    ),
    "hard_to_read": (
        "Texten är svår att läsa (LIX {lix}, gärna under {most}). Skriv kortare meningar och vanligare ord.",
        "The text is hard to read (LIX {lix}, better below {most}). Write shorter sentences and more common words.",
    ),
    "long_label": (
        "Frågan är {length} tecken lång. Korta den, och lägg förklaringen i `hint`.",
        "The question is {length} characters long. Shorten it, and put the explanation in `hint`.",
    ),
    # ---- header
    "detail_not_asked": (
        (
            "Man kan välja `{method}`, men ingen fråga tar reda på {detail}. Lägg till en fråga av typen `{type}` som "
            "gäller då."
        ),
        (
            "People may choose `{method}`, but no question finds out {detail_en}. Add a question of the type `{type}` "
            "that applies then."
        ),
    ),
    "detail_not_required": (
        "Den som väljer `{method}` kan lämna `{question}` tom. Skriv `required:` med `{preference}: {method}` under.",
        (
            "Whoever chooses `{method}` may leave `{question}` blank. Write `required:` with `{preference}: {method}` "
            "below."
        ),
    ),
    "no_way_to_reach": (
        (
            "Ingen fråga tar reda på hur den som söker nås. Då får ingen veta när beslutet har kommit. Använd blocket "
            "`applicant`, eller ställ en fråga av typen `email`, `phone` eller `postal_address`."
        ),
        (
            "No question finds out how the applicant is reached. Nobody is told then when the decision has come. Use "
            "the block `applicant`, or ask a question of the type `email`, `phone` or `postal_address`."
        ),
    ),
    "personal_number_without_reason": (
        (
            "E-tjänsten frågar efter personnummer utan skäl. Skriv varför det behövs i `legal`, "
            "`personal_number_because` (dataskyddslagen 3 kap. 10 §), eller ta bort frågan."
        ),
        (
            "The service asks for a personal number without a reason. Write why it is needed in `legal`, "
            "`personal_number_because` (dataskyddslagen 3:10), or remove the question."
        ),
    ),
    "reason_without_personal_number": (
        "`personal_number_because` behövs inte: ingen fråga gäller personnummer.",
        "`personal_number_because` is not needed: no question asks for a personal number.",
    ),
    "unknown_unit": (
        "Enheten `{unit}` finns inte i municipality.yaml. Kundcenters uppgifter visas i stället.",
        "The unit `{unit}` is not in municipality.yaml. The contact centre's details are shown instead.",
    ),
    "unknown_board": (
        "Nämnden `{board}` finns inte i municipality.yaml.",
        "The board `{board}` is not in municipality.yaml.",
    ),
    "sensitive_to_all": (
        "Svaret är `{sensitivity}` men visas för `{audience}`. Skriv `audience: unit`, eller ändra `sensitivity`.",
        "The answer is `{sensitivity}` but shown to `{audience}`. Write `audience: unit`, or change `sensitivity`.",
    ),
    "personal_number_not_sensitive": (
        "Ett personnummer är minst `personal`. Ta bort `sensitivity: normal`.",
        "A personal number is at least `personal`. Remove `sensitivity: normal`.",
    ),
    "sensitive_full_view": (
        (
            "E-tjänsten frågar om känsliga uppgifter (`{question}`), men kundcenter ser allt (`view: full`). Välj "
            "`summary`, `existence_only` eller `by_reference_only`, eller ge frågan `audience: unit`."
        ),
        (
            "The service asks for sensitive facts (`{question}`), but the contact centre sees everything (`view: "
            "full`). Choose `summary`, `existence_only` or `by_reference_only`, or give the question `audience: unit`."
        ),
    ),
    "appeal_does_not_fit": (
        "`appeal: {appeal}` går inte ihop med `regime: {regime}`.",
        "`appeal: {appeal}` does not go with `regime: {regime}`.",
    ),
    "index_does_not_fit": (
        "`index: {index}` passar inte frågetypen `{type}`.",
        "`index: {index}` does not suit the question type `{type}`.",
    ),
    "prefill_does_not_fit": (
        "`prefill: {prefill}` läses inte ur frågetypen `{type}`. Det behöver vara {types}.",
        "`prefill: {prefill}` is not read out of the question type `{type}`. It must be {types}.",
    ),
    "whose_is_it": (
        "Vems är `{question}`? Den sökandes: `prefill: person.{fact}`. Någon annans: `prefill: somebody_else`.",
        "Whose is `{question}`? The applicant's: `prefill: person.{fact}`. Somebody else's: `prefill: somebody_else`.",
    ),
    "anonymous_but_asked": (
        "Tjänsten får användas anonymt (`anonymous: true`), men `{question}` måste besvaras av alla.",
        "The service may be used anonymously (`anonymous: true`), but everybody must answer `{question}`.",
    ),
    "dates_out_of_order": (
        "`{later}` ligger före `{earlier}`.",
        "`{later}` lies before `{earlier}`.",
    ),
    "without_swedish": (
        "`languages` saknar `sv`. Svenska är källan och finns alltid.",
        "`languages` lacks `sv`. Swedish is the source and always there.",
    ),
    "minimum_above_maximum": ("`min` är större än `max`.", "`min` is larger than `max`."),
    "too_many_items": ("En grupp kan ha högst {most}.", "A group can have {most} at most."),
    "spoken_by_itself": (
        "{number} frågor saknar `say` och läses upp med en mening som görs av dem: {questions}.",
        "{number} questions have no `say` and are read aloud by a sentence made of them: {questions}.",
    ),
    "header_lacks": (
        "För att publiceras saknas `{key}`.",
        "For publishing, `{key}` is missing.",
    ),
    "no_paper_form": (
        "Blanketten på språket {language} kan inte göras: {reason}",
        "The paper form in the language {language} cannot be made: {reason}",
    ),
    # ---- stored tests
    "test_of_another_service": (
        "Proven gäller `{written}` men filen hör till `{service}`.",
        "The tests are for `{written}` but the file belongs to `{service}`.",
    ),
    "test_unknown_answer": (
        'Provet "{name}" svarar på `{question}`, som inte finns.',
        'The test "{name}" answers `{question}`, which does not exist.',
    ),
    "test_failed": (
        'Provet "{name}": {what} skulle vara {expected}, men blev {found}.',
        'The test "{name}": {what} should be {expected}, but was {found}.',
    ),
    "not_reached": (
        "Inget prov når {what} `{id}`.",
        "No test reaches the {what_en} `{id}`.",
    ),
    "options_not_reached": (
        "Inget prov väljer {options} på frågan `{question}`.",
        "No test chooses {options} for the question `{question}`.",
    ),
    "no_tests": ("Inga prov finns ({file}).", "There are no tests ({file})."),
    "not_for_publishing": ("För att publiceras saknas {what}.", "For publishing, {what_en} is missing."),
}
