"""Case handling: the officer's queue and the case page with its acts."""

from eservices.web.case_handling import (
    acts,
    appealing,
    asking,
    batch,
    belonging,
    case,
    deciding,
    dismissing,
    filing,
    flagging,
    handing_out,
    questions,
    queue,
    referrals,
    registry,
    spoken,
    transferring,
)
from eservices.web.case_handling.room import blueprint

__all__ = [
    "acts",
    "appealing",
    "asking",
    "batch",
    "belonging",
    "blueprint",
    "case",
    "deciding",
    "dismissing",
    "filing",
    "flagging",
    "handing_out",
    "questions",
    "queue",
    "referrals",
    "registry",
    "spoken",
    "transferring",
]
