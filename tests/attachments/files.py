"""Small true files of each kind, and some that are not what they say."""

import io
import zipfile
from collections.abc import Mapping

from PIL import ExifTags, Image, ImageDraw

from eservices.attachments import Limits

ANY = Limits(
    kinds=frozenset(
        {"pdf", "jpg", "png", "heic", "webp", "gif", "tif", "docx", "xlsx", "odt", "ods", "txt", "rtf"}
    ),
    max_bytes=10_000_000,
    max_files=5,
)  # fmt: skip

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
RTF = b"{\\rtf1\\ansi Hej}"
PROGRAM = b"MZ\x90\x00\x03\x00\x00\x00" + bytes(200)
PAGE = b"<!DOCTYPE html><script>alert(1)</script>"
DRAWING = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"


def a_picture(form: str, *, place: bool = False, turned: bool = False, size: tuple[int, int] = (60, 40)) -> bytes:
    """A picture with a dark corner; as a telephone takes it, with its place and on its side, where asked for."""
    picture = Image.new("RGB", size, "white")
    ImageDraw.Draw(picture).rectangle((0, 0, size[0] // 4, size[1] // 4), fill="black")
    exif = Image.Exif()
    if turned:
        exif[ExifTags.Base.Orientation] = 6
    if place:
        exif[ExifTags.Base.Make] = "Telefon"
        exif.get_ifd(ExifTags.IFD.GPSInfo).update({1: "N", 2: (58.0, 1.0, 30.0), 3: "E", 4: (11.0, 30.0, 0.0)})
    out = io.BytesIO()
    more = {"exif": exif} if place or turned else {}
    if form == "HEIF":
        import pillow_heif

        pillow_heif.register_heif_opener()
    picture.save(out, form, **more)
    return out.getvalue()


def an_archive(parts: Mapping[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def a_word_document(**more: str | bytes) -> bytes:
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    types = f'<Types><Override PartName="/word/document.xml" ContentType="{main}"/></Types>'
    return an_archive({"[Content_Types].xml": types, "word/document.xml": "<w/>"} | more)


def a_workbook() -> bytes:
    main = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    return an_archive({"[Content_Types].xml": f'<Types><Override ContentType="{main}"/></Types>'})


def an_open_document(kind: str) -> bytes:
    return an_archive({"mimetype": f"application/vnd.oasis.opendocument.{kind}", "content.xml": "<x/>"})
