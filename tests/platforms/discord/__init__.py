"""Discord, with the real discord.py."""
