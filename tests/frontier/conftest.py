"""Both servers that the frontier is made for: the embedded Valkey and, if the machine has it, Redis."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.rediserver import RedisServer, binaries


@pytest.fixture(scope="session", params=sorted(binaries()))
def each_server(request: pytest.FixtureRequest) -> Iterator[RedisServer]:
    """Every test that asks for this runs once on each kind of server."""
    with RedisServer(binaries()[request.param], durable=False) as server:
        yield server


@pytest.fixture(scope="session")
def server() -> Iterator[RedisServer]:
    """The embedded server."""
    with RedisServer(durable=False) as server:
        yield server
