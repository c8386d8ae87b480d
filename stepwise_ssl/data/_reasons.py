"""Why a download failed, in words, and what the reader can do about it."""

from __future__ import annotations

import errno
import os
import re
import socket
import ssl
from collections.abc import Iterator
from datetime import date
from http.client import HTTPException
from pathlib import Path
from urllib.request import getproxies

import requests
import urllib3

_PROXY_SETTINGS = (
    "HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"
)  # fmt: skip


class WebPage(OSError):
    """A source sent a page or a message where a file was asked for."""


class NoFile(OSError):
    """A source answered, and sent nothing; the message says what it answered."""


class Unreadable(OSError):
    """An address or an answer that is none; the message says so, and may hold a password."""


# The connection broke off, and may hold if it is made anew.
BROKEN = (
    requests.ConnectionError,
    requests.exceptions.ChunkedEncodingError,
    urllib3.exceptions.ProtocolError,
    HTTPException,
    ConnectionError,
)
# All that is a matter between this machine and one source. requests means to hide what lies
# below it, and does not always.
FAULTS = (
    *BROKEN,
    requests.RequestException,
    urllib3.exceptions.HTTPError,
    ssl.SSLError,
    socket.gaierror,
    TimeoutError,
    WebPage,
    NoFile,
    Unreadable,
)
_ENCRYPTION = (requests.exceptions.SSLError, urllib3.exceptions.SSLError, ssl.SSLError)
_NO_ADDRESS = (
    Unreadable,
    requests.exceptions.InvalidURL,
    requests.exceptions.InvalidSchema,
    requests.exceptions.MissingSchema,
    urllib3.exceptions.LocationValueError,
)


def reason(error: Exception) -> str:
    """What went wrong between this machine and a source; ``error`` is one of FAULTS."""
    causes = list(_causes(error))
    if isinstance(error, WebPage):
        return f"it sent a web page or a message, and not the file. {_LOG_IN}"
    if isinstance(error, NoFile):
        return f"{error}, and sent no file; try again later, or from another network"
    if isinstance(error, requests.TooManyRedirects):
        return f"it sends on from one address to the next without end. {_LOG_IN}"
    if isinstance(error, requests.HTTPError):
        return _status(getattr(error, "response", None))
    if isinstance(error, (requests.exceptions.ProxyError, urllib3.exceptions.ProxyError)):
        return _proxy(error, causes)
    if _any(causes, _ENCRYPTION):
        return _encryption(causes)
    if _any(causes, _NO_ADDRESS):
        return _address(error)
    if _any(causes, socket.gaierror):
        return (
            "the name of the host was not found. Is this machine connected, and does its name "
            "server (DNS) answer?"
        )
    # To urllib3 every connection that is not made is a timeout.
    refused = _any(causes, urllib3.exceptions.NewConnectionError)
    if _any(causes, (requests.Timeout, TimeoutError)) or (
        _any(causes, urllib3.exceptions.TimeoutError) and not refused
    ):
        return (
            "no answer in time: the host is busy, or a firewall drops what is sent to it. The next "
            "call goes on where this one stopped"
        )
    if refused or _any(causes, ConnectionRefusedError):
        said = next((c.strerror for c in causes if isinstance(c, OSError) and c.errno), "")
        return "no connection" + (f" ({said})" if said else "")
    if isinstance(error, BROKEN):
        return "the connection broke off. The next call goes on where this one stopped"
    return f"what it answered cannot be read ({_said(error)})"


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
    "Networks of hotels, trains and universities do so until you log in: open any page in a "
    "browser, log in there, and call again"
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


def _status(answer: requests.Response | None) -> str:
    if answer is None:
        return "it answered with an error; try again later"
    said = f"it answered {answer.status_code} {answer.reason or ''}".rstrip()
    fault = "a fault on its side; try again later" if answer.status_code >= 500 else ""
    meaning = _STATUS.get(answer.status_code, fault)
    return f"{said}: {meaning}" if meaning else said


def _encryption(causes: list[BaseException], whose: str = "its") -> str:
    last = str(causes[-1]) or type(causes[-1]).__name__
    # OpenSSL writes it with underscores in one place and with spaces in the other.
    said = " ".join(map(str, causes)).lower().replace("_", " ")
    if "no certificate or crl found" in said or "pem lib" in said:
        return (
            f"the file of certificates on this machine cannot be read ({last}). Correct the "
            "environment variable REQUESTS_CA_BUNDLE (or CURL_CA_BUNDLE), or unset it"
        )
    if "alert" in said and ("certificate" in said or "unknown ca" in said):
        return (
            "the other side asks for a certificate of this machine's own, or does not accept it "
            f"({last}). Hosts of data do not: a proxy or a filter in between lets in only the "
            "machines that it knows. Ask those who run your network, or try another one"
        )
    if any(sign in said for sign in _PLAIN_HTTP):
        return (
            f"no encrypted connection came about ({last}): the other side speaks HTTP where HTTPS "
            "was expected. If HTTPS_PROXY begins with https://, try http://; otherwise a filter in "
            "between may be the reason: try another network"
        )
    if "certificate" not in said:
        return (
            f"no encrypted connection came about ({last}). A proxy or a filter in "
            "between may be the reason: check HTTPS_PROXY, or try another network"
        )
    refused = (getattr(cause, "verify_message", "") for cause in causes)
    return (
        f"{whose} certificate was refused ({next(filter(None, refused), last)}). If your network "
        "or a virus scanner inspects connections, set the environment variable REQUESTS_CA_BUNDLE "
        "to the file of its certificates, or to the system's; pip install --upgrade certifi renews "
        "Python's own. A wrong clock has the same effect: this machine's date is "
        f"{date.today().isoformat()}"
    )


_PLAIN_HTTP = (
    "wrong version number", "http request", "record layer failure", "packet length too long",
    "only use http and not https",
)  # fmt: skip


def _proxy(error: Exception, causes: list[BaseException]) -> str:
    said = " ".join(map(str, causes))
    answer = re.search(r"Tunnel connection failed: (\d{3})([\w -]*)", said)
    if "407 Proxy" in said or (answer and answer[1] == "407"):
        return f"the proxy refused the connection: {_STATUS[407]}"
    if answer:
        return (
            f"the proxy answered {answer[1]}{answer[2]} ({_settings()}): it lets nothing through "
            "to this host, or does not reach it. Ask those who run it, or try another network"
        )
    if any(sign in said.lower().replace("_", " ") for sign in _PLAIN_HTTP):
        return (
            f"the proxy speaks HTTP and not HTTPS ({_settings()}): begin its address with http:// "
            "in the environment variable HTTPS_PROXY"
        )
    if _any(causes, _ENCRYPTION):
        return _encryption(causes, "the proxy's")
    if _any(causes, socket.gaierror):
        return f"the name of the proxy was not found ({_settings()}). {_CORRECT}"
    if _any(causes, TimeoutError):
        return f"the proxy did not answer in time ({_settings()}). {_CORRECT}"
    return f"the proxy in between gave no way ({_settings()}). {_CORRECT}"


_CORRECT = (
    "Correct the environment variables HTTPS_PROXY and HTTP_PROXY, or unset them if there is no "
    "proxy"
)


def _address(error: Exception) -> str:
    """An address that is none. The sources' own are sound: the proxy's, or one it sent on to."""
    if getproxies():
        return f"the proxy's address is not one ({_settings()}). {_CORRECT}"
    return f"it sent on to an address, or gave an answer, that cannot be read ({_said(error)})"


def _settings() -> str:
    found = [f"{name} is {_without_password(os.environ[name])}" for name in _set_proxies()]
    return ", ".join(found) or "from the settings of the system"


def _set_proxies() -> list[str]:
    return [name for name in _PROXY_SETTINGS if os.environ.get(name)]


def _without_password(address: str) -> str:
    """Host and port, if nothing else can be meant; a password may hold any sign."""
    host = address.rpartition("@")[2] if "@" in address else address.rpartition("//")[2]
    host = host.rstrip("/")
    sound = re.fullmatch(r"([\w.-]+|\[[\da-fA-F:.]+\])(:\d+)?", host)
    return host if sound else "not of the form http://host:port"


def _said(error: Exception) -> str:
    """The error's own words, unless they may hold the password of a proxy."""
    secret = any("@" in os.environ[name] for name in _set_proxies())
    return type(error).__name__ if secret or not str(error) else str(error)


def _any(causes: list[BaseException], kinds: type | tuple[type, ...]) -> bool:
    return any(isinstance(cause, kinds) for cause in causes)


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
