"""What is stored of people: what, why, how long, and what ends it. One register says it once.

The page ``/stored`` is made of it, the worker deletes by it, and everything about oneself is
written from it. A table with a column that refers to a person, or holds an address, has its row
here (``tests/test_register.py``); each such column gives rows to the person or says why not.
"""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from ..accounts.sign_ins import IDLE, WHOLE
from ..admin.security_log import forget_old_entries
from ..exports import file_parts
from ..votes.counted_addresses import KEPT as COUNTED_FOR
from ..votes.counted_addresses import forget_addresses
from . import retention
from .stored_data import PersonalTable, StoredData, by

WITH_DISCUSSION = _l("As long as the discussion stands on the site.")
WITH_ACCOUNT = _l("Until you close your account.")


REGISTER: tuple[StoredData, ...] = (
    StoredData(
        _l(
            "Your account: name, e-mail address, a hash of your password, role, language, why your "
            "votes count, whether letters reach you, your seats in bodies."
        ),
        _l("To know you again, to show who wrote what, and to reach you."),
        (
            PersonalTable("users", ("id",), hidden=("password_hash", "name_skeleton")),
            PersonalTable("contacts", ("user_id",), goes=True),
            PersonalTable("moderators", ("user_id",), by("made_by_id"), goes=True),
            PersonalTable("seats", ("user_id",), by("appointed_by_id")),
        ),
        WITH_ACCOUNT,
    ),
    StoredData(
        _l("The names you had before, with their days."),
        _l("So that nobody poses as you or as another; moderators can see them."),
        (PersonalTable("name_changes", ("user_id",), by("by_id"), ("name_skeleton",)),),
        days="NAMES",
        ends=retention.forget_names,
    ),
    StoredData(
        _l("Where you are signed in: a hash of the browser’s key, its kind, the day of last use."),
        _l("To keep you signed in, and to let you end it."),
        (PersonalTable("sign_ins", ("user_id",), hidden=("key_hash",), goes=True),),
        _l("%(idle)s days without use, %(whole)s days in all.", idle=IDLE.days, whole=WHOLE.days),
        ends=retention.forget_sign_ins,
    ),
    StoredData(
        _l("How your account was opened, and wrong passwords: the time and the kind of browser."),
        _l("So that you see whether it was you."),
        (PersonalTable("sign_in_records", ("user_id",), goes=True),),
        days="SIGN_INS",
        ends=retention.forget_sign_in_records,
    ),
    StoredData(
        _l("Codes that were asked for, with the address and what you had typed before."),
        _l("To confirm your address, and to give you back what you typed."),
        (
            PersonalTable(
                "address_codes",
                ("user_id",),
                hidden=("password_hash", "browser_hash", "onward"),
                goes=True,
            ),
            PersonalTable("second_steps", ("user_id",), hidden=("browser_hash",), goes=True),
        ),
        fixed=retention.CODES,
        ends=retention.forget_codes,
    ),
    StoredData(
        _l("That you sign in with an app too, and the hashes of your recovery codes."),
        _l("So that your password alone opens nothing."),
        (
            PersonalTable("second_factors", ("user_id",), hidden=("salt",), goes=True),
            PersonalTable("recovery_codes", ("user_id",), hidden=("code_hash",), goes=True),
        ),
        _l("Until you switch it off, or close your account."),
    ),
    StoredData(
        _l("With which provider you sign in, and what it calls you."),
        _l("To know you again when you come from there."),
        (PersonalTable("provider_links", ("user_id",), goes=True),),
        _l("Until you switch it off, or close your account."),
    ),
    StoredData(
        _l("By what you take part: invitations, what you declared, rooms and rehearsals."),
        _l("To let you in, and to say of whom the votes are."),
        (
            PersonalTable("invitations", ("user_id",), by("by_id"), goes=True),
            PersonalTable("admissions", ("user_id",)),
            PersonalTable("room_places", ("user_id",)),
            PersonalTable("room_votes", ("user_id",)),
            PersonalTable("rehearsers", ("user_id",)),
            PersonalTable("rooms", ("opened_by_id",), hidden=("code",)),
            PersonalTable("rehearsals", ("began_by_id", "opened_by_id"), hidden=("link",)),
        ),
        WITH_DISCUSSION,
    ),
    StoredData(
        _l("A keyed hash of your address in each discussion in which you voted."),
        _l("So that one address counts once there, even after you close your account."),
        (PersonalTable("counted_addresses", ("user_id",), hidden=("mark",)),),
        _l("%(number)s days after the discussion closed.", number=COUNTED_FOR.days),
        ends=forget_addresses,
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
        _l("E-mails that wait, or could not be sent: address and kind, never what they say."),
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
        kept=_l("%(number)s days without use.", number=IDLE.days),
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
