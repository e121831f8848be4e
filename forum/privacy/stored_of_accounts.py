"""What is stored of people's accounts: the first part of the register."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from ..accounts.sign_ins import IDLE, WHOLE
from ..votes.forgetting import KEPT as COUNTED_FOR
from ..votes.forgetting import forget_addresses, forget_networks
from . import retention
from .stored_data import PersonalTable, StoredData, by

WITH_ACCOUNT = _l("Until you close your account.")

OF_ACCOUNTS: tuple[StoredData, ...] = (
    StoredData(
        _l(
            "Your account: name, email address, a hash of your password, role, language, why your "
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
        _l("What you agreed to: which text of the site, in which wording, and on what day."),
        _l("To ask you once for each wording, and to show what you were told."),
        (PersonalTable("agreements", ("user_id",), goes=True),),
        WITH_ACCOUNT,
    ),
    StoredData(
        _l("Where you are signed in: a hash of the browser’s key, its kind, the day of last use."),
        _l("To keep you signed in, and to let you end it."),
        (PersonalTable("sign_ins", ("user_id",), hidden=("key_hash",), goes=True),),
        _l("Days without use: %(idle)s; days in all: %(whole)s.", idle=IDLE.days, whole=WHOLE.days),
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
        _l("A keyed hash of your address in each discussion in which you voted."),
        _l("So that one address counts once there, even after you close your account."),
        (PersonalTable("counted_addresses", ("user_id",), hidden=("mark",)),),
        _l(
            "Until the discussion has been closed for so many days: %(number)s.",
            number=COUNTED_FOR.days,
        ),
        ends=forget_addresses,
    ),
    StoredData(
        _l("A keyed hash of the network from which you voted in each discussion."),
        _l("To see whether many votes came from one place; the key is deleted after 30 days."),
        (PersonalTable("voter_networks", ("user_id",), hidden=("mark",), goes=True),),
        _l(
            "Until the discussion has been closed for so many days: %(number)s.",
            number=COUNTED_FOR.days,
        ),
        ends=forget_networks,
    ),
)
