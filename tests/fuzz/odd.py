"""What people and machines send that nobody thought of: text that is not what it seems, and bytes that are broken."""

from hypothesis import strategies as st

#: Each has broken something somewhere: numbers that are none, digits of other scripts, signs that turn or join, ends.
WORDS = (
    "", " ", "\x00", "a\x00b", "NaN", "sNaN", "-Infinity", "1e999999", "-0", "9" * 400, "0" * 5000, "1_000", "٣٤", "𝟙𝟚",
    "²", "½", "१२", "0x1f", "1,5,5", "1.000.000,00", "--1", "+", "\u202ebaklänges", "\u2066a\u2069", "\u200b\u200c\u200d",
    "e" + "\u0301" * 3000, "Z\u0300\u0301" * 500, "İıſßﬃ", "ΑΒ", "\ufeff", "\ufffe", "\U0010ffff", "🛥️" * 50, "\u2028\u2029",
    "\r\nX-Evil: 1", "\n" * 500, "\t", "\x1b[31m", "\x7f\x85\xa0", "../../etc/passwd", "C:\\x\\y", "%00", "%ff", "%", "&", "=",
    ";", "<script>alert(1)</script>", "{{7*7}}", "${7}", "{0}", "{", "}", "%s", "%(x)s", "'; DROP TABLE cases;--", "@SUM(1)",
    "=1+1", "yes", "no", "none", "null", "true", "on", "later", "other", "-1", "0", "1", "2147483648", "-9223372036854775809",
    "2026-02-30", "0000-00-00", "9999-12-31", "99999999999-1-1", "2026-W53-7", "31 februari", "24:00", "kl. 25.99",
    "12:30:61Z", "19850709-9805", "850709+9805", "٨٥٠٧٠٩-٩٨٠٥", "000000-0000", "19701063-2391", "212000-1306", "070-174 06 05",
    "+46" + "0" * 300, "00", "tel:112", "a@b", "<a@b.se>", '"a b"@x.se', "a@[127.0.0.1]", "å@ö.se", "a@" + "b." * 200 + "se",
    "a@xn--" + "a" * 70 + ".se", "57.99, 11.5", "57,99,11,5", "91, 181", "57.9967N 11.5480E", "SE-471 80", "999-9999", "{}", "[]",
    '{"a": {}}', "[" * 2000, "x" * 20_000,
)  # fmt: skip

TEXT = st.one_of(
    st.sampled_from(WORDS),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=40),
    st.text("0123456789-+., :/kKrRmM٣½", max_size=24),
    st.builds(str.__add__, st.sampled_from(WORDS), st.sampled_from(WORDS)),
)

#: Bytes in the place of text: whole, cut in the middle of a sign, too long for their sign, half of a pair.
BYTES = st.one_of(
    TEXT.map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.binary(max_size=60),
    st.sampled_from([b"\xc3", b"\xed\xa0\x80", b"\xc0\xaf", b"\xf8\x88\x80\x80\x80", b"\xff\xfe", b"\xef\xbb\xbf"]),
)


@st.composite
def broken(draw: st.DrawFn, wholes: st.SearchStrategy[bytes], *, most: int = 4) -> bytes:
    """Something whole with some bytes changed, cut out, doubled, put in or left off."""
    found = bytearray(draw(wholes))
    for _ in range(draw(st.integers(1, most))):
        at = draw(st.integers(0, max(len(found) - 1, 0)))
        how = draw(st.sampled_from(["change", "cut", "double", "insert", "end", "number"]))
        length = draw(st.integers(1, 40))
        if how == "change" and found:
            found[at] = draw(st.integers(0, 255))
        elif how == "cut":
            del found[at : at + length]
        elif how == "double":
            found[at:at] = found[at : at + length] * draw(st.integers(1, 5))
        elif how == "insert":
            found[at:at] = draw(BYTES)
        elif how == "number":
            found[at : at + 4] = draw(
                st.sampled_from([b"\xff\xff\xff\xff", b"\x00\x00\x00\x00", b"\xff\xff\xff\x7f", b"9999"])
            )
        else:
            del found[at:]
    return bytes(found)
