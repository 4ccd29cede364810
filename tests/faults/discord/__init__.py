"""Faults of and around Discord."""
