"""Owns the figures about speed: each module measures one thing and returns it as a dict."""
