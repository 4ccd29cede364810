"""Faults of and around Telegram."""
