"""The services that staff may begin for somebody."""

from eservices.intake import offering
from eservices.web.house import house


def services_offered() -> list[tuple[str, str]]:
    """Their ids and titles, by title."""
    today = house().clock.today()
    services = [one for one in house().library.services.values() if offering.may_be_taken_down(one, today)]
    return sorted(((service.id, service.title.sv) for service in services), key=lambda pair: pair[1])
