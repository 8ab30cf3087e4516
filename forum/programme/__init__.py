"""The programme file: one text that says what happens, when and where."""
