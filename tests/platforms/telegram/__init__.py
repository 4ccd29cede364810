"""The Telegram adapter, with the real library."""
