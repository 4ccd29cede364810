"""The chat services, each against its loopback server."""
