"""One photo decoded and written anew: the part that runs in a process of its own, with little memory and little time.

Run as a script by `attachments.pictures`: the photo comes in, the picture goes out. It imports nothing of the house,
so that it starts quickly and holds neither keys nor a database.
"""

import io
import resource
import sys
import warnings

import pillow_heif
from PIL import ExifTags, Image, ImageOps

#: A picture with more pixels is refused before it is decoded: some hundred kilobytes can unpack to gigabytes.
MOST_PIXELS = 52_000_000
#: Enough to read a number plate; larger photos are made smaller.
LONGEST_SIDE = 5_000

_MOST_MEMORY = 900_000_000
_MOST_SECONDS = 40
_QUALITY = 88
_READABLE = ("JPEG", "PNG", "WEBP", "TIFF", "HEIF", "MPO")


def cleaned(content: bytes, form: str, *, keep_place: bool) -> bytes:
    """The picture in `content`, upright and alone, in Pillow's format `form`. Raises whatever a decoder raises."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        with Image.open(io.BytesIO(content), formats=_READABLE) as picture:
            place = _place_of(picture) if keep_place else None
            profile = picture.info.get("icc_profile")
            picture.draft(None, (LONGEST_SIDE, LONGEST_SIDE))  # a JPEG need not be decoded larger than it is kept
            picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            upright = ImageOps.exif_transpose(picture)
    if form == "JPEG" and upright.mode not in {"RGB", "L"}:
        upright = upright.convert("RGB")
    bare = Image.new(upright.mode, upright.size)
    bare.paste(upright)  # a new picture has no words, no times and no places
    if upright.mode == "P" and (palette := upright.getpalette()) is not None:
        bare.putpalette(palette)
    options: dict[str, object] = {} if form == "PNG" else {"quality": _QUALITY}
    if profile:
        options["icc_profile"] = profile
    if place is not None:
        options["exif"] = place
    out = io.BytesIO()
    bare.save(out, form, **options)
    return out.getvalue()


def _place_of(picture: Image.Image) -> Image.Exif | None:
    """Where the photo was taken, and nothing else of what the camera wrote."""
    places = picture.getexif().get_ifd(ExifTags.IFD.GPSInfo)
    if not places:
        return None
    kept = Image.Exif()
    kept.get_ifd(ExifTags.IFD.GPSInfo).update(places)
    return kept


def _get_ready() -> None:
    pillow_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False)
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS  # one more is a warning, which is an error in `cleaned`


_get_ready()

if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_MOST_SECONDS, _MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.stdout.buffer.write(cleaned(sys.stdin.buffer.read(), sys.argv[1], keep_place=sys.argv[2] == "keep_place"))
