"""What somebody has told us of herself, and how she changes it."""
