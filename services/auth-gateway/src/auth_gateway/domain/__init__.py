"""What the gateway decides, free of any technology: who gets in, how often, what /me says."""
