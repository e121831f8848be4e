"""The conventions of the house, as tests: what a review would say twice is said here once."""

from __future__ import annotations

import ast
import gzip
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from jinja2 import nodes
from jinja2.meta import find_referenced_templates
from werkzeug.routing import Rule

from forum.reading import own_parts
from tests.cast import Make
from tests.test_page_cache import BY_TRIGGER, NOTHING_PUBLIC, WALKED

ROOT = Path(__file__).resolve().parent.parent
FORUM = ROOT / "forum"
PARTS = ROOT / "templates" / "parts"
CSS = ROOT / "static" / "css"

LEFT_TO_RIGHT = (
    "mail",
    "accounts",
    "events",
    "drafts",
    "essays",
    "invitations",
    "replies",
    "bodies",
    "deals",
    "rooms",
    "votes",
    "rehearsals",
    "moderation",
    "lookout",
    "search",
    "exports",
    "briefs",
    "answers",
    "reading",
    "feeds",
    "admin",
    "privacy",
    "demo",
)
"""The order of the features: each may import from those to its left and from the kernel."""

OPEN_TO_ALL = {
    "static",
    "assets.style",
    "health.healthz",
    "health.readyz",
    "admin.metrics",
    "settings.logo",
    "settings.colours",
    "settings.own_text",
    "reading.home",
    "reading.proposals",
    "reading.person",
    "accounts.sign_up",
    "accounts.sign_in",
    "accounts.sign_out",
    "reset.ask",
    "reset.asked",
    "reset.choose",
    "unsubscribing.ask",
    "unsubscribing.stop",
    "moderation.log",
    "feeds.site",
    "feeds.proposals",
    "feeds.person",
    "feeds.sitemap",
    "feeds.essays_map",
    "feeds.replies_map",
    "feeds.robots",
    "feeds.security",
    "feeds.decisions",
    "moderation.log_json",
    "bodies.every",
    "ledger.ledger",
    "ledger.as_program_reads",
    "ledger.as_table",
    "ledger.as_days",
    "feeds.ledger",
    "bodies.body",
    "briefs.brief",
    "briefs.every",
    "briefs.file",
    "briefs.comparison",
    "search.search",
    "site.accessibility",
    "site.levers",
    "site.voters",
    "stored.register",
    "codes.code",
    "codes.send",
    "invitations.accepting",
    "provider.back",
    "provider.begin",
    "provider.finish",
    "second_steps.second_step",
    "site.style",
    "site.letter",
    "joining.find",
    "joining.join",
}
"""Views that ask no question of permission, because everyone may do what they do."""

QUESTIONS = re.compile(
    r"\b(require|can_\w+|visible_reply|visible_essay|essay_to_read|shown_essay|published_essay)\("
)

DATA = re.compile(r'<script type="application/ld\+json">{{ \w+\|tojson }}</script>')
"""The one script element that is none: data that browsers do not run, written by tojson alone."""

LONGEST_FILE = 260
LONGEST_TEMPLATE = 110
SCRIPTS = 15 * 1024  # bytes, compressed


def modules() -> Iterator[tuple[Path, ast.Module]]:
    """Yield every module of the forum with its syntax tree."""
    for path in sorted(FORUM.rglob("*.py")):
        yield path, ast.parse(path.read_text(encoding="utf-8"))


def imported(path: Path, tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Yield the forum modules that a module imports when it runs, and where."""
    package = path.relative_to(ROOT).parent.parts
    only_types = {
        id(node)
        for block in ast.walk(tree)
        if isinstance(block, ast.If) and ast.unparse(block.test) == "TYPE_CHECKING"
        for node in ast.walk(block)
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.ImportFrom) or id(node) in only_types:
            continue
        base = package[: len(package) - node.level + 1] if node.level else ()
        parts = (*base, *(node.module or "").split(".")) if node.module else base
        if parts[:1] == ("forum",):
            for name in node.names:
                yield ".".join((*parts, name.name)), node.lineno


def feature_of(dotted: str) -> str:
    """Return the feature that a module belongs to, or nothing for the kernel."""
    part = dotted.split(".")[1] if "." in dotted else ""
    return part if part in LEFT_TO_RIGHT else ""


def test_features_import_only_from_their_left() -> None:
    for path, tree in modules():
        if path == FORUM / "__init__.py" or "migrations" in path.parts:
            continue
        mine = feature_of(".".join(path.relative_to(ROOT).with_suffix("").parts))
        for dotted, line in imported(path, tree):
            theirs = feature_of(dotted)
            if not theirs or theirs == mine:
                continue
            where = f"{path.relative_to(ROOT)}:{line} imports {dotted}"
            kernel_command = path == FORUM / "commands.py"
            assert mine or kernel_command or theirs == "accounts", (
                f"{where}: the kernel knows no feature. Move the code into the feature."
            )
            assert (
                kernel_command
                or not mine
                or LEFT_TO_RIGHT.index(theirs) < LEFT_TO_RIGHT.index(mine)
            ), f"{where}: {theirs} stands to the right of {mine}. Move what both need to the left."
            assert ".views." not in f"{dotted}.", (
                f"{where}: views are not shared between features. Move the shared part to a model "
                "or a file with a name of its own."
            )


def test_models_know_nothing_of_requests_or_permissions() -> None:
    for path, tree in modules():
        if path.name not in {"models.py", "writing.py", "ranking.py", "tallies.py", "listing.py"}:
            continue
        names = {
            f"{node.module}.{name.name}"
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom)
            for name in node.names
        }
        forbidden = {name for name in names if "permissions" in name or name == "flask.request"}
        assert not forbidden, (
            f"{path.relative_to(ROOT)} imports {forbidden}: let the view ask and pass the answer."
        )


ONE_CLICK = "unsubscribing.stop"
"""The one POST without a token of a form: mail programs send it (RFC 8058), by a signed address."""


def rules(app: Flask) -> list[Rule]:
    """Return every route."""
    return sorted(app.url_map.iter_rules(), key=lambda rule: rule.endpoint)


def test_every_view_asks_who_may(shared_app: Flask) -> None:
    for rule in rules(shared_app):
        if rule.endpoint in OPEN_TO_ALL:
            continue
        view = inspect.unwrap(shared_app.view_functions[rule.endpoint])
        assert QUESTIONS.search(inspect.getsource(view)), (
            f"{rule.endpoint} asks no question of permission. Call require(can_…(…)), "
            "or name it in OPEN_TO_ALL with good reason."
        )


def filled(rule: Rule) -> str:
    """Return an address of the route with plausible parts."""
    path = re.sub(r"<any\(([^,)]+)[^>]*>", r"\1", rule.rule)
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda part: "1" if "id" in part[1] else "some-slug", path)


def test_every_post_needs_the_token(shared_app: Flask, make: Make, visit: Any) -> None:
    ada = visit(make.user("Ada", role="admin"))
    posts = [rule for rule in rules(shared_app) if "POST" in (rule.methods or ())]
    assert len(posts) > 10
    for rule in posts:
        if rule.endpoint == ONE_CLICK:
            continue
        answer = ada.client.post(filled(rule), data={"body": "My words."})
        assert answer.status_code == 400, f"{rule.endpoint} takes a POST without a CSRF token."
        assert "My words." in answer.get_data(as_text=True), (
            f"{rule.endpoint} loses what was typed."
        )


def test_no_view_that_changes_things_answers_to_get(shared_app: Flask) -> None:
    for rule in rules(shared_app):
        view = inspect.getsource(inspect.unwrap(shared_app.view_functions[rule.endpoint]))
        if "POST" not in (rule.methods or ()):
            assert "db.session.commit()" not in view, f"{rule.endpoint} writes on GET."


def test_every_route_that_writes_is_in_the_promise_of_the_page_cache(shared_app: Flask) -> None:
    known = {*WALKED, *NOTHING_PUBLIC, *BY_TRIGGER}
    writing = {
        rule.endpoint for rule in shared_app.url_map.iter_rules() if "POST" in (rule.methods or ())
    }
    assert writing - known == set(), (
        f"{sorted(writing - known)} write, and tests/test_page_cache.py knows not. Let pages_for "
        "of its Scene lead to the form and name the route in WALKED; where no public page shows "
        "what it writes, name it in NOTHING_PUBLIC."
    )
    assert known - writing == set(), "tests/test_page_cache.py names routes that are no more."


def test_only_views_and_commands_commit() -> None:
    allowed = {
        "views.py",
        "commands.py",
        "importing.py",
        "loading.py",
        "recounting.py",
        "finishing.py",
        "aftermath.py",
        "replaying.py",
        "opening.py",
        "closing.py",
        "timing.py",
        "pictures.py",
        "bulk.py",
        "indexes_aside.py",
    }
    for path, tree in modules():
        calls = [node for node in ast.walk(tree) if ast.unparse(node) == "db.session.commit()"]
        is_view = path.name.endswith("_views.py") or {"commands", "views"} & set(path.parts)
        assert not calls or is_view or path.name in allowed, (
            f"{path.relative_to(ROOT)} commits: verbs leave that to the view or command."
        )


def test_every_public_thing_says_what_it_means() -> None:
    for path, tree in modules():
        if "migrations" in path.parts and path.name != "__init__.py":
            continue
        assert ast.get_docstring(tree), f"{path.relative_to(ROOT)} has no docstring."
        for node in ast.walk(tree):
            if not isinstance(node, ast.FunctionDef | ast.ClassDef) or node.name.startswith("_"):
                continue
            if isinstance(node, ast.FunctionDef) and is_nested(tree, node):
                continue
            assert ast.get_docstring(node), (
                f"{path.relative_to(ROOT)}:{node.lineno} {node.name} has no docstring."
            )


def is_nested(tree: ast.Module, function: ast.FunctionDef) -> bool:
    """Say whether a function stands inside another."""
    outer = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
    return any(function in ast.walk(node) for node in outer if node is not function)


def test_files_stay_small() -> None:
    for path in FORUM.rglob("*.py"):
        if "migrations" in path.parts:
            continue
        length = len(path.read_text(encoding="utf-8").splitlines())
        assert length <= LONGEST_FILE, (
            f"{path.relative_to(ROOT)} has {length} lines: look for the verb that wants out."
        )
    for path in (ROOT / "templates").rglob("*.html"):
        length = len(path.read_text(encoding="utf-8").splitlines())
        assert length <= LONGEST_TEMPLATE, (
            f"{path.relative_to(ROOT)} has {length} lines: move a part to templates/parts/…."
        )


SAME_IN_EVERY_FEATURE = {
    "__init__",
    "models",
    "forms",
    "views",
    "commands",
    "writer",
    "reader",
    "timing",
    "finding",
}
"""Names of modules that say which question they answer, whatever the feature."""


def test_a_module_name_has_two_meanings_at_most() -> None:
    names: dict[str, list[str]] = {}
    for path in sorted(FORUM.rglob("*.py")):
        if "migrations" not in path.parts and path.stem not in SAME_IN_EVERY_FEATURE:
            names.setdefault(path.stem, []).append(str(path.relative_to(ROOT)))
    often = {name: paths for name, paths in names.items() if len(paths) > 2}
    assert not often, f"Name each file by what it is about, not as others are: {often}"


def test_a_public_class_name_has_one_meaning() -> None:
    names: dict[str, list[str]] = {}
    for path, tree in modules():
        if "migrations" in path.parts:
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                names.setdefault(node.name, []).append(f"{path.relative_to(ROOT)}:{node.lineno}")
    twice = {name: places for name, places in names.items() if len(places) > 1}
    assert not twice, f"Say in each name which one is meant: {twice}"


def test_the_map_of_the_house_is_true() -> None:
    told = set(re.findall(r"^\| `forum/(\w+)/` \|", text_of("CONTRIBUTING.md"), re.MULTILINE))
    there = {path.parent.name for path in FORUM.glob("*/__init__.py")}
    there -= {"migrations", "translations"}
    assert told == there, f"The map in CONTRIBUTING.md differs: {told ^ there}"


SHOWN = re.compile(r"`((?:browser/)?test_\w+)::(\w+)`")
PATH = re.compile(r"`((?:forum|templates|static|tests|docs)/[\w./-]*\w/?)`|\]\(([\w./-]+)\)")


def test_every_path_that_the_documents_name_exists() -> None:
    documents = ["README.md", "SECURITY.md", "CONTRIBUTING.md"]
    documents += [f"docs/{path.name}" for path in sorted((ROOT / "docs").glob("*.md"))]
    for name in documents:
        for named, linked in PATH.findall(text_of(name)):
            path = ROOT / named if named else (ROOT / name).parent / linked
            assert path.exists(), f"{name} names {named or linked}, which is not there."


def test_every_test_that_the_threat_model_names_is_there() -> None:
    for file, name in SHOWN.findall(text_of("docs/threat-model.md")):
        path = ROOT / "tests" / f"{file}.py"
        assert path.exists(), f"There is no {file}."
        there = f"def test_{name}(" in path.read_text(encoding="utf-8")
        assert there, f"{file} has no test_{name}: name the test that shows it now."


def text_of(name: str) -> str:
    """Return a document of the repository."""
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["services.py", "utils.py", "helpers.py", "common.py", "misc.py"])
def test_no_drawer_for_odds_and_ends(name: str) -> None:
    assert not list(FORUM.rglob(name)), f"{name}: name the file by what it is about."


def test_templates_carry_no_inline_script_or_style() -> None:
    for path in (ROOT / "templates").rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        text = DATA.sub("", text)
        found = re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=|javascript:", text)
        assert found is None, f"{path.relative_to(ROOT)} breaks the content security policy."


def test_every_part_is_one_macro_named_as_its_file() -> None:
    parts = sorted(PARTS.rglob("*.html"))
    assert parts
    for path in parts:
        macros = re.findall(r"{%-?\s*macro (\w+)", path.read_text(encoding="utf-8"))
        assert path.stem in macros, f"{path.relative_to(ROOT)} must hold the macro {path.stem}."


def test_every_part_and_style_sheet_stands_with_its_feature_under_a_name_of_its_own() -> None:
    for path in PARTS.rglob("*.html"):
        assert path.parent.parent == PARTS, (
            f"{path.relative_to(ROOT)}: move it to the folder of its feature; see CONTRIBUTING."
        )
    folders = {path.parent.name for path in PARTS.rglob("*.html")}
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    named = re.findall(r"^\| `parts/(\w+)/` \|", text, re.MULTILINE)
    assert sorted(named) == sorted(folders), "CONTRIBUTING names the folders of templates/parts."
    for path in CSS.rglob("*.css"):
        assert path.parent == CSS or (path.parent.parent == CSS and path.parent.name in folders), (
            f"{path.relative_to(ROOT)}: its folder has the name of one in templates/parts."
        )
    for root, kind in ((PARTS, "html"), (CSS, "css")):
        names = [path.name for path in root.rglob(f"*.{kind}")]
        twice = {name for name in names if names.count(name) > 1}
        assert not twice, f"{twice} in two folders of {root.name}: give each a name of its own."


KEEPING = {"kept_site_part", "kept_part_as"}
"""What templates ask for a part that is kept."""

ASKED_ALIKE = {question.part.rpartition("/")[2] for question in own_parts.QUESTIONS}
"""The macros that all get the same, whether they need it or not."""


def kept_parts(tree: nodes.Template) -> Iterator[str]:
    """Yield the places of the parts that a template asks to be kept."""
    for call in tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name in KEEPING:
            named = (each.value for each in call.args if isinstance(each, nodes.Const))
            yield from (name for name in named if isinstance(name, str))


def test_every_template_that_is_named_is_there(shared_app: Flask) -> None:
    environment = shared_app.jinja_env
    there = set(environment.list_templates())
    for path in sorted((ROOT / "templates").rglob("*.*")):
        tree = environment.parse(path.read_text(encoding="utf-8"))
        named = {name for name in find_referenced_templates(tree) if name}
        named |= {f"parts/{part}.html" for part in kept_parts(tree)}
        assert named <= there, f"{path.relative_to(ROOT)} names {named - there}."
    for path, module in modules():
        calls = (node for node in ast.walk(module) if isinstance(node, ast.Call) and node.args)
        named = {
            str(ast.literal_eval(call.args[0]))
            for call in calls
            if ast.unparse(call.func).endswith("render_template")
            and isinstance(call.args[0], ast.Constant)
        }
        assert named <= there, f"{path.relative_to(ROOT)} names {named - there}."


def test_every_macro_uses_what_it_is_given(shared_app: Flask) -> None:
    for path in sorted((ROOT / "templates").rglob("*.html")):
        tree = shared_app.jinja_env.parse(path.read_text(encoding="utf-8"))
        for macro in tree.find_all(nodes.Macro):
            within = nodes.Template([*macro.body, *macro.defaults])
            used = {each.name for each in within.find_all(nodes.Name)}
            unused = {each.name for each in macro.args} - used
            assert not unused or macro.name in ASKED_ALIKE, (
                f"{path.relative_to(ROOT)}: {macro.name} makes no use of {unused}."
            )


def test_style_sheets_stay_in_their_layers() -> None:
    for path in CSS.rglob("*.css"):
        text = path.read_text(encoding="utf-8")
        assert "!important" not in text, f"{path.name} uses !important; let the layers decide."
        assert "@layer" in text, f"{path.name} stands outside the layers."


def test_all_scripts_together_stay_small() -> None:
    scripts = sorted((ROOT / "static" / "js").glob("*.js"))
    size = sum(len(gzip.compress(path.read_bytes(), 5)) for path in scripts)
    assert size <= SCRIPTS, f"The scripts are {size} bytes compressed: see what can go."


def test_the_top_level_is_the_one_agreed() -> None:
    import subprocess

    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode or not listed.stdout:
        pytest.skip("not a git checkout")
    folders = {line.split("/")[0] for line in listed.stdout.splitlines() if "/" in line}
    assert folders <= {"forum", "templates", "static", "instance", "tests", ".ci", "docs"}
