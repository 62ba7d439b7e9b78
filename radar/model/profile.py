"""A profile: what the owner can help with."""

from __future__ import annotations

from dataclasses import dataclass

from radar.model.verdict import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One ``[[profile]]`` of ``radar.toml``.

    Terms are queries in the owner's language (see ``radar.match``). A post fits if at least one of ``any``
    matches (or ``any`` is empty), all of ``all`` match and none of ``none`` does. Empty ``kinds``,
    ``languages`` or ``regions`` mean "whichever".
    """

    name: str
    description: str = ""
    any: tuple[str, ...] = ()
    all: tuple[str, ...] = ()
    none: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = ()
    languages: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    """Regions of sources (``region`` in ``[[source]]``), for example ``DE``, ``AT``, ``Hamburg``."""
    min_score: float = 0.5
    """Leads below this score (0 to 1) are not kept."""
    min_request: float | None = None
    """Own threshold on the probability of a request; None takes the classifier's."""
    replies: bool = False
    """Whether replies may become leads, or only posts that open a thread (and those of unknown position)."""
