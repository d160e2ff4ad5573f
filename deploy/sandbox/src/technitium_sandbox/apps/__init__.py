"""DNS apps: installing and configuring them, and the one whose configuration is read."""
