"""Blank paper forms, kept ready: every service, in every language it promises, in ordinary and in large print.

A form is made anew when anything that stands on it has changed: the definition, a translation, the municipality's
phone number, our own layout. Its version is pinned first, so that a form that comes back in a year can be keyed in as
it was printed.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256

from eservices.definitions.municipality import Municipality
from eservices.definitions.texts import ServiceTexts
from eservices.documents import paper_form
from eservices.documents.guide import printed
from eservices.documents.rendering import Unprintable
from eservices.documents.shelf import Paper, Shelf, is_printed, paper_languages, paper_of, printed_in
from eservices.submissions import pinned
from eservices.worker.handlers import Desk

logger = logging.getLogger(__name__)

#: How many forms are looked at in one go, while none of them needs to be made.
_LOOKED_AT = 12


@dataclass
class _Known:
    """Forms that were found true, by place, with what they were held against: that costs less than setting them."""

    true: dict[str, tuple[ServiceTexts, Municipality]] = field(default_factory=dict)


_known = _Known()


def make_wished(desk: Desk) -> int:
    """The forms that somebody waits for, at once. A wish that cannot be granted is told once and dropped."""
    shelf = Shelf(desk.settings.data_dir)
    wishes = shelf.wishes()
    if not wishes:
        return 0
    papers = {paper.name: paper for paper in papers_of(desk)}
    made = 0
    for name in sorted(wishes):
        shelf.clear_wish(name)
        if name in papers and not shelf.is_there(papers[name]):
            made += _make(desk, shelf, papers[name])
    return made


def make_next(desk: Desk) -> int:
    """At most one form that is not there, or no longer says what is true: nobody waits for it."""
    shelf = Shelf(desk.settings.data_dir)
    looked_at = 0
    for paper in papers_of(desk):
        if _is_known(desk, shelf, paper):
            continue
        looked_at += 1
        if _make(desk, shelf, paper):
            return 1
        if looked_at == _LOOKED_AT:
            break
    return 0


def papers_of(desk: Desk) -> Iterator[Paper]:
    """Every form there should be; ordinary print before large, so that each service soon has one."""
    services = [service for service in desk.library.services.values() if is_printed(service)]
    for large in (False, True):
        for service in services:
            for language in paper_languages(service):
                yield paper_of(service, language, large=large)


def _is_known(desk: Desk, shelf: Shelf, paper: Paper) -> bool:
    service = desk.library.services[paper.service]
    texts = desk.library.texts(service, printed_in(paper.language))
    held = _known.true.get(str(shelf.path(paper)))
    return held is not None and held[0] is texts and held[1] is desk.library.municipality and shelf.is_there(paper)


def _make(desk: Desk, shelf: Shelf, paper: Paper) -> int:
    """Make the form, unless what lies there says the same; how many were made."""
    service = desk.library.services[paper.service]
    texts = desk.library.texts(service, printed_in(paper.language))
    _known.true[str(shelf.path(paper))] = (texts, desk.library.municipality)
    made = paper_form.form_of(desk.library, paper)
    html = paper_form.html_of(desk.press, made)
    made_of = sha256(html.encode()).hexdigest()
    if shelf.made_of(paper) == made_of:
        return 0
    with desk.database.transaction() as tx:
        pinned.keep(tx, service, paper.language, desk.clock.now())
    try:
        shelf.put(paper, printed(html, made.form.guide), made_of)
    except Unprintable as error:
        logger.error("the form %s cannot be made: %s", paper.name, error)  # noqa: TRY400 -- the sentence says it all
        return 0
    return 1
