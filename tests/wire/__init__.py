"""Loopback chat services: small, honest stand-ins that the real client libraries talk to over 127.0.0.1."""
