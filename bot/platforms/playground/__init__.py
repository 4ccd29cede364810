"""The playground: a chat service in memory with a page to look at it, for `porter demo`. Behind it works the same desk
as behind Discord and Telegram."""
