"""The rules of EN 16931 and Peppol as tables, one module a family, and the releases that put them together."""
