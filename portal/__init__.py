"""The project: its settings, its wiring, and the apps that every domain uses."""

__version__ = "0.1.0"
"""The one place of the portal's version. The newest release in CHANGELOG.md is named after it; a test compares the two."""
