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


def is_new(tx: Transaction, *, files: Iterable[str] = ()) -> bool:
    """Whether this form, with these `files` (their digests), has not been taken before; from now on it has.

    Call it in the transaction of the act, before the act. A form without a number is always new.
    """
    number = request.form.get(NAME, "")
    if not number:
        return True
    typed = sorted((name, value) for name, value in request.form.items(multi=True) if name not in _NOT_TYPED)
    said = json.dumps([request.path, typed, sorted(files)])
    g.taken_once = hashlib.sha256(said.encode()).hexdigest()
    return once.take(tx, g.taken_once, house().clock.now())


def is_not_done(tx: Transaction) -> None:
    """The act was refused in its transaction, which is committed all the same: the form may be sent again."""
    if (digest := g.pop("taken_once", None)) is not None:
        once.give_back(tx, digest)
