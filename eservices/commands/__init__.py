"""What each kind of person who runs, owns or translates types. Imports stand inside, so that `--help` is quick."""
