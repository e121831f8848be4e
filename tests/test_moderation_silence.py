"""What is hidden, waits or was merged: no page, feed, file or answer to a program speaks of it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cast import Make

HIDDEN, WAITING, MERGED = "Zebracrossing", "Quicksilver", "Marmalade"
SECRETS = (HIDDEN, WAITING, MERGED)


@pytest.fixture
def places(make: Make, visit: Any) -> dict[str, Any]:
    """Replies of every state with telling words in title and body, and comments below them."""
    essay, ben, dee = make.essay(), make.user("Ben"), visit(make.user("Dee", role="moderator"))
    shown = make.proposal(essay, ben, title="Publish the waiting times", support=1)
    found: dict[str, Any] = {"essay": essay, "ben": ben, "shown": shown}
    for word in SECRETS:
        reply = make.proposal(essay, ben, title=f"{word} title", body=f"{word} body", support=2)
        make.comment(reply, ben, body=f"Said below: {word}" if word != MERGED else "It moved.")
        found[word] = reply
    for word, status in ((HIDDEN, "hidden"), (WAITING, "waiting")):
        make.comment(shown, ben, body=f"{word} comment", status=status)
        make.comment(essay, ben, body=f"{word} on the essay", status=status)
    dee.post(f"/moderation/{found[HIDDEN].id}/hide", {"reason": "spam"})
    into = {"into": shown.id, "reason": "duplicate"}
    assert dee.post(f"/moderation/{found[MERGED].id}/merge", into).status_code == 303
    with make.app.app_context():
        from forum.db import db
        from forum.replies.models import reply_for_update
        from forum.replies.writing import set_status

        waits = reply_for_update(found[WAITING].id)
        assert waits is not None
        set_status(waits, "waiting")
        db.session.commit()
    return found


def test_nothing_speaks_of_what_is_not_shown(make: Make, visit: Any, places: Any) -> None:
    slug, ben, shown = places["essay"].slug, places["ben"].id, places["shown"].id
    paths = [
        "/",
        f"/essays/{slug}",
        f"/essays/{slug}?q=title&sort=newest",
        f"/essays/{slug}/history",
        "/proposals",
        "/proposals?q=body&lever=policy",
        f"/people/{ben}",
        f"/replies/{shown}",
        f"/replies/{shown}/history",
        "/moderation/log",
        "/moderation/log.json",
        "/moderation/log.atom",
        "/feed.atom",
        "/proposals/feed.atom",
        f"/essays/{slug}/feed.atom",
        f"/people/{ben}/feed.atom",
        "/sitemap.xml",
        "/sitemap-essays.xml",
        "/sitemap-replies-1.xml",
        "/briefs",
    ]
    lists = [
        f"{of}/proposals.{kind}" for of in (f"/essays/{slug}", "") for kind in ("csv", "json", "md")
    ]
    similar = f"/essays/{slug}/similar?title=Zebracrossing+Quicksilver+Marmalade+title"
    readers = [
        (visit(), paths),
        (visit(make.user("Cam")), [*paths, similar]),
        (visit(make.user("Fay", role="facilitator")), [*paths, *lists]),
    ]
    for reader, what in readers:
        for path in what:
            answer = reader.get(path)
            assert answer.status_code == 200, path
            for secret in SECRETS:
                # The field of a search repeats what was looked for, and no more.
                assert secret not in answer.text, (path, secret)
    told = visit().get("/sitemap-replies-1.xml").text
    assert f"/replies/{shown}<" in told
    for word in SECRETS:
        assert f"/replies/{places[word].id}<" not in told


def test_a_merged_page_says_nothing_to_programs_and_the_others_are_gone(
    visit: Any, places: Any
) -> None:
    merged = visit().get(f"/replies/{places[MERGED].id}")
    page = merged.text
    assert merged.status_code == 200
    assert f"{MERGED} body" in page, "it stays readable at its own address"
    assert '<meta name="robots" content="noindex">' in page
    assert "application/ld+json" not in page
    assert 'property="og:' not in page
    assert 'rel="canonical"' not in page
    for word, code in ((HIDDEN, 410), (WAITING, 403)):
        for path in (f"/replies/{places[word].id}", f"/replies/{places[word].id}/history"):
            answer = visit().get(path)
            assert answer.status_code == code
            assert word not in answer.text
    there = visit().get(f"/replies/{places['shown'].id}").text
    assert "application/ld+json" in there
    assert 'property="og:title"' in there
    assert '"userInteractionCount": 1' in there, "the comment that the merge moved, and no other"
