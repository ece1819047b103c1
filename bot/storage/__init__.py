"""The record of jobs and tasks in SQLite: the only package that speaks to a database."""
