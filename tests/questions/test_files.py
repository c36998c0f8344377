"""What is asked for when somebody is asked for a file or a signature."""

import pytest

from eservices.questions.base import BadSetting
from tests.questions.asking import SV, TODAY, a, codes, value


def test_a_file_may_always_come_later():
    question = a("file")

    assert value(question, later="yes") == {"ids": [], "later": True}
    assert question.default_required == "expected"
    assert question.show({"ids": [], "later": True}, SV) == "Skickas senare"
    assert question.show({"ids": ["a"], "later": False}, SV) == "1 fil"
    assert question.show({"ids": ["a", "b"], "later": True}, SV) == "2 filer, och mer skickas senare"


def test_nobody_names_a_file_by_typing_its_id():
    assert value(a("file"), "0192f0c8a1b27d3e8f4a5b6c7d8e9f00") is None


def test_files_have_a_number_a_size_and_kinds():
    question = a("file", max_files=2, max_size="3 MB", accept=["pdf"])

    assert (question.max_size, question.accept, question.keep_place) == (3_000_000, ("pdf",), False)
    assert question.check({"ids": ["a", "b"], "later": False}, TODAY) == ()
    assert question.check({"ids": ["a", "b", "c"], "later": False}, TODAY)[0].code == "too_many_files"
    for wrong in ({"max_files": 0}, {"max_size": "stor"}, {"accept": ["exe"]}, {"accept": []}):
        with pytest.raises(BadSetting):
            a("file", **wrong)


def test_whether_a_file_has_come_is_what_a_condition_can_ask():
    assert a("file").comparable({"ids": [], "later": True}) is None
    assert a("file").comparable({"ids": ["a"], "later": False}) == ("a",)


def test_a_signature_is_a_confirmation_unless_a_rule_demands_more():
    assert value(a("signature"), "yes") == "confirm"
    assert codes(a("signature"), "") == ()
    assert a("signature").default_required == "expected"
    assert a("signature", level="eid", because="Lag (2026:1) 3 §").level == "eid"
    with pytest.raises(BadSetting) as refused:
        a("signature", level="eid")
    assert refused.value.code == "reason_needed"
