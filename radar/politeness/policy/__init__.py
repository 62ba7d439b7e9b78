"""The rules of manners as pure functions: text and clock in, decision out."""
