"""Simulated Technitium nodes: `sandbox` holds them, `node` is one, `routes` lists its API."""
