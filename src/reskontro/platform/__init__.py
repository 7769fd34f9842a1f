"""The outside world: database, embedded server, jobs, files, clocks, settings, telemetry."""
