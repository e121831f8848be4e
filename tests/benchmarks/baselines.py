"""What the pages are measured against: the least that Flask can do, and a plain page of a list.

``/hello`` says hello. ``/cards`` reads an essay's first twenty proposals with one raw statement on
a connection of its own and writes them with one small template, compressed as pages are: what a
hurried programmer would write who wants nothing else, no languages, no accounts and no tests.
"""

from __future__ import annotations

import gzip
import os
import sqlite3
import threading
from typing import Any

import jinja2
from flask import Flask, Response

CARDS = """
SELECT replies.id, title, excerpt, lever, jurisdiction, ambition, replies.created_at, support,
       oppose, neutral, comments, users.id AS author_id, users.name
FROM replies JOIN users ON users.id = replies.author_id
WHERE essay_id = {} AND replies.status = 'visible' AND lever IS NOT NULL
ORDER BY top DESC, replies.id DESC LIMIT 20
"""

PAGE = jinja2.Environment(autoescape=True).from_string(
    """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>{{ title }}</title>
<link rel="stylesheet" href="/style.css"></head>
<body>
<header><a href="/">Circle Back</a> <a href="/search">Search</a>
<a href="/sign-in">Sign in</a></header>
<main>
<h1>{{ title }}</h1>
<p>{{ prompt }}</p>
{{ body|safe }}
<ol>
{% for card in cards %}
<li>
  <article id="reply-{{ card.id }}">
    <p><a href="/levers#{{ card.lever }}">{{ card.lever }}</a>
      {{ card.jurisdiction }} {{ card.ambition }}</p>
    <h3><a href="/replies/{{ card.id }}">{{ card.title }}</a></h3>
    <p>{{ card.excerpt }}</p>
    <p><a href="/people/{{ card.author_id }}">{{ card.name }}</a>,
      <time datetime="{{ card.created_at }}">{{ card.created_at }}</time>
      <a href="/replies/{{ card.id }}#comments">{{ card.comments }} comments</a></p>
    <p>Support {{ card.support }} Oppose {{ card.oppose }} Not sure {{ card.neutral }}
      {% set sides = card.support + card.oppose %}
      {{ (100 * card.support / sides)|round(1) if sides }}</p>
    <form method="post" action="/replies/{{ card.id }}/vote">
      <button name="value" value="support">Support</button>
      <button name="value" value="oppose">Oppose</button>
      <button name="value" value="neutral">Not sure</button>
    </form>
  </article>
</li>
{% endfor %}
</ol>
</main>
</body>
</html>
"""
)


def create_app() -> Flask:
    """Return the two pages, on the database that ``FORUM_DATABASE_URL`` names."""
    app = Flask(__name__)
    where, held = os.environ["FORUM_DATABASE_URL"], threading.local()

    def rows(statement: str, *given: Any) -> list[dict[str, Any]]:
        if not hasattr(held, "connection"):
            held.connection = connected(where)
        mark = "?" if where.startswith("sqlite") else "%s"
        cursor = held.connection.cursor()
        cursor.execute(statement.format(mark), given)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    @app.get("/hello")
    def hello() -> str:
        """Say hello."""
        return "Hello, world!"

    @app.get("/cards/<slug>")
    def cards(slug: str) -> Response:
        """Show an essay's first twenty proposals."""
        essay = rows(
            "SELECT id, title, prompt, body_html AS body FROM essays WHERE slug = {}", slug
        )[0]
        page = PAGE.render(cards=rows(CARDS, essay["id"]), **essay)
        answer = Response(gzip.compress(page.encode(), 5), mimetype="text/html")
        answer.headers["Content-Encoding"] = "gzip"
        return answer

    return app


def connected(where: str) -> Any:
    """Return a connection of the database's own driver."""
    if where.startswith("sqlite:///"):
        return sqlite3.connect(where.removeprefix("sqlite:///"), isolation_level=None)
    import psycopg

    return psycopg.connect(where.replace("+psycopg", ""), autocommit=True)
