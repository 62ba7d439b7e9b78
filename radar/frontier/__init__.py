"""The queue that all workers share. The only room that knows Redis."""
