"""Search: the same on both databases, for whatever is typed, and never what may not be read."""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from flask_migrate import downgrade, upgrade
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text
from werkzeug.datastructures import MultiDict

from forum.accounts.models import User
from forum.db import db
from forum.essays.models import Essay
from forum.essays.opening import publish
from forum.moderation.models import Action
from forum.replies.filters import Filter
from forum.replies.models import Reply, reply_for_update
from forum.replies.writing import Content, set_status, write_reply
from forum.search.excerpts import Marker
from forum.search.queries import Search
from forum.web.limits import limiter
from forum.words import text as text_of_people
from forum.words.index.in_use import index_for
from forum.words.index.layers import put_together
from forum.words.index.tags import Matches
from forum.words.index.terms import LENGTH, read
from forum.words.keys import words_in
from tests.cast import Make
from tests.counting_anew import count_anew

RESULT = re.compile(
    r'<h3 class="card-title" id="(?:found-\w+|title)-(\d+)"[^>]*><a [^>]*>(.*?)</a></h3>'
)


def page(visitor: Any, q: str, **more: Any) -> str:
    """Return the page of a search, which always comes."""
    answer = visitor.get("/search", query_string={"q": q, **more})
    assert answer.status_code == 200
    return str(answer.get_data(as_text=True))


def found(visitor: Any, q: str, **more: Any) -> list[str]:
    """Return the titles that a search shows, in their order, without marks."""
    titles = [each[1] for each in RESULT.findall(page(visitor, q, **more))]
    return [html.unescape(re.sub("</?mark>", "", title)) for title in titles]


@pytest.fixture
def essay(make: Make) -> Essay:
    return make.essay("The queue", body="Nobody likes **forms**.", summary="On waiting.")


FRENCH = [
    ("reglementation", True),
    ("RÉGLEMENTATIONS", True),
    ("réglementer", True),
    ("l’État", True),
    ("etat", True),
    ("municipal", True),
    ("municipale", True),
    ("publient", True),
    ("coeur", True),
    ("cœur", True),
    ("réglem", True),
    ("règl", True),
    ("rég", False),
    ('"réglem"', False),
    ("réglem -munici", True),
    ("glementation", False),
    ("munici -taxes", True),
    ("munici taxes", False),
    ('"les règles municipales"', True),
    ('"municipales les règles"', False),
    ("publier règles", True),
    ("publier taxes", False),
    ("publier -taxes", True),
    ("publier -règle", False),
    ('publier -"règles municipales"', False),
    ("au coeur de la reglementation", True),
    ('"au cœur de la"', True),
    ("«\u202frègles municipales\u202f»", True),
]


def test_french_words(make: Make, visit: Any, essay: Essay) -> None:
    body = "L’État publie les règles municipales, au cœur de la réglementation."
    make.proposal(essay, title="Ouvrir", body=body)
    zed = visit()
    for q, expected in FRENCH:
        assert (found(zed, q) == ["Ouvrir"]) == expected, q


def test_words_begin_longer_ones_in_french_texts_alone(make: Make, visit: Any) -> None:
    """What a word begins is found where the text is French, whatever the essay's language is."""
    french = make.essay("La consultation", language="fr", body="Rendre transparente la gestion.")
    english = make.essay("The consultation", body="On open management.")
    make.proposal(french, title="Publier les gestionnaires de la ville")
    make.proposal(english, title="Les gestionnaires", body="Qu’ils rendent des comptes à la ville.")
    make.proposal(english, title="Gestionnaires", body="They should be named on the site.")
    zed = visit()
    assert found(zed, "gestion") == [
        "Les gestionnaires",
        "Publier les gestionnaires de la ville",
        "La consultation",
    ]
    assert found(zed, "gestion", kind="essay") == ["La consultation"]
    assert found(zed, "transpar") == ["La consultation"]
    assert "<mark>transparente</mark>" in page(zed, "transpar")
    assert found(zed, "manage") == ["The consultation"]  # a stem; "management" is one word with it
    assert found(zed, "consulta") == ["La consultation"]


def titled(app: Flask, q: str) -> Matches:
    """Return the replies that hold what is searched in their titles, however many there are."""
    with app.test_request_context():
        asked = Search.from_query(MultiDict({"q": q}))[0]
        return index_for(asked.words).replies((), 10, in_title=True)


def test_titles_hold_longer_words_too(app: Flask, make: Make) -> None:
    """As is asked where more is found than is compared."""
    essay = make.essay("Rien", language="fr")
    inside = make.proposal(essay, title="Nommer les gestionnaires", body="Sans attendre.")
    make.proposal(essay, title="Nommer", body="Que les gestionnaires attendent.")
    make.proposal(essay, title="Nommer des gestionnaires", body="Et lever des taxes.")
    assert titled(app, "gestion nommer -taxes") == Matches([inside.id], True)


TITLED = [
    ("état plateforme", True),
    ("l'etat-plateforme", True),
    ('"plan 2030"', True),
    ("2030", True),
    ('"2030 plan"', False),
    ("oeuvre", True),
    ("réutiliser", True),
    ('"réutiliser l’œuvre"', True),
    ("works", True),
    ("work", True),
    ("service", False),
    ("and plan", True),
    ("0plan", False),
    ("plan -2030", False),
    ("plan -service", False),
    ("proposal", False),
    ("policy", False),
]


def test_titles_are_searched_word_by_word(app: Flask, make: Make, essay: Essay) -> None:
    title = "L’État-plateforme : un plan 2030,  « réutiliser » l’œuvre… and/or works"
    inside = make.proposal(essay, title=title, body="Of every service.")
    for q, expected in TITLED:
        assert titled(app, q).numbers == [inside.id] * expected, q


def test_a_language_that_changes_is_followed(app: Flask, make: Make, visit: Any) -> None:
    essay = make.essay("Les gestionnaires", language="en")
    assert found(visit(), "gestion") == []
    with app.app_context():
        db.session.get_one(Essay, essay.id).language = "fr"
        db.session.commit()
    assert found(visit(), "gestion") == ["Les gestionnaires"]
    with app.app_context():
        db.session.get_one(Essay, essay.id).language = "en"
        db.session.commit()
    assert found(visit(), "gestion") == []


def test_a_word_that_begins_very_many_is_answered(make: Make, visit: Any) -> None:
    essay = make.essay("Mots", language="fr")
    for n in range(3):
        words = " ".join(f"inter{chr(97 + k % 26)}{chr(97 + k // 26)}a" for k in range(n, 240, 3))
        make.proposal(essay, title=f"Suite {n}", body=f"{words} et encore.")
    assert len(found(visit(), "inter")) == 3


ENGLISH = [
    ("regulation", True),
    ("regulations regulated", True),
    ("WAITING", True),
    ("wait", True),
    ('"waiting times"', True),
    ('"times waiting"', False),
    ("re-use", True),
    ("use", True),
    ("policy", True),
    ("market", False),
    ("the", True),
    ("naive", True),
    ("don't", True),
]


def test_english_words(make: Make, visit: Any, essay: Essay) -> None:
    body = "The policy/regulation on waiting times: re-use is *naïve*. Don't."
    make.proposal(essay, title="Opening", body=body)
    zed = visit()
    for q, expected in ENGLISH:
        assert ("Opening" in found(zed, q)) == expected, q


def test_essays_proposals_and_comments_are_found(make: Make, visit: Any, essay: Essay) -> None:
    proposal = make.proposal(essay, title="Shorter forms")
    comment = make.comment(proposal, body="These forms again.")
    zed = visit()
    shown = page(zed, "form")
    assert {int(number) for number, _title in RESULT.findall(shown)} == {
        essay.id,
        proposal.id,
        comment.id,
    }
    assert f'href="/replies/{proposal.id}#reply-{comment.id}"' in shown
    assert found(zed, "form", kind="essay") == ["The queue"]
    assert found(zed, "form", kind=["proposal", "essay"]) == ["Shorter forms", "The queue"]
    assert len(found(zed, "form", kind="comment")) == 1


def test_filters_are_those_of_the_lists(make: Make, visit: Any, essay: Essay) -> None:
    other = make.essay("The desk")
    make.proposal(essay, title="Form A", lever="market", jurisdiction="municipal")
    make.proposal(essay, title="Form B", lever="policy", ambition="replaces")
    make.proposal(other, title="Form C", lever="regulatory")
    zed = visit()
    assert set(found(zed, "form", lever=["market", "policy"])) == {"Form A", "Form B"}
    assert found(zed, "form", ambition="replaces") == ["Form B"]
    assert found(zed, "form", jurisdiction="municipal") == ["Form A"]
    assert found(zed, "form", essay=other.slug) == ["Form C"]
    assert found(zed, "form", lever="market", essay=other.slug) == []
    assert "is not a known filter" in page(zed, "form", lever="magic")
    assert "That discussion was not found" in page(zed, "form", essay="no-such")


def test_the_title_comes_first_and_support_counts(make: Make, visit: Any, essay: Essay) -> None:
    make.proposal(essay, title="Queues at the desk")
    make.proposal(essay, title="Loved", body="A permit, granted.", support=9)
    make.proposal(essay, title="New", body="A permit, granted.")
    make.proposal(essay, title="A permit in a day", body="Granted.")
    assert found(visit(), "permit granted") == ["A permit in a day", "Loved", "New"]


def test_what_is_hidden_cannot_be_found(app: Flask, make: Make, visit: Any, essay: Essay) -> None:
    dee, zed = make.user("Dee", role="moderator"), visit()
    looker = visit(dee)
    proposal = make.proposal(essay, title="Secret word")
    make.comment(proposal, body="A secret beneath.")
    assert len(found(zed, "secret")) == 2
    make.decide("hide", proposal, dee)
    for visitor in (zed, looker):
        assert found(visitor, "secret") == []
        assert "Nothing found" in page(visitor, "secret")
    make.decide("restore", proposal, dee)
    assert len(found(zed, "secret")) == 2
    with app.app_context():  # In the transaction of the hiding itself, not after it.
        held = reply_for_update(proposal.id)
        assert held is not None
        set_status(held, "hidden")
        assert indexed() == {-essay.id}
        db.session.rollback()
        assert len(indexed()) == 3


def test_nothing_found_repeats_what_was_typed(visit: Any, essay: Essay) -> None:
    zed = visit()
    assert "Nothing was found for “<bdi>&lt;zebra&gt;</bdi>”." in page(zed, "<zebra>")
    several = page(zed, "zebra -horse okapi")
    assert "all the words of “<bdi>zebra -horse okapi</bdi>”." in several


def indexed() -> set[int]:
    """Return what the index holds."""
    return set(db.session.scalars(text("SELECT rowid FROM search_words")))


def test_what_waits_or_was_merged_cannot_be_found(
    app: Flask, make: Make, visit: Any, essay: Essay
) -> None:
    dee, zed = make.user("Dee", role="moderator"), visit()
    kept = make.proposal(essay, title="Kept word")
    merged = make.proposal(essay, title="Merged word")
    make.proposal(essay, title="Waiting word", status="waiting")
    make.comment(merged, body="A word beneath.")
    assert sorted(found(zed, "word")) == ["Kept word", "Merged word", "Merged word"]
    looker = visit(dee)
    merge = {"into": str(kept.id), "reason": "duplicate"}
    assert looker.post(f"/moderation/{merged.id}/merge", merge).status_code == 303
    assert found(zed, "word") == found(looker, "word") == ["Kept word", "Kept word"]
    with app.app_context():
        last = db.session.scalar(select(Action.id).order_by(Action.id.desc()))
    undo = f"/moderation/actions/{last}/undo"
    assert looker.post(undo, {"reason": "mistake"}).status_code == 303
    assert sorted(found(zed, "word")) == ["Kept word", "Merged word", "Merged word"]


def test_a_draft_is_found_once_it_is_published(app: Flask, make: Make, visit: Any) -> None:
    draft = make.essay("Unpublished thought", state="draft")
    assert found(visit(make.user("Fay", role="facilitator")), "thought") == []
    with app.app_context():
        publish(db.session.get_one(Essay, draft.id), None)
        db.session.commit()
    assert found(visit(), "thought") == ["Unpublished thought"]
    with app.app_context():
        db.session.execute(text("UPDATE essays SET state = 'draft'"))
        db.session.commit()
    assert found(visit(), "thought") == []


def test_edits_and_deletions_are_followed(app: Flask, make: Make, visit: Any, essay: Essay) -> None:
    proposal = make.proposal(essay, title="Before")
    make.edit(proposal, title="After")
    assert (found(visit(), "before"), found(visit(), "after")) == ([], ["After"])
    with app.app_context():
        db.session.delete(db.session.get_one(Reply, proposal.id))
        db.session.commit()
        assert indexed() == {-essay.id}


HOSTILE = [
    "",
    " ",
    '"',
    '""',
    '"unbalanced form',
    "-",
    "--",
    "-form",
    '-"form"',
    "NOT",
    "form AND",
    "OR",
    "form OR",
    "NEAR(form queue)",
    "title:form",
    "tags:policy",
    "form*",
    "*",
    "^form",
    "(form",
    "form)",
    "{title}:form",
    "form + queue",
    "form & | !",
    "<->",
    "form:A",
    "a\x00b",
    "\ufffd",
    "🚦",
    "🚦 form",
    "'",
    "''",
    "form';--",
    "%",
    "_",
    "\\",
    "\\' form",
    "é" * 300,
    "form " * 3000,
    "x" * 10_000,
    "<script>alert(1)</script>",
    "{{7*7}}",
    "e12",
    "#e1",
    "नमस्ते",
    "変化を 公表",
    "\u202eform",
    "a\u0301" * 99,
    "-a -b -c",
    "the of",
    "ﬁﬁ",
    "²",
    "1e5",
    "-5",
    "::",
    "http://a.b/c?d",
    '"a" -"b" c-d -e-f',
    "form\tqueue\r\n",
    "\u2028",
    "œ",
    "ß",
    "'''\"\"\"'''",
]


def test_whatever_is_typed_is_answered(make: Make, visit: Any, essay: Essay) -> None:
    make.proposal(essay, title="Shorter form")
    zed = visit()
    for q in HOSTILE:
        shown = page(zed, q)
        assert "<script>alert" not in shown, q
    assert found(zed, "🚦 form") == found(zed, "(form") == found(zed, "form:") != []
    assert found(zed, '"unbalanced form') == []
    assert found(zed, '"shorter form') == ["Shorter form"]
    assert found(zed, "form " * 3000)[0] == "Shorter form"
    hostile = "/search?q=%ED%A0%80%00%FF%22&page=%00&essay=%00&kind=%ff"
    assert zed.get(hostile).status_code == 200
    assert "You gave only words to leave out" in page(zed, "-form")
    assert "There is no word to search for in that" in page(zed, "🚦")
    for number in ("0", "-1", "99999", "x", "٣"):
        assert found(zed, "form", page=number) != []


def test_words_are_limited() -> None:
    many = read(" ".join(f"word{n}" for n in range(40)))
    assert (len(many.wanted), many.left_out) == (12, True)
    assert not read("a" * LENGTH).left_out
    assert read("the queue").wanted == read("queue").wanted
    assert len(read('"the queue"').wanted[0].words) == 2


def test_excerpts_are_text_with_marks(make: Make, visit: Any, essay: Essay) -> None:
    before = "Nothing to see here. " * 40
    body = before + "Then the <img src=x onerror=alert(1)> **permits** & fees." + before
    make.proposal(essay, title="On <b>permits</b>", body=body, lever="market")
    shown = page(visit(), "permit")
    assert "On &lt;b&gt;<mark>permits</mark>&lt;/b&gt;" in shown
    assert "&lt;img src=x onerror=alert(1)&gt; <mark>permits</mark> &amp; fees." in shown
    assert "<img" not in shown
    excerpt = str(Marker(read("l'état réglementé")).excerpt("Ici, l’État réglementait."))
    assert excerpt == "Ici, l’<mark>État</mark> <mark>réglementait</mark>."


def test_results_say_their_language(make: Make, visit: Any) -> None:
    essay = make.essay("La file", language="fr")
    make.proposal(essay, title="Publier les délais")
    shown = page(visit(), "delai", lang="en")
    assert re.search(r'<h3 class="card-title"[^>]* lang="fr"', shown)
    assert re.search(r'<p class="card-excerpt" lang="fr"', shown)
    assert '<meta name="robots" content="noindex">' in shown
    assert "Disallow: /search" in visit().get("/robots.txt").get_data(as_text=True)


def test_pages_show_everything_once(make: Make, visit: Any, essay: Essay) -> None:
    for n in range(25):
        make.proposal(essay, title=f"Queue number {n}")
    zed = visit()
    first, second = page(zed, "number"), page(zed, "number", page=2)
    assert "25 results" in first
    assert "page=2" in first
    shown = RESULT.findall(first) + RESULT.findall(second)
    assert (len(shown), len(set(shown))) == (25, 25)


def test_a_page_takes_few_queries(make: Make, visit: Any, essay: Essay, statements: Any) -> None:
    zed, path = visit(), "/search?q=number+-absent"
    for n in range(3):
        make.proposal(essay, title=f"Queue number {n}")
    few = len(statements(zed, path))
    for n in range(10):
        make.comment(make.proposal(essay, title=f"Queue number {n}"), body="A number.")
    assert len(statements(zed, path)) <= few <= 12


def test_the_index_can_be_made_anew(
    app: Flask, make: Make, visit: Any, runner: FlaskCliRunner, essay: Essay
) -> None:
    make.proposal(essay, title="Lost word")
    make.proposal(essay, title="Hidden word", status="hidden")
    make.proposal(make.essay("Nouvelles", language="fr"), title="Les gestionnaires")
    with app.app_context():
        db.session.execute(text("DELETE FROM search_words"))
        db.session.execute(text("DELETE FROM french_words"))
        db.session.execute(text("INSERT INTO french_words VALUES ('gestionforgotten')"))
        db.session.commit()
    assert found(visit(), "word") == []
    done = runner.invoke(args=["search", "rebuild"])
    assert (done.exit_code, "4 texts can be found." in done.output) == (0, True), done.output
    assert found(visit(), "word") == ["Lost word"]
    assert found(visit(), "gestion") == ["Les gestionnaires"]
    assert found(visit(), "nouve") == ["Nouvelles"]
    with app.app_context():
        known = set(db.session.scalars(text("SELECT word FROM french_words")))
    assert "gestionnaires" in known
    assert "gestionforgotten" not in known


def test_many_layers_become_one_that_holds_as_much(
    app: Flask, make: Make, visit: Any, essay: Essay
) -> None:
    for number in range(6):
        make.proposal(essay, title=f"A queue of {number}")
    layers = text("SELECT count(DISTINCT segid) FROM search_words_idx")
    with app.app_context():
        if db.engine.dialect.name != "sqlite":
            assert list(put_together()) == []
            return
        assert (db.session.scalar(layers) or 0) > 1
        for _step in put_together():
            db.session.commit()
        assert db.session.scalar(layers) == 1
        assert list(put_together()) == []
        db.session.rollback()
    assert len(found(visit(), "queue")) == 7  # the essay too
    make.proposal(essay, title="One more queue")
    assert "One more queue" in found(visit(), "queue")


def test_the_index_comes_back_with_a_backup(
    app: Flask, make: Make, visit: Any, runner: FlaskCliRunner, essay: Essay, tmp_path: Path
) -> None:
    make.proposal(essay, title="Kept word")
    with app.app_context():
        db.session.remove()
    assert runner.invoke(args=["backup", str(tmp_path / "copy")]).exit_code == 0
    make.proposal(essay, title="Later word")
    with app.app_context():
        db.session.remove()
    done = runner.invoke(args=["restore", str(tmp_path / "copy"), "--yes"])
    assert done.exit_code == 0, done.output
    assert found(visit(), "word") == ["Kept word"]
    make.proposal(essay, title="New word")
    assert found(visit(), "word") == ["New word", "Kept word"]


PASTED = [
    ("A levy on CO₂", "levy CO2"),
    ("Service eﬃciency", "efficiency"),
    ("Public ac\u00adcoun\u00adta\u00adbil\u00adity", "accountability"),
    ("Open pro\u200bcure\u200bment", "procurement"),
    ("Housing co\u2011op\u2060erative", "co-operative"),
    ("Ｆｕｌｌ　ｗｉｄｔｈ forms", "full width"),
    ("Plan ٢٠٣٠ for all", "2030"),
    ("Transparence de l’État\u2011plateforme", "état-plateforme"),
]
"""Titles as people paste them, and how others spell them."""


def test_titles_are_found_by_their_plain_spelling_and_by_their_own(
    make: Make, visit: Any, essay: Essay
) -> None:
    zed = visit()
    for title, _plain in PASTED:
        make.proposal(essay, title=title)
    for title, plain in PASTED:
        for spelling in (plain, title, title.split()[-1], plain.upper()):
            assert title in found(zed, spelling), (title, spelling)
            listed = zed.get(f"/essays/{essay.slug}", query_string={"q": spelling})
            assert title in html.unescape(listed.get_data(as_text=True)), (title, spelling)


def test_what_was_pasted_is_marked_as_it_is_written() -> None:
    marked = str(Marker(read("accountability co2")).title("ac\u00adcoun\u00adtability for CO₂"))
    assert marked == "<mark>ac\u00adcoun\u00adtability</mark> for <mark>CO₂</mark>"


WORDS = st.lists(
    st.text(
        st.characters(categories=["Lu", "Ll", "Lo", "Nd", "Mn", "Cf", "No", "Pd", "Po", "Sc"]),
        min_size=1,
        max_size=12,
    ),
    min_size=1,
    max_size=5,
)


@pytest.fixture
def ben(make: Make) -> User:
    return make.user("Ben")


@given(WORDS)
@example(["ß", "ﬃ", "½", "co\u2011op", "x\u00ady", "l’œuvre", "ﷺ", "1e400", "a_b", "İ", "०१"])
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_word_of_a_text_finds_that_text(
    app: Flask, essay: Essay, ben: User, pieces: list[str]
) -> None:
    """In the index and in the list's own field, on both databases."""
    with app.test_request_context(method="POST"):
        body = text_of_people.scrub("Anchor " + " ".join(pieces))
        reply, _new = write_reply(
            essay,
            ben,
            Content(
                body=body, lever="policy", title="A title", jurisdiction="any", ambition="improves"
            ),
        )
        db.session.flush()
        for word in body.split():
            if not words_in(word) or set(word) & set('-"“”„«»‟‐‑‒–—―−'):
                continue
            chosen = {"q": word, "lever": "policy"}
            asked = Search.from_query(MultiDict(chosen))[0]
            assert reply.id in index_for(asked.words).replies((), 1_000).numbers, (body, word)
            listed = Filter.from_query(MultiDict(chosen))[0].conditions(essay.id)
            assert reply.id in db.session.scalars(select(Reply.id).where(*listed)), (body, word)
        db.session.rollback()


def test_what_was_written_before_is_indexed_anew_by_the_upgrade(
    app: Flask, make: Make, visit: Any, essay: Essay
) -> None:
    make.proposal(essay, title="A levy on CO₂")
    with app.app_context():
        downgrade(revision="0015")
        db.session.execute(text("UPDATE replies SET search = 'a levy on co₂'"))
        db.session.commit()
        upgrade()
        db.session.remove()
    assert found(visit(), "co2") == ["A levy on CO₂"]


def test_strangers_are_limited(app: Flask, make: Make, visit: Any) -> None:
    app.config["LIMITS"]["searches"], before = "2 per hour", app.config["LIMITS"]["searches"]
    count_anew(app)
    try:
        zed = visit()
        codes = [zed.get(f"/search?q={n}").status_code for n in range(3)]
        assert codes == [200, 200, 429]
        assert zed.get("/search").status_code == 200
    finally:
        limiter.enabled = False
        limiter.reset()
        app.config["LIMITS"]["searches"] = before


def test_every_page_has_the_field(make: Make, visit: Any, essay: Essay) -> None:
    zed = visit()
    for path in ("/", "/proposals", f"/essays/{essay.slug}"):
        shown = zed.get(path).get_data(as_text=True)
        assert 'id="masthead-search" name="q"' in shown
        ids = re.findall(r'\bid="([^"]+)"', shown)
        assert len(ids) == len(set(ids))
        assert 'name="essay"' not in shown, "the field of every page searches the whole site"
    assert f'href="/search?essay={essay.slug}">Search this discussion</a>' in shown
