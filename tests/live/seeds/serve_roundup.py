"""Serves a Roundup tracker: ``python serve_roundup.py TRACKER PORT PATH``; its own server refuses to run as root."""

import sys
from wsgiref.simple_server import make_server

from roundup.cgi.wsgi_handler import RequestDispatcher

folder, port, below = sys.argv[1:]
tracker = RequestDispatcher(folder)


def application(environ, start_response):
    """Mounts the tracker below its path."""
    path = environ["PATH_INFO"]
    if not path.startswith(below):
        start_response("404 Not Found", [])
        return []
    environ.update(SCRIPT_NAME=below, PATH_INFO=path.removeprefix(below))
    return tracker(environ, start_response)


make_server("127.0.0.1", int(port), application).serve_forever()
