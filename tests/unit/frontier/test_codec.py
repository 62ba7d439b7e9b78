"""Requests survive the queue, and nothing in the queue is ever executed."""

from __future__ import annotations

from typing import Any

import msgpack
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scrapy import FormRequest, Request, Spider
from scrapy.http import JsonRequest, Response, XmlRpcRequest

from radar.errors import CodecError
from radar.frontier.codec import _TRANSIENT_META, VERSION, Codec, queueable, unpack


class Forum(Spider):
    name = "forum"
    parsed = "not a method"

    def parse(self, response: Response) -> None: ...
    def parse_thread(self, response: Response) -> None: ...
    def handle_feed(self, response: Response) -> None: ...
    def errback_gone(self, failure: Any) -> None: ...
    def delete_everything(self, response: Response) -> None: ...

    @property
    def parse_nothing(self) -> None: ...


class Declared(Forum):
    queue_callbacks = frozenset({"delete_everything"})


# Nothing is asserted about time, and the machine may be busy.
patient = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])

SPIDER = Forum()
CODEC = Codec(SPIDER)

plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False)
    | st.text()
    | st.binary(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
# what Scrapy and the frontier note while a request is at work does not travel
own_keys = st.text(min_size=1).filter(lambda key: key not in _TRANSIENT_META)
tables = st.dictionaries(own_keys, plain, max_size=5)
callbacks = st.sampled_from([None, SPIDER.parse, SPIDER.parse_thread, SPIDER.handle_feed])
header_values = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1)
header_names = st.sampled_from(["Accept", "If-None-Match", "If-Modified-Since", "X-Token", "Referer"])


@st.composite
def requests(draw: st.DrawFn) -> Request:
    cls = draw(st.sampled_from([Request, FormRequest, JsonRequest]))
    encoding = draw(st.sampled_from(["utf-8", "cp1252"]))  # Scrapy encodes the query so, or raises
    highest = 0xFF if encoding == "cp1252" else None
    path = draw(st.text(st.characters(max_codepoint=highest, exclude_categories=["Cs", "Cc"]), max_size=30))
    return cls(
        "https://forum.example/" + path,
        method=draw(st.sampled_from(["GET", "POST", "HEAD"])),
        callback=draw(callbacks),
        errback=draw(st.sampled_from([None, SPIDER.errback_gone])),
        headers=draw(st.dictionaries(header_names, header_values)),
        body=draw(st.binary(max_size=200)),
        meta=draw(tables),
        cb_kwargs=draw(tables),
        priority=draw(st.integers(-5000, 5000)),
        dont_filter=draw(st.booleans()),
        encoding=encoding,
        flags=draw(st.lists(st.text(), max_size=2)),
    )


@patient
@given(requests())
def test_every_request_survives(request: Request) -> None:
    back = CODEC.decode(CODEC.encode(request))
    assert type(back) is type(request)
    for name in type(request).attributes:
        assert getattr(back, name) == getattr(request, name), name


@patient
@given(st.binary(max_size=300))
def test_noise_is_refused_and_nothing_else(noise: bytes) -> None:
    for entry in (noise, bytes((VERSION,)) + noise):
        try:
            CODEC.decode(entry)
        except CodecError:
            continue
        assert isinstance(unpack(entry)["u"], str)


@patient
@given(st.dictionaries(st.sampled_from([*"ucmhbtkpdefj", "cb", "eb"]), plain))
def test_strange_fields_are_refused_or_harmless(fields: dict[str, Any]) -> None:
    try:
        request = CODEC.decode(bytes((VERSION,)) + msgpack.packb(fields))
    except CodecError:
        return
    assert request.callback in {None, SPIDER.parse, SPIDER.parse_thread, SPIDER.handle_feed}


@pytest.mark.parametrize(
    "name",
    [
        "delete_everything",
        "_parse",
        "__init__",
        "__class__",
        "parse_nothing",
        "parsed",
        "from_crawler",
        "close",
        "parse.__func__",
        "parse_unknown",
        "parse\n",
    ],
)
def test_only_methods_meant_as_callbacks_are_called(name: str) -> None:
    assert not queueable(SPIDER, name)
    with pytest.raises(CodecError, match="no callback"):
        CODEC.decode(bytes((VERSION,)) + msgpack.packb({"u": "http://a.example/", "cb": name}))


def test_a_spider_may_declare_its_callbacks() -> None:
    codec, spider = Codec(Declared()), Declared()
    assert queueable(spider, "delete_everything")
    assert not queueable(spider, "parse")
    entry = bytes((VERSION,)) + msgpack.packb({"u": "http://a.example/", "cb": "delete_everything"})
    assert codec.decode(entry).callback.__name__ == "delete_everything"  # type: ignore[union-attr]


def test_classes_are_not_loaded_by_name() -> None:
    for name in ("os.system", "scrapy.http.Request", "radar.frontier.codec.Codec", "xml"):
        with pytest.raises(CodecError):
            CODEC.decode(bytes((VERSION,)) + msgpack.packb({"u": "http://a.example/", "c": name}))


def test_what_cannot_be_queued_says_why() -> None:
    for request, why in [
        (Request("http://a.example/", callback=lambda response: None), "callback"),
        (Request("http://a.example/", callback=SPIDER.delete_everything), "callback"),
        (Request("http://a.example/", callback=Forum().parse), "callback"),
        (Request("http://a.example/", meta={"page": object()}), "plain data"),
        (Request("http://a.example/", meta={"n": 2**70}), "plain data"),
        (Request("http://a.example/", body=b"x" * 300_000), "more than"),
        (XmlRpcRequest("http://a.example/", params=(), methodname="m"), "class"),
    ]:
        with pytest.raises(CodecError, match=why):
            CODEC.encode(request)


def test_no_secret_lies_in_the_queue() -> None:
    request = Request(
        "http://user:secret@a.example/x?q=1",
        headers={"Authorization": "Bearer secret", "Cookie": "s=secret", "Accept": "*/*"},
        cookies={"session": "secret"},
    )
    entry = CODEC.encode(request)
    assert b"secret" not in entry
    assert CODEC.decode(entry).url == "http://a.example/x?q=1"
    assert CODEC.decode(entry).headers == {b"Accept": [b"*/*"]}


def test_another_version_is_refused() -> None:
    entry = CODEC.encode(Request("http://a.example/"))
    with pytest.raises(CodecError, match="version 02"):
        CODEC.decode(b"\x02" + entry[1:])
    with pytest.raises(CodecError, match="version missing"):
        CODEC.decode(b"")
