"""What both staff surfaces share: the guarded door, signing in, and what every staff page has and how it speaks."""
