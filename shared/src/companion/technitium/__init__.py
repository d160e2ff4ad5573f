"""The way to Technitium nodes: one client per node, its rules per version, its errors.

Nothing of a node's answer leaves here unchecked, and no secret leaves here in a URL or a text.
"""
