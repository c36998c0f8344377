"""Photos made fit to be seen: turned the right way, in a format everybody can open, nothing in them but the picture.

Imported by the worker alone: a decoder of pictures is the likeliest way in for an attacker, and costs memory. Each
picture is decoded and written anew, so that what hides behind, beside or inside it stays behind.
"""

import io
import warnings
from pathlib import Path, PurePosixPath

import pillow_heif
from PIL import ExifTags, Image, ImageOps

from eservices.attachments.content import Looked
from eservices.attachments.folder import read, receive_made
from eservices.attachments.model import Received, Work
from eservices.storage.sealing import DataKey

#: A picture with more pixels than this is refused before it is decoded (a small file can unpack to gigabytes).
_MOST_PIXELS = 80_000_000
#: Enough to read a number plate; larger photos are made smaller.
_LONGEST_SIDE = 5_000
_QUALITY = 88

#: Media type -> Pillow's name for the format to write, its media type, its ending.
_WRITTEN_AS = {
    "image/jpeg": ("JPEG", "image/jpeg", "jpg"),
    "image/heic": ("JPEG", "image/jpeg", "jpg"),
    "image/png": ("PNG", "image/png", "png"),
    "image/webp": ("WEBP", "image/webp", "webp"),
    "image/tiff": ("JPEG", "image/jpeg", "jpg"),
}
_READABLE = ("JPEG", "PNG", "WEBP", "TIFF", "HEIF", "MPO")

pillow_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False)
Image.MAX_IMAGE_PIXELS = _MOST_PIXELS  # one more is a warning, which is an error below


class UnreadablePicture(Exception):
    """It says it is a picture, and no decoder can make one of it, or it is far too large."""


def clean(files_dir: Path, work: Work, name: str, key: DataKey) -> Received:
    """Decode the photo of `work` and write it anew. Outside any transaction. Raises `UnreadablePicture`."""
    content = b"".join(read(files_dir, work.stored_as, key))
    written, looked = cleaned(content, work.media_type, name, keep_place=work.conversion == "keep_place")
    return receive_made(files_dir, written, name=looked.name, media_type=looked.media_type, key=key)


def cleaned(content: bytes, media_type: str, name: str, *, keep_place: bool) -> tuple[bytes, Looked]:
    """The picture in `content`, written anew, with the name and media type it has now."""
    form, new_type, ending = _WRITTEN_AS[media_type]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=_READABLE) as picture:
                place = _place_of(picture) if keep_place else None
                profile = picture.info.get("icc_profile")
                upright = ImageOps.exif_transpose(picture)
    except Exception as error:  # decoders raise whatever they like
        raise UnreadablePicture(name) from error
    upright.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
    if form == "JPEG" and upright.mode not in {"RGB", "L"}:
        upright = upright.convert("RGB")
    bare = Image.new(upright.mode, upright.size)
    bare.paste(upright)  # a new picture has no words, no times and no places
    if upright.mode == "P" and (palette := upright.getpalette()) is not None:
        bare.putpalette(palette)
    out = io.BytesIO()
    options: dict[str, object] = {"quality": _QUALITY} if form != "PNG" else {"optimize": False}
    if profile:
        options["icc_profile"] = profile
    if place is not None:
        options["exif"] = place
    bare.save(out, form, **options)
    return out.getvalue(), Looked(f"{PurePosixPath(name).stem}.{ending}", new_type, None)


def _place_of(picture: Image.Image) -> Image.Exif | None:
    """Where the photo was taken, and nothing else of what the camera wrote."""
    places = picture.getexif().get_ifd(ExifTags.IFD.GPSInfo)
    if not places:
        return None
    kept = Image.Exif()
    kept.get_ifd(ExifTags.IFD.GPSInfo).update(places)
    return kept
