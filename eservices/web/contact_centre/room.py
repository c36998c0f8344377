"""The blueprint that the pages of this surface hang on."""

from flask import Blueprint

blueprint = Blueprint("contact_centre", __name__, url_prefix="/contact-centre")
