"""The only place of the gateway that speaks to Redis, to nodes and to other services."""
