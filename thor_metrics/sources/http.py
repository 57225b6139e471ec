"""One polite client for every API: patient where waiting helps, clear where it does not.

Time-outs, server errors, "too many requests" and answers that are cut off are tried again, with
growing and jittered pauses, or the pause the server asks for. Refusals (401, 403, 404) are said
at once. The token goes to the server it is meant for and is never in a message.
"""

from __future__ import annotations

import datetime as dt
import email.utils
import ipaddress
import json
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Final, Self

import httpx

from thor_metrics.errors import SettingsError, SourceUnavailable
from thor_metrics.settings import TOKEN_PREFIX, Settings, token

__all__ = ["POLITE", "Answer", "Client", "Patience"]

#: Answers that may be better the next time.
_PASSING: Final = frozenset((408, 425, 429, 500, 502, 503, 504))


@dataclass(frozen=True)
class Patience:
    """How long to wait and how often to try.

    Attributes
    ----------
    tries : int
        Requests per page, the first included.
    first_pause_s : float
        Longest pause before the second try; it doubles every time. The pause itself is drawn
        between half of it and all of it, so that many clients do not return together.
    longest_pause_s : float
        Cap on a pause, also on the one a server asks for.
    answer_s : float
        Longest silence, and
    whole_s : float
        longest time for a whole answer.
    """

    tries: int = 5
    first_pause_s: float = 1.0
    longest_pause_s: float = 60.0
    answer_s: float = 30.0
    whole_s: float = 180.0


#: For real servers.
POLITE: Final = Patience()


@dataclass(frozen=True)
class Answer:
    """A whole answer with status 200."""

    url: httpx.URL
    headers: Mapping[str, str]
    content: bytes

    def json(self) -> Any:
        """Return the body as JSON.

        Raises
        ------
        ValueError
            When it is none.
        """
        return json.loads(self.content)


class _AgainError(Exception):
    """A try that failed in a way that may pass; with the words for when it does not."""

    def __init__(self, words: str, pause_s: float | None = None) -> None:
        super().__init__(words)
        self.pause_s = pause_s


class Client:
    """HTTP for one source system.

    Parameters
    ----------
    settings : Settings
        For the token's name and the size limit.
    source : str
        Name of the source; its token is in ``THOR_TOKEN_<SOURCE>``.
    title : str
        Name in messages.
    url : str
        Base address.
    patience : Patience
    pause : callable
        Waits; tests pass something quicker.

    Raises
    ------
    SettingsError
        When the address is no http(s) address, or would send the token unencrypted.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        source: str,
        title: str,
        url: str,
        patience: Patience = POLITE,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self.source = source
        self.title = title
        self.patience = patience
        self._pause = pause
        self._limit = settings.data.max_file_mb * 1_000_000
        self._token = (token(source) or "").strip()
        self._check(url)
        headers = {"User-Agent": "thor-metrics", "Accept-Encoding": "gzip, deflate"}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        self._http = httpx.Client(
            headers=headers,
            timeout=httpx.Timeout(patience.answer_s),
            follow_redirects=True,
            max_redirects=5,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._http.close()

    def _check(self, url: str) -> None:
        try:
            parsed = httpx.URL(url)
        except httpx.InvalidURL:
            parsed = httpx.URL("")
        if parsed.scheme not in ("http", "https") or not parsed.host:
            raise SettingsError(
                f"Het adres van {self.title} is geen webadres: '{url}'. Zet in settings.toml bij "
                f'[sources.{self.source}] url = "https://...".'
            )
        if not (self._token.isascii() and self._token.isprintable()):
            raise SettingsError(
                f"Het token in {self._variable} bevat tekens die niet mogen. Kopieer het opnieuw, "
                "zonder aanhalingstekens en regeleinden."
            )
        if self._token and parsed.scheme == "http" and not _is_here(parsed.host):
            raise SettingsError(
                f"Het adres van {self.title} is niet versleuteld ({parsed.scheme}://). Een token "
                "gaat alleen over https. Zet in settings.toml een adres met https."
            )

    def get(
        self,
        url: httpx.URL,
        *,
        understand: Callable[[Answer], Any] = lambda answer: answer,
        gone: Any = None,
    ) -> Any:
        """Get a page, trying again where that may help.

        Parameters
        ----------
        url : httpx.URL
        understand : callable
            Turns the answer into a value; a ``ValueError`` counts as an answer cut off.
        gone : optional
            Value for status 404; without it a 404 is an error.

        Raises
        ------
        SourceUnavailable
            In Dutch: what was asked, what came back, what to do.
        """
        last = ""
        for attempt in range(self.patience.tries):
            try:
                answer = self._once(url, may_be_gone=gone is not None)
                return gone if answer is None else understand(answer)
            except _AgainError as again:
                last = str(again)
                asked = again.pause_s
            except ValueError:
                last = "een antwoord dat niet te lezen is (afgebroken of geen gegevens)"
                asked = None
            if attempt + 1 < self.patience.tries:
                self._pause(self._pause_s(attempt, asked))
        raise SourceUnavailable(
            f"{self.title} gaf {self.patience.tries} keer {last} op {_shown(url)}. "
            f"{self._advice(last)}"
        )

    def _pause_s(self, attempt: int, asked: float | None) -> float:
        longest = self.patience.longest_pause_s
        if asked is not None:
            return min(max(asked, 0.0), longest)
        full = min(self.patience.first_pause_s * 2.0**attempt, longest)
        return full * random.uniform(0.5, 1.0)  # noqa: S311 - spreads load, guards nothing

    def _advice(self, last: str) -> str:
        if "500" in last and not self._token:
            return (
                f"Er is geen token gegeven, en daar antwoordt bijvoorbeeld Signalen zo op. Zet "
                f"het token in de omgevingsvariabele {self._variable}."
            )
        return "Er is niets ingelezen. Probeer het later opnieuw of vraag de beheerder."

    @property
    def _variable(self) -> str:
        return TOKEN_PREFIX + self.source.upper()

    def _once(self, url: httpx.URL, *, may_be_gone: bool) -> Answer | None:
        """Do one request; ``None`` for an allowed 404."""
        try:
            with self._http.stream("GET", url) as response:
                status = response.status_code
                if status == httpx.codes.OK:
                    return Answer(response.url, response.headers, self._body(response))
                if status == httpx.codes.NOT_FOUND and may_be_gone:
                    return None
                if status in _PASSING:
                    raise _AgainError(f"fout {status}", _retry_after(response.headers))
                raise SourceUnavailable(self._refusal(status, url))
        except (httpx.RequestError, httpx.InvalidURL) as error:
            raise self._failure(error, url) from None

    def _failure(self, error: Exception, url: httpx.URL) -> Exception:
        """Tell what may pass from what needs somebody to act."""
        act = f"Controleer het adres in settings.toml bij [sources.{self.source}]."
        if isinstance(error, httpx.TooManyRedirects):
            return SourceUnavailable(
                f"{self.title} blijft doorverwijzen vanaf {_shown(url)}. {act}"
            )
        if isinstance(error, (httpx.UnsupportedProtocol, httpx.InvalidURL)):
            return SourceUnavailable(
                f"{self.title} verwijst door naar iets dat geen webadres is. {act}"
            )
        if "CERTIFICATE" in str(error):
            return SourceUnavailable(
                f"Het certificaat van {url.host} is niet te vertrouwen; daarom is geen verbinding "
                "gemaakt. Vraag de beheerder van het netwerk of de bron."
            )
        words = "geen verbinding"
        if isinstance(error, httpx.TimeoutException):
            words = "geen antwoord op tijd"
        elif isinstance(error, httpx.RemoteProtocolError):
            words = "een afgebroken antwoord"
        elif isinstance(error, httpx.DecodingError):
            words = "een beschadigd antwoord"
        return _AgainError(words)

    def _body(self, response: httpx.Response) -> bytes:
        """Read a body, but not for ever and not without end."""
        started = time.monotonic()
        parts, size = [], 0
        for part in response.iter_bytes():
            parts.append(part)
            size += len(part)
            if size > self._limit:
                raise SourceUnavailable(
                    f"{self.title} gaf meer dan {self._limit // 1_000_000} MB in één antwoord. "
                    "Vraag een kortere periode, of verhoog max_file_mb in settings.toml."
                )
            if time.monotonic() - started > self.patience.whole_s:
                raise _AgainError("geen volledig antwoord op tijd")
        return b"".join(parts)

    def _refusal(self, status: int, url: httpx.URL) -> str:
        where = f"{self.title} weigert {_shown(url)} (fout {status})."
        given = "Het token" if self._token else "Er is geen token gegeven; het"
        return {
            401: f"{where} {given} moet geldig zijn: vraag een nieuw token aan en zet het in de "
            f"omgevingsvariabele {self._variable}.",
            403: f"{where} {given} moet rechten op meldingen hebben: vraag de functioneel "
            f"beheerder om leesrechten. Het token staat in {self._variable}.",
            404: f"{self.title}: dit adres bestaat niet (fout 404): {_shown(url)}. Controleer "
            f"url in settings.toml bij [sources.{self.source}].",
        }.get(
            status,
            f"{where} Controleer het adres in settings.toml bij [sources.{self.source}].",
        )


def _shown(url: httpx.URL) -> str:
    """Give the address without what may be secret in it."""
    return str(url.copy_with(userinfo=b"", query=None))


def _is_here(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds a server asks to wait: a number, or a date."""
    asked = headers.get("Retry-After", "").strip()
    if not asked:
        return None
    try:
        return float(asked)
    except ValueError:
        pass
    try:
        when = email.utils.parsedate_to_datetime(asked)
    except ValueError:
        return None
    if when.tzinfo is None:
        when = when.replace(tzinfo=dt.UTC)
    return (when - dt.datetime.now(dt.UTC)).total_seconds()
