"""DNS questions as nodes ask them: of themselves, of the root, or of any other server."""
