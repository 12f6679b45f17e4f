"""Rows and back again: subscribers, subscriptions, consent, suppressions, sends. All SQL is here."""
