"""Show the built site on this machine: `make serve`."""

from __future__ import annotations

import argparse
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

from tools.site.build import BUILD


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing about requests."""


def server(port: int) -> ThreadingHTTPServer:
    """A server of the built site, on this machine only."""
    return ThreadingHTTPServer(("127.0.0.1", port), partial(Quiet, directory=BUILD / "html"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split(":")[0])
    parser.add_argument("--port", type=int, default=8000)
    port = parser.parse_args().port
    try:
        site = server(port)
    except OSError as error:
        raise SystemExit(f"port {port}: {error.strerror}; choose another with --port") from None
    with site:
        print(f"http://127.0.0.1:{port}/book/index.html   (Ctrl-C ends it)", flush=True)
        try:
            site.serve_forever()
        except KeyboardInterrupt:
            print()


if __name__ == "__main__":
    main()
