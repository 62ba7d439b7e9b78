"""Sources added to the owner's file."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from radar.config.loading import check_text, load
from radar.config.writing import add_sources, entry
from radar.errors import ConfigError
from radar.model import Channel, Source

ENVIRON = {"RADAR_HOME": "/nowhere", "RADAR_CONTACT": "a@b.de"}
SOURCE = Source(name="Forum", url="https://forum.example.org/", channel=Channel.FORUM)


def test_an_entry_says_what_is_not_the_default() -> None:
    full = Source(
        name='"Quoted" \\ Größe',
        url="https://forum.example.org/a/",
        channel=Channel.FORUM,
        boards=("1", "b"),
        interval=timedelta(minutes=90),
        max_age=timedelta(days=14),
        timezone="Europe/Berlin",
        render=True,
        delay=0.5,
    )
    assert entry(full, "Why\nand how") == (
        '# Why\n# and how\n[[source]]\nname = "\\"Quoted\\" \\\\ Größe"\nurl = "https://forum.example.org/a/"\n'
        'channel = "forum"\nboards = ["1", "b"]\ninterval = "90m"\ntimezone = "Europe/Berlin"\nmax_age = "2w"\n'
        "render = true\ndelay = 0.5\n"
    )
    assert check_text(entry(full), environ=ENVIRON).sources == (full,)


@given(
    st.builds(
        Source,
        name=st.text(min_size=1, max_size=40).filter(
            lambda name: name.isprintable() and name.strip() == name
        ),
        url=st.just("https://forum.example.org/"),
        channel=st.sampled_from(Channel),
        boards=st.lists(st.text("ab1\x7f\"\\'\n#", min_size=1).map(lambda b: f"x{b}x"), unique=True).map(
            tuple
        ),
        interval=st.none() | st.integers(300, 10**6).map(lambda seconds: timedelta(seconds=seconds)),
        budget=st.integers(1, 1000),
        enabled=st.booleans(),
    )
)
def test_what_is_written_is_read_again(source: Source) -> None:
    assert check_text(entry(source), environ=ENVIRON).sources == (source,)


@pytest.mark.parametrize("before", [b"", b"delay = 1", b"# comment\n\ndelay = 1\n", b"delay = 1\r\n# x\r\n"])
def test_the_rest_of_the_file_stays(tmp_path: Path, before: bytes) -> None:
    file = tmp_path / "radar.toml"
    file.write_bytes(before)
    file.chmod(0o640)
    other = Source(name="Other", url="https://other.example.org/", channel=Channel.FEED)
    add_sources(file, [entry(SOURCE), entry(other)], ENVIRON)
    after = file.read_bytes()
    assert after.startswith(before)
    assert after.count(b"\r\n") in {0, after.count(b"\n")}
    assert file.stat().st_mode & 0o777 == 0o640
    assert load(ENVIRON, file).sources == (SOURCE, other)
    assert list(tmp_path.iterdir()) == [file]


def test_a_link_to_the_file_stays_a_link(tmp_path: Path) -> None:
    file, link = tmp_path / "real.toml", tmp_path / "radar.toml"
    file.touch()
    link.symlink_to(file)
    add_sources(link, [entry(SOURCE)], ENVIRON)
    assert link.is_symlink()
    assert load(ENVIRON, file).sources == (SOURCE,)


@pytest.mark.parametrize(
    ("before", "message"),
    [
        (entry(SOURCE), "“Forum” is there twice"),
        ("source = []", "source|twice|overwrite|extend"),
        ("delay = [", "radar.toml:"),
    ],
)
def test_a_file_that_would_be_wrong_is_left_alone(tmp_path: Path, before: str, message: str) -> None:
    file = tmp_path / "radar.toml"
    file.write_text(before)
    with pytest.raises(ConfigError, match=message):
        add_sources(file, [entry(SOURCE)], ENVIRON)
    assert file.read_text() == before


def test_folders_and_other_encodings_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        add_sources(tmp_path, [entry(SOURCE)], ENVIRON)
    (tmp_path / "radar.toml").write_bytes(b"# \xe4")
    with pytest.raises(ConfigError, match="not UTF-8"):
        add_sources(tmp_path / "radar.toml", [entry(SOURCE)], ENVIRON)
