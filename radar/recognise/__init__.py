"""Which software runs at an address, and where its boards and feeds are. Pure."""
