"""The site as any WSGI server wants it: ``wsgi:app``."""

from forum import create_app

app = create_app()
