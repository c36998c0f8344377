"""Files that people send: looked at by content, encrypted with the case's key, durable before the row names them.

A file comes in two halves. Outside any transaction `receive` looks at it and puts it on the disk; inside, `keep`
writes the row that names it. What fails between leaves a file without a row, never a row without its file.
`attachments.pictures` is not loaded here: only the worker decodes pictures.
"""

from eservices.attachments.content import clean_name
from eservices.attachments.folder import Spool, discard, erase, read, receive, receive_made
from eservices.attachments.model import Attachment, Limits, Missing, Received, Refused, State, Work
from eservices.attachments.store import (
    attach_to_submission,
    converted,
    get,
    keep,
    keep_for_case,
    keep_made,
    lost,
    names,
    of_case,
    of_draft,
    of_submission,
    open_for_reading,
    refused_untold,
    remove,
    remove_all,
    scanned,
    sweep,
    to_convert,
    to_scan,
    told,
)

__all__ = [
    "Attachment", "Limits", "Missing", "Received", "Refused", "Spool", "State", "Work", "attach_to_submission",
    "clean_name", "converted", "discard", "erase", "get", "keep", "keep_for_case", "keep_made", "lost", "names",
    "of_case", "of_draft", "of_submission", "open_for_reading", "read", "receive", "receive_made", "refused_untold",
    "remove", "remove_all", "scanned", "sweep", "to_convert", "to_scan", "told",
]  # fmt: skip
