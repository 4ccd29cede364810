"""Screening: the packs' own examples, and what must hold for any text."""
