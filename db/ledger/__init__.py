"""Owns the ledger: every model call that was paid for, the runs that asked for it, and budgets."""
