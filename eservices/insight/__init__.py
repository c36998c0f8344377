"""Figures: whether those who call, visit or write get the same as those who use the web. Reads only."""
