"""Records of zones: what each type is made of, how it is read, and what a zone takes."""
