"""Both languages: every string is translated, no page mixes them, and the French reads right."""

from __future__ import annotations

import ast
import re
import shlex
from collections.abc import Callable, Iterator
from contextlib import chdir
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.frontend import CommandLineInterface
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from flask import Flask, url_for
from flask.testing import FlaskClient
from flask_babel import force_locale, ngettext
from jinja2 import Environment, nodes

from forum.accounts.models import User
from forum.accounts.resetting import token_for
from forum.db import db
from forum.mail.letters import KINDS, words_of
from tests.cast import Make

ROOT = Path(__file__).resolve().parent.parent
CATALOGUES = ROOT / "forum" / "translations"
FRENCH = CATALOGUES / "fr" / "LC_MESSAGES" / "messages.po"
TEMPLATES = sorted(
    [*(ROOT / "templates").rglob("*.*ml"), *(ROOT / "templates" / "mail").glob("*.txt")]
)
MODULES = sorted((ROOT / "forum").rglob("*.py"))

GETTEXT = {
    "_",
    "_l",
    "gettext",
    "lazy_gettext",
    "ngettext",
    "lazy_ngettext",
    "_n",
    "_ln",
    "pgettext",
    "lazy_pgettext",
}
SAME_IN_BOTH = ("Circle Back", "English", "Français", "Markdown", "CSV", "JSON", "https://")
SHOWN = ("title", "aria-label", "placeholder", "alt", "data-label", "data-words", "data-failed")
"""Attributes that a reader sees or hears; one by the style sheet, the last two by a script."""

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")
NO_BREAK, NARROW = "\u00a0", "\u202f"


def where(path: Path) -> str:
    """Return a path as a message names it."""
    return str(path.relative_to(ROOT))


def strings(message: Message) -> tuple[str, ...]:
    """Return the translation of a message: one text, or one for each plural form."""
    forms = message.string or ""
    return (forms,) if isinstance(forms, str) else tuple(forms)


def originals(message: Message) -> tuple[str, ...]:
    """Return the English of a message: one text, or the singular and the plural."""
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def said(catalogue: Catalog) -> dict[tuple[Any, str | None], tuple[str, ...]]:
    """Return every translation by its English and its context."""
    return {(originals(m), context_of(m)): strings(m) for m in catalogue if m.id}


def context_of(message: Message) -> str | None:
    """Return what tells two senses of one text apart; a compiled catalogue has it as bytes."""
    context: str | bytes | None = message.context
    return context.decode() if isinstance(context, bytes) else context


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """Every string of code and templates, collected as ``make translations`` collects them."""
    template = tmp_path_factory.mktemp("strings") / "messages.pot"
    script = (ROOT / ".ci" / "translations").read_text(encoding="utf-8").replace("\\\n", " ")
    line = next(line for line in script.splitlines() if line.startswith("babel extract"))
    known = {"$catalogues/babel.cfg": str(CATALOGUES / "babel.cfg"), "$template": str(template)}
    words = [known.get(word, word) for word in shlex.split(line)[1:]]
    with chdir(ROOT):
        CommandLineInterface().run(["pybabel", "--quiet", *words])  # type: ignore[no-untyped-call]
    with template.open("rb") as file:
        return read_po(file)


@pytest.fixture(scope="module")
def french() -> Catalog:
    """The French catalogue."""
    with FRENCH.open("rb") as file:
        return read_po(file, locale="fr")


# The catalogue is whole


def test_every_string_is_translated(collected: Catalog, french: Catalog) -> None:
    translated = said(french)
    missing = [key[0][0] for key in said(collected) if not all(translated.get(key, [""]))]
    assert not missing, f"Not in French yet: {missing}. Run make translations, then translate."


def test_nothing_in_the_catalogue_is_doubtful_or_left_over(
    collected: Catalog, french: Catalog
) -> None:
    doubtful = [message.id for message in french if message.id and message.fuzzy]
    left = [key[0][0] for key in said(french).keys() - said(collected).keys()]
    left += [str(name) for name in french.obsolete]
    assert not doubtful, f"Look at these again and take their fuzzy mark off: {doubtful}."
    assert not left, f"Nothing says these any more, take them out of {where(FRENCH)}: {left}."


def test_the_compiled_catalogue_is_up_to_date(french: Catalog) -> None:
    with FRENCH.with_suffix(".mo").open("rb") as file:
        compiled = read_mo(file)
    assert said(compiled) == said(french), "Run make translations: messages.mo is out of date."


def test_no_string_hides_where_it_is_not_collected() -> None:
    for path in MODULES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for call in calls(tree):
            if name_of(call) in GETTEXT:
                literal = isinstance(call.args[0], ast.Constant)
                assert literal, f"{where(path)}:{call.lineno}: only a literal is collected."
        for text in (node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)):
            hidden = [call for call in calls(text) if name_of(call) in GETTEXT]
            assert not hidden, f"{where(path)}:{text.lineno}: f-strings are not searched."


# Nothing visible stands outside the catalogue


class Visible(HTMLParser):
    """Gathers what a reader sees or hears of a page, with its line; not the names of keys, nor a
    field whose words are in another language, and say so."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, int]] = []
        self.in_key = self.is_foreign = False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take the attributes that are shown or read out."""
        given = dict(attrs)
        self.in_key = tag == "kbd"
        foreign = tag in {"select", "textarea"} and given.get("lang") == "en"
        self.is_foreign = self.is_foreign or foreign
        names = [*SHOWN, "value"] if given.get("type") in {"submit", "button"} else [*SHOWN]
        if tag == "meta" and given.get("name") == "description":
            names.append("content")
        for name in names:
            self.handle_data(given.get(name) or "")

    def handle_endtag(self, tag: str) -> None:
        """Leave the name of a key."""
        self.in_key = self.in_key and tag != "kbd"
        self.is_foreign = self.is_foreign and tag not in {"select", "textarea"}

    def handle_data(self, data: str) -> None:
        """Take a run of text."""
        if (text := data.strip()) and not self.in_key and not self.is_foreign:
            self.found.append((text, self.getpos()[0]))


def is_words(text: str) -> bool:
    """Say whether a text says something that another language would say differently."""
    text = re.sub(r'[\w-]+="[^"]*"', "", text)
    for name in SAME_IN_BOTH:
        text = text.replace(name, "")
    return any(map(str.isalpha, text))


@pytest.mark.parametrize("path", TEMPLATES, ids=where)
def test_no_text_of_a_template_stands_outside_gettext(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    tokens = Environment().lex(source)  # noqa: S701
    plain = "".join(text if kind == "data" else "\n" * text.count("\n") for _, kind, text in tokens)
    for text, line in Visible(plain).found:
        assert not is_words(text), f"{where(path)}:{line}: put {text!r} into _(…)."


@pytest.mark.parametrize("path", TEMPLATES, ids=where)
def test_no_expression_of_a_template_says_a_literal(path: Path) -> None:
    tree = Environment().parse(path.read_text(encoding="utf-8"))  # noqa: S701
    translated = {
        id(word)
        for call in tree.find_all(nodes.Call)
        if isinstance(call.node, nodes.Name) and call.node.name in GETTEXT
        for word in call.find_all(nodes.Const)
    }
    compared = {id(c) for test in tree.find_all(nodes.Compare) for c in test.find_all(nodes.Const)}
    for word in tree.find_all(nodes.Const):
        if id(word) in translated | compared or not isinstance(word.value, str):
            continue
        speaks = re.search(r"^[A-Z][a-z]|[A-Za-z] [a-z]", word.value)
        assert not speaks or not is_words(word.value), (
            f"{where(path)}:{word.lineno}: put {word.value!r} into _(…)."
        )


def calls(tree: ast.AST) -> Iterator[ast.Call]:
    """Yield every call in a tree."""
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def name_of(call: ast.Call) -> str:
    """Return the name of what is called, without what it belongs to."""
    return ast.unparse(call.func).rpartition(".")[2]


def told(call: ast.Call) -> Iterator[ast.expr]:
    """Yield the arguments of a call that a reader will see."""
    name = name_of(call)
    if name in {"flash", "ValidationError", "StopValidation", "BadText", "TooComplex", "required"}:
        yield from call.args[:1]
    if re.fullmatch(r"\w+Field", name) or name in {"Line", "Name", "Words", "Choice"}:
        yield from call.args[:1]
    if name == "Answer":
        yield from call.args[1:2]
    shown = {"description", "hint", "message", "said", "why"}
    yield from (given.value for given in call.keywords if given.arg in shown)


@pytest.mark.parametrize("path", MODULES, ids=where)
def test_no_sentence_of_the_code_stands_outside_gettext(path: Path) -> None:
    for call in calls(ast.parse(path.read_text(encoding="utf-8"))):
        for words in told(call):
            bare = isinstance(words, ast.JoinedStr) or (
                isinstance(words, ast.Constant) and isinstance(words.value, str) and words.value
            )
            assert not bare, f"{where(path)}:{words.lineno}: put {ast.unparse(words)} into _(…)."


def test_no_script_says_a_literal() -> None:
    for path in (ROOT / "static" / "js").rglob("*.js"):
        found = re.search(r"[\"'`][A-Z][a-z]+ [a-z][^\"'`]*[\"'`]", path.read_text("utf-8"))
        assert found is None, f"{where(path)}: let the page carry {found[0]}, translated."


# Pages speak French


@pytest.fixture
def site(app: Flask, make: Make) -> dict[str, Any]:
    """A filled site: discussions in every state, votes, comments, a report, a hidden reply."""
    ben, cam = make.user("Ben"), make.user("Cam")
    essay, over = make.essay(byline="Ada", summary="On queues."), make.essay("Over", "closed")
    make.essay("Not yet", "draft")
    first = make.proposal(essay, ben, support=3, oppose=1, neutral=1, trade_off="speed or care")
    make.proposal(essay, lever="market", ambition="replaces", oppose=2)
    make.proposal(over, lever="regulatory", jurisdiction="indigenous")
    make.proposal(essay, status="hidden")
    comment = make.comment(first, cam, stance="question")
    make.comment(comment, ben, stance=None)
    make.comment(essay, cam)
    make.report(first, cam)
    return {"essay": essay, "over": over, "first": first, "comment": comment, "ben": ben}


def addresses(app: Flask, site: dict[str, Any]) -> Iterator[str]:
    """Yield the address of every page that an essay, a reply and a person are enough for."""
    known = {"slug": site["essay"].slug, "reply_id": site["first"].id, "user_id": site["ben"].id}
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            if "GET" in (rule.methods or ()) and rule.arguments <= known.keys():
                yield url_for(rule.endpoint, **{name: known[name] for name in rule.arguments})
        yield url_for("reading.essay", slug=site["over"].slug)
        yield url_for("reading.essay", slug=site["essay"].slug, q="nothing-like-it")
        yield url_for("reading.reply", reply_id=site["comment"].id)
        yield url_for("reset.choose", token=token_for(db.session.get_one(User, site["ben"].id)))
        yield url_for("reset.choose", token="nonsense")
        yield url_for("reading.proposals", lever="market", sort="contested")
        yield url_for("reading.proposals", lever="nonsense", after="nonsense")
    yield "/nowhere"


def english(page: str, catalogue: Catalog) -> list[str]:
    """Return the interface's English that stands on a French page."""
    runs = [text for text, _line in Visible(page).found]
    whole = {run.strip(" .,:;–·") for run in runs}
    everything = "\n".join(runs)
    known = said(catalogue)
    words = {text.casefold() for theirs in known.values() for text in theirs}
    found = []
    for ours, theirs in known.items():
        french = " ".join(theirs).casefold()
        for part in {part.strip(" .,:;") for text in ours[0] for part in PLACEHOLDER.split(text)}:
            is_sentence = part.count(" ") > 1
            if part.casefold() in words or part.casefold() in french or not is_words(part):
                continue
            if part in whole or (is_sentence and part in everything):
                found.append(part)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("who", ["Ada", "a stranger", "Ben"])
def test_pages_in_french_hold_no_english(
    app: Flask,
    site: dict[str, Any],
    make: Make,
    visit: Callable[..., Any],
    french: Catalog,
    who: str,
) -> None:
    people = {"Ben": site["ben"], "Ada": make.user("Ada", role="admin")}
    visitor = visit(people.get(who))
    visitor.get("/?lang=fr")
    for address in list(addresses(app, site)):
        answer = visitor.get(address, follow_redirects=True)
        if answer.mimetype != "text/html":
            continue
        page = answer.get_data(as_text=True)
        assert '<html lang="fr">' in page or "<html" not in page, address
        assert not english(page, french), f"{address} says {english(page, french)} in English."


@pytest.mark.parametrize("name", sorted(KINDS))
def test_letters_in_french_hold_no_english(
    app: Flask, french: Catalog, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setitem(app.config, "SECURITY_CONTACT", "mailto:safe@example.org")
    with app.app_context():
        words = words_of(name, "fr", KINDS[name].sample())
    for said in (words.subject, words.text, words.html):
        assert not english(said, french), f"The letter says {english(said, french)} in English."


def test_refusals_in_french_hold_no_english(
    site: dict[str, Any], make: Make, visit: Callable[..., Any], french: Catalog
) -> None:
    essay, first = f"/essays/{site['essay'].slug}", f"/replies/{site['first'].id}"
    visitor = visit(make.user("Ada", role="admin"))
    visitor.get("/?lang=fr")
    for address, typed in [
        (f"{essay}/reply", {"lever": "policy", "evidence": "no address"}),
        (f"{first}/comment", {"body": ""}),
        (f"{first}/report", {"reason": "nonsense"}),
        (f"{first}/vote", {"value": "nonsense"}),
        (f"/moderation/{site['first'].id}/hide", {}),
        ("/essays/new", {"title": "A" * 500, "first_published": "soon", "language": "xx"}),
        ("/account", {"name": "A\u0430"}),
        ("/reset", {"email": "no address"}),
    ]:
        answer = visitor.post(address, typed)
        page = answer.get_data(as_text=True)
        assert answer.status_code == 422, address
        assert not english(page, french), f"{address} says {english(page, french)} in English."
        assert not re.search(r"Not a valid|This field|Invalid", page), address


def test_the_check_for_english_sees_it(french: Catalog) -> None:
    page = '<p>Circle Back</p><p>, by <bdi>Ada</bdi></p><a title="Your vote">Voter</a>'
    assert set(english(page, french)) == {"by", "Your vote"}


# The language is chosen


def language_of(answer: Any) -> str:
    """Return the language that a page says it is in."""
    found = re.search(r'<html lang="([^"]*)"', answer.get_data(as_text=True))
    return found[1] if found else ""


@pytest.mark.parametrize(
    ("wish", "language"),
    [
        ("fr-CA,fr;q=0.9,en;q=0.8", "fr"),
        ("fr", "fr"),
        ("en-CA", "en"),
        ("de, fr;q=0.5", "fr"),
        ("de", "en"),
        ("*", "en"),
        ("", "en"),
        ("nonsense;;q=x", "en"),
    ],
)
def test_the_browser_chooses_the_language(client: FlaskClient, wish: str, language: str) -> None:
    answer = client.get("/", headers={"Accept-Language": wish})
    assert language_of(answer) == language


def test_the_address_chooses_and_a_cookie_remembers(client: FlaskClient) -> None:
    answer = client.get("/?lang=fr", headers={"Accept-Language": "en"})
    assert language_of(answer) == "fr"
    assert "language=fr;" in answer.headers["Set-Cookie"]
    assert language_of(client.get("/sign-in", headers={"Accept-Language": "en"})) == "fr"
    assert language_of(client.get("/sign-in?lang=en")) == "en"
    assert language_of(client.get("/", headers={"Accept-Language": "fr"})) == "en"


def test_a_refused_form_leaves_the_ways_to_other_languages_as_they_were(
    client: FlaskClient,
) -> None:
    assert client.post("/sign-in", data={"email": "nobody"}).status_code == 400
    assert 'href="/sign-in?lang=fr"' in client.get("/sign-in").get_data(as_text=True)


def test_an_unknown_language_is_ignored(client: FlaskClient) -> None:
    for wish in ("xx", "", "fr_FR.UTF-8", "../fr"):
        answer = client.get("/", query_string={"lang": wish}, headers={"Accept-Language": "fr"})
        assert language_of(answer) == "fr"
        assert "Set-Cookie" not in answer.headers


def test_changing_the_language_keeps_the_filter(make: Make, client: FlaskClient) -> None:
    essay = make.essay()
    make.proposal(essay, title="Publish the queue")
    make.proposal(essay, lever="market", title="Buy by the month")
    chosen = {"lever": ["market"], "sort": ["newest"], "q": ["month"]}
    address = f"/essays/{essay.slug}?lever=market&sort=newest&q=month"
    page = client.get(address).get_data(as_text=True)
    link = re.search(r'href="([^"]*)" hreflang="fr"', page)
    assert link is not None
    other = link[1].replace("&amp;", "&")
    assert parse_qs(urlsplit(other).query) == {**chosen, "lang": ["fr"]}
    page = client.get(other).get_data(as_text=True)
    assert "1 sur 2 propositions" in page
    assert "Buy by the month" in page
    assert "Publish the queue" not in page


# The French reads right


def pairs(catalogue: Catalog) -> Iterator[tuple[str, str]]:
    """Yield every English text with its French, form by form."""
    for (ours, _context), theirs in said(catalogue).items():
        yield from zip(ours, theirs, strict=True)


def test_placeholders_agree(french: Catalog) -> None:
    for message in french:
        expected = set(PLACEHOLDER.findall(originals(message)[-1]))
        found = [set(PLACEHOLDER.findall(text)) for text in strings(message)]
        assert found[-1] == expected, f"{message.string!r} fills in other words."
        assert found[0] <= expected, f"{message.string!r} fills in other words."
        assert not list(message.check(french)), f"{message.id!r} would break when filled in."


RULES = {
    "a no-break space stands before : » and %": rf"[^{NO_BREAK}\d%]:(?!//)|[^{NO_BREAK}]»|\d ?%",
    "a no-break space stands after «": f"«[^{NO_BREAK}]",
    "a narrow no-break space stands before ; ? !": rf"[^{NARROW}][;?!]",
    "the apostrophe is ’": r"'",
    "quotation marks are « »": r"[“”\"]",
    "an ellipsis is one character": r"\.\.\.",
    "one space is enough": r"\s\s|^\s|\s$",
    "capital letters keep their accents": r"\b(A|Etat|Ecri\w+|Edit\w+|Evit\w+)\b",
    "people are addressed as vous": r"\b(tu|te|toi|ton|ta|tes|t’\w+)\b",
}
"""What French typography forbids, by the rule that is broken."""


@pytest.mark.parametrize("rule", RULES)
def test_french_typography(french: Catalog, rule: str) -> None:
    for _original, translated in pairs(french):
        text = PLACEHOLDER.sub("x", translated)
        found = re.search(RULES[rule], text, re.IGNORECASE if "vous" in rule else 0)
        assert found is None, f"{translated!r}: {rule} (near {found[0]!r})."


TERMS = {
    "evidence is « données probantes » or « sources »": r"\bpreuves?\b",
    "a trade-off is « un dilemme »": r"\bcompromis\b",
    "a share of support is « un taux d’appui »": r"\bparts? (probable )?d’appui|taux d’appuis\b",
    "the log is « le registre »": r"\bjournal\b",
    "nobody is taken to be a man": (
        r"\b(les?|des?|aux?) (modérateurs?|lecteurs?(?! d’écran))\b|\bvotants?\b|\bl’auteur\b"
    ),
    "no article follows an elision": r"’(la|le|les)\b",
}
"""What the catalogue calls otherwise, by the term that it keeps to."""


@pytest.mark.parametrize("term", TERMS)
def test_one_term_stands_for_each_meaning(french: Catalog, term: str) -> None:
    for _original, translated in pairs(french):
        found = re.search(TERMS[term], translated, re.IGNORECASE)
        assert found is None, f"{translated!r}: {term} (near {found[0]!r})."


def test_sentences_end_as_their_originals(french: Catalog) -> None:
    for original, translated in pairs(french):
        ends = [text[-1:] if text[-1:] in ".:?!" else "" for text in (original, translated)]
        assert ends[0] == ends[1], f"{translated!r} does not end as {original!r} does."


def test_plural_forms(app: Flask, french: Catalog) -> None:
    assert (french.num_plurals, french.plural_expr) == (2, "(n > 1)")
    for message in french:
        assert len(strings(message)) == len(originals(message)), message.id
    with app.test_request_context(), force_locale("fr"):
        words = [ngettext("%(num)s comment", "%(num)s comments", number) for number in (0, 1, 2)]
    assert words == ["0 commentaire", "1 commentaire", "2 commentaires"]


def test_a_text_in_another_language_says_so(make: Make, client: FlaskClient) -> None:
    ours, theirs = make.essay("Ask once"), make.essay("Demander une fois", language="fr")
    for essay, language, tag in [(theirs, "en", "in French"), (ours, "fr", "en anglais")]:
        for address in (f"/essays/{essay.slug}", "/"):
            page = client.get(f"{address}?lang={language}").get_data(as_text=True)
            assert page.count(f'<span class="spoken-in">{tag}</span>') == 1, address


def test_dates_and_numbers_read_as_french(app: Flask) -> None:
    say = app.jinja_env.filters
    then = datetime.now(UTC) - timedelta(days=3)
    with app.test_request_context(), force_locale("fr"):
        assert say["day"](date(2026, 3, 14)) == f"14{NO_BREAK}mars 2026"
        assert say["percent"](0.834) == f"83{NO_BREAK}%"
        assert say["number"](12345) == f"12{NO_BREAK}345"
        assert say["score"](0.83) == "0,830"
        assert say["ago"](then) == "il y a 3 jours"
    with app.test_request_context(), force_locale("en"):
        assert say["day"](date(2026, 3, 14)) == f"March{NO_BREAK}14, 2026"
        assert say["score"](0.83) == "0.830"
        assert say["ago"](then) == "3 days ago"
