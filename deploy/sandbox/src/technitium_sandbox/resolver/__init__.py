"""How a node answers questions: its zones, its cache, other servers; and its DNS client."""
