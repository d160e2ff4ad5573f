"""What the routes of node-proxy take and answer; `table` has them all."""
