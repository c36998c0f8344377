"""For residents: find a service, fill it in, send it, follow the case. A view is: parse, one call, answer."""

from eservices.web.resident import continuing, journey, my_cases, paper, services, signing  # noqa: F401 - their routes
from eservices.web.resident.blueprint import blueprint

__all__ = ["blueprint"]
