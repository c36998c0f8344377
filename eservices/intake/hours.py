"""Ordinary office hours, for promises in working hours where a municipality has not written its own."""

from eservices.calendars import OpeningHours

OFFICE_HOURS = OpeningHours.read({"mon-fri": "8-16"})
