"""Administrators find people, give roles and take them, and never lose the last of their own."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from forum.accounts.models import User
from forum.admin.staffing import NoAdministratorLeft, change_role
from forum.db import db
from tests.cast import Make

PROOF = {"password": Make.PASSWORD}
"""What shows that it is the administrator who asks."""


def test_people_are_found_by_address_and_by_a_name_however_it_is_spelt(
    make: Make, ada: Any
) -> None:
    ben = make.user("Bénédicte")
    for typed in ("benedicte", "BÉNÉDICTE", ben.email):
        assert (
            f'href="/admin/people/{ben.id}"'
            in ada.get("/admin/people", query_string={"q": typed}).text
        )
    assert "Nobody has this name" in ada.get("/admin/people?q=Zed").text
    staff = ada.get("/admin/people").text
    assert ">Ada</bdi>" in staff
    assert "Bénédicte" not in staff


def test_a_role_is_given_noted_and_put_back(make: Make, visit: Any, ada: Any) -> None:
    cam = make.user("Cam")
    at = visit(cam)
    path = f"/admin/people/{cam.id}/role"
    wrong = ada.post(path, {"role": "moderator", "password": "wrong"})
    assert (wrong.status_code, '"moderator" selected' in wrong.text) == (422, True)
    assert ada.post(path, {"role": "moderator", **PROOF}).status_code == 303
    assert at.get("/account").status_code != 200, "a role begins with a sign-in"
    assert visit(cam).get("/moderation").status_code == 200
    assert "from reader to moderator" in ada.get(f"/admin/people/{cam.id}").text.lower()
    assert ada.post(f"/admin/people/{cam.id}/role", {"role": "reader", **PROOF}).status_code == 303
    assert visit(cam).get("/moderation").status_code == 403
    assert ada.post(f"/admin/people/{cam.id}/role", {"role": "queen", **PROOF}).status_code == 422


def test_nobody_takes_their_own_role_away_nor_leaves_the_site_without_an_administrator(
    app: Flask, make: Make, visit: Any
) -> None:
    ada, eve = make.user("Ada", role="admin"), make.user("Eve", role="admin")
    answer = visit(ada).post(f"/admin/people/{ada.id}/role", {"role": "reader"})
    assert answer.status_code == 409
    assert "your own role" in answer.text
    with app.app_context():
        first, second = (db.session.get_one(User, each.id) for each in (ada, eve))
        assert change_role(first, "reader", second)
        with pytest.raises(NoAdministratorLeft):  # as where each does it to the other at once
            change_role(second, "reader", first)


def test_one_is_signed_out_everywhere_and_may_moderate_one_discussion(
    make: Make, visit: Any, ada: Any
) -> None:
    essay, cam = make.essay(), make.user("Cam")
    reply, at = make.proposal(essay), visit(cam)
    path = f"/admin/people/{cam.id}"
    assert ada.post(f"{path}/sign-out").status_code == 303
    assert at.get("/account").status_code != 200
    assert ada.post(f"{path}/moderator", {"essay": essay.slug}).status_code == 303
    assert visit(cam).get(f"/moderation/{reply.id}").status_code == 200
    assert ada.post(f"{path}/moderator/{essay.id}/end").status_code == 303
    assert visit(cam).get(f"/moderation/{reply.id}").status_code == 403
    page = ada.get(path).text
    for words in ("signed Cam out", "made Cam a moderator", "no moderator any more"):
        assert words in page


def test_who_cannot_sign_in_moderates_nothing(app: Flask, make: Make, ada: Any) -> None:
    essay, cam = make.essay(), make.user("Cam")
    with app.app_context():
        db.session.execute(update(User).filter_by(id=cam.id).values(email=None, password_hash=None))
        db.session.commit()
    path = f"/admin/people/{cam.id}"
    assert "Let them moderate it" not in ada.get(path).text
    assert ada.post(f"{path}/moderator", {"essay": essay.slug}).status_code == 409
