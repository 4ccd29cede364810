"""What people live through on Telegram."""
