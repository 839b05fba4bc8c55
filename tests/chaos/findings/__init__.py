"""Holding both sides against each other: each function lists, by ids, what must not be."""
