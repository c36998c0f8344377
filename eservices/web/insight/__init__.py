"""The equal-service monitor: pages for managers, tables for machines."""

from eservices.web.insight import open_data, pages
from eservices.web.insight.room import blueprint

__all__ = ["blueprint", "open_data", "pages"]
