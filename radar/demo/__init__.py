"""A small made-up web on loopback: forums, Q&A sites and feeds, to try the radar on and to test it with.

``threads/*.toml`` (text, CC0) ──► content ──► archive (ids, times) ──► phpbb, discourse, questions, feeds ──►
server. Standard library only; nothing here knows the rest of the radar.
"""
