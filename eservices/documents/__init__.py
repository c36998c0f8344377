"""What is printed for a person. Rendered by the worker or a command; the web only streams what lies ready."""
