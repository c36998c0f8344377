"""What must hold whatever happens: one module for each promise, named by its sentence."""
