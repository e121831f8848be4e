"""A forgotten password in a real browser: by keyboard alone, with scripts and without them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests import letterbox
from tests.browser.test_tasks import SCRIPTS, press_to
from tests.cast import Make

Window = Callable[..., Page]
NEW = "marble kite 77"


def link_for(app: Flask) -> str:
    """Let the worker send its letters; return the link in the only one."""
    letterbox.sent(app)
    (letter,) = letterbox.kept(app)
    return letterbox.link(letter)


@SCRIPTS
def test_ben_finds_his_way_back(app: Flask, make: Make, window: Window, scripts: bool) -> None:
    letterbox.kept(app)
    ben = make.user("Ben")
    page = window(java_script_enabled=scripts)
    page.goto("/sign-in")
    page.get_by_role("link", name="Forgot your password?").click()
    page.fill("[name=email]", ben.email or "")
    page.get_by_role("button", name="Send the link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your email")
    page.goto(link_for(app))
    page.fill("[name=password]", "password1")
    page.get_by_role("button", name="Change the password").click()
    expect(page.get_by_role("alert")).to_contain_text("too easy to guess")
    page.fill("[name=password]", NEW)
    page.get_by_role("button", name="Change the password").click()
    expect(page.get_by_role("status").first).to_have_text(
        "Your password has been changed. Sign in with the new one."
    )
    page.fill("[name=email]", ben.email or "")
    page.fill("[name=password]", NEW)
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator(".masthead-menu summary")).to_contain_text("Ben")


def test_a_new_password_by_keyboard_alone(app: Flask, make: Make, window: Window) -> None:
    letterbox.kept(app)
    ben = make.user("Ben")
    page = window()
    page.goto("/sign-in")
    press_to(page, "a[href='/reset']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/reset")
    press_to(page, "[name=email]")
    page.keyboard.type(ben.email or "")
    page.keyboard.press("Enter")
    page.wait_for_url("**/reset/asked")
    page.goto(link_for(app))
    press_to(page, "[name=password]")
    page.keyboard.type(NEW)
    press_to(page, "main button")
    page.keyboard.press("Enter")
    page.wait_for_url("**/sign-in")
    press_to(page, "[name=email]")
    page.keyboard.type(ben.email or "")
    page.keyboard.press("Tab")
    page.keyboard.type(NEW)
    page.keyboard.press("Enter")
    expect(page.locator(".masthead-menu summary")).to_contain_text("Ben")


def test_an_old_link_leads_to_a_new_one(window: Window) -> None:
    page = window()
    page.goto("/reset/nonsense")
    page.get_by_role("link", name="Ask for a new link").click()
    expect(page.get_by_label("Email address")).to_be_visible()


def luminance(page: Page, selector: str) -> float:
    """Return how light the background of something is, from 0 to 255."""
    found = page.locator(selector).first.evaluate("each => getComputedStyle(each).backgroundColor")
    return sum(float(part) for part in found[4:-1].split(",")) / 3


@pytest.mark.parametrize("width", [360, 768, 1280])
@pytest.mark.parametrize("name", ["reset", "password_changed"])
def test_a_letter_fits_and_wears_both_themes(window: Window, name: str, width: int) -> None:
    page = window(viewport={"width": width, "height": 800})
    page.goto(f"/style/letters/{name}.html")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    box = page.locator(".letter-button").bounding_box()
    assert box is not None
    assert box["height"] >= 44
    page.emulate_media(color_scheme="light")
    assert luminance(page, ".letter") > 200, "its style is let in by its policy"
    page.emulate_media(color_scheme="dark")
    assert luminance(page, ".letter") < 60
