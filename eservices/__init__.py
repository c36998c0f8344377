"""One declarative definition per e-service; every channel, one case, equal service."""

__version__ = "0.1.0"
