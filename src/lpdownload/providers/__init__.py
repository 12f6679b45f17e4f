"""Mail services: hand a message to any of them, and understand what it says."""
