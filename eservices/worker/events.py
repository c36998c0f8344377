"""What other systems are told, as CloudEvents 1.0 (structured, JSON): written once, the same bytes at every try."""

import json
from collections.abc import Mapping
from typing import Any

#: The name of the format of `data`; a change that could break a reader gets another number.
VERSION = "v1"


def written(row_id: str, kind: str, facts: Mapping[str, Any], *, base_url: str) -> bytes:
    """The event of an outbox row. `source` and `id` together are its own for ever."""
    data = {name: value for name, value in facts.items() if name != "at"}
    event = {
        "specversion": "1.0",
        "id": row_id,
        "source": base_url,
        "type": f"eservices.{kind}.{VERSION}",
        "subject": facts["number"],
        "time": facts["at"],
        "datacontenttype": "application/json",
        "data": {**data, "link": f"{base_url}/cases/{facts['number']}"},
    }
    return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()
