"""What a middleware, callback or errback wants to become of a request.

The functions only take a note on the request that is being worked on; the note is carried out with the
acknowledgement, so it costs no round trip. On a request that was not leased from the frontier they do nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from scrapy import Request

META = "frontier"


@dataclass(slots=True, eq=False)
class Lease:
    """One leased request while this worker has it, and the notes about it. Never serialised.

    Times in seconds, those with ``at`` of the monotonic clock; ``outcome`` None means nothing was noted: the request is done if nothing failed.
    """

    id: bytes
    host: str
    fence: int
    attempt: int
    body: bytes = field(repr=False)
    outcome: str | None = None
    reason: str = ""
    after: float = 0.0
    counts: bool = True
    block: float = 0.0
    delay: float | None = None
    failed: str | None = None
    taken_at: float = 0.0
    fetched_at: float = 0.0

    def fail(self, reason: str) -> None:
        """Something that belongs to the request went wrong: it must not be acknowledged as it is."""
        self.failed = self.failed or reason


def lease_of(request: Request | None) -> Lease | None:
    """The lease a request (or a copy of it) came with."""
    note = request.meta.get(META) if request is not None else None
    return note if isinstance(note, Lease) else None


def retry_later(request: Request, after_seconds: float, reason: str, counts: bool = True) -> None:
    """Fetch again no sooner than in ``after_seconds``; ``counts`` False does not use up an attempt."""
    if lease := lease_of(request):
        lease.outcome, lease.reason = "retry", reason
        lease.after, lease.counts = max(0.0, after_seconds), counts


def give_up(request: Request, reason: str) -> None:
    """Bury the request among the dead letters, whatever attempts it has left."""
    if lease := lease_of(request):
        lease.outcome, lease.reason = "dead", reason


def block_host(request: Request, seconds: float) -> None:
    """Nobody asks the request's host anything for ``seconds`` (Retry-After, backoff)."""
    if lease := lease_of(request):
        lease.block = max(lease.block, seconds)


def set_host_delay(request: Request, seconds: float) -> None:
    """From now on the request's host is asked at most every ``seconds`` (Crawl-delay), for all workers."""
    if lease := lease_of(request):
        lease.delay = max(0.0, seconds)
