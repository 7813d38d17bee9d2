"""A portal on which people learn backend engineering.

`portal.app.create_app` puts the parts together; CONTRIBUTING.md shows how they may know one another.
"""
