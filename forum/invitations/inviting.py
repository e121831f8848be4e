"""Inviting addresses, revoking that, and accepting; the letter and its link.

No table knows a link: it is a row's number and the moment of its letter, signed. It works once, for
fourteen days, until the invitation is revoked or the address is invited again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from flask import current_app
from flask_babel import lazy_gettext as _l
from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy import select

from ..accounts.admissions import OpenTo, let_in
from ..accounts.agreements import agree
from ..accounts.contacts import confirm_address
from ..accounts.grounds import VoterGround
from ..accounts.models import EmailTaken, User, add_user, folded_email, user_by_email
from ..accounts.names import a_name
from ..accounts.resetting import SAMPLE
from ..db import db, now, upsert
from ..essays.models import Essay
from ..mail.letters import KINDS, LetterKind
from ..mail.models import Letter, write_letter
from ..web.languages import current_language
from .models import LIFE, Invitation, InvitationState

JUST_NOW = timedelta(minutes=1)


class InvitationOver(ValueError):
    """The invitation was accepted, revoked or written again, or its time is over."""


class OtherAccount(ValueError):
    """The invited address belongs to an account in which the visitor is not signed in."""


def invite(addresses: Iterable[str], essay: Essay | None, by: User) -> int:
    """Invite each address to a discussion, or to the site; return how many letters are written.

    Who was invited already gets another letter, unless they accepted, or were invited just now:
    the form was sent twice, or by two people at once, and of two letters one alone would work.
    """
    wanted = sorted({folded_email(address) for address in addresses})
    if not wanted:
        return 0
    number, moment, language = essay.id if essay else None, now(), language_of(essay)
    rows = [
        {"address": address, "essay_id": number, "by_id": by.id, "made_at": moment}
        for address in wanted
    ]
    made = upsert(Invitation).on_conflict_do_nothing().returning(Invitation.address)
    new = set(db.session.scalars(made, rows))
    query = select(Invitation).where(Invitation.address.in_(wanted), Invitation.essay_id == number)
    written = 0
    for invitation in db.session.scalars(query.order_by(Invitation.address).with_for_update()):
        if invitation.address not in new and not can_write_again(invitation):
            continue
        invitation.made_at, invitation.revoked_at, invitation.by_id = moment, None, by.id
        write_letter("invitation", invitation.address, language, about_id=invitation.id)
        written += 1
    return written


def can_write_again(invitation: Invitation) -> bool:
    """Say whether an address can be sent another letter in place of the one before."""
    if invitation.state is InvitationState.WAITING:
        return invitation.made_at < now() - JUST_NOW
    return invitation.state is not InvitationState.ACCEPTED


def language_of(essay: Essay | None) -> str:
    """Return the language of a letter: the discussion's, where the site speaks it."""
    spoken = current_app.config["LANGUAGES"]
    return essay.language if essay and essay.language in spoken else current_language()


def revoke(invitation: Invitation) -> None:
    """End the link of an invitation that nobody accepted yet; raise InvitationOver otherwise."""
    if invitation.state is not InvitationState.WAITING:
        raise InvitationOver
    invitation.revoked_at = now()


def accept(invitation: Invitation, visitor: User | None, agreed: str = "") -> User:
    """Return who accepts an invitation: the visitor, or an account that is made for its address.

    With an account one agrees to the texts of the signs ``agreed``.
    Raises InvitationOver, or OtherAccount where the address has an account: its owner signs in
    first, for a letter that is passed on is not to open what is theirs.
    """
    if invitation.state is not InvitationState.WAITING:
        raise InvitationOver
    owner = user_by_email(invitation.address)
    if (owner.id if owner else None) != (visitor.id if visitor else None):
        raise OtherAccount
    try:
        user = owner or add_user(a_name(), invitation.address, None, ground=VoterGround.INVITATION)
    except EmailTaken as error:
        raise OtherAccount from error
    if owner is None:
        agree(user.id, agreed)
    confirm_address(user, VoterGround.INVITATION)
    invitation.accepted_at, invitation.user_id = now(), user.id
    if invitation.essay_id is not None:
        let_in(user, invitation.essay_id, OpenTo.INVITED)
    return user


def signer() -> URLSafeSerializer:
    """Return what signs the links of invitations, and nothing else."""
    key = current_app.config["SECRET_KEY"]
    return URLSafeSerializer(
        key, salt="invitation", signer_kwargs={"digest_method": hashlib.sha256}
    )


def token_of(invitation: Invitation) -> str:
    """Return the part of a link by which its holder accepts."""
    return str(signer().dumps([invitation.id, invitation.made_at.timestamp()]))


def invitation_by_token(token: str, lock: bool = False) -> Invitation | None:
    """Return the invitation of a link, its row held if asked; nothing for one that is none."""
    try:
        number, moment = signer().loads(token)
    except (BadData, ValueError, TypeError):
        return None
    query = select(Invitation).where(Invitation.id == number)
    if lock:
        query = query.with_for_update(of=Invitation).execution_options(populate_existing=True)
    found = db.session.scalar(query)
    return found if found is not None and found.made_at.timestamp() == moment else None


def link_for(token: str) -> str:
    """Return the address, as the outside knows it, of the page on which one accepts."""
    return f"{current_app.config['BASE_URL']}/invitations/{token}"


def fill_invitation(letter: Letter) -> dict[str, Any] | None:
    """Return the link and what it is to; nothing where it was revoked or written again."""
    invitation = db.session.get(Invitation, letter.about_id or 0)
    if invitation is None or invitation.state is not InvitationState.WAITING:
        return None
    title = invitation.essay.title if invitation.essay else ""
    days = LIFE.days
    return {"link": link_for(token_of(invitation)), "title": title, "days": days}


def sample_invitation() -> dict[str, Any]:
    """Return a link that opens nothing."""
    return {"link": link_for(SAMPLE), "title": "Who answers for the queue?", "days": LIFE.days}


KINDS["invitation"] = LetterKind(_l("You are invited"), LIFE, fill_invitation, sample_invitation)
