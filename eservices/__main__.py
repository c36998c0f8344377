"""`python -m eservices` is the command line."""

from eservices.cli import main

main()
