"""What is stored of people: what, why, how long, and what ends it. One register says it once.

The page ``/stored`` is made of it, the worker deletes by it, and everything about oneself is
written from it. A table with a column that refers to a person, or holds an address, has its row
here (``tests/test_register.py``); each such column gives rows to the person or says why not.
"""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from ..accounts.sign_ins import IDLE
from ..admin.security_log import forget_old_entries
from ..exports import file_parts
from . import retention
from .stored_data import PersonalTable, StoredData, by
from .stored_of_accounts import OF_ACCOUNTS, WITH_ACCOUNT

WITH_DISCUSSION = _l("As long as the discussion stands on the site.")


REGISTER: tuple[StoredData, ...] = (
    *OF_ACCOUNTS,
    StoredData(
        _l("Invitations that nobody accepted: the address, who sent it and when."),
        _l("To let in whoever was invited, and nobody else."),
        (PersonalTable("invitations", ("user_id",), by("by_id"), goes=True),),
        days="INVITATIONS",
        ends=retention.forget_invitations,
    ),
    StoredData(
        _l("Invitations that were accepted: the address, and by which account."),
        _l("To say on what ground people take part."),
        kept=WITH_DISCUSSION,
    ),
    StoredData(
        _l("That you were let into a discussion: by an invitation, or by what you declared."),
        _l("To count the votes of those alone whom it is for, and to say on what ground."),
        (PersonalTable("admissions", ("user_id",)),),
        WITH_DISCUSSION,
    ),
    StoredData(
        _l("That you came to the rehearsal of a discussion, and who held it."),
        _l("To show the draft to whoever was asked to try it."),
        (
            PersonalTable("rehearsers", ("user_id",)),
            PersonalTable("rehearsals", (), by("began_by_id", "opened_by_id")),
        ),
        WITH_DISCUSSION,
    ),
    StoredData(
        _l("Your place in a room: the name you gave, and the votes from it until they count."),
        _l("To count the votes of a workshop once the number of people there is recorded."),
        (
            PersonalTable("room_places", ("user_id",)),
            PersonalTable("room_votes", ("user_id",)),
            PersonalTable("rooms", (), by("opened_by_id"), ("code",)),
        ),
        WITH_DISCUSSION,
    ),
    StoredData(
        _l("What you wrote: proposals and comments, and every version of them."),
        _l("It is the discussion, and everyone can read it."),
        (
            PersonalTable(
                "replies",
                ("author_id",),
                hidden=("body_html", "excerpt", "renderer", "search", "fingerprint", "draw"),
            ),
            PersonalTable("reply_versions", ("by_id",)),
        ),
        _l("As long as the discussion stands; when you close your account, as you say then."),
    ),
    StoredData(
        _l("Your votes, and what you said of answers."),
        _l("To count each person once, and to let you change your mind. Nobody is shown them."),
        (
            PersonalTable("votes", ("user_id",)),
            PersonalTable("answer_verdicts", ("user_id",)),
            PersonalTable("essay_people", ("user_id",)),
        ),
        _l("As long as the discussion stands on the site; without your name when you have left."),
    ),
    StoredData(
        _l("That votes of yours are set aside, what you said against it, and the answer."),
        _l("To count nobody twice, to tell you, and to put your votes back where that was wrong."),
        (
            PersonalTable("aside_people", ("user_id",), by("answered_by_id")),
            PersonalTable("votes_aside", ("user_id",)),
        ),
        WITH_DISCUSSION,
    ),
    StoredData(
        _l("Drafts of what you have not sent yet."),
        _l("So that nothing is lost when a page closes."),
        (PersonalTable("drafts", ("user_id",), goes=True),),
        days="DRAFTS",
        ends=retention.forget_drafts,
    ),
    StoredData(
        _l("What you follow, and how you want to be told."),
        _l("To tell you what you asked to be told, and nothing else."),
        (
            PersonalTable("follows", ("user_id",), goes=True),
            PersonalTable("preferences", ("user_id",), goes=True),
        ),
        WITH_ACCOUNT,
    ),
    StoredData(
        _l("Notices of what happened: until so many days after you read them."),
        _l("To show you what is new."),
        (
            PersonalTable("notices", ("user_id",), goes=True),
            PersonalTable("events", ("by_id",), hidden=("audience_part", "audience_user", "told")),
        ),
        days="NOTICES",
        ends=retention.forget_notices,
    ),
    StoredData(
        _l("Emails that wait, or could not be sent: address and kind, never what they say."),
        _l("To send them, and to see why one did not arrive."),
        (
            PersonalTable("letters", ("user_id",), goes=True),
            PersonalTable("dead_letters", ("user_id",), goes=True),
        ),
        days="LETTERS",
        ends=retention.forget_dead_letters,
    ),
    StoredData(
        _l("Your reports of what others wrote."),
        _l("To have moderators look, and to tell you what came of it."),
        (PersonalTable("reports", ("reporter_id",)),),
        WITH_DISCUSSION,
    ),
    StoredData(
        _l("What moderators did and why: to you, to what you wrote, and what you did as one."),
        _l("To account for it in public, and to undo it."),
        (
            PersonalTable(
                "actions", ("user_id", "by_id"), hidden=("private_note", "by_name", "by_id")
            ),
            PersonalTable("reviews", (), by("held_by_id")),
            PersonalTable(
                "asides",
                ("proposed_by_id", "decided_by_id"),
                hidden=("proposed_by_id", "decided_by_id"),
            ),
            PersonalTable("duplicate_dismissals", ("by_id",)),
        ),
        WITH_DISCUSSION,
    ),
    StoredData(
        _l("What you did in a role or for a body: essays, deals, briefs, answers, settings."),
        _l("To account for it, and to show who published what."),
        (
            PersonalTable("essays", ("created_by_id",), hidden=("body_html", "search", "renderer")),
            PersonalTable("essay_editions", ("by_id",)),
            PersonalTable("essay_events", ("by_id",)),
            PersonalTable("deals", ("by_id",)),
            PersonalTable("shortlists", ("created_by_id",), hidden=("fingerprint",)),
            PersonalTable("shortlist_items", ("picked_by_id", "removed_by_id")),
            PersonalTable("shortlist_quotes", ("picked_by_id",)),
            PersonalTable("brief_drafts", ("created_by_id",), hidden=("fingerprint",)),
            PersonalTable("briefs", ("published_by_id",), hidden=("rows", "html", "provenance")),
            PersonalTable("answer_editions", ("by_id", "drafted_by_id")),
            PersonalTable("answer_drafts", ("by_id",)),
            PersonalTable("handovers", ("by_id",)),
            PersonalTable("promise_steps", ("by_id",)),
            PersonalTable("raised_questions", ("by_id",)),
            PersonalTable("setting_changes", ("by_id",)),
            PersonalTable("erasures", ("by_id",)),
        ),
        WITH_DISCUSSION,
    ),
    StoredData(
        _l("Which lists you took out of the site as files, and when."),
        _l("To know who holds a copy of what."),
        (PersonalTable("exports", ("by_id",)),),
        days="EXPORTS",
        ends=retention.forget_exports,
    ),
    StoredData(
        _l("Files that were made in the background, to be fetched."),
        _l("To give them to whoever asked."),
        fixed=file_parts.KEPT,
        ends=file_parts.clear_out,
    ),
    StoredData(
        _l("A log of security: sign-ins, wrong passwords, refusals, changes of role; no address."),
        _l("To notice and to explain an attack."),
        (PersonalTable("security_events", ("person_id",), by("by_id")),),
        days="SECURITY_LOG",
        ends=forget_old_entries,
    ),
    StoredData(
        _l("Limits: how often something was done from a network or by an account."),
        _l("So that nobody floods the site or guesses passwords."),
        kept=_l("In memory, for a day at most."),
    ),
    StoredData(
        _l("Cookies: for being signed in or what you pressed, your language, your theme."),
        _l("So that the site works as you left it. None is anybody else’s."),
        kept=_l("Days without use: %(number)s.", number=IDLE.days),
    ),
    StoredData(
        _l("Backups of all of this."),
        _l("To bring the site back after a loss. What was erased since is erased again."),
        kept=_l("As long as those who run the site say."),
    ),
)
"""Everything, in the order of the page."""


def tables() -> dict[str, PersonalTable]:
    """Return what the register says of each table."""
    return {table.name: table for data in REGISTER for table in data.tables}
