"""A reverse proxy as strangers configure it: it shows an app below a path, and takes the path off each request."""

import http.client
import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

NOT_PASSED_ON = {"connection", "transfer-encoding"}
PIECE = 65_536  # bytes
OUTER = "/outer"
FRAME = '<!doctype html><iframe src="{url}/" style="width: 1240px; height: 860px"></iframe>'


@dataclass
class PrefixProxy:
    """What runs: where the app is shown, and what went wrong.

    Args:
        url: of the app behind the proxy, without a slash at its end.
        other_site: a page of another site that shows the app in a frame, 1240 by 860 pixels.
        lost: (status, path) of each request that was answered with an error; 404 for those beside the prefix.
    """

    url: str
    other_site: str = ""
    lost: list[tuple[int, str]] = field(default_factory=list)


@contextmanager
def proxied(upstream: str, prefix: str) -> Iterator[PrefixProxy]:
    """Show the app at `upstream` below `prefix`, such as "/gan"."""
    proxy = PrefixProxy("")

    class Handler(http.server.BaseHTTPRequestHandler):
        def pass_on(self) -> None:
            if self.path == OUTER:
                self.send_response(200)
                self.send_header("Content-Type", "text/html")
                self.end_headers()
                self.wfile.write(FRAME.format(url=proxy.url).encode())
                return
            if not self.path.startswith(f"{prefix}/"):
                proxy.lost.append((404, self.path))
                self.send_error(404)
                return
            length = int(self.headers.get("content-length") or 0)
            connection = http.client.HTTPConnection(urlsplit(upstream).netloc, timeout=60)
            connection.request(
                self.command, self.path.removeprefix(prefix), self.rfile.read(length), dict(self.headers.items())
            )
            answer = connection.getresponse()
            if answer.status >= 400:
                proxy.lost.append((answer.status, self.path))
            self.send_response(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in NOT_PASSED_ON:
                    self.send_header(name, value)
            self.end_headers()
            try:
                while piece := answer.read1(PIECE):
                    self.wfile.write(piece)
            except OSError:
                pass  # the visitor left
            connection.close()

        do_GET = do_POST = pass_on

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    proxy.url = f"http://127.0.0.1:{server.server_port}{prefix}"
    proxy.other_site = f"http://localhost:{server.server_port}{OUTER}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield proxy
    server.shutdown()
    server.server_close()
