"""Adapters of the gateway before the real technology."""
