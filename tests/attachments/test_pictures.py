"""A cleaned photo shows the same picture the right way up, and says nothing else."""

import io
import struct
import zlib
from pathlib import Path

import pytest
from PIL import ExifTags, Image

from eservices.attachments import decoding, pictures
from eservices.attachments.pictures import WRITTEN_AS, UnreadablePicture, cleaned
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

    written = decoding.cleaned(content, WRITTEN_AS[media_type][0], keep_place=False)

    with Image.open(io.BytesIO(written)) as picture:
        assert dict(picture.getexif()) == {}
        assert picture.size == (60, 40)
        assert picture.get_format_mimetype() == WRITTEN_AS[media_type][1]
    assert b"Telefon" not in written


def test_a_telephone_s_photo_becomes_one_that_everybody_can_open() -> None:
    written, looked = cleaned(files.a_picture("HEIF", place=True), "image/heic", "IMG_1.HEIC", keep_place=False)

    assert (looked.name, looked.media_type) == ("IMG_1.jpg", "image/jpeg")
    with Image.open(io.BytesIO(written)) as picture:
        assert (picture.format, picture.size) == ("JPEG", (60, 40))


def test_a_photo_taken_on_its_side_stands_up() -> None:
    written = decoding.cleaned(files.a_picture("JPEG", turned=True), "JPEG", keep_place=False)

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
    written = decoding.cleaned(files.a_picture("JPEG") + b"<?php hidden", "JPEG", keep_place=False)

    assert b"hidden" not in written


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xd8\xff\xe0",
        files.PDF,
        files.a_picture("HEIF")[:120],
        pytest.param("huge", id="some bytes that unpack to gigabytes"),
    ],
)
def test_what_no_decoder_can_make_a_picture_of_is_unreadable_and_nothing_worse(content: bytes | str) -> None:
    with pytest.raises(UnreadablePicture):
        cleaned(content if isinstance(content, bytes) else _a_huge_png(), "image/png", "x.png", keep_place=False)


def test_the_largest_picture_that_is_taken_fits_into_the_memory_that_is_given() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (10_000, 5_200)).save(out, "PNG", compress_level=1)

    written, _ = cleaned(out.getvalue(), "image/png", "x.png", keep_place=False)

    with Image.open(io.BytesIO(written)) as picture:
        assert picture.size == (5_000, 2_600)


def test_the_decoder_is_told_none_of_the_house_s_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    curious = tmp_path / "decoding.py"
    curious.write_text("import os, sys; sys.stdout.write(repr(dict(os.environ)))")
    monkeypatch.setattr(pictures, "_DECODER", curious)
    monkeypatch.setenv("ESERVICES_KEYS", "hemligt")

    written, _ = cleaned(b"", "image/jpeg", "x.jpg", keep_place=False)

    assert b"hemligt" not in written


def test_a_decoder_that_dies_makes_the_photo_unreadable_and_harms_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dying = tmp_path / "decoding.py"
    dying.write_text("import os; os.kill(os.getpid(), 9)")
    monkeypatch.setattr(pictures, "_DECODER", dying)

    with pytest.raises(UnreadablePicture):
        cleaned(files.a_picture("JPEG"), "image/jpeg", "x.jpg", keep_place=False)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "I;16"])
def test_every_way_of_keeping_colours_is_understood(mode: str) -> None:
    out = io.BytesIO()
    Image.new(mode, (8, 8)).save(out, "TIFF" if mode == "CMYK" else "PNG")

    written = decoding.cleaned(out.getvalue(), "JPEG" if mode == "CMYK" else "PNG", keep_place=False)

    with Image.open(io.BytesIO(written)) as picture:
        assert picture.size == (8, 8)


def _is_dark(picture: Image.Image, at: tuple[int, int]) -> bool:
    return sum(picture.convert("RGB").getpixel(at)) < 200  # type: ignore[arg-type]


def _a_huge_png() -> bytes:
    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
