"""Addresses: joined, cleaned of sessions and tracking, and only ever http or https.

Functions return "" for what cannot be an address; they never raise.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, quote, unquote, urljoin, urlsplit, urlunsplit

from w3lib.url import safe_url_string

MAX_URL = 2000
"""Longest address that is kept."""

_PLAIN = re.compile(r"[A-Za-z0-9/._~?=&;%:#+,@!$'()*-]*\Z")
_BAD_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_SESSION_NAMES = frozenset(
    {
        "phpsessid",
        "jsessionid",
        "sessionid",
        "session_id",
        "zenid",
        "oscsid",
        "aspsessionid",
        "cfid",
        "cftoken",
    }
)
_TRACKING_NAMES = frozenset(
    {"fbclid", "gclid", "dclid", "msclkid", "yclid", "mc_cid", "mc_eid", "igshid", "wt_mc", "_ga", "_gl"}
)
_SESSION_VALUE = re.compile(r"[0-9a-f]{20,}", re.IGNORECASE)
_PATH_SESSION = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/?#;]*", re.IGNORECASE)
_DEFAULT_PORTS = {"http": "80", "https": "443"}


def absolute(base: str, href: str, *, fragment: bool = False) -> str:
    """``href`` as found on the page ``base``: absolute, canonical, "" unless it leads to a web server.

    Session ids (``sid``, ``PHPSESSID``, ``s``, ``at``), click tracking and user information go; the fragment
    only stays with ``fragment=True``, for addresses where it names a post.
    """
    href = href.strip()
    if not href or len(href) > MAX_URL or len(base) > MAX_URL:
        return ""
    if not href.isprintable():
        href = re.sub(r"[\t\r\n]", "", href)
    try:
        joined = urljoin(base, href)
    except ValueError:
        return ""
    return canonical(joined, fragment=fragment)


def canonical(url: str, *, fragment: bool = False) -> str:
    """An absolute address in the form it is compared in; see ``absolute``."""
    try:
        if not _PLAIN.match(url) or _BAD_PERCENT.search(url):
            url = safe_url_string(url.strip())
        return _canonical(url, fragment)
    except (ValueError, UnicodeError):
        return ""


def _canonical(url: str, fragment: bool) -> str:
    parts = urlsplit(url)
    scheme = parts.scheme.lower()
    host = (parts.hostname or "").rstrip(".")
    if scheme not in _DEFAULT_PORTS or not host or any(character in host for character in " <>\"'\\^`{|}%"):
        return ""
    if ":" in host:
        host = f"[{host}]"
    port = parts.port
    netloc = host if port is None or str(port) == _DEFAULT_PORTS[scheme] else f"{host}:{port}"
    # urljoin drops a final empty parameter, so that it must not be there in the first place
    path = _PATH_SESSION.sub("", parts.path).rstrip(";") if ";" in parts.path else parts.path
    query = _without_sessions(parts.query) if parts.query else ""
    found = urlunsplit((scheme, netloc, path or "/", query, parts.fragment if fragment else ""))
    return found if len(found) <= MAX_URL else ""


def _without_sessions(query: str) -> str:
    """The query without session and tracking parameters; order and separators (``&`` or ``;``) kept."""
    kept: list[str] = []
    pieces = re.split(r"(&amp;|[&;])", query)
    for position in range(0, len(pieces), 2):
        if pieces[position] and not _is_session(pieces[position]):
            if kept:
                kept.append("&" if pieces[position - 1] == "&amp;" else pieces[position - 1])
            kept.append(pieces[position])
    return "".join(kept)


def _is_session(piece: str) -> bool:
    name, _, value = piece.partition("=")
    name = name.lower()
    if name in _SESSION_NAMES or name in _TRACKING_NAMES or name.startswith("utm_"):
        return True
    if name in {"sid", "s"}:
        return bool(_SESSION_VALUE.fullmatch(value))
    return name == "at" and len(value) >= 20


def params(url: str) -> dict[str, str]:
    """Query parameters by name, the first of each; ``;`` separates as ``&`` does."""
    try:
        query = urlsplit(url).query.replace(";", "&")
        found: dict[str, str] = {}
        for name, value in parse_qsl(query, keep_blank_values=True, max_num_fields=100):
            found.setdefault(name, value)
    except ValueError:
        return {}
    return found


def param(url: str, name: str) -> str:
    """One query parameter, "" without."""
    return params(url).get(name, "")


def path(url: str) -> str:
    """The path of an address, percent-decoded."""
    try:
        return unquote(urlsplit(url).path)
    except ValueError:
        return ""


def fragment(url: str) -> str:
    """What follows ``#``."""
    return url.partition("#")[2]


def host(url: str) -> str:
    """Host in lower case without port, "" without one."""
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


def origin(url: str) -> str:
    """Scheme, host and port with a final slash: where software without a sub-path is installed."""
    return absolute(url, "/")


def same_host(one: str, other: str) -> bool:
    """Whether two addresses lie on one host, ``www.`` aside."""
    return host(one).removeprefix("www.") == host(other).removeprefix("www.")


def folder(url: str) -> str:
    """The address up to the last slash of its path: where a script of this name is installed."""
    return absolute(url, "./")


def base_before(url: str, pattern: str) -> str:
    """The install path: everything before the first match of ``pattern`` in the path, with a final slash.

    ``base_before("https://a.example/forum/viewtopic.php?t=1", r"(index|viewtopic|viewforum)\\.php")`` is
    ``https://a.example/forum/``. Without a match: the address's folder if it looks like a file, else the address
    itself as a folder.
    """
    bare = absolute(url, url.split("?")[0].split("#")[0])
    if not bare:
        return ""
    start = len(origin(bare)) - 1
    match = re.search(pattern, bare[start:], re.IGNORECASE)
    if match:
        return bare[: start + match.start()].rstrip("/") + "/"
    last = bare.rsplit("/", 1)[1]
    return folder(bare) if "." in last else bare.rstrip("/") + "/"


def up_to(url: str, pattern: str) -> str:
    """The address up to the end of the first match of ``pattern`` in its path; "" without a match."""
    match = re.search(pattern, path(url))
    return origin(url) + path(url)[1 : match.end()] if match else ""


def under(base: str, relative: str) -> str:
    """An address below an install path, which need not end with a slash."""
    return absolute(base.split("?")[0].rstrip("/") + "/", relative.lstrip("/") or "./")


def escape(text: str) -> str:
    """Percent-encode a piece of a path or a query."""
    return quote(text, safe="")
