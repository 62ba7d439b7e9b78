"""What the radar talks about: posts, sources, verdicts, profiles, leads, visits.

Frozen dataclasses of the standard library, times in aware UTC. This room imports nothing of the others.
"""

from radar.model.lead import JudgedPost, Lead, LeadState, TermHit
from radar.model.post import Post
from radar.model.profile import Profile
from radar.model.source import Channel, Source
from radar.model.verdict import Kind, Span, Verdict
from radar.model.visit import Outcome, Problem, ThreadMark, Validator, Visit

__all__ = [
    "Channel",
    "JudgedPost",
    "Kind",
    "Lead",
    "LeadState",
    "Outcome",
    "Post",
    "Problem",
    "Profile",
    "Source",
    "Span",
    "TermHit",
    "ThreadMark",
    "Validator",
    "Verdict",
    "Visit",
]
