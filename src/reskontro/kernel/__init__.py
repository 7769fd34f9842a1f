"""Pure nouns that every area uses: money, dates, identifiers, problems."""
