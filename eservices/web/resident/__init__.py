"""For residents: find a service, fill it in, send it, follow the case. A view is: parse, one call, answer."""

from eservices.web.resident import (  # noqa: F401 - their routes
    case_acts,
    catalogue,
    consents,
    continuing,
    journey,
    my_cases,
    paper,
    receipts,
    services,
    signing,
    supplementing,
)
from eservices.web.resident.blueprint import blueprint

__all__ = ["blueprint"]
