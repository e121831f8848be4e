"""A deliberation held with Polis becomes proposals, pseudonyms and votes of one essay.

What an earlier import of the same discussion brought stays as it is: only what is new since is
added, and only votes that were changed since are changed.

An import takes minutes, and others go on writing meanwhile. So it is made in steps, each small
enough for a transaction that nobody waits for; what they add is hidden under a source of its own
until the last step shows it all. What an import cut short left is taken back, by the next at last.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

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
from .polis_rows import (
    STAGED,
    VALUES,
    WHOLE,
    arrivals,
    ballot_row,
    by_number,
    chunks,
    first_version,
    proposal,
    pseudonym,
)
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
    people: dict[int, int] = field(default_factory=dict)
    """Everyone's account, by their number in the export."""
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
        yield from self.add_people()
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

    def add_people(self) -> Iterator[None]:
        """Add pseudonyms for those who have none yet."""
        arrived = arrivals(self.export)
        new = sorted(arrived.keys() - self.accounts().keys())
        yield
        for chunk in chunks(new, ROWS):
            rows = [pseudonym(f"{self.prefix}{each}", each, arrived[each]) for each in chunk]
            bulk_insert(User, rows)
            yield
        accounts = self.accounts()
        self.people, self.new_people = {number: accounts[number] for number in arrived}, len(new)
        yield

    def accounts(self) -> dict[int, int]:
        """Return the essay's pseudonyms by their number."""
        query = select(User.source, User.id)
        mine = query.where(User.source.startswith(self.prefix, autoescape=True))
        return by_number(db.session.execute(mine), self.prefix)

    def add_proposals(self) -> Iterator[None]:
        """Add the statements that are not there yet, for nobody to see."""
        found = self.export.statements
        new = [found[number] for number in sorted(found.keys() - self.there.keys())]
        with progress("Statements", new) as shown:
            rows = [proposal(self.essay, self.people[e.author], self.lever, e) for e in shown]
        for chunk in chunks(rows, PROPOSALS):
            bulk_insert(Reply, chunk)
            yield
        self.staged = imported(self.essay, Reply.id, STAGED)
        yield
        versions = [first_version(self.staged[e.id], row) for e, row in zip(new, rows, strict=True)]
        for versions_chunk in chunks(versions, ROWS):
            bulk_insert(ReplyVersion, versions_chunk)
            yield

    def add_votes(self) -> Iterator[None]:
        """Record the votes on what nobody sees yet."""
        moment = now()
        rows = (
            ballot_row(self.staged[number], self.people[person], self.essay.id, ballot, moment)
            for (number, person), ballot in self.export.ballots.items()
            if number in self.staged
        )
        with progress("Votes", length=len(self.export.ballots)) as bar:
            for chunk in chunks(rows, ROWS):
                bulk_insert(Vote, chunk)
                self.new_votes += len(chunk)
                bar.update(len(chunk))
                yield

    def show(self) -> Summary:
        """Show all that was added, and record what changed on what was there: the last step."""
        hold(self.there.values(), ())
        shown = [n for n in self.staged if not self.export.statements[n].hidden]
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
        places = imported(self.essay, Reply.essay_id)
        query = select(Vote.reply_id, Vote.user_id, Vote.value, Vote.carried_from_id)
        known = {
            (reply_id, user_id): value if carried is None else ""
            for chunk in chunks(sorted(self.there.values()), PROPOSALS)
            for reply_id, user_id, value, carried in db.session.execute(
                query.where(Vote.reply_id.in_(chunk))
            )
        }
        moment, rows = now(), []
        for (number, person), ballot in self.export.ballots.items():
            if number in self.there:
                key = (self.there[number], self.people[person])
                if known.get(key) != VALUES[ballot.value].value:
                    rows.append(ballot_row(*key, places[number], ballot, moment))
        self.changed_votes = sum((row["reply_id"], row["user_id"]) in known for row in rows)
        self.new_votes += len(rows) - self.changed_votes
        vote = upsert(Vote)
        record = vote.on_conflict_do_update(
            index_elements=["reply_id", "user_id"],
            set_={name: vote.excluded[name] for name in ("value", "voted_at", "carried_from_id")},
        )
        for chunk in chunks(rows, ROWS):
            db.session.connection().execute(record, chunk)
        return {row["reply_id"] for row in rows}

    def summary(self) -> Summary:
        """Return what the import found and what of it was new."""
        export = self.export
        why = Counter(export.left_out.values())
        return Summary(
            len(export.statements),
            sum(each.hidden for each in export.statements.values()),
            len(self.people),
            Counter(VALUES[each.value].value for each in export.ballots.values()),
            export.own,
            {each: (number, export.left_out_votes[each]) for each, number in why.items()},
            len(self.staged),
            self.new_people,
            self.new_votes,
            self.changed_votes,
        )
