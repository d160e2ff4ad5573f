"""A call of the API: received, read with .NET's complaints, routed, and answered in shape."""
