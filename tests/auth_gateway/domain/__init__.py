"""Decisions of the gateway, without any technology."""
