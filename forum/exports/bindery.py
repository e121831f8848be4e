"""The bindery: joins the portions of a long PDF, in a process of its own as the press is.

It is run by its path. It reads from standard input a line of JSON, with the lengths of the portions
and the number of pages of the first, then the portions, and answers with the whole document.

What is joined, in the words of ISO 32000-1: the page tree (7.7.3), the structure tree with its
parent tree and its tree of IDs (14.7), the named destinations (12.3.2.3), and the outline (12.3.3).
What the first portion says of the document (metadata, language, how it is shown) holds for all.

What follows the pages of the first portion are blank ones, to which its links lead: they are left
out, and the names of these destinations have pages of later portions. Each of these begins with the
heading of the chapter that it goes on with, which stands on no page: the first element of its
structure tree and the first item of its outline are left out.
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterable, Iterator
from typing import Any

import pikepdf

PARENT_KEYS = ("/StructParent", "/StructParents")
"""Where an object says under which key the parent tree has the elements it belongs to."""


def bound(portions: Iterable[bytes], pages: int) -> bytes:
    """Return the document that the portions make in their order; the first has so many pages."""
    first, *others = portions
    whole = io.BytesIO()
    with pikepdf.open(io.BytesIO(first)) as book:
        del book.pages[pages:]
        for number, other in enumerate(others, 2):
            with pikepdf.open(io.BytesIO(other)) as portion:
                join(book, portion, number)
        compact = pikepdf.ObjectStreamMode.generate
        book.save(whole, object_stream_mode=compact, deterministic_id=True)
    return whole.getvalue()


def join(book: pikepdf.Pdf, portion: pikepdf.Pdf, number: int) -> None:
    """Put the portion of this number behind what the book holds."""
    tree: Any = book.Root.StructTreeRoot
    before = int(tree.ParentTreeNextKey)
    for found in dictionaries(portion):
        renumber(found, before)
        rename(found, f"{number}-")
    book.pages.extend(portion.pages)
    root: Any = book.copy_foreign(portion.Root)
    join_structure(tree, root.StructTreeRoot, before)
    names = pikepdf.NameTree(book.Root.Names.Dests)
    for name, destination in pikepdf.NameTree(root.Names.Dests).items():
        names[name] = destination
    join_outlines(book.Root.Outlines, root.Outlines)


def dictionaries(portion: pikepdf.Pdf) -> Iterator[Any]:
    """Yield every dictionary that is an object of its own, those of streams among them."""
    for found in portion.objects:
        if isinstance(found, pikepdf.Dictionary | pikepdf.Stream):
            yield found


def renumber(found: Any, before: int) -> None:
    """Move the keys by which a page or an annotation is found in the parent tree."""
    for name in PARENT_KEYS:
        if name in found:
            found[name] += before


def rename(found: Any, prefix: str) -> None:
    """Give an element an ID that no other portion has, and name the headers of a cell by theirs."""
    if found.get("/Type") != pikepdf.Name.StructElem:
        return
    if "/ID" in found:
        found.ID = pikepdf.String(f"{prefix}{found.ID}")
    for attributes in found.get("/A", []):
        if "/Headers" in attributes:
            attributes.Headers = [pikepdf.String(f"{prefix}{name}") for name in attributes.Headers]


def join_structure(tree: Any, other: Any, before: int) -> None:
    """Hang the elements of another structure tree under the document of this one."""
    document = tree.K[0]
    _chapter, *elements = other.K[0].K
    for element in elements:
        element.P = document
        document.K.append(element)
    parents = pikepdf.NumberTree(tree.ParentTree)
    for key, owners in pikepdf.NumberTree(other.ParentTree).items():
        parents[before + key] = owners
    tree.ParentTreeNextKey = before + int(other.ParentTreeNextKey)
    if "/IDTree" in other:
        identified = pikepdf.NameTree(tree.IDTree)
        for element in pikepdf.NameTree(other.IDTree).values():
            identified[str(element.ID)] = element
    for name, role in other.RoleMap.items():
        tree.RoleMap[name] = role


def join_outlines(outline: Any, other: Any) -> None:
    """Go on with the outline: its last chapter has what the first of the other one has."""
    chapter, *chapters = siblings(other.First)
    adopt(outline.Last, list(siblings(chapter.First)))
    adopt(outline, chapters)


def siblings(item: Any) -> Iterator[Any]:
    """Yield an item of an outline and those that follow it at its level."""
    while item is not None:
        yield item
        item = item.get("/Next")


def adopt(parent: Any, items: list[Any]) -> None:
    """Put items of an outline behind those that the parent has.

    ``Count`` is of items to be seen when the parent is open, and below zero while it is closed.
    """
    for item in items:
        item.Parent = parent
        item.Prev, parent.Last.Next = parent.Last, item
        parent.Last = item
        parent.Count += 1 if parent.Count > 0 else -1


def main() -> None:
    """Join the portions on standard input."""
    job = json.loads(sys.stdin.buffer.readline())
    portions = (sys.stdin.buffer.read(length) for length in job["lengths"])
    sys.stdout.buffer.write(bound(portions, job["pages"]))


if __name__ == "__main__":
    main()
