"""Attacks as they come over Discord."""
