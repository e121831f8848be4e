"""The public log for programs: the feed and the data say what the page says, and no more."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

from flask import Flask

from tests.cast import Make

ATOM = "{http://www.w3.org/2005/Atom}"
PATHS = ("/moderation/log.json", "/moderation/log.atom")


def entries(answer: Any) -> list[Any]:
    return ElementTree.fromstring(answer.get_data()).findall(f"{ATOM}entry")  # noqa: S314


def test_feed_and_data_tell_what_the_page_tells(make: Make, visit: Any, dee: Any) -> None:
    one, two = make.essay("One"), make.essay("Two")
    shown, hidden = make.proposal(one, title="In one"), make.proposal(two, title="Secret tea")
    waiting = make.proposal(two, title="Nobody read this", status="waiting")
    sent = {"reason": "good", "note": "Well put & <sourced>.", "private_note": "Ask Eve first."}
    dee.post(f"/moderation/{shown.id}/feature", sent)
    dee.post(f"/moderation/{hidden.id}/hide", {"reason": "spam", "private_note": "Third time."})
    dee.post(f"/moderation/{waiting.id}/hide", {"reason": "abuse"})
    ben = make.user("Ben")
    dee.post(f"/moderation/people/{ben.id}/warn", {"reason": "abuse"})
    for reader in (visit(), dee):
        for path in PATHS:
            told = reader.get(path).text
            for secret in ("Secret tea", "Nobody read this", "Third time", "Ask Eve", "@example"):
                assert secret not in told, (path, secret)
            assert "Featured: In one" in told
            assert "Warned: Ben" in told
    found = visit().get("/moderation/log.json").get_json()
    assert [each["action"] for each in found["actions"]] == ["warn", "hide", "hide", "feature"]
    last = found["actions"][-1]
    assert (last["note"], last["by"], last["moderator"]) == (sent["note"], "moderator", "Dee")
    assert last["reply"]["title"] == "In one"
    assert found["actions"][1]["reply"] is None
    assert found["actions"][1]["essay"]["slug"] == two.slug
    assert found["next"] is None
    as_page = visit().get("/moderation/log", headers={"Accept": "application/json"})
    assert as_page.get_json() == found
    lines = entries(visit().get("/moderation/log.atom"))
    assert sent["note"] in str(lines[-1].findtext(f"{ATOM}summary"))
    assert lines[-1].findtext(f"{ATOM}author/{ATOM}name") == "Dee"
    place = f"before={last['id'] + 1}#action-{last['id']}"
    assert lines[-1].findtext(f"{ATOM}id").endswith(place)
    for query, number in [
        ("essay=one", 1),
        ("kind=hide", 2),
        ("kind=hide&essay=one", 0),
        ("kind=nonsense&essay=nowhere&before=x", 4),
    ]:
        assert len(visit().get(f"{PATHS[0]}?{query}").get_json()["actions"]) == number, query
        assert len(entries(visit().get(f"{PATHS[1]}?{query}"))) == number, query
    page = visit().get("/moderation/log?kind=hide").text
    assert page.count('href="/moderation/log.atom?kind=hide"') == 2, "in the head and in sight"


def test_a_draft_essay_and_what_was_deleted_stay_unnamed(make: Make, visit: Any, dee: Any) -> None:
    draft = make.essay("Not yet out", state="draft")
    fay = visit(make.user("Fay", role="facilitator"))
    rules = {"premoderation": "full", "replies_from": "everyone", "report_threshold": ""}
    fay.post(f"/essays/{draft.slug}/policy", {"reason": "other", **rules})
    for path in PATHS:
        for reader in (visit(), fay):
            told = reader.get(f"{path}?essay={draft.slug}").text
            assert "Rules of the discussion changed" in told
            assert "Not yet out" not in told


def test_names_are_withheld_and_the_forum_has_none(
    app: Flask, make: Make, visit: Any, dee: Any
) -> None:
    reply = make.proposal(make.essay())
    dee.post(f"/moderation/{reply.id}/lock", {"reason": "heated"})
    app.config["MODERATORS_SHOWN"] = False
    try:
        for path in PATHS:
            assert "Dee" not in dee.get(path).text
        found = visit().get(PATHS[0]).get_json()
        assert found["moderators"] == "withheld"
        assert (found["actions"][0]["by"], found["actions"][0]["moderator"]) == ("moderator", None)
    finally:
        app.config["MODERATORS_SHOWN"] = True


def test_fifty_a_page_and_no_query_a_line(
    make: Make, visit: Any, dee: Any, statements: Any
) -> None:
    essay = make.essay()
    replies = [make.proposal(essay) for _ in range(2)]
    for n in range(52):
        kind = ("lock", "unlock")[n // 2 % 2]
        dee.post(f"/moderation/{replies[n % 2].id}/{kind}", {"reason": "other"})
    zed = visit()
    assert len(statements(zed, PATHS[0]) + statements(zed, PATHS[1])) <= 8
    found, feed = zed.get(PATHS[0]).get_json(), zed.get(PATHS[1])
    assert len(found["actions"]) == len(entries(feed)) == 50
    links = ElementTree.fromstring(feed.get_data()).findall(f"{ATOM}link")  # noqa: S314
    following = next(each.get("href") for each in links if each.get("rel") == "next")
    for address in (found["next"], following):
        path = str(address).partition("://")[2].partition("/")[2]
        rest = zed.get(f"/{path}")
        number = len(rest.get_json()["actions"]) if rest.is_json else len(entries(rest))
        assert number == 2
