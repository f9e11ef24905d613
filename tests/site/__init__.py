"""Tests of the website: the Sphinx extension in small books, then the built site, then the site in a browser."""
