"""Storing a collaborative file: what is new is added, what differs is set, and nothing is ever taken away."""
