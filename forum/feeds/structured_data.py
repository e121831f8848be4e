"""What a page says of itself to programs that read JSON-LD: schema.org's DiscussionForumPosting.

Only what everyone may read has a posting. The values are plain data; the template writes them with
``tojson``, which leaves no character by which they could end the block they stand in.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import Flask
from markupsafe import Markup

from ..essays.models import Essay
from ..replies.listing import Card
from ..replies.models import Reply
from ..settings.current import site_name
from ..words import html
from .addresses import full_address, full_url

TEXT_LENGTH = 5_000
COMMENTS_MOST = 10

Posting = dict[str, Any]

CONTEXT: Posting = {"@context": "https://schema.org"}


def essay_posting(essay: Essay, cards: Sequence[Card], proposals: int) -> Posting | None:
    """Return the posting of an essay with the proposals on its page; none for a draft."""
    if essay.state == "draft":
        return None
    address = full_url("reading.essay", slug=essay.slug)
    published = essay.opened_at or essay.created_at
    return {
        **CONTEXT,
        **posting("DiscussionForumPosting", address, published, essay.edited_at, essay.language),
        "headline": essay.title,
        "text": essay.summary or essay.prompt,
        "author": {"@type": "Person", "name": essay.byline or site_name()},
        "interactionStatistic": [counted("CommentAction", proposals)],
        "comment": [of_card(card) for card in cards[:COMMENTS_MOST]],
    }


def reply_posting(reply: Reply, comments: Sequence[Reply]) -> Posting | None:
    """Return the posting of a reply with a page of its own; none for one that not all may read."""
    if not is_public(reply) or reply.thread_id is not None:
        return None
    words = Markup(reply.body_html)  # noqa: S704 - made safe when it was stored
    votes = [("LikeAction", reply.support), ("DislikeAction", reply.oppose)]
    return {
        **CONTEXT,
        **of_reply("DiscussionForumPosting", reply),
        "text": html.excerpt(words, TEXT_LENGTH),
        "headline": reply.title or reply.essay.title,
        "isPartOf": full_url("reading.essay", slug=reply.essay.slug),
        "interactionStatistic": [
            counted("CommentAction", reply.comments),
            *(counted(kind, number) for kind, number in votes if reply.is_proposal),
        ],
        "comment": [
            of_reply("Comment", each) for each in comments[:COMMENTS_MOST] if is_public(each)
        ],
    }


def is_public(reply: Reply) -> bool:
    """Say whether everyone may read the reply itself."""
    return reply.status == "visible" and reply.essay.state != "draft"


def of_card(card: Card) -> Posting:
    """Return a proposal in a list as a comment on its essay."""
    address = full_url("reading.reply", reply_id=card.id)
    return {
        **posting("Comment", address, card.created_at, card.edited_at, card.language),
        "name": card.title,
        "text": card.excerpt,
        "author": person(card.author_id, card.author_name),
        "upvoteCount": card.support,
        "downvoteCount": card.oppose,
    }


def of_reply(kind: str, reply: Reply) -> Posting:
    """Return what a posting and a comment have in common."""
    anchor = f"reply-{reply.id}" if reply.thread_id else None
    address = full_url("reading.reply", reply_id=reply.thread_id or reply.id, _anchor=anchor)
    return {
        **posting(kind, address, reply.created_at, reply.edited_at, reply.language),
        "text": reply.excerpt,
        "author": person(reply.author_id, reply.author.name),
    }


def posting(
    kind: str, address: str, published: datetime, changed: datetime | None, language: str
) -> Posting:
    """Return where, when and in which language something was written."""
    return {
        "@type": kind,
        "@id": address,
        "url": address,
        "datePublished": published.isoformat(),
        "dateModified": (changed or published).isoformat(),
        "inLanguage": language,
    }


def person(number: int, name: str) -> Posting:
    """Return who wrote: the name shown, and the page about them."""
    return {"@type": "Person", "name": name, "url": full_url("reading.person", user_id=number)}


def counted(action: str, number: int) -> Posting:
    """Return how often people did something with it."""
    return {
        "@type": "InteractionCounter",
        "interactionType": f"https://schema.org/{action}",
        "userInteractionCount": number,
    }


def init_app(app: Flask) -> None:
    """Offer the postings, and addresses in full, to the templates."""
    app.jinja_env.globals.update(
        essay_posting=essay_posting,
        reply_posting=reply_posting,
        full_address=full_address,
        PROPOSALS_TOLD=COMMENTS_MOST,
    )
