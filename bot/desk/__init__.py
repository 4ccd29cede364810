"""What happens: admission, moderation, escalation, committee, contact, retention. Nothing here knows a platform."""
