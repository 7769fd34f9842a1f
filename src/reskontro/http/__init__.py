"""What the API families share: access, decoding, idempotency, limits, languages, problems, OpenAPI."""
