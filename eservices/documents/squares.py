"""Square codes (QR) for scanners: the mark of a form on each of its pages, the number of a case on its cover sheet."""

import segno


def square(text: str) -> str:
    """The text as a square code, as a data address of a picture."""
    code = segno.make(text, error="m", micro=False)
    return str(code.svg_data_uri(border=0, omitsize=True, dark="#000"))
