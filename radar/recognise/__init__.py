"""Which software runs at an address, and where its boards and feeds are. Pure: others fetch.

    answers: dict[str, Page | None] = {}
    while wanted := plan(url, answers):              # addresses, best fetched politely
        answers.update((each, fetch(each)) for each in wanted)      # None where the fetch failed
    proposal = conclude(url, answers)                # a Source to write, and why

A crawl that only needs to know how to read the page in hand asks ``identify(page)``.
"""

from radar.recognise.marks import Recognition, identify, off_by_default, recognise
from radar.recognise.proposal import Proposal, conclude, plan

__all__ = ["Proposal", "Recognition", "conclude", "identify", "off_by_default", "plan", "recognise"]
