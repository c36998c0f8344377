"""The blueprint that the pages of this surface hang on."""

from flask import Blueprint

blueprint = Blueprint("case_handling", __name__, url_prefix="/cases")
