"""The owner's query language and the score of a post for a profile. Pure."""
