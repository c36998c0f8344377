"""Where gunicorn finds the web application: `gunicorn -c python:eservices.web.gunicorn_conf wsgi:app`."""

import logging

from eservices.settings import Settings
from eservices.web import create_app

settings = Settings.from_environment()
logging.basicConfig(level=settings.log_level.upper(), format="%(levelname)s %(name)s: %(message)s")
app = create_app(settings)
