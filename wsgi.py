"""Where gunicorn finds the web application: `gunicorn -c python:eservices.web.gunicorn_conf wsgi:app`."""

from eservices.settings import Settings
from eservices.web import create_app

app = create_app(Settings.from_environment())
