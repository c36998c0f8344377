"""The map of addresses: each has a rule about who may come in, and none carries what it must not."""

import re

from flask import Flask

_STAFF = ("/staff", "/contact-centre", "/cases", "/insight")


def test_every_staff_address_says_who_may_use_it(app: Flask):
    without = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(_STAFF) and not hasattr(app.view_functions[rule.endpoint], "access_rule")
    ]

    assert without == [], "these addresses have no rule: who may open them, and in which role?"


def test_no_address_carries_a_person(app: Flask):
    found = [rule.rule for rule in app.url_map.iter_rules() if re.search("personal|ssn|pnr|email|phone", rule.rule)]

    assert found == []
