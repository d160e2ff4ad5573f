"""What a node blocks and allows: its lists, the groups of Advanced Blocking, downloads."""
