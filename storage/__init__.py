"""What is remembered: models by subject, migrations, the unit of work, and queries by subject.

This is the only room that imports SQLAlchemy.
"""
