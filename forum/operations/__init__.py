"""What the operator asks: does it live, is it ready, how much does it do, is all well."""
