"""Real software, read whole by the real radar, and again."""

from __future__ import annotations

import pytest

from tests.crawl.conftest import Radar
from tests.live.conftest import Record
from tests.live.gate import Gate
from tests.live.installed import ALL
from tests.live.reading import measure
from tests.live.software import Software

pytestmark = pytest.mark.live


@pytest.mark.parametrize("software", ALL, indirect=True, ids=lambda kind: kind.name)
def test_it_is_read_whole_and_cheaply(software: Software, gate: Gate, radar: Radar, record: Record) -> None:
    result = measure(software, gate, radar)
    record(result)

    assert result.leaked == []
    assert result.right >= 0.99 * result.posts, result.wrong
    assert result.twice == []
    assert result.ratio <= 1.3
    assert result.again <= 2
    assert [item["text"] for item in result.new] == ["Noch eine späte Antwort: läuft wieder, danke!"]
