"""The owner's query language and the score of a post for a profile. Pure.

``compile(profile)`` gives a ``Matcher``; its ``match`` answers with a ``Lead`` or None. Time is linear in the
length of the post: nothing in here tries anything twice, whatever a term or a text looks like.
"""

from radar.match.matcher import Fit, Matcher, Terms, check, compile, field_text  # noqa: A004

__all__ = ["Fit", "Matcher", "Terms", "check", "compile", "field_text"]
