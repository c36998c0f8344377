"""Whether the suite cares in which order it runs, leaves anything behind, or needs anybody outside."""
