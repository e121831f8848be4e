"""The press: typst in a process of its own, whose memory is given back when the pages are made.

It is run by its path, so that nothing of the forum is loaded beside it. It reads one job from
standard input: a line of JSON, then the data as the source takes it. It answers with a line of
JSON and what was made: an error with its lines, or files with their lengths.
"""

from __future__ import annotations

import json
import sys
from datetime import datetime
from typing import Any

import typst


def press(job: dict[str, Any], data: str) -> list[bytes]:
    """Return the file that a job makes, or its pages where each is one.

    Raises RuntimeError for a source that cannot be set, and TypstError, which is one and says why.

    Where the job has a label, the file is what the source states under it, as JSON.
    """
    options = dict(job["options"])
    if "timestamp" in options:
        options["timestamp"] = datetime.fromisoformat(options["timestamp"])
    compiler = typst.Compiler(
        job["source"] if job["root"] else job["source"].encode(),
        root=job["root"] or None,
        font_paths=typst.Fonts(include_system_fonts=True, font_paths=job["fonts"]),
        sys_inputs={"report": data},
    )
    if job["label"]:
        return [compiler.query(f"<{job['label']}>", field="value").encode()]
    made: Any = compiler.compile(**options)
    return list(made) if isinstance(made, list) else [made]


def main() -> None:
    """Do the job on standard input."""
    job = json.loads(sys.stdin.buffer.readline())
    files: list[bytes] = []
    answer: dict[str, Any] = {}
    try:
        files = press(job, sys.stdin.buffer.read().decode())
        answer["lengths"] = [len(file) for file in files]
    except RuntimeError as error:
        answer |= {"error": str(error), "diagnostic": getattr(error, "diagnostic", "")}
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n")
    sys.stdout.buffer.writelines(files)


if __name__ == "__main__":
    main()
