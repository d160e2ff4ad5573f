"""Tests of auth-gateway, from outside."""
