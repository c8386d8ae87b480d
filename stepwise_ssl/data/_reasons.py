"""Why a download failed, in words, and what the reader can do about it."""

from __future__ import annotations

import errno
import os
import socket
import ssl
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import requests
import urllib3

_PROXY_SETTINGS = ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY")
# The last two: the sources' own addresses are sound, so it is the proxy's that is not.
_OF_PROXIES = (
    requests.exceptions.ProxyError,
    requests.exceptions.InvalidURL,
    requests.exceptions.InvalidSchema,
)


class WebPage(OSError):
    """A source sent a web page where a file was asked for."""


def reason(error: requests.RequestException | WebPage) -> str:
    """What went wrong between this machine and a source."""
    causes = list(_causes(error))
    if isinstance(error, (WebPage, requests.TooManyRedirects)):
        return _LOG_IN
    if isinstance(error, requests.HTTPError):
        return _status(error.response)
    if isinstance(error, requests.exceptions.SSLError):
        return _encryption(error, causes)
    if isinstance(error, _OF_PROXIES):
        return _proxy(error)
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        return (
            "the name of the host was not found. Is this machine connected, and does its name "
            "server (DNS) answer?"
        )
    if isinstance(error, requests.Timeout) or any(
        isinstance(cause, (TimeoutError, urllib3.exceptions.ReadTimeoutError)) for cause in causes
    ):
        return (
            "no answer in time: the host is busy, or a firewall drops what is sent to it. The next "
            "call goes on where this one stopped"
        )
    if any(isinstance(cause, urllib3.exceptions.NewConnectionError) for cause in causes):
        said = next((c.strerror for c in causes if isinstance(c, OSError) and c.errno), "")
        return "no connection" + (f" ({said})" if said else "")
    if isinstance(error, (requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        return "the connection broke off. The next call goes on where this one stopped"
    return str(error)


def on_this_machine(error: OSError, folder: Path) -> str:
    """What kept this machine from loading a file into the folder."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return (
            f"the disk is full, or your share of it used up ({folder}). Make room, or set the "
            "environment variable STEPWISE_DATA to a directory on another disk."
        )
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return (
            f"{folder} cannot be written to ({error.strerror}). Set the environment variable "
            "STEPWISE_DATA to a directory of your own."
        )
    if "TLS CA certificate bundle" in str(error):  # how requests says it, with no number
        return (
            f"{error}. Correct the environment variable REQUESTS_CA_BUNDLE (or CURL_CA_BUNDLE), "
            "or unset it."
        )
    return str(error)


_LOG_IN = (
    "it sent a web page and not the file. Networks of hotels, trains and universities do so until "
    "you log in: open any page in a browser, log in there, and call again"
)
_STATUS = {
    401: "the host, or a filter in your network, refuses the file; another network may let it pass",
    403: "the host, or a filter in your network, refuses the file; another network may let it pass",
    404: "the file is no longer at this address",
    407: "the proxy wants a user and a password: HTTPS_PROXY=http://user:password@host:port",
    410: "the file is no longer at this address",
    429: "too many downloads from your address; wait an hour and call again",
    511: "your network wants you to log in first: open any page in a browser",
}


def _status(answer: requests.Response) -> str:
    said = f"it answered {answer.status_code} {answer.reason or ''}".rstrip()
    fault = "a fault on its side; try again later" if answer.status_code >= 500 else ""
    meaning = _STATUS.get(answer.status_code, fault)
    return f"{said}: {meaning}" if meaning else said


def _encryption(error: requests.exceptions.SSLError, causes: list[BaseException]) -> str:
    if "certificate" not in str(error).lower():
        return (
            f"no encrypted connection came about ({_last(causes)}). A proxy or a filter in "
            "between may be the reason: check HTTPS_PROXY, or try another network"
        )
    refused = (c.verify_message for c in causes if isinstance(c, ssl.SSLCertVerificationError))
    return (
        f"its certificate was refused ({next(refused, '') or _last(causes)}). If your network or a "
        "virus scanner inspects connections, set the environment variable REQUESTS_CA_BUNDLE to "
        "the file of its certificates, or to the system's; pip install --upgrade certifi renews "
        "Python's own. A wrong clock has the same effect: this machine's date is "
        f"{date.today().isoformat()}"
    )


def _proxy(error: requests.RequestException) -> str:
    if "407" in str(error):
        return f"the proxy refused the connection: {_STATUS[407]}"
    found = [f"{name} is {_without_password(os.environ[name])}" for name in _set_proxies()]
    return (
        f"the proxy in between gave no way ({', '.join(found) or 'from the settings of the system'}"
        "). Correct the environment variables HTTPS_PROXY and HTTP_PROXY, or unset them if there "
        "is no proxy"
    )


def _set_proxies() -> list[str]:
    return [name for name in _PROXY_SETTINGS if os.environ.get(name)]


def _without_password(address: str) -> str:
    parts = urlsplit(address if "//" in address else f"//{address}")
    return parts.netloc.rpartition("@")[2] or "no address"


def _last(causes: list[BaseException]) -> str:
    return str(causes[-1])


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error, and all that led to it: urllib3 and requests wrap one in the other."""
    waiting, seen = [error], set()
    while waiting:
        one = waiting.pop(0)
        if id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        inner = (one.__cause__, one.__context__, getattr(one, "reason", None), *one.args)
        waiting += [i for i in inner if isinstance(i, BaseException)]
