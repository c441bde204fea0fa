"""What one visitor may try against the host: `bench.siege` runs it and says what came of it."""
