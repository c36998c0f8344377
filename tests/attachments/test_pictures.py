"""A cleaned photo shows the same picture the right way up, and says nothing else."""

import io
import struct
import zlib

import pytest
from PIL import ExifTags, Image

from eservices.attachments import pictures
from eservices.attachments.pictures import UnreadablePicture, cleaned
from tests.attachments import files

_FORMS = {
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/webp": "WEBP",
    "image/heic": "HEIF",
    "image/tiff": "TIFF",
}


@pytest.mark.parametrize("media_type", _FORMS)
def test_place_and_camera_are_gone_from_every_format(media_type: str) -> None:
    content = files.a_picture(_FORMS[media_type], place=True)
    assert b"Telefon" in content

    written, looked = cleaned(content, media_type, "IMG_1.x", keep_place=False)

    with Image.open(io.BytesIO(written)) as picture:
        assert dict(picture.getexif()) == {}
        assert picture.size == (60, 40)
    assert b"Telefon" not in written
    assert looked.media_type in {"image/jpeg", "image/png", "image/webp"}


def test_a_photo_taken_on_its_side_stands_up(keys: object) -> None:
    written, _ = cleaned(files.a_picture("JPEG", turned=True), "image/jpeg", "x.jpg", keep_place=False)

    with Image.open(io.BytesIO(written)) as picture:
        assert picture.size == (40, 60)
        assert _is_dark(picture, (37, 2))  # the corner that was dark at the left is at the right now
        assert not _is_dark(picture, (2, 2))


def test_the_place_is_kept_where_the_service_asks_for_it_and_nothing_beside() -> None:
    content = files.a_picture("HEIF", place=True)

    written, _ = cleaned(content, "image/heic", "x.heic", keep_place=True)

    with Image.open(io.BytesIO(written)) as picture:
        exif = picture.getexif()
        place = exif.get_ifd(ExifTags.IFD.GPSInfo)
    assert place[ExifTags.GPS.GPSLatitudeRef] == "N"
    assert [round(float(each)) for each in place[ExifTags.GPS.GPSLatitude]] == [58, 1, 30]
    assert ExifTags.Base.Make not in exif


def test_what_hides_behind_a_picture_does_not_come_along() -> None:
    written, _ = cleaned(files.a_picture("JPEG") + b"<?php hidden", "image/jpeg", "x.jpg", keep_place=False)

    assert b"hidden" not in written


def test_a_small_file_that_unpacks_to_a_huge_picture_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UnreadablePicture):
        cleaned(_a_png_that_says_it_is_huge(), "image/png", "x.png", keep_place=False)


def test_a_very_large_photo_is_made_smaller(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "_LONGEST_SIDE", 30)

    written, _ = cleaned(files.a_picture("JPEG"), "image/jpeg", "x.jpg", keep_place=False)

    with Image.open(io.BytesIO(written)) as picture:
        assert picture.size == (30, 20)


@pytest.mark.parametrize("content", [b"", b"\xff\xd8\xff\xe0", files.PDF, files.a_picture("HEIF")[:120]])
def test_what_no_decoder_understands_is_unreadable_and_nothing_worse(content: bytes) -> None:
    with pytest.raises(UnreadablePicture):
        cleaned(content, "image/heic", "x.heic", keep_place=False)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "I;16"])
def test_every_way_of_keeping_colours_is_understood(mode: str) -> None:
    out = io.BytesIO()
    media_type = "image/tiff" if mode == "CMYK" else "image/png"
    Image.new(mode, (8, 8)).save(out, "TIFF" if mode == "CMYK" else "PNG")

    written, _ = cleaned(out.getvalue(), media_type, "x.png", keep_place=False)

    with Image.open(io.BytesIO(written)) as picture:
        assert picture.size == (8, 8)


def _is_dark(picture: Image.Image, at: tuple[int, int]) -> bool:
    return sum(picture.convert("RGB").getpixel(at)) < 200  # type: ignore[arg-type]


def _a_png_that_says_it_is_huge() -> bytes:
    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
