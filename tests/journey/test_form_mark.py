"""The mark of a paper form: what is printed can be read back, from a scanner or over the telephone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eservices.journey.form_mark import FormMark, form_mark, read_form_mark
from eservices.language import LANGUAGES

VERSION = "3f9a2c1d" + "0" * 56

marks = st.builds(
    form_mark,
    st.from_regex(r"[a-z][a-z0-9_]{0,40}", fullmatch=True),
    st.from_regex(r"[0-9a-f]{64}", fullmatch=True),
    st.sampled_from(LANGUAGES),
)


@given(marks, st.integers(1, 99))
def test_a_mark_is_read_back_as_it_was_printed(mark: FormMark, page: int):
    assert read_form_mark(str(mark)) == mark
    assert read_form_mark(mark.on_page(page).code) == mark.on_page(page)


@pytest.mark.parametrize(
    "written",
    ["batplats 3f9a2c1d sv", " BATPLATS  3F9A2C1D  SV ", "batplats, version 3f9a2c1d, sv", "Batplats/3f9a2c1d/sv"],
)
def test_signs_and_capitals_do_not_matter(written: str):
    assert read_form_mark(written) == FormMark("batplats", "3f9a2c1d", "sv")


@pytest.mark.parametrize(
    "written",
    ["", "batplats", "batplats sv", "batplats 3f9a sv", "batplats 3f9a2c1d xx", "2026-7K4P3", "båtplats 3f9a2c1d sv"],
)
def test_what_is_no_mark_is_not_guessed_at(written: str):
    assert read_form_mark(written) is None


def test_a_mark_fits_its_own_version_only():
    mark = form_mark("batplats", VERSION, "en")

    assert mark.fits("batplats", VERSION)
    assert not mark.fits("batplats", "4" + VERSION[1:])
    assert not mark.fits("sophamtning", VERSION)
