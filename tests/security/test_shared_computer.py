"""A computer at the library: what one person did there is nothing to the next one."""

from collections.abc import Callable

from tests.staff.conftest import BERTH, Person

Browser = Callable[[], Person]


def test_rensa_och_avsluta_closes_the_case_as_well(a_browser: Browser):
    """Not by the header alone: it does nothing without https, nor in every browser."""
    person = a_browser().go("/sv/services/batplats").journey(BERTH)
    number = person.text("#reference")
    person.send(form="/sv/case")
    assert person.address == f"/sv/case/{number}"
    person.go("/sv/services/batplats/receipt").send(form="/clear-and-leave")
    assert person.client.get(f"/sv/case/{number}").status_code == 303
    assert number not in person.go("/sv/services/batplats/receipt").text()


def test_the_browser_forgets_an_open_case_when_it_is_closed(a_browser: Browser):
    person = a_browser().go("/sv/services/batplats").journey(BERTH)
    person.send(form="/sv/case")
    cookie = person.client.get_cookie("case")
    assert cookie is not None
    assert cookie.max_age is None
    assert cookie.expires is None


def test_a_secret_that_was_noted_beforehand_opens_nothing_that_is_begun_afterwards(a_browser: Browser):
    before = a_browser().go("/sv/services/batplats")
    noted = before.client.get_cookie("visitor")
    assert noted is not None
    victim = a_browser()
    victim.client.set_cookie("visitor", noted.value)
    victim.go("/sv/services/batplats").journey(BERTH)
    number = victim.text("#reference")
    assert number
    assert number not in before.client.get("/sv/services/batplats/receipt", follow_redirects=True).get_data(
        as_text=True
    )
