"""Tests of what the gateway does between requests."""
