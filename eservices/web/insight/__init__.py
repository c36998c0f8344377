"""The equal-service monitor: pages for managers, tables for machines."""

from eservices.web.insight import pages
from eservices.web.insight.room import blueprint

__all__ = ["blueprint", "pages"]
