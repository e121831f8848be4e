"""Real Chromium against a real server: the application in a thread, and people at its windows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from threading import Thread
from time import sleep
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect, sync_playwright
from werkzeug.serving import make_server

from tests.databases import chromium, need

ARGUMENTS = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


PATIENCE = 30_000
"""For how many milliseconds a busy machine may keep a page from showing something."""

expect.set_options(timeout=PATIENCE)


HELPED = """() => {
    const main = document.querySelector("script[src*='js/main']");
    const written = document.querySelector("[data-draft], [data-count]");
    return main && written && import(new URL("./writing.js", main.src)).then(() => true);
}"""
"""Waits until what helps while writing is there, which a page does not wait for."""


@pytest.hookimpl(tryfirst=True)
def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Take one database for pages: what they show does not depend on it.

    The fixture stays everyone's: what others share of it would outlive one of the same name.
    """
    if "database" in metafunc.fixturenames:
        metafunc.definition.add_marker(
            pytest.mark.parametrize("database", ["sqlite"], indirect=True, scope="session")
        )


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The machine's own Chromium."""
    path = chromium() or need("chromium", "no browser is installed")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield running
        running.close()


@pytest.fixture
def site(app: Flask) -> Iterator[str]:
    """The address of the application, served for the length of a test."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join(timeout=10)


def until_helped(page: Page) -> None:
    """Wait for what helps while writing, where a link has led to a form."""
    page.evaluate(HELPED)


def wait_for_help(page: Page) -> None:
    """Have the page wait for its scripts wherever it is sent, as people wait to see it."""
    go = page.goto

    def go_and_wait(*where: Any, **how: Any) -> Any:
        answer = go(*where, **how)
        until_helped(page)
        return answer

    page.goto = go_and_wait  # type: ignore[method-assign]


@pytest.fixture
def window(browser: Browser, site: str, visit: Any) -> Iterator[Callable[..., Page]]:
    """Return a window of a person, signed in; of a stranger where there is nobody.

    Whatever the page reports as an error fails the test: scripts, and breaches of the policy.
    """
    contexts: list[Any] = []
    complaints: list[str] = []

    def heard(message: Any) -> None:
        if message.type == "error" and "Failed to load resource" not in message.text:
            complaints.append(message.text)

    def open_window(user: Any = None, **options: Any) -> Page:
        context = browser.new_context(base_url=site, **options)
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        if user is not None:
            held = visit(user).client.get_cookie("session")
            context.add_cookies([{"name": held.key, "value": held.value, "url": site}])
        page = context.new_page()
        page.on("console", heard)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        if options.get("java_script_enabled", True):
            wait_for_help(page)
        return page

    yield open_window
    for context in contexts:
        context.close()
    assert complaints == []


def eventually(look: Callable[[], Any], wanted: Any) -> None:
    """Hold what is stored to this, once what the page shows already has arrived."""
    for _try in range(100):
        if look() == wanted:
            return
        sleep(0.1)
    assert look() == wanted
