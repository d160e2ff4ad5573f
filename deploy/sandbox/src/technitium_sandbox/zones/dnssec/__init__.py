"""Signed zones: their keys and what signing adds."""
