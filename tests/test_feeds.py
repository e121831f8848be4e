"""Being found and followed: valid feeds and sitemaps that hold only what everyone may read."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from flask import Flask

from forum.config import BadSetting, load
from forum.db import db, now
from forum.essays.models import essay_for_update
from forum.essays.opening import close
from tests.cast import Make

ATOM = "{http://www.w3.org/2005/Atom}"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
XML = "{http://www.w3.org/XML/1998/namespace}"
BASE = "http://127.0.0.1:8000"
NASTY = "Publish </script><script>alert(1)</script> & ]]> times"
DATA = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)


def parsed(answer: Any) -> ElementTree.Element:
    assert answer.status_code == 200
    return ElementTree.fromstring(answer.get_data())  # noqa: S314 - our own


def titles(answer: Any) -> list[str | None]:
    return [entry.findtext(f"{ATOM}title") for entry in parsed(answer).iter(f"{ATOM}entry")]


def assert_valid(feed: ElementTree.Element) -> None:
    """Check what RFC 4287 demands of a feed and of its entries."""
    names = [feed.findtext(f"{ATOM}id"), *(entry.findtext(f"{ATOM}id") for entry in entries(feed))]
    assert len(set(names)) == len(names), "every feed and entry has a name of its own"
    for element in (feed, *entries(feed)):
        for once in ("id", "title", "updated"):
            assert len(element.findall(f"{ATOM}{once}")) == 1
        assert str(element.findtext(f"{ATOM}id")).startswith(f"{BASE}/")
        assert datetime.fromisoformat(str(element.findtext(f"{ATOM}updated"))).tzinfo
        links = {(link.get("rel"), link.get("type")) for link in element.findall(f"{ATOM}link")}
        assert ("alternate", "text/html") in links
        assert len(links) == len(element.findall(f"{ATOM}link"))
        for name in element.findall(f"{ATOM}author"):
            assert name.findtext(f"{ATOM}name")
    assert feed.find(f"{ATOM}author") is not None


def entries(feed: ElementTree.Element) -> list[ElementTree.Element]:
    return feed.findall(f"{ATOM}entry")


def posting(answer: Any) -> dict[str, Any]:
    [block] = DATA.findall(answer.get_data(as_text=True))
    found: dict[str, Any] = json.loads(block)
    return found


def test_the_feeds_tell_of_the_newest_first(make: Make, visit: Any) -> None:
    essay, ben = make.essay("On queues", summary="Why & how"), make.user("Ben")
    first = make.proposal(essay, ben, title=NASTY)
    second = make.proposal(essay, lever="market", title="Pay on results")
    make.comment(second, ben, body="I agree.")
    zed = visit()
    assert titles(zed.get("/feed.atom")) == [second.title, NASTY, "On queues"]
    assert titles(zed.get("/proposals/feed.atom")) == [second.title, NASTY]
    assert titles(zed.get(f"/essays/{essay.slug}/feed.atom")) == [second.title, NASTY]
    assert titles(zed.get(f"/essays/{essay.slug}/feed.atom?lever=market")) == [second.title]
    assert titles(zed.get("/proposals/feed.atom?lever=policy")) == [NASTY]
    assert titles(zed.get(f"/people/{ben.id}/feed.atom")) == [second.title, NASTY]
    assert first.title == NASTY


@pytest.mark.parametrize("empty", [True, False])
def test_every_feed_is_valid_atom(make: Make, visit: Any, empty: bool) -> None:
    essay, ben = make.essay("On queues", byline="Ada L."), make.user("Ben")
    if not empty:
        make.comment(make.proposal(essay, ben, title=NASTY, body="*Now* & <here> /me"), ben)
        make.comment(essay, ben)
    for path in (
        "/feed.atom",
        "/proposals/feed.atom?lever=policy&q=a%26b",
        f"/people/{ben.id}/feed.atom",
        f"/essays/{essay.slug}/feed.atom?lever=policy&lever=market",
    ):
        answer = visit().get(path)
        assert answer.mimetype == "application/atom+xml"
        feed = parsed(answer)
        assert_valid(feed)
        own = feed.find(f"{ATOM}link[@rel='self']")
        assert own is not None
        assert own.get("href") == BASE + path


def test_an_entry_says_who_when_what_and_by_which_lever(make: Make, visit: Any) -> None:
    essay, ben = make.essay(language="fr"), make.user("Ben")
    reply = make.proposal(essay, ben, body="See [this](/proposals) *now*.", lever="market")
    [entry] = entries(parsed(visit().get("/proposals/feed.atom")))
    address = f"{BASE}/replies/{reply.id}"
    content = entry.find(f"{ATOM}content")
    lever = entry.find(f"{ATOM}category")
    assert content is not None
    assert lever is not None
    assert entry.get(f"{XML}lang") == "fr"
    assert entry.findtext(f"{ATOM}id") == address
    assert entry.findtext(f"{ATOM}author/{ATOM}name") == "Ben"
    assert entry.findtext(f"{ATOM}author/{ATOM}uri") == f"{BASE}/people/{ben.id}"
    assert entry.findtext(f"{ATOM}published") == reply.created_at.isoformat()
    assert entry.findtext(f"{ATOM}summary") == "See this now."
    assert content.get("type") == "html"
    assert content.get(f"{XML}base") == address
    assert content.text == '<p>See <a href="/proposals">this</a> <em>now</em>.</p>\n'
    assert (lever.get("term"), lever.get("label")) == ("market", "Market")


def test_a_reader_that_has_it_already_is_told_so(make: Make, visit: Any) -> None:
    essay = make.essay()
    reply, zed = make.proposal(essay), visit()
    for path in ("/feed.atom", f"/essays/{essay.slug}/feed.atom", "/sitemap-replies-1.xml"):
        first = zed.get(path)
        again = zed.get(path, headers={"If-None-Match": first.headers["ETag"]})
        assert again.status_code == 304
        assert again.get_data() == b""
        assert "Set-Cookie" not in first.headers
        assert "Last-Modified" not in first.headers
    tag = zed.get("/feed.atom").headers["ETag"]
    make.comment(reply)
    assert zed.get("/feed.atom", headers={"If-None-Match": tag}).status_code == 304
    make.proposal(essay)
    assert zed.get("/feed.atom", headers={"If-None-Match": tag}).status_code == 200


def test_only_what_everyone_may_read_is_told(make: Make, visit: Any) -> None:
    essay, ben = make.essay(), make.user("Ben")
    hidden = make.proposal(essay, ben, title="A secret", status="hidden")
    make.comment(hidden, ben, body="A secret too")
    waiting = make.proposal(essay, ben, title="Another secret", status="waiting")
    draft = make.essay("A secret draft", state="draft")
    make.proposal(draft, ben, title="A secret in a draft")
    ada = visit(make.user("Ada", role="admin"))
    paths = (
        "/feed.atom",
        "/proposals/feed.atom",
        f"/people/{ben.id}/feed.atom",
        "/sitemap.xml",
        f"/essays/{essay.slug}/feed.atom",
        "/sitemap-essays.xml",
        "/sitemap-replies-1.xml",
    )
    for path in paths:
        words = ada.get(path).get_data(as_text=True)
        assert "ecret" not in words, path
        assert "@" not in words, path
        for number in (hidden.id, waiting.id):
            assert f"/replies/{number}<" not in words
    assert ada.get(f"/essays/{draft.slug}/feed.atom").status_code == 404
    for path in (f"/replies/{hidden.id}", f"/essays/{draft.slug}"):
        page = ada.get(path).get_data(as_text=True)
        assert "ld+json" not in page
        assert "og:title" not in page


def test_a_feed_holds_thirty(make: Make, visit: Any) -> None:
    essay = make.essay()
    for _ in range(31):
        make.proposal(essay)
    assert len(titles(visit().get("/feed.atom"))) == 30


def test_sitemaps_name_every_page_once(make: Make, visit: Any) -> None:
    essay, closed = make.essay("Open"), make.essay("Closed", state="closed")
    reply, comment = make.proposal(essay), make.comment(essay)
    make.comment(reply)
    zed = visit()
    maps = [str(each.text) for each in parsed(zed.get("/sitemap.xml")).iter(f"{MAP}loc")]
    assert maps == [f"{BASE}/sitemap-essays.xml", f"{BASE}/sitemap-replies-1.xml"]
    named = [
        str(each.text).removeprefix(BASE)
        for path in maps
        for each in parsed(zed.get(path.removeprefix(BASE))).iter(f"{MAP}loc")
    ]
    assert sorted(named) == sorted(
        [
            "/",
            "/proposals",
            f"/essays/{essay.slug}",
            f"/essays/{closed.slug}",
            f"/replies/{reply.id}",
            f"/replies/{comment.id}",
        ]
    )
    assert all(zed.get(path).status_code == 200 for path in named)
    assert zed.get("/sitemap-replies-2.xml").status_code == 404
    assert zed.get("/sitemap-replies-0.xml").status_code == 404


def test_robots_are_sent_to_the_sitemap(make: Make, visit: Any) -> None:
    answer = visit().get("/robots.txt")
    assert answer.mimetype == "text/plain"
    assert f"Sitemap: {BASE}/sitemap.xml" in answer.get_data(as_text=True)


def test_who_is_told_of_a_flaw_is_a_setting(
    app: Flask, visit: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = "/.well-known/security.txt"
    assert visit().get(path).status_code == 404
    monkeypatch.setitem(app.config, "SECURITY_CONTACT", "mailto:security@example.org")
    answer = visit().get(path)
    fields = dict(line.split(": ", 1) for line in answer.get_data(as_text=True).splitlines())
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert fields["Contact"] == "mailto:security@example.org"
    assert fields["Canonical"] == BASE + path
    assert fields["Preferred-Languages"] == "en, fr"
    expires = datetime.fromisoformat(fields["Expires"])
    assert timedelta(days=30) < expires - now() < timedelta(days=365)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("", ""),
        ("security@example.org", "mailto:security@example.org"),
        (" mailto:a@example.org ", "mailto:a@example.org"),
        ("https://example.org/report", "https://example.org/report"),
    ],
)
def test_the_contact_is_written_as_an_address(tmp_path: Any, given: str, kept: str) -> None:
    settings = load({"FORUM_INSTANCE_PATH": str(tmp_path), "FORUM_SECURITY_CONTACT": given})
    assert settings["SECURITY_CONTACT"] == kept


@pytest.mark.parametrize(
    "given", ["call us", "http://example.org", "a@b\nContact: c@d", "https://"]
)
def test_a_contact_that_is_no_address_is_refused(tmp_path: Any, given: str) -> None:
    with pytest.raises(BadSetting, match="FORUM_SECURITY_CONTACT"):
        load({"FORUM_INSTANCE_PATH": str(tmp_path), "FORUM_SECURITY_CONTACT": given})


def test_pages_name_their_one_address_and_their_languages(make: Make, visit: Any) -> None:
    essay, ben = make.essay(), make.user("Ben")
    reply = make.proposal(essay, ben)
    comment = make.comment(reply)
    for path, asked in [
        ("/", "/"),
        ("/proposals", "/proposals?lever=policy&sort=newest"),
        (f"/essays/{essay.slug}", f"/essays/{essay.slug}?lever=market"),
        (f"/replies/{reply.id}", f"/replies/{comment.id}"),
        (f"/people/{ben.id}",) * 2,
    ]:
        page = visit().get(asked).get_data(as_text=True)
        assert f'<link rel="canonical" href="{BASE}{path}">' in page
        assert f'hreflang="x-default" href="{BASE}{path}"' in page
        for code in ("en", "fr"):
            assert f'hreflang="{code}" href="{BASE}{path}?lang={code}"' in page
        french = visit().get(f"{path}?lang=fr").get_data(as_text=True)
        assert f'<link rel="canonical" href="{BASE}{path}?lang=fr">' in french
        assert f'<meta property="og:url" content="{BASE}{path}">' in page


def test_pages_name_their_feed(make: Make, visit: Any) -> None:
    essay, ben = make.essay(), make.user("Ben")
    for path in (
        "/",
        "/proposals?lever=policy",
        f"/people/{ben.id}",
        f"/essays/{essay.slug}?lever=market&sort=top",
    ):
        page = visit().get(path).get_data(as_text=True)
        found = re.search(r'type="application/atom\+xml" title="[^"]+" href="([^"]+)"', page)
        assert found
        assert visit().get(found[1].replace("&amp;", "&")).status_code == 200
        assert ("lever=" in path) == ("lever=" in found[1])


def test_no_words_end_the_block_of_data(make: Make, visit: Any) -> None:
    essay = make.essay(NASTY, byline=NASTY, summary=NASTY)
    reply = make.proposal(essay, title=NASTY, body=f"```\n{NASTY}\n<!--\n```")
    make.comment(reply, body=NASTY)
    for path in (f"/essays/{essay.slug}", f"/replies/{reply.id}"):
        answer = visit().get(path)
        assert posting(answer)["headline"] == NASTY
        [block] = DATA.findall(answer.get_data(as_text=True))
        assert not set("<>&'") & set(block)


def test_an_essay_describes_itself_and_its_proposals(make: Make, visit: Any) -> None:
    essay = make.essay(summary="Why people wait", byline="Ada L.")
    reply = make.proposal(essay, make.user("Ben"), support=2, oppose=1)
    found = posting(visit().get(f"/essays/{essay.slug}"))
    assert found["@type"] == "DiscussionForumPosting"
    assert found["author"] == {"@type": "Person", "name": "Ada L."}
    assert found["text"] == "Why people wait"
    assert found["url"] == f"{BASE}/essays/{essay.slug}"
    assert found["interactionStatistic"][0]["userInteractionCount"] == 1
    [comment] = found["comment"]
    assert comment["url"] == f"{BASE}/replies/{reply.id}"
    assert (comment["upvoteCount"], comment["downvoteCount"]) == (2, 1)
    assert comment["author"]["name"] == "Ben"


def test_a_proposal_describes_itself_and_its_discussion(make: Make, visit: Any) -> None:
    essay, ben = make.essay(), make.user("Ben")
    reply = make.proposal(essay, ben, support=2)
    comment = make.comment(reply, body="And *yet*.")
    make.comment(reply, body="Hidden words", status="hidden")
    found = posting(visit().get(f"/replies/{comment.id}"))
    assert found["headline"] == reply.title
    assert found["text"] == reply.body
    assert found["datePublished"] == reply.created_at.isoformat()
    assert found["isPartOf"] == f"{BASE}/essays/{essay.slug}"
    assert [each["text"] for each in found["comment"]] == ["And yet."]
    counts = {
        each["interactionType"].rpartition("/")[2]: each["userInteractionCount"]
        for each in found["interactionStatistic"]
    }
    assert counts == {"CommentAction": 1, "LikeAction": 2, "DislikeAction": 0}


def happened(visitor: Any, reply: Any) -> list[str | None]:
    return titles(visitor.get(f"/replies/{reply.id}/feed.atom"))


def test_the_feed_of_a_proposal_tells_what_is_said_of_it_and_done_with_it(
    make: Make, visit: Any
) -> None:
    essay, ben, dee = make.essay(), make.user("Ben"), make.user("Dee", role="moderator")
    reply = make.proposal(essay, ben, title="Pay on results")
    first = make.comment(reply, make.user("Cam"), stance="challenge", body="Too *slow*.")
    make.comment(first, ben, stance=None)
    reply = make.edit(reply, title="Pay on results, monthly")
    make.decide("feature", reply, dee, reason="other")
    feed = parsed(visit().get(f"/replies/{reply.id}/feed.atom"))
    assert_valid(feed)
    assert titles(visit().get(f"/replies/{reply.id}/feed.atom")) == [
        "Featured: Pay on results, monthly",
        "Edited: Pay on results, monthly",
        "A comment by Ben",
        "Challenges: Cam",
        "Pay on results, monthly",
    ]
    said = entries(feed)[3]
    assert said.findtext(f"{ATOM}id") == f"{BASE}/replies/{reply.id}#reply-{first.id}"
    assert said.findtext(f"{ATOM}content") == "<p>Too <em>slow</em>.</p>\n"


def test_the_feed_of_a_proposal_tells_how_it_ended(app: Flask, make: Make, visit: Any) -> None:
    essay = make.essay()
    reply = make.proposal(essay)
    with app.app_context():
        held = essay_for_update(essay.id)
        assert held is not None
        close(held, None, "Time is up.")
        db.session.commit()
    assert happened(visit(), reply)[0] == "The discussion is closed."


def test_the_feed_of_a_proposal_holds_what_a_stranger_may_read(make: Make, visit: Any) -> None:
    essay, dee = make.essay(), make.user("Dee", role="moderator")
    reply = make.proposal(essay, title="Pay on results")
    hidden = make.comment(reply, status="hidden", body="A secret")
    comment = make.comment(reply)
    assert len(happened(visit(dee), reply)) == 2
    assert b"A secret" not in visit(dee).get(f"/replies/{reply.id}/feed.atom").data
    assert visit().get(f"/replies/{comment.id}/feed.atom").status_code == 404
    assert visit().get(f"/replies/{hidden.id}/feed.atom").status_code == 404
    draft = make.proposal(make.essay(state="draft"))
    for visitor in (visit(), visit(make.user("Fay", role="facilitator"))):
        assert visitor.get(f"/replies/{draft.id}/feed.atom").status_code == 404
    make.decide("hide", reply, dee)
    assert visit(dee).get(f"/replies/{reply.id}/feed.atom").status_code == 404


def test_the_feed_of_a_proposal_is_told_to_have_been_read(make: Make, visit: Any) -> None:
    reply, zed = make.proposal(make.essay()), visit()
    path = f"/replies/{reply.id}/feed.atom"
    tag = zed.get(path).headers["ETag"]
    assert zed.get(path, headers={"If-None-Match": tag}).status_code == 304
    make.comment(reply)
    assert zed.get(path, headers={"If-None-Match": tag}).status_code == 200
    page = zed.get(f"/replies/{reply.id}").get_data(as_text=True)
    assert page.count(f'href="{path}"') == 2
