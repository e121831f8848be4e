"""Exit 0 when 127.0.0.1 can be served on the port given; else say in one sentence why not."""

import errno
import socket
import sys

REASONS = {
    errno.EADDRINUSE: "Port {port} is taken: choose another with PORT={other} make run.",
    errno.EACCES: "Port {port} is reserved for the system: choose another with PORT=8000 make run.",
}


def why_not(port: str) -> str | None:
    """Return the sentence that says why the port cannot be used, or None when it can."""
    if not port.isdecimal() or not 0 < int(port) < 2**16:
        return f"PORT must be a number from 1 to 65535, not {port!r}."
    with socket.socket() as probe:
        # As gunicorn does: a port that was closed a moment ago may be used again.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(port)))
        except OSError as error:
            reason = REASONS.get(
                error.errno or 0, f"Port {{port}} cannot be used: {error.strerror}."
            )
            return reason.format(port=port, other=8001 if port != "8001" else 8002)
    return None


sys.exit(why_not(sys.argv[1]))
