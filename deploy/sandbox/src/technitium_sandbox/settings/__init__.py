"""The settings of a node: what they are, how they are set, shared and backed up."""
