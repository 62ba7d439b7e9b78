"""clean, classify, match, store: each calls one pure function or the store."""
