"""Requests to bytes and back, with nothing executable in between.

An entry is one version byte and a msgpack map. Classes and callbacks travel as names and are looked up in an
allow-list: three request classes, and the spider methods that :func:`queueable` admits. Whoever can write to
Redis can therefore make a worker fetch a page, but not run code. Headers that carry credentials, cookies and
credentials in URLs are left out: no secret lies in the queue, so requests that need one get it from a
downloader middleware at fetch time.

Meta and cb_kwargs may hold what msgpack holds: None, bool, int (64 bit), float, str, bytes, lists and dicts
with str keys. Tuples come back as lists.
"""

from __future__ import annotations

import logging
import re
from types import FunctionType
from typing import Any

import msgpack
from scrapy import FormRequest, Request, Spider
from scrapy.http import JsonRequest

from radar.errors import CodecError

logger = logging.getLogger(__name__)

VERSION = 1
MAX_BYTES = 256 * 1024

CLASSES: dict[str, type[Request]] = {"": Request, "form": FormRequest, "json": JsonRequest}
_CLASS_NAMES = {cls: name for name, cls in CLASSES.items()}
_CALLBACK_NAME = re.compile(r"(parse|handle|errback)[a-zA-Z0-9_]*\Z")
_SECRET_HEADERS = frozenset({b"Authorization", b"Proxy-Authorization", b"Cookie"})
# Set by the frontier and by Scrapy while a request is on its way; meaningless to the next worker.
_TRANSIENT_META = frozenset({"frontier", "download_slot", "download_latency", "_auth_proxy"})
_USERINFO = re.compile(r"\A([a-zA-Z][a-zA-Z0-9+.-]*://)[^/?#@]*@")


def queueable(spider: Spider, name: str) -> bool:
    """Whether a queue entry may name this method of the spider.

    A spider that declares ``queue_callbacks`` (an iterable of names) decides alone. Otherwise it is any plain
    method that a class below ``scrapy.Spider`` defines and whose name starts with parse, handle or errback.
    """
    declared = getattr(spider, "queue_callbacks", None)
    if declared is not None:
        return name in declared and callable(getattr(spider, name, None))
    if not _CALLBACK_NAME.match(name):
        return False
    for cls in type(spider).__mro__:
        if cls is Spider:
            return False
        if name in vars(cls):
            return isinstance(vars(cls)[name], FunctionType)
    return False


class Codec:
    """Encodes and decodes the requests of one spider."""

    def __init__(self, spider: Spider, max_bytes: int = MAX_BYTES) -> None:
        self._spider = spider
        self._max_bytes = max_bytes
        self._names: dict[Any, str] = {}
        self._methods: dict[str, Any] = {}

    def encode(self, request: Request) -> bytes:
        """The entry for a request; raises CodecError with the reason if it cannot be queued."""
        cls = _CLASS_NAMES.get(type(request))
        if cls is None:
            raise CodecError(f"{request}: requests of class {type(request).__name__} cannot be queued")
        entry: dict[str, Any] = {"u": _USERINFO.sub(r"\1", request.url)}
        if cls:
            entry["c"] = cls
        if request.method != "GET":
            entry["m"] = request.method
        if request.callback is not None:
            entry["cb"] = self._name(request, request.callback)
        if request.errback is not None:
            entry["eb"] = self._name(request, request.errback)
        if headers := {k: v for k, v in request.headers.items() if k not in _SECRET_HEADERS}:
            entry["h"] = headers
        if request.body:
            entry["b"] = request.body
        if meta := {k: v for k, v in request.meta.items() if k not in _TRANSIENT_META}:
            entry["t"] = meta
        if request.cb_kwargs:
            entry["k"] = request.cb_kwargs
        if request.priority:
            entry["p"] = request.priority
        if request.dont_filter:
            entry["d"] = True
        if request.encoding != "utf-8":
            entry["e"] = request.encoding
        if request.flags:
            entry["f"] = list(request.flags)
        if isinstance(request, JsonRequest):
            entry["j"] = request.dumps_kwargs
        try:
            body: bytes = bytes((VERSION,)) + msgpack.packb(entry, use_bin_type=True)
        except (TypeError, ValueError, OverflowError, RecursionError) as error:
            raise CodecError(f"{request}: only plain data can be queued: {error}") from error
        if len(body) > self._max_bytes:
            raise CodecError(
                f"{request}: {len(body)} bytes, more than the {self._max_bytes} a queue entry may have"
            )
        return body

    def decode(self, body: bytes) -> Request:
        """The request of an entry; raises CodecError if it is not one that this program may run."""
        entry = unpack(body, self._max_bytes)
        try:
            cls = CLASSES[entry.get("c", "")]
            kwargs: dict[str, Any] = {"dumps_kwargs": entry.get("j", {})} if cls is JsonRequest else {}
            return cls(
                entry["u"],
                method=entry.get("m", "GET"),
                callback=self._method(entry.get("cb")),
                errback=self._method(entry.get("eb")),
                headers=entry.get("h"),
                body=entry.get("b", b""),
                meta=entry.get("t"),
                cb_kwargs=entry.get("k"),
                priority=entry.get("p", 0),
                dont_filter=entry.get("d", False),
                encoding=entry.get("e", "utf-8"),
                flags=entry.get("f"),
                **kwargs,
            )
        except CodecError:
            raise
        except Exception as error:
            raise CodecError(f"queue entry refused: {type(error).__name__}: {error}") from error

    def _name(self, request: Request, callback: Any) -> str:
        function = getattr(callback, "__func__", None)
        name = self._names.get(function)
        if name is not None and callback.__self__ is self._spider:
            return name
        name = str(getattr(callback, "__name__", callback))
        if getattr(callback, "__self__", None) is not self._spider or not queueable(self._spider, name):
            raise CodecError(
                f"{request}: {name} cannot be queued; a callback is a method of the spider "
                "called parse*, handle* or errback*, or listed in its queue_callbacks"
            )
        if getattr(self._spider, name).__func__ is not function:
            raise CodecError(f"{request}: {name} is not what the spider has under this name")
        self._names[function] = name
        return name

    def _method(self, name: Any) -> Any:
        if name is None:
            return None
        try:
            return self._methods[name]
        except KeyError:
            if not isinstance(name, str) or not queueable(self._spider, name):
                raise CodecError(f"queue entry refused: {name!r} is no callback of this spider") from None
            return self._methods.setdefault(name, getattr(self._spider, name))


def unpack(body: bytes, max_bytes: int = MAX_BYTES) -> dict[str, Any]:
    """The plain fields of an entry (``u`` is the URL); raises CodecError if it is not one."""
    if len(body) > max_bytes:
        raise CodecError(f"queue entry refused: {len(body)} bytes")
    if body[:1] != bytes((VERSION,)):
        raise CodecError(f"queue entry refused: version {body[:1].hex() or 'missing'}")
    try:
        entry = msgpack.unpackb(body[1:], raw=False, strict_map_key=True, ext_hook=_refuse)
    except Exception as error:
        raise CodecError(f"queue entry refused: {type(error).__name__}: {error}") from error
    if not isinstance(entry, dict) or not isinstance(entry.get("u"), str):
        raise CodecError("queue entry refused: no URL in it")
    return entry


def _refuse(code: int, _data: bytes) -> Any:
    raise ValueError(f"extension type {code}")
