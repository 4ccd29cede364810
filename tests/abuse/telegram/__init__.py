"""Attacks as they come over Telegram."""
