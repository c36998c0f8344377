"""How gunicorn serves the platform: `gunicorn -c python:eservices.web.gunicorn_conf wsgi:app`.

Two worker processes with four threads each suit the small machine of a municipality: a page costs a few milliseconds
of CPU, and what a thread waits for is the disk's fsync. The app is loaded once before the workers are forked, so they
share the memory of definitions and templates. Nothing that names a person is logged: addresses without their query.
"""

import gc
import os
from typing import Any

bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 4
preload_app = True
#: A worker is replaced after some hours of work, at a random distance from its siblings.
max_requests = 50_000
max_requests_jitter = 5_000
#: A slow upload may take its time: threads wait, the worker does not.
timeout = 60
graceful_timeout = 20
keepalive = 5
#: No socket for remote control: an installation is steered by signals alone.
control_socket_disable = True
limit_request_line = 4094
limit_request_fields = 60
limit_request_field_size = 8190
accesslog = "-" if os.environ.get("ACCESS_LOG") else None
access_log_format = "%({x-request-id}i)s %(m)s %(U)s %(s)s %(B)s %(D)s"
errorlog = "-"
#: Below that gunicorn quotes broken requests with their addresses, and an address may carry a person.
loglevel = "error"
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: PTH112,S108 the heartbeat must not wait for a disk


def when_ready(_server: Any) -> None:
    """Said once the socket listens."""
    gc.collect()
    gc.freeze()  # what is loaded now lives for ever: forked workers need not copy its pages to look for garbage
    gc.set_threshold(10_000, 20, 20)  # a page makes thousands of small things and hardly a cycle: look less often
