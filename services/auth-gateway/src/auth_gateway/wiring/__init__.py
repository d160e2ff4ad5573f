"""Who works with what: the gateway put together, and taken apart in the right order."""
