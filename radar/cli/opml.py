"""``import-opml`` and ``export-opml``: lists of feeds, from and for feed readers."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO, TextIO
from urllib.parse import urlsplit

import click

from radar.cli.session import Session, pass_session
from radar.cli.terminal import harmless, one_line
from radar.errors import ConfigError, ExtractionError
from radar.model import Channel, Source


@click.command("import-opml", short_help="Take over the feeds of a feed reader.")
@click.argument("file", type=click.File("rb"))
@click.option(
    "--yes", is_flag=True, show_envvar=True, help="Write the entries into radar.toml instead of showing them."
)
@pass_session
def import_opml(session: Session, file: BinaryIO, yes: bool) -> None:
    """Take over the feeds of an OPML FILE, which any feed reader exports (- reads standard input).

    Prints the [[source]] entries; with --yes they are written to the end of radar.toml. Feeds that are there
    already are left out.
    """
    from radar.config.writing import add_sources, entry
    from radar.extract.opml import read_opml
    from radar.recognise import off_by_default

    try:
        outlines = read_opml(file.read())
    except ExtractionError as error:
        raise ConfigError(f"{file.name}: {error}") from error
    config = session.config
    known = {source.url for source in config.sources}
    names = {source.name.casefold() for source in config.sources}
    entries = []
    for outline in outlines:
        if outline.feed_url in known:
            continue
        name = _free(one_line(outline.title), names)
        paused = off_by_default(outline.feed_url) is not None
        source = Source(name=name, url=outline.feed_url, channel=Channel.FEED, enabled=not paused)
        entries.append(entry(source, one_line(outline.folder)))
    left = len(outlines) - len(entries)
    if not yes:
        click.echo(harmless("\n".join(entries)), nl=bool(entries))
        click.echo(
            f"{len(entries)} new feeds, {left} there already; --yes writes them into radar.toml.", err=True
        )
        return
    target = config.path or Path("radar.toml")
    if entries:
        add_sources(target, entries)
    click.echo(f"{len(entries)} feeds written into {target}, {left} were there already.")


def _free(name: str, taken: set[str]) -> str:
    """The name, numbered if it is taken; remembers it."""
    found, number = name, 1
    while found.casefold() in taken:
        number += 1
        found = f"{name[:74]} {number}"
    taken.add(found.casefold())
    return found


@click.command("export-opml", short_help="Write the sources for a feed reader.")
@click.argument("file", type=click.File("w", encoding="utf-8", lazy=True), default="-")
@pass_session
def export_opml(session: Session, file: TextIO) -> None:
    """Write the sources as OPML to FILE or standard output: feeds to subscribe to, other sites as links."""
    from radar.extract.opml import Outline, write_opml

    outlines = []
    for source in session.config.sources:
        if source.channel is Channel.FEED:
            parts = urlsplit(source.url)
            site = f"{parts.scheme}://{parts.netloc}/"
            outlines.append(Outline(title=source.name, feed_url=source.url, site_url=site))
        else:
            outlines.append(Outline(title=source.name, site_url=source.url))
    file.write(write_opml(outlines, "My Business Radar"))
