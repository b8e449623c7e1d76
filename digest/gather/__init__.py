"""Feeds -> entries: fetch, parse, recognise. See `collect` for the way in."""
