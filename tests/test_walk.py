"""Careless people walk through the forum: they follow any link and fill any form with nonsense.

What they do is drawn from a fixed seed, so that a walk that failed can be walked again.
"""

from __future__ import annotations

import random
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from tests.cast import Make

pytestmark = pytest.mark.one_database

STEPS = 30
NONSENSE = (
    "",
    "\0",
    "\x1b[31m",
    "\u202e\u200b",
    "💥" * 40,
    "a" * 20_000,
    "-1",
    "0",
    "9" * 30,
    "1e9",
    "NaN",
    "null",
    "[]",
    "'\"><script>",
    "%",
    "%(x)s",
    "{{7*7}}",
    "../../etc/passwd",
    "http://[::1",
    "\r\nX: y",
    "2026-13-45",
    "policy",
    "market",
    "support",
    "1",
    "2",
)


class Form:
    """A form on a page: where it goes, and each of its fields with the values it offers."""

    def __init__(self, method: str, action: str) -> None:
        self.method = method
        self.action = action
        self.offers: dict[str, list[str]] = {}

    def offer(self, name: str | None, value: str | None) -> None:
        if name:
            self.offers.setdefault(name, []).append(value or "")

    def filled(self, chance: random.Random) -> dict[str, str]:
        """Fill most fields as offered, some with nonsense, and leave some out."""
        filled = {}
        for name, offered in self.offers.items():
            honest = chance.choice(offered) or f"Words {chance.random()}"
            kept = name == "csrf_token" or chance.random() < 0.75
            filled[name] = honest if kept else chance.choice(NONSENSE)
        return {name: value for name, value in filled.items() if chance.random() < 0.95}


class Page(HTMLParser):
    """The links and forms of a page."""

    def __init__(self, path: str, html: str) -> None:
        super().__init__()
        self.path = path
        self.links: list[str] = []
        self.forms: list[Form] = []
        self.select: str | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = dict(attrs)
        if tag == "a" and (has.get("href") or "").startswith("/"):
            self.links.append(str(has["href"]).split("#")[0])
        elif tag == "form":
            method = (has.get("method") or "get").upper()
            self.forms.append(Form(method, has.get("action") or self.path))
        elif tag == "select":
            self.select = has.get("name")
        elif tag == "option" and self.forms:
            self.forms[-1].offer(self.select, has.get("value"))
        elif tag in {"input", "textarea", "button"} and self.forms:
            self.forms[-1].offer(has.get("name"), has.get("value"))
            if action := has.get("formaction"):
                aside = Form("POST", action)
                aside.offers = self.forms[-1].offers
                self.forms.append(aside)


def walk(visitor: Any, chance: random.Random) -> list[str]:
    """Take a number of steps; return what broke."""
    known, broken = ["/"], []
    for _ in range(STEPS):
        path = chance.choice(known)
        if chance.random() < 0.1:
            asked = chance.choice(["q", "after", "before", "essay", "sort", "lever", "next"])
            path = f"{path.split('?')[0]}?{asked}={quote(chance.choice(NONSENSE))}"
        answer = visitor.get(path)
        if answer.status_code >= 500:
            broken.append(f"GET {path}: {answer.status_code}")
        if answer.mimetype != "text/html":
            continue
        page = Page(path, answer.get_data(as_text=True))
        known = list(dict.fromkeys(known + page.links))
        for form in chance.sample(page.forms, min(2, len(page.forms))):
            if "sign-out" in form.action:
                continue
            data = form.filled(chance)
            carried = {"query_string" if form.method == "GET" else "data": data}
            answer = visitor.client.open(form.action, method=form.method, **carried)
            if answer.status_code >= 500:
                broken.append(f"{form.method} {form.action} {data}: {answer.status_code}")
    return broken


@pytest.mark.parametrize("role", ["", "reader", "moderator", "facilitator", "admin"])
def test_nonsense_breaks_nothing(
    app: Flask, make: Make, visit: Any, runner: FlaskCliRunner, role: str
) -> None:
    essay, ben = make.essay(), make.user("Ben")
    first = make.proposal(essay, ben, support=2, oppose=1)
    make.comment(first)
    make.report(make.proposal(essay, ben, lever="market"))
    make.shortlist(make.user("Fay", role="facilitator"), first, essay=essay)
    visitor = visit(make.user("Ada", role=role) if role else None)
    assert walk(visitor, random.Random(f"a walk as {role}")) == []
    assert runner.invoke(args=["recount", "--check"]).exit_code == 0
