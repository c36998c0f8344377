"""Photos made fit to be seen: turned the right way, in a format everybody can open, nothing in them but the picture.

For the worker alone. A decoder of pictures is the likeliest way in for an attacker, and the easiest to make hungry, so
each photo is decoded in a child process with limits (`attachments.decoding`): if it dies, the photo is unreadable and
the worker goes on. Each picture is written anew, so that what hides behind, beside or inside it stays behind.
"""

import subprocess
import sys
from pathlib import Path, PurePosixPath

from eservices.attachments.content import Looked
from eservices.attachments.folder import read, receive_made
from eservices.attachments.model import Received, Work
from eservices.storage.sealing import DataKey

#: Media type -> Pillow's name for the format to write, its media type, its ending.
WRITTEN_AS = {
    "image/jpeg": ("JPEG", "image/jpeg", "jpg"),
    "image/heic": ("JPEG", "image/jpeg", "jpg"),
    "image/png": ("PNG", "image/png", "png"),
    "image/webp": ("WEBP", "image/webp", "webp"),
    "image/tiff": ("JPEG", "image/jpeg", "jpg"),
}

_DECODER = Path(__file__).with_name("decoding.py")
_PATIENCE = 90
#: None of ours: it holds the keys of the house.
_ENVIRONMENT = {"LC_ALL": "C.UTF-8"}


class UnreadablePicture(Exception):
    """It says it is a picture, and no decoder can make one of it, or it is far too large."""


def clean(files_dir: Path, work: Work, name: str, key: DataKey) -> Received:
    """Decode the photo of `work` and write it anew. Outside any transaction. Raises `UnreadablePicture`."""
    content = b"".join(read(files_dir, work.stored_as, key))
    written, looked = cleaned(content, work.media_type, name, keep_place=work.conversion == "keep_place")
    return receive_made(files_dir, written, name=looked.name, media_type=looked.media_type, key=key)


def cleaned(content: bytes, media_type: str, name: str, *, keep_place: bool) -> tuple[bytes, Looked]:
    """The picture in `content`, written anew, with the name and media type it has now. Raises `UnreadablePicture`."""
    form, new_type, ending = WRITTEN_AS[media_type]
    # -I: nothing of the environment or the folder it is run in is imported
    command = [sys.executable, "-I", str(_DECODER), form, "keep_place" if keep_place else "strip"]
    try:
        done = subprocess.run(  # noqa: S603 -- our own file
            command, input=content, capture_output=True, timeout=_PATIENCE, check=True, env=_ENVIRONMENT, cwd="/"
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        raise UnreadablePicture(name) from error
    return done.stdout, Looked(f"{PurePosixPath(name).stem}.{ending}", new_type, None)
