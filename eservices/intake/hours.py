"""Ordinary office hours, for promises in working hours where a municipality has not written its own."""

from eservices.calendars import OFFICE_HOURS

__all__ = ["OFFICE_HOURS"]
