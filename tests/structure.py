"""The structure of a tagged PDF, walked: every element, mark and key is met once."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pikepdf


class Structure:
    """What a PDF says of itself beside its pages. Making one asserts that all of it fits together.

    ``elements`` are (depth, kind, title, language, stands for) or (depth, page) for marked content;
    ``links`` are (page, where to, words); ``bookmarks`` are (level, title, page, place);
    ``identifiers`` are the IDs of elements.
    """

    def __init__(self, data: bytes) -> None:
        self.elements: list[tuple[Any, ...]] = []
        self.links: list[tuple[Any, ...]] = []
        self.identifiers: dict[str, Any] = {}
        with pikepdf.open(io.BytesIO(data)) as self.pdf:
            self.root: Any = self.pdf.Root
            self.tree: Any = self.root.StructTreeRoot
            self.pages = {page.obj.objgen: at for at, page in enumerate(self.pdf.pages, 1)}
            self._marked: dict[int, dict[int, Any]] = defaultdict(dict)
            self._objects: dict[Any, Any] = {}
            self._headers: set[str] = set()
            for child in children(self.tree):
                self._walk(child, self.tree, None, 0)
            self._meet_pages()
            self._meet_identifiers()
            self.bookmarks = list(self._items(self.root.Outlines, 0))

    def _walk(self, element: Any, parent: Any, page: Any, depth: int) -> None:
        assert element.P.objgen == parent.objgen
        page = element.get("/Pg", page)
        said = (str(element.get(name, "")) for name in ("/S", "/T", "/Lang", "/Alt"))
        self.elements.append((depth, *said))
        if "/ID" in element:
            assert str(element.ID) not in self.identifiers
            self.identifiers[str(element.ID)] = element.objgen
        for attributes in element.get("/A", []):
            self._headers |= {str(name) for name in attributes.get("/Headers", [])}
        for child in children(element):
            if isinstance(child, int):
                self._mark(page, child, element, depth)
            elif child.get("/Type") == "/MCR":
                self._mark(child.Pg, int(child.MCID), element, depth)
            elif child.get("/Type") == "/OBJR":
                assert child.Obj.objgen not in self._objects
                self._objects[child.Obj.objgen] = element.objgen
            else:
                self._walk(child, element, page, depth + 1)

    def _mark(self, page: Any, number: int, element: Any, depth: int) -> None:
        at = self.pages[page.objgen]
        assert number not in self._marked[at]
        self._marked[at][number] = element.objgen
        self.elements.append((depth, at))

    def _meet_pages(self) -> None:
        """Every mark and annotation has its element, in the tree and back by the parent tree."""
        parents = dict(pikepdf.NumberTree(self.tree.ParentTree).items())
        assert list(parents) == sorted(parents)
        assert int(self.tree.ParentTreeNextKey) == max(parents) + 1
        for at, page in enumerate(self.pdf.pages, 1):
            owners = self._marked[at]
            assert marks(page) == set(owners)
            if "/StructParents" in page.obj:
                kept = enumerate(parents.pop(int(page.obj.StructParents)))
                assert {number: owner.objgen for number, owner in kept} == owners
            else:
                assert not owners
            for note in page.obj.get("/Annots", []):
                owner = parents.pop(int(note.StructParent))
                assert owner.objgen == self._objects.pop(note.objgen)
                where = self._place(note.Dest) if "/Dest" in note else str(note.A.URI)
                self.links.append((at, where, str(note.Contents)))
        assert not parents
        assert not self._objects

    def _meet_identifiers(self) -> None:
        assert self._headers <= set(self.identifiers)
        if "/IDTree" in self.tree:
            listed = pikepdf.NameTree(self.tree.IDTree).items()
            assert {name: element.objgen for name, element in listed} == self.identifiers
        else:
            assert not self.identifiers

    def _place(self, destination: Any) -> tuple[Any, ...]:
        if not isinstance(destination, pikepdf.Array):
            destination = pikepdf.NameTree(self.root.Names.Dests)[str(destination)]
        page, _kind, left, top, _zoom = destination
        return self.pages[page.objgen], round(float(left)), round(float(top))

    def _items(self, parent: Any, level: int) -> Iterator[tuple[Any, ...]]:
        item, before, count = parent.First, None, 0
        while item is not None:
            assert item.Parent.objgen == parent.objgen
            assert (before is None) == ("/Prev" not in item)
            assert before is None or item.Prev.objgen == before.objgen
            page, *place = self._place(item.Dest)
            yield level, str(item.Title), page, place
            if "/First" in item:
                yield from self._items(item, level + 1)
            item, before, count = item.get("/Next"), item, count + 1
        assert before is not None
        assert parent.Last.objgen == before.objgen
        assert abs(int(parent.Count)) == count


def children(element: Any) -> list[Any]:
    """Return what an element holds, which may be one thing that is no list."""
    held = element.get("/K", [])
    return list(held) if isinstance(held, pikepdf.Array) else [held]


def marks(page: pikepdf.Page) -> set[int]:
    """Return the numbers of the marked content on a page; each stands there once."""
    properties = (
        step.operands[1]
        for step in pikepdf.parse_content_stream(page)
        if str(step.operator) == "BDC"
    )
    found = [
        int(each.MCID)
        for each in properties
        if isinstance(each, pikepdf.Dictionary) and "/MCID" in each
    ]
    assert len(found) == len(set(found))
    return set(found)
