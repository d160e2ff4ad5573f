"""The nodes of the demonstration, with all that stands in them."""
