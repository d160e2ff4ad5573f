"""The vocabulary of DNS: names, types, codes, resource records and their sizes."""
