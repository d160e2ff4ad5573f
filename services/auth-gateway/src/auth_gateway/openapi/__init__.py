"""What the routes of the gateway take and answer; `table` has them all."""
