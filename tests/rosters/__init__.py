"""Membership lists: what is read from files, what is made of it, and what stops an import."""
