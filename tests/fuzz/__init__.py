"""Throwing things at what reads: definitions, what browsers send, and everything that people and machines write."""
