"""Fay publishes a brief: read first, numbered, frozen, and the same bytes for ever."""

from __future__ import annotations

import hashlib
import json
import re
from io import BytesIO
from typing import Any

import docx
import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import func, select, update

from forum.accounts.models import User
from forum.briefs import published
from forum.briefs.comparing import Change, compare
from forum.briefs.models import Brief, BriefDraft, BriefFile
from forum.briefs.published import Shown
from forum.db import db
from forum.exports.formats import FORMATS
from forum.replies.models import Reply
from forum.words import html
from tests.cast import Make
from tests.tables import HOSTILE, row
from tests.test_concurrency import sender, together


@pytest.fixture
def fay(make: Make) -> User:
    """Fay, who facilitates."""
    return make.user("Fay", role="facilitator")


def seen(page: Any, draft: BriefDraft) -> str:
    """Read the preview; return the mark of what was read."""
    shown = page.get(f"/briefs/drafts/{draft.id}/preview").get_data(as_text=True)
    found = re.search(r'name="seen" value="(\w+)"', shown)
    assert found is not None, "There is no button to publish it."
    return found[1]


def publish(page: Any, draft: BriefDraft) -> Any:
    """Read the preview and publish it."""
    return page.post(f"/briefs/drafts/{draft.id}/publish", {"seen": seen(page, draft)})


def files(page: Any, brief: Brief) -> dict[str, bytes]:
    """Fetch a brief in every format."""
    found = {}
    for extension in FORMATS:
        answer = page.client.get(f"/briefs/{brief.reference}.{extension}")
        assert answer.status_code == 200, extension
        found[extension] = answer.get_data()
    return found


def text_of(page: Any, path: str) -> str:
    answer = page.get(path)
    assert answer.status_code == 200, path
    return str(answer.get_data(as_text=True))


def hide(make: Make, visit: Any, reply: Reply, deed: str = "hide") -> None:
    """Let a moderator hide a reply, or show it again."""
    dee = visit(make.user(role="moderator"))
    assert dee.post(f"/moderation/{reply.id}/{deed}", {"reason": "abuse"}).status_code == 303


def test_from_shortlist_to_published_brief(make: Make, visit: Any, fay: User) -> None:
    essay = make.essay("The queue")
    first = make.proposal(essay, title="Publish waiting times", support=2)
    second = make.proposal(essay, title="Pay by the visit", lever="market", support=9)
    made, page = make.shortlist(fay, first, second, essay=essay), visit(fay)
    words = {
        "title": "What to do about queues",
        "introduction": "We asked. **Two** answers stand out.",
        "language": "en",
        "supersedes": "",
    }
    answer = page.post(f"/briefs/new?shortlist={made.id}", words)
    assert answer.status_code == 303
    preview = text_of(page, answer.headers["Location"])
    assert preview.index("Publish waiting times") < preview.index("Pay by the visit")
    assert visit().get("/briefs").get_data(as_text=True).count("What to do") == 0
    mark = re.search(r'name="seen" value="(\w+)"', preview)
    assert mark is not None
    sent = page.post(answer.headers["Location"].replace("preview", "publish"), {"seen": mark[1]})
    assert sent.status_code == 303
    shown = text_of(visit(), sent.headers["Location"])
    assert "We asked. <strong>Two</strong> answers stand out." in shown
    assert re.search(r"Brief \d{4}-1\b", shown)
    assert shown.index("Publish waiting times") < shown.index("Pay by the visit")
    assert "<form" not in shown.partition("<main")[2].partition("</main")[0]
    assert "What to do about queues" in text_of(visit(), "/briefs")
    assert re.search(r"Brief \d{4}-1", text_of(visit(), f"/essays/{essay.slug}"))


def test_the_top_of_each_lever(make: Make, visit: Any, fay: User) -> None:
    essay = make.essay()
    for lever in ("policy", "regulatory", "market"):
        for support in (1, 4, 7):
            make.proposal(essay, title=f"{lever} {support}", lever=lever, support=support)
    page = visit(fay)
    words = {"title": "The top", "language": "en", "per_lever": "1", "min_voters": "4"}
    answer = page.post(f"/briefs/new?essay={essay.slug}", words)
    shown = text_of(page, answer.headers["Location"])
    assert set(re.findall(r"(?:policy|regulatory|market) \d", shown)) == {
        "policy 7",
        "regulatory 7",
        "market 7",
    }
    for wrong in ("0", "41", "x", ""):
        bad = page.post(f"/briefs/new?essay={essay.slug}", {**words, "per_lever": wrong})
        assert bad.status_code == 422, wrong


def test_nothing_that_happens_later_changes_a_brief(
    app: Flask, make: Make, visit: Any, fay: User
) -> None:
    ben, essay = make.user("Ben"), make.essay("The queue")
    proposal = make.proposal(essay, ben, title="As it was", body="Said first.", support=3)
    other = make.proposal(essay, title="Another", support=1)
    made = make.shortlist(fay, proposal, other, essay=essay)
    brief = make.brief(fay, made, title="Frozen", introduction="Read this.")
    page = visit(fay)
    before, shown = files(page, brief), text_of(visit(), f"/briefs/{brief.reference}")
    for _ in range(5):
        make.vote(make.user(), other)
    make.comment(proposal, stance="challenge", body="But the cost.")
    edit = {"lever": "market", "title": "As it is now", "body": "Said later."}
    assert visit(ben).post(f"/replies/{proposal.id}/edit", edit).status_code == 303
    page.post(
        f"/essays/{essay.slug}/edit",
        {"title": "Renamed", "body": "B", "prompt": "P", "language": "fr"},
    )
    with app.app_context():
        db.session.execute(update(User).values(name="Someone else"))
        db.session.commit()
    assert files(page, brief) == before
    again = text_of(visit(), f"/briefs/{brief.reference}")
    for kept in ("As it was", "Said first.", "Read this.", "Ben"):
        assert kept in again
    for later in ("As it is now", "Said later.", "But the cost."):
        assert later not in again
    numbers = re.compile(r"<span>Support <b>(\d+)")
    assert numbers.findall(again) == numbers.findall(shown) == ["3", "1"]


def test_the_bytes_are_those_of_publication_whatever_writes_later(
    make: Make, visit: Any, fay: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    proposal = make.proposal(make.essay(), body="Said first.")
    brief = make.brief(fay, make.shortlist(fay, proposal))
    page = visit()
    before = files(page, brief)
    monkeypatch.setattr("forum.exports.json.writer.VERSION", 99)
    monkeypatch.setattr("forum.version.__version__", "99.0")
    assert files(page, brief) == before
    for extension, content in before.items():
        answer = page.client.get(f"/briefs/{brief.reference}.{extension}")
        sha = hashlib.sha256(content).hexdigest()
        assert answer.headers["ETag"] == f'"{sha}"'
        assert answer.mimetype == FORMATS[extension].mimetype
        assert "attachment" in answer.headers["Content-Disposition"]
        known = page.client.get(
            f"/briefs/{brief.reference}.{extension}", headers={"If-None-Match": f'"{sha}"'}
        )
        assert known.status_code == 304
        assert sha in text_of(page, f"/briefs/{brief.reference}")


def test_every_file_can_be_checked(make: Make, visit: Any, fay: User) -> None:
    made = make.shortlist(fay, make.proposal(make.essay(), support=2), name="For Ministers")
    brief = make.brief(fay, made, title="Checked", introduction="An *introduction*.")
    sums = set()
    for extension, content in files(visit(), brief).items():
        stated = FORMATS[extension].check(BytesIO(content))
        assert stated.url.endswith(f"/briefs/{brief.reference}")
        assert stated.rows == 1
        assert "For Ministers" in stated.filter
        sums.add(stated.sha256)
    assert sums == {brief.provenance["sha256"]}
    given = json.loads(files(visit(), brief)["json"])
    assert given["introduction"] == "An *introduction*."
    assert given["title"] == f"Brief {brief.reference}: Checked"


def test_notes_stand_beside_their_proposals(make: Make, visit: Any, fay: User) -> None:
    made, page = make.shortlist(fay, make.proposal(make.essay())), visit(fay)
    note = {"note": "Ask the **union** first.", "version": "1"}
    page.post(f"/shortlists/{made.id}/items/1/note", note)
    brief = make.brief(fay, made)
    assert "Ask the <strong>union</strong> first." in text_of(visit(), f"/briefs/{brief.reference}")
    given = json.loads(files(visit(), brief)["json"])
    assert [row["note"] for row in given["proposals"]] == ["Ask the **union** first."]


def test_an_empty_shortlist_is_not_published(make: Make, visit: Any, fay: User) -> None:
    draft, page = make.draft(fay, make.shortlist(fay)), visit(fay)
    assert "nothing to publish" in text_of(page, f"/briefs/drafts/{draft.id}/preview")
    assert page.post(f"/briefs/drafts/{draft.id}/publish", {"seen": ""}).status_code == 409
    assert visit().get("/briefs").get_data(as_text=True).count("card-facts") == 0


def test_hidden_and_draft_words_never_get_into_a_brief(make: Make, visit: Any, fay: User) -> None:
    essay, ben = make.essay(), make.user("Ben")
    shown, hidden = make.proposal(essay, ben), make.proposal(essay, ben, title="Unbearable")
    make.comment(shown, ben, body="Unbearable comment", status="hidden")
    made = make.shortlist(fay, shown, hidden)
    hide(make, visit, hidden)
    draft, page = make.draft(fay, made), visit(fay)
    preview = text_of(page, f"/briefs/drafts/{draft.id}/preview")
    assert "One proposal of the shortlist is hidden" in preview
    brief = make.brief(fay, made)
    everything = [preview.encode(), *files(page, brief).values()]
    everything.append(text_of(page, f"/briefs/{brief.reference}").encode())
    for content in everything:
        assert b"nbearable" not in content
        assert ben.email is not None
        assert ben.email.encode() not in content
        assert fay.email is not None
        assert fay.email.encode() not in content
    unpublished = make.essay("Not yet", state="draft")
    assert page.get(f"/briefs/new?essay={unpublished.slug}").status_code == 404


def test_words_hidden_later_are_withdrawn_and_come_back_unchanged(
    make: Make, visit: Any, fay: User
) -> None:
    essay = make.essay()
    bad = make.proposal(essay, make.user("Zoltan"), title="Unbearable", body="Unbearable words.")
    good = make.proposal(essay, title="Good", body="Good words.")
    made, page = make.shortlist(fay, bad, good), visit(fay)
    page.post(f"/shortlists/{made.id}/items/1/note", {"note": "So unbearable.", "version": "1"})
    brief, later = make.brief(fay, made), make.brief(fay, made)
    here, beside = f"/briefs/{brief.reference}", f"/compare/{later.reference}"
    before, shown = files(page, brief), text_of(visit(), here)
    hide(make, visit, bad)
    for visitor in (visit(), page):
        for path in (here, here + beside):
            withdrawn = text_of(visitor, path)
            assert "nbearable" not in withdrawn, path
            assert "Zoltan" not in withdrawn
            assert "Good" in withdrawn
            assert "withdrawn" in withdrawn
        for extension in FORMATS:
            answer = visitor.client.get(f"{here}.{extension}")
            assert answer.status_code == 403
            assert b"nbearable" not in answer.get_data()
    hide(make, visit, bad, "restore")
    assert files(page, brief) == before
    assert text_of(visit(), here) == shown


def test_a_comment_hidden_later_is_withdrawn_too(make: Make, visit: Any, fay: User) -> None:
    proposal = make.proposal(make.essay(), title="Good")
    comment = make.comment(proposal, make.user("Zoltan"), body="Unbearable words.")
    made = make.shortlist(fay, proposal)
    make.quote(fay, made, comment)
    brief = make.brief(fay, made)
    here = f"/briefs/{brief.reference}"
    assert "Unbearable" in text_of(visit(), here)
    hide(make, visit, comment)
    shown = text_of(visit(), here)
    assert "nbearable" not in shown
    assert "Zoltan" not in shown
    assert "Withdrawn by moderators" in shown
    assert "Good" in shown
    assert visit().get(f"{here}.csv").status_code == 403
    hide(make, visit, comment, "restore")
    hide(make, visit, proposal)
    assert "nbearable" not in text_of(visit(), here)


def test_a_newer_brief_supersedes_and_never_overwrites(make: Make, visit: Any, fay: User) -> None:
    made = make.shortlist(fay, make.proposal(make.essay(), title="Once"))
    old = make.brief(fay, made, title="Old")
    before = files(visit(), old)
    new = make.brief(fay, made, title="New", supersedes=old)
    assert (new.number, old.number) == (2, 1)
    page = text_of(visit(), f"/briefs/{old.reference}")
    assert "A newer brief takes the place of this one" in page
    assert f'href="/briefs/{new.reference}"' in page
    assert f'href="/briefs/{old.reference}"' in text_of(visit(), f"/briefs/{new.reference}")
    assert files(visit(), old) == before
    assert "Superseded" in text_of(visit(), "/briefs")
    rival, window = make.draft(fay, made, supersedes=old), visit(fay)
    answer = publish(window, rival)
    assert answer.status_code == 409
    assert "takes that place already" in answer.get_data(as_text=True)
    choice = text_of(window, f"/briefs/new?shortlist={made.id}")
    assert f'value="{new.reference}"' in choice
    assert f'value="{old.reference}"' not in choice


def test_publishing_twice_publishes_once(app: Flask, make: Make, visit: Any, fay: User) -> None:
    draft, page = make.draft(fay, make.shortlist(fay, make.proposal(make.essay()))), visit(fay)
    mark = {"seen": seen(page, draft)}
    one, two = (page.post(f"/briefs/drafts/{draft.id}/publish", mark) for _ in range(2))
    assert one.status_code == two.status_code == 303
    assert one.headers["Location"] == two.headers["Location"]
    for path in ("", "/preview"):
        answer = page.get(f"/briefs/drafts/{draft.id}{path}")
        assert answer.headers["Location"] == one.headers["Location"]
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Brief)) == 1
        assert db.session.scalar(select(func.count()).select_from(BriefFile)) == len(FORMATS)


def test_ten_publishers_at_once_publish_one(app: Flask, make: Make, visit: Any, fay: User) -> None:
    draft, page = make.draft(fay, make.shortlist(fay, make.proposal(make.essay()))), visit(fay)
    mark = {"seen": seen(page, draft)}
    assert set(together([sender(app, page, f"/briefs/drafts/{draft.id}/publish", mark)] * 10)) == {
        303
    }
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Brief)) == 1


def test_ten_briefs_at_once_have_ten_numbers_without_a_gap(
    app: Flask, make: Make, visit: Any, fay: User
) -> None:
    made, page = make.shortlist(fay, make.proposal(make.essay())), visit(fay)
    drafts = [make.draft(fay, made) for _ in range(10)]
    acts = [
        sender(app, page, f"/briefs/drafts/{draft.id}/publish", {"seen": seen(page, draft)})
        for draft in drafts
    ]
    assert set(together(acts)) == {303}
    with app.app_context():
        assert sorted(db.session.scalars(select(Brief.number))) == list(range(1, 11))


def test_ten_successors_at_once_are_one(app: Flask, make: Make, visit: Any, fay: User) -> None:
    made, page = make.shortlist(fay, make.proposal(make.essay())), visit(fay)
    old = make.brief(fay, made)
    drafts = [make.draft(fay, made, supersedes=old) for _ in range(10)]
    acts = [
        sender(app, page, f"/briefs/drafts/{draft.id}/publish", {"seen": seen(page, draft)})
        for draft in drafts
    ]
    statuses = together(acts)
    assert (statuses.count(303), statuses.count(409)) == (1, 9)


def test_what_was_not_read_is_not_published(make: Make, visit: Any, fay: User) -> None:
    essay, ben = make.essay(), make.user("Ben")
    one, other = make.proposal(essay, ben), make.proposal(essay)
    made, page = make.shortlist(fay, one), visit(fay)
    draft = make.draft(fay, made)
    mark = {"seen": seen(page, draft)}
    visit(ben).post(
        f"/replies/{one.id}/edit", {"lever": "policy", "title": "Other words", "body": "Other."}
    )
    answer = page.post(f"/briefs/drafts/{draft.id}/publish", mark)
    assert answer.status_code == 409
    assert "changed since you read it" in answer.get_data(as_text=True)
    assert "Other words" in answer.get_data(as_text=True)
    mark = {"seen": seen(page, draft)}
    page.post(f"/shortlists/{made.id}/pick", {"reply": str(other.id)})
    assert page.post(f"/briefs/drafts/{draft.id}/publish", mark).status_code == 409
    mark = {"seen": seen(page, draft)}
    make.vote(make.user(), one)
    assert page.post(f"/briefs/drafts/{draft.id}/publish", mark).status_code == 303


def test_a_draft_can_be_edited_and_two_editors_lose_nothing(
    make: Make, visit: Any, fay: User
) -> None:
    made = make.shortlist(fay, make.proposal(make.essay()))
    draft, page = make.draft(fay, made, title="First"), visit(fay)
    gus = visit(make.user("Gus", role="facilitator"))
    path = f"/briefs/drafts/{draft.id}"
    assert 'value="First"' in text_of(page, path)
    words = {
        "title": "Second",
        "introduction": "Hers.",
        "language": "fr",
        "supersedes": "",
        "version": "1",
    }
    assert page.post(path, words).status_code == 303
    answer = gus.post(path, {**words, "title": "Third", "introduction": "His."})
    shown = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "Hers." in shown
    assert "His.</textarea>" in shown
    assert 'name="version" value="2"' in shown
    again = {**words, "title": "Third", "introduction": "Both.", "version": "2"}
    assert gus.post(path, again).status_code == 303
    assert "Both." in text_of(page, f"{path}/preview")
    assert publish(page, draft).status_code == 303


def test_a_draft_sent_twice_is_one_draft(app: Flask, make: Make, visit: Any, fay: User) -> None:
    made, page = make.shortlist(fay, make.proposal(make.essay())), visit(fay)
    words = {"title": "Once", "introduction": "", "language": "en", "supersedes": ""}
    send = sender(app, page, f"/briefs/new?shortlist={made.id}", words)
    assert set(together([send] * 10)) == {303}
    with app.app_context():
        draft = db.session.scalars(select(BriefDraft)).one()
    publish(page, draft)
    assert page.post(f"/briefs/new?shortlist={made.id}", words).status_code == 303
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(BriefDraft)) == 2


def test_hostile_titles_stay_words(make: Make, visit: Any, fay: User) -> None:
    essay = make.essay()
    replies = [make.proposal(essay, title=" ".join(t.split()), body=t) for t in HOSTILE]
    long = make.proposal(essay, title="א" * 120, body="word " * 1999)
    made = make.shortlist(fay, *replies, long, name="=cmd|' /C calc'!A0")
    old = make.brief(fay, made, title='<script>alert(1)</script> "x"', introduction="=1+1")
    new = make.brief(fay, made, title="# ‮ turned", introduction="<img src=x onerror=y>")
    for brief in (old, new):
        page = text_of(visit(), f"/briefs/{brief.reference}")
        assert "<script>alert" not in page
        assert "<img" not in page
        given = json.loads(files(visit(), brief)["json"])
        assert [row["title"] for row in given["proposals"]] == [
            *(reply.title for reply in replies),
            long.title,
        ]
        for extension, content in files(visit(), brief).items():
            assert FORMATS[extension].check(BytesIO(content)).rows == len(replies) + 1
    compared = text_of(visit(), f"/briefs/{old.reference}/compare/{new.reference}")
    assert "<script>alert" not in compared


def test_a_renewed_sanitiser_reads_old_briefs_anew(
    app: Flask, make: Make, visit: Any, fay: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make.shortlist(fay, make.proposal(make.essay(), body="**Bold.**"))
    with monkeypatch.context() as then:
        then.setattr("forum.briefs.publishing.as_html", lambda *_given: "<b>Unsafe</b>")
        brief = make.brief(fay, made)
    path = f"/briefs/{brief.reference}"
    assert "<b>Unsafe</b>" in text_of(visit(), path)
    monkeypatch.setattr(html, "RENDERER", "a later one")
    assert "<b>Unsafe</b>" not in text_of(visit(), path)
    assert "<strong>Bold.</strong>" in text_of(visit(), path)


def test_who_rose_fell_entered_and_left(make: Make, visit: Any, fay: User) -> None:
    essay = make.essay()
    a, b, c, d = (make.proposal(essay, title=f"Proposal {letter}") for letter in "ABCD")
    old = make.brief(fay, make.shortlist(fay, a, b, c))
    new = make.brief(fay, make.shortlist(fay, d, b, a))
    page = text_of(visit(), f"/briefs/{old.reference}/compare/{new.reference}")
    told = dict(re.findall(r">(Proposal \w)</a></th>\s*<td[^>]*>([^<]*)</td>", page))
    assert told == {
        "Proposal A": "Fell by 2",
        "Proposal B": "Same position",
        "Proposal C": "Dropped out",
        "Proposal D": "Came in",
    }
    assert page.count("<line x1") == 2 + 3
    back = text_of(visit(), f"/briefs/{new.reference}/compare/{old.reference}")
    assert "Rose by 2" in back
    same = text_of(visit(), f"/briefs/{old.reference}/compare/{old.reference}")
    assert "Rose by" not in same


def test_a_comparison_counts_each_proposal_once() -> None:
    def brief(*ids: int) -> list[Shown]:
        return [Shown(row(id=i, rank=at), {}) for at, i in enumerate(ids, 1)]

    compared = compare(brief(1, 2, 3), brief(3, 1, 4))
    told = {each.shown.row["id"]: each.change for each in compared.rows}
    assert told == {3: Change.ROSE, 1: Change.FELL, 4: Change.ENTERED, 2: Change.LEFT}
    assert [compared.number(change) for change in Change] == [1, 1, 0, 1, 1]
    assert compare([], []).rows == []


def test_no_such_brief(make: Make, visit: Any, fay: User) -> None:
    brief = make.brief(fay, make.shortlist(fay, make.proposal(make.essay())))
    good = brief.reference
    for path in (
        "2020-1",
        "nonsense",
        "0-0",
        f"{good}0",
        f"{brief.year}-01",
        "²⁰²⁵-1",
        f"{good}.exe",
        f"{good}.CSV",
        f"2020-1.{next(iter(FORMATS))}",
        f"{good}/compare/2020-1",
        f"{brief.year}-99999999999999999999",
        "drafts/99",
        "new?shortlist=99",
        "new?shortlist=x",
        "new?essay=none",
        f"new?shortlist={2**70}",
    ):
        assert visit(fay).get(f"/briefs/{path}").status_code == 404, path


def test_a_brief_speaks_the_language_it_was_written_in(make: Make, visit: Any, fay: User) -> None:
    made = make.shortlist(fay, make.proposal(make.essay(), support=1))
    brief = make.brief(fay, made, language="fr")
    given = json.loads(files(visit(), brief)["json"])
    assert given["language"] == "fr"
    assert brief.provenance["order"] in text_of(visit(), f"/briefs/{brief.reference}")
    assert "What follows is in the words of the files, in French" in text_of(
        visit(), f"/briefs/{brief.reference}"
    )
    assert "Texte des fichiers" not in text_of(visit(), f"/briefs/{brief.reference}?lang=fr")


def test_the_list_of_briefs_names_their_essays(make: Make, visit: Any, fay: User) -> None:
    essay = make.essay("The queue at the counter")
    make.brief(fay, make.shortlist(fay, make.proposal(essay, support=1), essay=essay))
    assert essay.title in text_of(visit(), "/briefs")


def test_drafts_are_for_facilitators_only(make: Make, visit: Any, fay: User) -> None:
    draft = make.draft(fay, make.shortlist(fay, make.proposal(make.essay())), title="Unread")
    assert "Unread" in text_of(visit(fay), "/briefs")
    for user in (None, make.user("Cam"), make.user("Dee", role="moderator")):
        visitor = visit(user)
        assert "Unread" not in text_of(visitor, "/briefs")
        assert visitor.get(f"/briefs/drafts/{draft.id}/preview").status_code in {302, 403}


def test_briefs_that_quote_a_reply_gone_from_the_database_withhold_it(
    app: Flask, make: Make, fay: User, visit: Any
) -> None:
    proposal = make.proposal(make.essay(), title="Gone")
    brief = make.brief(fay, make.shortlist(fay, proposal))
    with app.app_context():
        db.session.delete(db.session.get_one(Reply, proposal.id))
        db.session.commit()
        held = published.brief_by_reference(brief.reference)
        assert held is not None
        assert [each.is_withdrawn for each in published.shown(published.with_words(held))] == [True]
    assert visit().get(f"/briefs/{brief.reference}.csv").status_code == 403


def test_a_crash_before_the_files_is_mended_by_sending_again(
    app: Flask, make: Make, visit: Any, fay: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft, page = make.draft(fay, make.shortlist(fay, make.proposal(make.essay()))), visit(fay)
    mark = {"seen": seen(page, draft)}
    with monkeypatch.context() as broken:
        broken.setattr("forum.briefs.files.write", lambda _brief, _formats: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            page.post(f"/briefs/drafts/{draft.id}/publish", mark)
    with app.app_context():
        brief = db.session.scalars(select(Brief)).one()
    assert visit().client.get(f"/briefs/{brief.reference}.csv").status_code == 503
    assert page.post(f"/briefs/drafts/{draft.id}/publish", mark).status_code == 303
    assert set(files(visit(), brief)) == set(FORMATS)


def test_a_statement_is_printed_once_in_a_brief(make: Make, visit: Any, fay: User) -> None:
    statement = "Every office says how long people wait."
    reply = make.proposal(make.essay(), title=statement, body=statement, support=1)
    brief = make.brief(fay, make.shortlist(fay, reply))
    page = text_of(visit(), f"/briefs/{brief.reference}")
    article = page[page.index("<main") : page.index("</main>")]
    assert article.count(f"{statement}<") == 1, "its title, and not once more as its text"
    made = files(visit(), brief)
    assert made["md"].decode().count(f"{statement}\n") == 1
    document = docx.Document(BytesIO(made["docx"]))
    assert sum(statement in paragraph.text for paragraph in document.paragraphs) == 1
    pages = [page.extract_text() for page in PdfReader(BytesIO(made["pdf"])).pages]
    assert " ".join(" ".join(pages).split()).count(statement) == 2, "in the figure, as its title"
    assert json.loads(made["json"])["proposals"][0]["body"] == statement, "programs get both"
