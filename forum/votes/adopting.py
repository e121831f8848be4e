"""A deliberation held with Polis becomes proposals, pseudonyms and votes of one essay.

What an earlier import of the same discussion brought stays as it is: only what is new since is
added, and only votes that were changed since are changed.

An import takes minutes, and others go on writing meanwhile. So it is made in steps, each small
enough for a transaction that nobody waits for; what they add is hidden under a source of its own
until the last step shows it all. What an import cut short left is taken back, by the next at last.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import delete, exists, func, select, update

from ..accounts.models import User
from ..console import progress
from ..database.bulk_insert import bulk_insert
from ..db import db, now, upsert
from ..deals.following import under_deal
from ..essays.models import Essay, touch
from ..replies.changing import hold
from ..replies.models import Reply, ReplyVersion
from ..replies.tags import FURTHER_TAGS, Lever
from ..replies.tallies import count_proposal
from .asides import AsideVote
from .counting import recount_votes
from .imported_before import imported, refuse_another
from .models import Vote
from .polis import PolisExport
from .polis_people import add_people
from .polis_rows import STAGED, VALUES, WHOLE, ballot_row, chunks, first_version, proposal
from .polis_store import Statement
from .setting_aside import every_vote, put_aside

ROWS = 1_000
"""Rows that one step adds."""
PROPOSALS = 25
"""Proposals that one step counts, or takes back with their votes."""


@dataclass(frozen=True)
class Summary:
    """What an import found and what of it was new."""

    statements: int
    hidden: int
    people: int
    votes: Counter[str]
    own: int
    left_out: dict[str, tuple[int, int]]
    """Statements that became no proposal, and the votes on them, by why."""
    new_statements: int
    new_people: int
    new_votes: int
    changed_votes: int

    @property
    def changes(self) -> bool:
        """Whether anything was added or changed."""
        return any((self.new_statements, self.new_people, self.new_votes, self.changed_votes))


@dataclass
class Adoption:
    """An import under way: what is brought into which essay, and what is there of it by now."""

    essay: Essay
    export: PolisExport
    lever: Lever
    there: dict[int, int] = field(default_factory=dict)
    """Proposals of an earlier import, by the number of their statement."""
    staged: dict[int, int] = field(default_factory=dict)
    """Proposals of this import, which nobody sees yet."""
    new_people: int = 0
    new_votes: int = 0
    changed_votes: int = 0

    @property
    def prefix(self) -> str:
        """What the sources of the essay's pseudonyms begin with."""
        return f"polis:{self.essay.slug}:"

    def steps(self) -> Iterator[None]:
        """Add everything, hidden; the caller commits whenever a step is done."""
        yield from self.take_back()
        self.there = imported(self.essay, Reply.id)
        refuse_another(self.essay, self.export)
        yield
        for number in add_people(self.export.store, self.prefix):
            self.new_people += number
            yield
        yield from self.add_proposals()
        yield from self.add_votes()
        for chunk in chunks(sorted(self.staged.values()), PROPOSALS):
            hold(chunk, [self.essay.id])
            put_aside(chunk)
            recount_votes(chunk)
            yield

    def take_back(self) -> Iterator[None]:
        """Take out what an import that was cut short left, and pseudonyms that did nothing."""
        ids = list(imported(self.essay, Reply.id, STAGED).values())
        yield
        for chunk in chunks(ids, PROPOSALS):
            db.session.execute(delete(Reply).where(Reply.id.in_(chunk)))
            yield
        idle = (
            User.source.startswith(self.prefix, autoescape=True),
            ~exists().where(Reply.author_id == User.id),
            *(~exists().where(said.user_id == User.id) for said in (Vote, AsideVote)),
        )
        db.session.execute(delete(User).where(*idle))
        yield

    def add_proposals(self) -> Iterator[None]:
        """Add the statements that are not there yet, each with its first version, for nobody to
        see."""
        new = sorted(self.export.put_at.keys() - self.there.keys())
        with progress("Statements", length=len(new)) as bar:
            for numbers in chunks(new, PROPOSALS):
                rows = [self.proposal(each) for each in self.export.store.statements(numbers)]
                bulk_insert(Reply, rows)
                ids = self.ids_of(rows)
                versions = [first_version(ids[row["source"]], row) for row in rows]
                bulk_insert(ReplyVersion, versions)
                bar.update(len(rows))
                yield
        self.staged = imported(self.essay, Reply.id, STAGED)
        yield

    def proposal(self, statement: Statement) -> dict[str, Any]:
        """Return the row of a proposal."""
        author = self.export.store.account(statement.author)
        return proposal(self.essay, author, self.lever, statement)

    def ids_of(self, rows: Sequence[Mapping[str, Any]]) -> dict[str, int]:
        """Return the numbers of proposals that were just added, by their sources."""
        query = select(Reply.source, Reply.id).where(
            Reply.author_id.in_({row["author_id"] for row in rows}),
            Reply.source.in_([row["source"] for row in rows]),
            Reply.essay_id == self.essay.id,
        )
        return {str(source): number for source, number in db.session.execute(query)}

    def add_votes(self) -> Iterator[None]:
        """Record the votes on what nobody sees yet."""
        with progress("Votes", sorted(self.staged)) as shown:
            for chunk in chunks(self.vote_rows(shown), ROWS):
                bulk_insert(Vote, chunk)
                self.new_votes += len(chunk)
                yield

    def vote_rows(self, numbers: Iterable[int]) -> Iterator[dict[str, Any]]:
        """Yield the rows of the votes on statements that became proposals in this import."""
        moment = now()
        for number in numbers:
            for account, ballot in self.export.store.ballots(number):
                yield ballot_row(self.staged[number], account, self.essay.id, ballot, moment)

    def show(self) -> Summary:
        """Show all that was added, and record what changed on what was there: the last step."""
        hold(self.there.values(), ())
        shown = [each.id for each in self.export.store.statements(self.staged) if not each.hidden]
        for numbers in chunks(sorted(self.staged), ROWS):
            named = Reply.id.in_([self.staged[number] for number in numbers])
            whole = func.replace(Reply.source, STAGED, WHOLE)
            db.session.execute(update(Reply).where(named).values(source=whole))
        for numbers in chunks(shown, ROWS):
            seen = Reply.id.in_([self.staged[number] for number in numbers])
            db.session.execute(update(Reply).where(seen).values(status="visible"))
        if shown:
            tags = (self.lever.value, *(None for _tag in FURTHER_TAGS))
            count_proposal(self.essay.id, tags, len(shown))
        with under_deal(self.essay.id):
            with every_vote(sorted(self.there.values())):
                changed = self.bring_up_to_date()
            recount_votes(changed)
        summary = self.summary()
        if summary.changes:
            for essay_id in sorted({self.essay.id, *imported(self.essay, Reply.essay_id).values()}):
                touch(essay_id)
        return summary

    def bring_up_to_date(self) -> set[int]:
        """Record votes given or changed since on proposals of an earlier import; return which."""
        moment, changed = now(), set[int]()
        places = imported(self.essay, Reply.essay_id)
        vote = upsert(Vote)
        record = vote.on_conflict_do_update(
            index_elements=["reply_id", "user_id"],
            set_={name: vote.excluded[name] for name in ("value", "voted_at", "carried_from_id")},
        )
        for number in sorted(self.there.keys() & self.export.put_at.keys()):
            rows = self.changed_rows(number, places[number], moment)
            for chunk in chunks(rows, ROWS):
                db.session.connection().execute(record, chunk)
                changed.add(self.there[number])
        return changed

    def changed_rows(self, number: int, place: int, moment: datetime) -> Iterator[dict[str, Any]]:
        """Yield the rows of the votes on a statement that its proposal, in the discussion
        ``place``, does not have yet or has otherwise, and count them."""
        reply_id = self.there[number]
        query = select(Vote.user_id, Vote.value, Vote.carried_from_id)
        known = {
            user_id: value if carried is None else ""
            for user_id, value, carried in db.session.execute(
                query.where(Vote.reply_id == reply_id)
            )
        }
        for account, ballot in self.export.store.ballots(number):
            if known.get(account) != VALUES[ballot.value].value:
                self.changed_votes += account in known
                self.new_votes += account not in known
                yield ballot_row(reply_id, account, place, ballot, moment)

    def summary(self) -> Summary:
        """Return what the import found and what of it was new."""
        export, store = self.export, self.export.store
        why = Counter(export.left_out.values())
        votes = store.votes_by_value()
        return Summary(
            len(export.put_at),
            store.number_hidden(),
            store.number_of_people(),
            Counter({VALUES[value].value: number for value, number in votes.items()}),
            export.own,
            {each: (number, export.left_out_votes[each]) for each, number in why.items()},
            len(self.staged),
            self.new_people,
            self.new_votes,
            self.changed_votes,
        )
