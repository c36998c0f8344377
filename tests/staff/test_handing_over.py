"""One application, two people: handed from the web to the telephone and back, edited by both at once.

No answer is lost, and each keeps who gave it and how.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from eservices.cases import store
from eservices.identity.people import Role
from eservices.submissions import store as submissions
from eservices.web.house import House
from tests.bench.robot import primary_form
from tests.staff.conftest import BERTH, Person

#: A question to change, the step it stands in, and what can be written there.
FIELDS = {
    "name": ("applicant", ["Maj Sjögren", "Maj Ek", "Maj Öberg"]),
    "registration": ("boat", ["SFC-1234", "SFC-5678", "SFC-9012"]),
    "message": ("berth", ["Gärna nära rampen.", "Vi har hund.", ""]),
    "length": ("boat", ["6,5", "7,2", "5,9"]),
}
STORED = {"6,5": "6.5", "7,2": "7.2", "5,9": "5.9", "": None}

WHO = st.sampled_from(["web", "phone"])
EDIT = st.tuples(WHO, st.sampled_from(sorted(FIELDS)), st.integers(0, 2))
#: Somebody edits; or has the page open while the other edits; or it goes from hand to hand.
MOVES = st.lists(
    st.tuples(st.just("edit"), EDIT, EDIT)
    | st.tuples(st.just("both"), EDIT, EDIT)
    | st.tuples(st.just("hand over"), EDIT, EDIT),
    max_size=7,
)


@settings(max_examples=12)
@given(split=st.integers(2, 4), moves=MOVES, last=WHO)
def test_no_answer_is_lost_between_two_and_each_keeps_who_gave_it(  # noqa: PLR0917 - two stories, three fixtures
    split: int,
    moves: list[tuple[str, tuple[str, str, int], tuple[str, str, int]]],
    last: str,
    signed_in: Callable[..., Person],
    a_browser: Callable[[], Person],
    house: House,
) -> None:
    pair = _Pair(a_browser(), signed_in(Role.CONTACT_AGENT, name="agent"))
    pair.begin(split)

    for move, (who, question, which), (_, other_question, other_which) in moves:
        if move == "hand over":
            pair.hand_back()
        elif move == "edit":
            pair.edit(who, question, which)
        else:
            pair.edit_at_once(who, (question, which), (other_question, other_which))

    number = pair.send(last)
    with house.database.read() as tx:
        case = store.by_number(tx, number)
        assert case is not None
        given_answers = submissions.of_case(tx, case.id)[0].answers
    for question, (value, channel) in pair.expected.items():
        answer = given_answers.get(question)
        assert answer is not None
        assert (answer.value, answer.origin.channel) == (STORED.get(value, value), channel), question
        assert (answer.origin.staff_id is None) == (channel == "web"), question


@dataclass
class _Pair:
    """A resident at a browser, an agent on the telephone, and what the application should say."""

    resident: Person
    agent: Person
    expected: dict[str, tuple[str, str]] = field(default_factory=dict)
    base: str = ""

    def begin(self, split: int) -> None:
        """The resident fills in so many pages, the agent the rest."""
        self.resident.go("/sv/services/batplats")
        for _ in range(split):
            self.resident.send(BERTH)
        self._take_over()
        by_web = {"applicant": 2, "boat": 3, "berth": 4}
        while not self.agent.address.endswith(("/closing", "/check")):
            self.agent.send(BERTH)
        for question, (step, values) in FIELDS.items():
            self.expected[question] = (values[0], "web" if by_web[step] <= split else "phone")

    def edit(self, who: str, question: str, which: int) -> None:
        """Open the page, write, send."""
        self._open(who, question)
        self._write(who, question, FIELDS[question][1][which])

    def edit_at_once(self, who: str, mine: tuple[str, int], theirs: tuple[str, int]) -> None:
        """`who` has the page open while the other writes; nothing is overwritten that `who` has not been shown."""
        other = "phone" if who == "web" else "web"
        before = dict(self.expected)
        self._open(who, mine[0])
        self.edit(other, *theirs)
        value = FIELDS[mine[0]][1][mine[1]]
        self._write(who, mine[0], value, seen=before)

    def hand_back(self) -> None:
        """The agent gives it back under a new code, and gets it again when the person rings once more."""
        if self.base:
            self.agent.go(f"{self.base}/closing").send({"give-by": "said"}, form="/hand-back")
            self.base = ""

    def send(self, who: str) -> str:
        if who == "phone":
            self._hold()
            self.agent.go(f"{self.base}/closing").send({"receipt_by": "none", "consent": "yes"})
            return self.agent.send({"truthful": "yes"}).text("#reference")
        return self.resident.go("/sv/services/batplats/check").send({"truthful": "yes"}).text("#reference")

    def _open(self, who: str, question: str) -> None:
        if who == "phone":
            self._hold()
        self._person(who).go(f"{self._steps(who)}/{FIELDS[question][0]}?change")

    def _write(self, who: str, question: str, value: str, seen: dict[str, tuple[str, str]] | None = None) -> None:
        person = self._person(who)
        unseen = seen is not None and self.expected[question][0] not in {seen[question][0], value}
        changes = (seen or self.expected)[question][0] != value
        person.send({question: value})
        if unseen and changes:
            assert person.status == 409, "the other's answer is shown before it is replaced"
            assert "Någon annan har svarat" in person.text()
            assert self._stored(question) == self.expected[question][0], "until then it stays"
            person.send({question: value})
        assert person.status == 200, person.text("main .summary")
        if changes and self.expected[question][0] != value:
            self.expected[question] = (value, who)

    def _stored(self, question: str) -> str:
        """What a third browser page says now."""
        page = Person(self.resident.client).go(f"/sv/services/batplats/{FIELDS[question][0]}?change")
        node = page.page.css_first(f"[name={question}]")
        assert node is not None
        return (node.attributes.get("value") or node.text()).strip()

    def _hold(self) -> None:
        if not self.base:
            self._take_over()

    def _take_over(self) -> None:
        self.resident.go("/sv/services/batplats/applicant?change")
        code = self.resident.text("#continue-code")
        self.agent.go("/contact-centre/new?channel=phone").send({"identity_basis": "stated"})
        self.base = self.agent.address.removesuffix("/choose")
        self.agent.send({"code": code}, form="/code")
        form = primary_form(self.agent.page)
        if form is not None and (form.attributes.get("action") or "").endswith("/code"):
            self.agent.send(BERTH)

    def _person(self, who: str) -> Person:
        return self.agent if who == "phone" else self.resident

    def _steps(self, who: str) -> str:
        return f"{self.base}/steps" if who == "phone" else "/sv/services/batplats"
