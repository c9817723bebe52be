"""What we promise: conversations, tables of rules, contracts, faults and benchmarks."""
