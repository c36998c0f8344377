"""Reading a printed paper as its reader does."""

import re
import subprocess


def said_on(pdf: bytes) -> str:
    """The words of a paper, numbers in one piece."""
    read = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return re.sub(r"[\s\N{NO-BREAK SPACE}]+", " ", read.stdout.decode("utf-8"))
