"""One spider per channel: fetch, follow, call the extractor, yield posts."""
