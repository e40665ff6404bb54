"""A world for the unmodified program: namespaces, an internet, a desktop, and stories told in them."""
