"""Text in, verdict out: is it a request for help, and of which kind. Pure, offline, batched."""
