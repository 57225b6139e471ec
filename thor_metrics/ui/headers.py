"""What every answer of the server carries: security headers and Dutch as its language."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["SecurityHeaders", "content_policy"]

_ALWAYS: Final = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def content_policy(*tiles: str) -> str:
    """Say what a page may load: our own files, and map tiles from the hosts given.

    Parameters
    ----------
    *tiles : str
        Addresses of tile services; only their host counts. Empty ones are skipped.

    Notes
    -----
    Charts and maps turn their description into functions in the browser and run workers from
    memory, hence ``unsafe-eval`` and ``blob:``.
    """
    hosts = {f"{part.scheme}://{part.netloc}" for part in map(urlsplit, tiles) if part.netloc}
    known = " ".join(sorted(hosts))
    rules = {
        "default-src": "'self'",
        "script-src": "'self' 'unsafe-inline' 'unsafe-eval' blob:",
        "style-src": "'self' 'unsafe-inline'",
        "img-src": f"'self' data: blob: {known}".strip(),
        "font-src": "'self' data:",
        "connect-src": f"'self' ws: wss: data: blob: {known}".strip(),
        "worker-src": "'self' blob:",
        "object-src": "'none'",
        "base-uri": "'self'",
        "form-action": "'self'",
        "frame-ancestors": "'self'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


class SecurityHeaders:
    """ASGI middleware: adds the headers, and makes the page's language Dutch.

    Parameters
    ----------
    app : ASGI app
    tiles : tuple of str
        Addresses of tile services the map may use.
    """

    def __init__(self, app: ASGIApp, *, tiles: tuple[str, ...] = ()) -> None:
        self._app = app
        self._headers = _ALWAYS | {"Content-Security-Policy": content_policy(*tiles)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on and dress its answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answer = _Answer(send, self._headers)
        await self._app(_as_plain_text(scope), receive, answer.send)


def _as_plain_text(scope: Scope) -> Scope:
    """Ask for pages uncompressed, so that their language can be set; they are 2 kB."""
    headers = dict(scope["headers"])
    if b"text/html" not in headers.get(b"accept", b""):
        return scope
    kept = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
    return {**scope, "headers": kept}


class _Answer:
    """One answer on its way out; an HTML page is held until it is complete."""

    def __init__(self, send: Send, headers: dict[str, str]) -> None:
        self._send = send
        self._headers = headers
        self._start: Message | None = None
        self._body = b""

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in self._headers.items():
                headers[name] = value
            if "text/html" in headers.get("content-type", "") and message["status"] == 200:
                self._start = message
                return
            await self._send(message)
        elif self._start is not None:
            await self._page(message)
        else:
            await self._send(message)

    async def _page(self, message: dict[str, Any] | Message) -> None:
        self._body += message.get("body", b"")
        if message.get("more_body"):
            return
        assert self._start is not None
        body = self._body.replace(b'<html lang="en">', b'<html lang="nl">', 1)
        MutableHeaders(scope=self._start)["content-length"] = str(len(body))
        await self._send(self._start)
        await self._send({"type": "http.response.body", "body": body})
