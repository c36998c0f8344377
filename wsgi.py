"""Where gunicorn finds the web application: `gunicorn -c python:eservices.web.gunicorn_conf wsgi:app`."""

import logging

from eservices.settings import Settings
from eservices.web import create_app

settings = Settings.from_environment()
logging.basicConfig(format="%(levelname)s %(name)s: %(message)s")
logging.getLogger("eservices").setLevel(settings.log_level.upper())  # libraries: warnings only
app = create_app(settings)
