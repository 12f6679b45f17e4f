"""What providers report, applied to ledger, subscriptions and suppressions."""
