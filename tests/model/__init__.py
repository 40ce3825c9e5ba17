"""The stateful model: people, networks and crashes in any order, and the invariants that must hold all the while."""
