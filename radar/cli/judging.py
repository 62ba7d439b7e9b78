"""``rematch`` and ``reclassify``: changed profiles, or a changed model, applied to what is stored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import click

from radar.cli.session import Session, pass_session
from radar.cli.terminal import console
from radar.model import Verdict

if TYPE_CHECKING:
    from radar.classify import Classifier
    from radar.store import Store, StoredPost

BATCH = 500


@click.command(short_help="Apply changed profiles to stored posts.")
@pass_session
def rematch(session: Session) -> None:
    """Apply the profiles of radar.toml to all stored posts, without fetching or judging anything again."""
    _judge_again(session, anew=False)


@click.command(short_help="Judge stored posts with the present model.")
@pass_session
def reclassify(session: Session) -> None:
    """Judge all stored posts with the present model, and apply the profiles to the new verdicts."""
    _judge_again(session, anew=True)


def _judge_again(session: Session, *, anew: bool) -> None:
    from rich.progress import Progress

    from radar.judgement import Profiles, load_classifier

    classifier = load_classifier(session.config)
    profiles = Profiles.of(session.config, classifier)
    session.sync()
    store = session.store
    posts = found = 0
    with Progress(console=console(stderr=True), transient=True) as progress:
        bar = progress.add_task("Posts", total=store.status(session.now).posts)
        for batch in _batches(store):
            verdicts = _verdicts(batch, classifier) if anew else {}
            if verdicts:
                store.replace_verdicts(verdicts, session.now)
            leads = {
                stored.id: profiles.leads(stored.post, verdict, stored.region)
                for stored in batch
                if (verdict := verdicts.get(stored.id, stored.verdict)) is not None
            }
            store.replace_leads(leads, session.now)
            posts += len(leads)
            found += sum(map(len, leads.values()))
            progress.advance(bar, len(batch))
    what = f"judged with {classifier.version}" if anew else "matched"
    click.echo(f"{posts} posts {what}: {found} leads of {len(profiles.matchers)} profiles.")


def _batches(store: Store) -> Iterator[list[StoredPost]]:
    after = 0
    while batch := store.posts_to_judge(after, BATCH):
        yield batch
        after = batch[-1].id


def _verdicts(batch: Sequence[StoredPost], classifier: Classifier) -> Mapping[int, Verdict]:
    from radar.classify import Passage

    passages = [
        Passage(title=post.title, text=post.text, first=post.first, language=post.language)
        for post in (stored.post for stored in batch)
    ]
    return dict(zip((stored.id for stored in batch), classifier.classify(passages), strict=True))
