"""robots.txt and opt-outs, delays and back-off, refusal of private addresses."""
