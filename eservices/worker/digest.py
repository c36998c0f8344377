"""One mail a day to whoever runs the house: what is wrong now and what to do about it, or that nothing is.

The same looks as `eservices doctor`, `/metrics` and the page of whoever runs the house. It goes straight to the mail
server and not by the outbox, so that it also tells of an outbox that stands still; and it comes on good days too, so
that a day without it tells something as well.
"""

import datetime as dt
from collections.abc import Sequence
from urllib.parse import urlsplit

from markupsafe import Markup

from eservices.calendars import day_of
from eservices.settings import Settings
from eservices.standing import Fault
from eservices.values import new_id
from eservices.worker import mails
from eservices.worker.mails import Sender, Written
from eservices.worker.post import Envelope, NotNow, Post


def told(found: Sequence[Fault], now: dt.datetime) -> tuple[str, str]:
    """Subject and text of the day's mail."""
    day = day_of(now).isoformat()
    if not found:
        return f"eservices {day}: nothing is wrong", "Nothing is wrong.\n"
    many = "1 thing needs you" if len(found) == 1 else f"{len(found)} things need you"
    return f"eservices {day}: {many}", "\n".join(f"* {fault.says} {fault.do}" for fault in found) + "\n"


def send(settings: Settings, post: Post | None, found: Sequence[Fault], *, to: str, now: dt.datetime) -> None:
    """Send it. Raises `NotNow` or `Never` when no mail server takes it."""
    if post is None:
        raise NotNow("no way out for e-mail is set up", away=True)
    subject, text = told(found, now)
    host = urlsplit(settings.base_url).hostname or "localhost"
    sender = Sender("eservices", settings.smtp_from or f"noreply@{host}", host)
    html = Markup('<!doctype html><html lang="en"><title>{}</title><pre>{}</pre></html>').format(subject, text)
    message = mails.as_bytes(new_id(), sender, to, Written(subject, text, html, "en"), now)
    post.send(Envelope(new_id(), sender.address, mails.envelope_address(to), message))
