"""The central server: thin routes onto services. `docs/protocol.md` says what they speak."""
