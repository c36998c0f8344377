"""A form that is sent twice is taken once: whoever lost the connection presses again, and nothing is doubled.

A form that would do something anew bears a number of its own (`{{ once() }}`). The first to send it takes the key made
of that number and of everything typed; the second is answered as the first was. Other words under the same number, such
as those of somebody who went back a page, are another key: nothing that anybody wrote is passed over.
"""

import hashlib
import json
import secrets
from collections.abc import Iterable

from flask import Flask, g, request
from markupsafe import Markup

from eservices.storage import once
from eservices.storage.database import Transaction
from eservices.web import security
from eservices.web.house import house

NAME = "once"

#: What is another at each try, or is never kept, not even as a digest.
_NOT_TYPED = frozenset({security.TOKEN, "password", "code"})


def teach(app: Flask) -> None:
    """Give templates the field."""
    app.jinja_env.globals["once"] = field


def field() -> Markup:
    """The hidden field of a form that would do something anew."""
    return Markup('<input type="hidden" name="once" value="') + secrets.token_hex(16) + Markup('">')


def is_done(tx: Transaction, *, files: Iterable[str] = ()) -> bool:
    """Whether this form, with these `files` (their digests), has been taken already.

    For a form that would not be right any more once it has been taken: ask before anything else is looked at.
    """
    digest = _digest(files)
    return digest is not None and once.is_taken(tx, digest)


def is_new(tx: Transaction, *, files: Iterable[str] = ()) -> bool:
    """Whether this form, with these `files` (their digests), has not been taken before; from now on it has.

    Call it in the transaction of the act, before the act. A form without a number is always new.
    """
    g.taken_once = digest = _digest(files)
    return digest is None or once.take(tx, digest, house().clock.now())


def is_not_done(tx: Transaction) -> None:
    """The act was refused in its transaction, which is committed all the same: the form may be sent again."""
    if (digest := g.pop("taken_once", None)) is not None:
        once.give_back(tx, digest)


def _digest(files: Iterable[str]) -> str | None:
    """The key of what was sent; None for a form without a number."""
    if not request.form.get(NAME):
        return None
    typed = sorted((name, value) for name, value in request.form.items(multi=True) if name not in _NOT_TYPED)
    return hashlib.sha256(json.dumps([request.path, typed, sorted(files)]).encode()).hexdigest()
