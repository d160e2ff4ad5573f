"""The HTTP surface: each module parses, calls one decision and answers."""
