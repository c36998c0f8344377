"""The frame in which a resident fills in a service: public addresses, the web as channel, nothing put off."""

import datetime as dt
from collections.abc import Mapping
from typing import ClassVar

from werkzeug.exceptions import BadRequest

from eservices import language as languages
from eservices.journey.answers import Origin
from eservices.journey.path import Spot
from eservices.language import Words
from eservices.values import Channel
from eservices.web.frames import Frame
from eservices.web.resident.blueprint import of_service


class ResidentFrame(Frame):
    """One service in one language, on the public pages."""

    templates: ClassVar[Mapping[str, str]] = {
        "step": "resident/step.html",
        "group": "resident/group.html",
        "check": "resident/check.html",
        "stop": "resident/stop.html",
    }

    def __init__(self, service: str, words: Words):
        super().__init__(words)
        self.service = service
        self.home = of_service(self.language, service)

    def address(self, spot: Spot) -> str:
        return f"{self.home}/{spot.step}" if spot.item is None else f"{self.home}/{spot.step}/{spot.item}"

    def stop_address(self, stop: str) -> str:
        return f"{self.home}/{stop}"

    def start_address(self) -> str:
        return self.home

    def check_address(self) -> str:
        return f"{self.home}/check"

    def receipt_address(self) -> str:
        return f"{self.home}/receipt"

    def practised_address(self) -> str:
        """Where practising ends."""
        return f"{self.home}/practice-receipt"

    def saved_address(self) -> str:
        return f"{self.home}/save-later"

    def removal_address(self, spot: Spot, file: str = "") -> str:
        return f"{self.address(spot)}/remove" + (f"-file/{file}" if file else "")

    def leave_address(self) -> str:
        return f"{self.home}/clear-and-leave"

    def proving_address(self) -> str:
        """Where somebody shows that they are still the one who began."""
        return f"{self.home}/still-you"

    def in_language(self, language: str, spot: Spot) -> str:
        if language not in languages.LANGUAGES:
            raise BadRequest(language)
        return f"{of_service(language, self.service)}{self.address(spot)[len(self.home) :]}"

    def origin(self, now: dt.datetime) -> Origin:
        return Origin(Channel.WEB, now.isoformat(timespec="seconds"))
