"""Zone files: records as text, written and read."""
