"""Hashes: of a post's content, of what must be forgotten, and of authors."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from hashlib import blake2b

from radar.model import Post

Pseudonym = Callable[[str], str]
"""An author's name as shown, to what is stored instead."""


def keyed(key: bytes) -> Pseudonym:
    """Pseudonyms by HMAC-SHA-256 with the owner's key: the same name gives the same 16 letters and digits.

    Without the key nobody can find out by trying names whose pseudonym it is.
    """
    if len(key) < 16:
        raise ValueError("a key for pseudonyms has at least 16 bytes")

    def pseudonym(author: str) -> str:
        return hmac.new(key, author.encode("utf-8", "replace"), "sha256").hexdigest()[:16]

    return pseudonym


def content_hash(post: Post) -> bytes:
    """Hash (16 bytes) of what the author wrote: title, text and quoted. An edit changes it."""
    fields = "\0".join((post.title, post.text, post.quoted))
    return blake2b(fields.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def digest(kind: str, *identity: str) -> bytes:
    """Hash (16 bytes) of what a tombstone forbids."""
    return blake2b("\0".join((kind, *identity)).encode("utf-8", "surrogatepass"), digest_size=16).digest()


def digests(post: Post, stored_author: str) -> set[bytes]:
    """Everything a tombstone may know this post by."""
    found = {digest("post", post.source, post.external_id), digest("url", post.url)}
    if post.thread_url:
        found.add(digest("url", post.thread_url))
    for author in {post.author, stored_author} - {""}:
        found |= {digest("author", post.source, author), digest("author", "", author)}
    return found
