"""The blueprint that the figures' pages hang on."""

from flask import Blueprint

blueprint = Blueprint("insight", __name__, url_prefix="/insight")
