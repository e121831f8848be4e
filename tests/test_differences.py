"""What changed from one version to the next: right, kept as it is written, and bounded."""

from __future__ import annotations

import re
from time import process_time
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape
from sqlalchemy import select, text

from forum.db import db
from forum.replies.models import ReplyVersion
from forum.words import differences
from forum.words.differences import SHOWN, WORK, marked, spans
from tests.cast import Make

TEXT = st.text(st.sampled_from("ab<. \n\r\x0b\u2028é"), max_size=60)


def sides(before: str, after: str) -> tuple[str, str]:
    """Return the old and the new text as the marked text has them."""
    page = str(marked(before, after))
    old = re.sub(r"(?s)<ins>.*?</ins>|</?del>", "", page)
    new = re.sub(r"(?s)<del>.*?</del>|</?ins>", "", page)
    return old, new


@given(TEXT, TEXT)
def test_without_what_came_in_it_is_the_new_text(before: str, after: str) -> None:
    assert sides(before, after)[1] == str(escape(after))


def test_words_that_changed_are_marked_as_a_whole() -> None:
    assert str(marked("Doors open at eight.", "Doors open at nine.")) == (
        "Doors open at <del>eight.</del><ins>nine.</ins>"
    )
    assert str(marked("one two three four", "1 2 3 four")) == (
        "<del>one two three</del><ins>1 2 3</ins> four"
    )


def test_the_worst_text_is_compared_within_its_bound() -> None:
    before = " ".join("ab"[n % 2] for n in range(6_000))
    after = " ".join("ab"[n % 3 == 0] for n in range(6_000))
    begun = process_time()
    differences.kept({"body": before}, {"body": after})
    assert process_time() - begun < 1
    long = [" ".join(letters * 60_000) for letters in ("ab", "ba", "aab")]
    begun = process_time()
    assert spans(long[0], long[2], WORK) == [[0, len(long[0]), 0, len(long[2])]]
    assert process_time() - begun < 1


def test_beyond_the_bound_lines_are_compared() -> None:
    lines = [" ".join(str(n * m) for m in range(200)) for n in range(1, 101)]
    after = [*lines[:50], "Another line.", *lines[51:90], "And one.", *lines[91:]]
    page = str(marked("\n".join(lines), "\n".join(after)))
    assert page.count("<ins>") == 2
    assert "<ins>Another line.\n</ins>" in page


def test_differences_are_made_once_as_a_version_is_written(
    app: Any, make: Make, visit: Any, monkeypatch: Any
) -> None:
    ben = make.user("Ben")
    reply = make.proposal(make.essay(), ben, body="Old words here.", lever="policy")
    edit = {"title": reply.title, "body": "New <words> here.", "lever": "market"}
    rest = {"jurisdiction": "any", "ambition": "improves", "note": ""}
    assert visit(ben).post(f"/replies/{reply.id}/edit", {**edit, **rest}).status_code == 303
    with app.app_context():
        versions = select(ReplyVersion.changes).order_by(ReplyVersion.version)
        kept = db.session.scalars(versions).all()
    assert kept[0] is None
    assert kept[1]["body"] == [[0, 9, 0, 11]]
    compared: list[str] = []

    def count(old: list[str], new: list[str]) -> differences.Spans:
        compared.append("".join(new))
        return [[0, len(old), 0, len(new)]]

    monkeypatch.setattr(differences, "compared", count)
    page = visit().get(f"/replies/{reply.id}/history").get_data(as_text=True)
    assert "<del>Old words</del><ins>New &lt;words&gt;</ins> here." in page
    assert compared == ["Market"], "only a name that depends on the reader's language"


def test_what_was_kept_before_differences_were_is_compared_as_it_is_read(
    app: Any, make: Make, visit: Any
) -> None:
    ben = make.user("Ben")
    reply = make.proposal(make.essay(), ben, body="Old words here.")
    make.edit(reply, body="New words here.")
    with app.app_context():
        db.session.execute(text("UPDATE reply_versions SET changes = NULL"))
        db.session.commit()
    page = visit().get(f"/replies/{reply.id}/history").get_data(as_text=True)
    assert "<del>Old</del><ins>New</ins> words here." in page


def test_a_history_has_pages(app: Any, make: Make, visit: Any, statements: Any) -> None:
    reply = make.proposal(make.essay(), make.user("Ben"), body="Said 0 times.")
    for times in range(1, SHOWN + 5):
        make.edit(reply, body=f"Said {times} times.")
    address = f"/replies/{reply.id}/history"
    newest = visit().get(address).get_data(as_text=True)
    assert newest.count('class="step"') == SHOWN
    assert "Said 0 times." not in newest
    (earlier,) = re.findall(r'rel="next" href="([^"]+)"', newest)
    oldest = visit().get(earlier).get_data(as_text=True)
    assert oldest.count('class="step"') == 5
    assert "<del>3</del><ins>4</ins>" in oldest
    assert "Said 0 times." in oldest
    assert 'rel="next"' not in oldest
    assert visit().get(f"{address}?before=1").status_code == 404
    assert visit().get(f"{address}?before={10**30}").status_code == 200
    assert make.fresh(reply).version == SHOWN + 5
