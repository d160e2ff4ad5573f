"""Clusters: how nodes come together, know each other, share what is common, and part."""
