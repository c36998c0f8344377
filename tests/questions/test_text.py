"""Words, e-mail and phone as people write and paste them."""

import pytest

from eservices.questions.base import BadSetting
from tests.questions.asking import SV, a, codes, value


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Anna\u00a0 Berg ", "Anna Berg"),
        ("Anna\u200bBerg\ufeff", "AnnaBerg"),
        ("A\u030angstro\u0308m", "Ångström"),
        ("Олександр", "Олександр"),
        ("محمد \u200fعلي", "محمد \u200fعلي"),
        ("نمی\u200cدانم", "نمی\u200cدانم"),
        ("\U0001f468\u200d\U0001f469\u200d\U0001f467", "\U0001f468\u200d\U0001f469\u200d\U0001f467"),
        ("gpj.exe\u202efdp", "gpj.exefdp"),
        ("a\x00b\x1b[0m", "ab[0m"),
        ("a\ud800b", "a\ufffdb"),
        ("två\nrader", "två rader"),
        ("{namn} %s <b>", "{namn} %s <b>"),
    ],
)
def test_a_name_survives_and_what_nobody_sees_goes(typed, kept):
    assert value(a("text"), typed) == kept


@pytest.mark.parametrize("nothing", ["\u200b\u200d", "\u3164", "\u2800", "\u202e \u00a0", "\x00"])
def test_what_looks_empty_is_empty(nothing):
    assert value(a("text"), nothing) is None
    assert value(a("textarea"), nothing) is None


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("a\r\nb\rc\nd", "a\nb\nc\nd"),
        ("\n\n  indrag\n\n\nslut \n\n", "indrag\n\n\nslut"),
        ("stycke\u2029nytt\u2028rad", "stycke\nnytt\nrad"),
        ("a\tb", "a b"),
    ],
)
def test_a_long_text_keeps_its_line_breaks(typed, kept):
    assert value(a("textarea"), typed) == kept


def test_a_text_may_be_as_long_as_the_author_says():
    assert codes(a("text", max_length=5), "åäöéü") == ()
    assert codes(a("text", max_length=5), "åäöéüx") == ("too_long",)
    assert codes(a("text", min_length=3), "ab") == ("too_short",)
    assert codes(a("textarea"), "x" * 4001) == ("too_long",)
    with pytest.raises(BadSetting, match="min_length"):
        a("text", min_length=5, max_length=3)
    with pytest.raises(BadSetting, match="rows"):
        a("textarea", rows=0)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("anna@exempel.se", "anna@exempel.se"),
        (" Anna.Berg+bat@Exempel.SE ", "Anna.Berg+bat@exempel.se"),
        ("Anna Berg <anna@exempel.se>", "anna@exempel.se"),
        ("mailto:anna@exempel.se", "anna@exempel.se"),
        ("anna @ exempel.se.", "anna@exempel.se"),
        ("anna＠exempel.se", "anna@exempel.se"),
        ("anna@åäö.se", "anna@åäö.se"),
        ("o'brien@exempel.se", "o'brien@exempel.se"),
    ],
)
def test_an_email_address_is_read_however_it_was_pasted(typed, kept):
    assert value(a("email"), typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "anna",
        "anna@",
        "@exempel.se",
        "anna@exempel",
        "anna@exempel..se",
        "anna@@exempel.se",
        "a b@exempel.se",
        "anna@exempel.se, bo@exempel.se",
        "anna@exempel.se\nBcc: alla@exempel.se",
        "x" * 65 + "@exempel.se",
        "a@" + "exempel." * 40 + "se",
    ],
)
def test_what_is_no_email_address_is_asked_for_again(typed):
    assert codes(a("email"), typed) == ("not_an_email",)


@pytest.mark.parametrize(
    ("typed", "kept", "shown"),
    [
        ("0304-60 10 10", "+46304601010", "0304-60 10 10"),
        ("0304601010", "+46304601010", "0304-60 10 10"),
        ("+46 (0)304 60 10 10", "+46304601010", "0304-60 10 10"),
        ("0046304601010", "+46304601010", "0304-60 10 10"),
        ("070–174 06 05", "+46701740605", "070-174 06 05"),
        ("070\u00a0174\u200b06\u00a005", "+46701740605", "070-174 06 05"),
        ("tel:0701740605", "+46701740605", "070-174 06 05"),
        ("٠٧٠١٧٤٠٦٠٥", "+46701740605", "070-174 06 05"),
        ("+358 40 123 4567", "+358401234567", "+358 40 1234567"),
        ("00380 44 123 45 67", "+380441234567", "+380 44 123 4567"),
    ],
)
def test_a_phone_number_is_kept_internationally_and_shown_nationally(typed, kept, shown):
    phone = a("phone")

    assert value(phone, typed) == kept
    assert phone.show(kept, SV) == shown
    assert phone.controls(kept) == {"": shown}


@pytest.mark.parametrize(
    "typed", ["112", "070", "0304-60", "ring mig", "0800-BATPLATS", "070-174 06 05 eller 070-174 06 06", "+999 1234567"]
)
def test_what_nobody_can_ring_is_asked_for_again(typed):
    assert codes(a("phone"), typed) == ("not_a_phone",)


def test_an_agent_can_say_addresses_and_numbers():
    assert a("email").say("anna.berg-ek@exempel.se", SV) == ("anna punkt berg bindestreck ek snabel-a exempel punkt se")
    assert a("phone").say("+46304601010", SV) == "0304, 60 10 10"


def test_an_information_text_asks_nothing():
    info = a("info")

    assert (info.asks, info.parts, info.show(None, SV)) == (False, (), "")
