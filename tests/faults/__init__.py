"""What goes wrong with nodes and the store, seen from outside of real processes."""
