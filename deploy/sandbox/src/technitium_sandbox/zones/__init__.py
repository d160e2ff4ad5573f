"""Zones of a node: made, changed, shared by catalogs, saved, and who may do what with them."""
